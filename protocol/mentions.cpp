#include "protocol/mentions.h"

#include "protocol/limits.h"

#include <algorithm>

namespace hearth {

namespace {

/// Folding can shorten: what is 32 characters folded may be longer as written.
constexpr qsizetype MaxWrittenLength = 2 * limits::MaxUserNameLength;

bool isWordCharacter(QChar c) { return c.isLetterOrNumber() || c == u'_' || c.isMark() || c.isSurrogate(); }

} // namespace

QList<UserName> findMentions(const QString &content, const std::function<bool(const UserName &)> &isKnown)
{
    QList<UserName> found;
    int looked = 0;
    for (qsizetype at = content.indexOf(u'@'); at >= 0 && looked < MaxMentionsPerMessage;
         at = content.indexOf(u'@', at + 1), ++looked) {
        if (at > 0 && isWordCharacter(content.at(at - 1)))
            continue; // an address: anna@example
        const QStringView rest = QStringView(content).sliced(at + 1);
        if (rest.isEmpty() || rest.front().isSpace())
            continue; // "tea @ five"
        for (qsizetype length = std::min(rest.size(), MaxWrittenLength); length > 0; --length) {
            const bool endsWord = length == rest.size() || !isWordCharacter(rest.at(length));
            if (!endsWord || rest.at(length - 1).isSpace())
                continue;
            const auto name = UserName::parse(rest.first(length));
            if (!name || !isKnown(*name))
                continue;
            if (!found.contains(*name))
                found.append(*name);
            break;
        }
    }
    return found;
}

} // namespace hearth
