#include "app/consoletext.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

QString timeText(const QDateTime &time) { return time.toUTC().toString(u"yyyy-MM-dd hh:mm"_s); }

QString inert(const QString &text)
{
    QString safe;
    for (const char32_t c : text.toUcs4())
        safe += QChar::isSpace(c) ? u" "_s : QChar::isPrint(c) ? QString::fromUcs4(&c, 1) : u"\ufffd"_s;
    return safe.simplified();
}

} // namespace hearth
