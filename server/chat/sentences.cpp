#include "server/chat/sentences.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

QString byWhom(const std::optional<UserName> &by) { return by ? u" by "_s + by->toString() : QString(); }

QString untilWhen(const QDateTime &until)
{
    return until.isValid() ? u" until "_s + until.toUTC().toString(u"yyyy-MM-dd hh:mm"_s) + u" UTC"_s : QString();
}

QString why(const QString &reason) { return reason.isEmpty() ? QString() : u": "_s + reason; }

} // namespace

QString sentenceFor(const Removal &removal)
{
    switch (removal.kind) {
    case Removal::Kind::Kicked:
        return u"You were removed"_s + byWhom(removal.by) + why(removal.reason);
    case Removal::Kind::Banned:
        return u"You are banned"_s + byWhom(removal.by) + untilWhen(removal.until) + why(removal.reason);
    case Removal::Kind::TurnedAway:
        return u"You were not let in"_s + byWhom(removal.by) + why(removal.reason);
    }
    Q_UNREACHABLE();
}

QString sentenceFor(const MuteInfo &mute)
{
    return u"You are muted"_s + byWhom(mute.by) + untilWhen(mute.until) + why(mute.reason);
}

QString sentenceForShortPassword() { return u"A password has at least %1 characters"_s.arg(limits::MinPasswordLength); }

QString sentenceForLookAlike(const std::optional<UserName> &other)
{
    return other ? u"This name looks like %1"_s.arg(other->toString()) : QString();
}

Removal removalBy(const BanInfo &ban) { return { Removal::Kind::Banned, ban.by, ban.until, ban.reason }; }

} // namespace hearth
