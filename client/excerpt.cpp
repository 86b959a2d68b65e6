#include "client/excerpt.h"

#include <QTextBoundaryFinder>

#include <algorithm>

namespace hearth {

QString excerpt(const QString &text, qsizetype maxLength)
{
    if (text.size() <= maxLength)
        return text;
    // What follows decides whether the last character ends here; a little of it is enough, whatever the whole is.
    constexpr qsizetype Ahead = 32;
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text.first(std::min(text.size(), maxLength + Ahead)));
    finder.setPosition(maxLength);
    qsizetype end = finder.isAtBoundary() ? maxLength : finder.toPreviousBoundary();
    if (end <= 0)
        end = maxLength > 0 && text.at(maxLength - 1).isHighSurrogate() ? maxLength - 1 : maxLength;
    return text.first(end);
}

} // namespace hearth
