#include "ui/moderationwords.h"

#include "ui/words.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype ShownName = 64;
constexpr qsizetype ShownReason = 200;

QString nameOf(const std::optional<UserName> &user)
{
    return user ? Words::oneLine(user->toString(), ShownName) : ModerationWords::tr("Whoever runs the server");
}

/// A sentence and, behind it, why.
QString because(const QString &sentence, const QString &reason)
{
    return reason.isEmpty() ? sentence : ModerationWords::tr("%1: %2").arg(sentence, Words::oneLine(reason, ShownReason));
}

/// With its period, unless the reason brings a mark of its own.
QString sentence(const QString &text)
{
    const bool isEnded = text.endsWith(u'.') || text.endsWith(u'!') || text.endsWith(u'?') || text.endsWith(u'…');
    return isEnded ? text : ModerationWords::tr("%1.").arg(text);
}

QString roomOf(const AuditEntry &entry) { return entry.room ? u'#' + entry.room->toString() : QString(); }

} // namespace

QString ModerationWords::removed(const Removal &removal, const QString &chat)
{
    switch (removal.kind) {
    case Removal::Kind::Kicked:
        return tr("You were removed from %1").arg(chat);
    case Removal::Kind::Banned:
        return tr("You are banned from %1").arg(chat);
    case Removal::Kind::TurnedAway:
        return tr("You were not let in to %1").arg(chat);
    }
    return {};
}

QString ModerationWords::removedDetail(const Removal &removal, const QDateTime &now)
{
    const QString who = nameOf(removal.by);
    switch (removal.kind) {
    case Removal::Kind::Kicked:
        return sentence(because(tr("%1 removed you").arg(who), removal.reason)) + u'\n' + tr("You may join again.");
    case Removal::Kind::Banned:
        return sentence(because(tr("%1 banned you %2").arg(who, until(removal.until, now)), removal.reason));
    case Removal::Kind::TurnedAway:
        if (!removal.by)
            return tr("Nobody has answered. Ask the host, then try again.");
        return sentence(because(tr("%1 turned you away").arg(who), removal.reason));
    }
    return {};
}

QString ModerationWords::removedFromRoom(const QString &room, const UserName &by, const QString &reason)
{
    return because(tr("%1 removed you from %2").arg(nameOf(by), Words::oneLine(room, ShownName)), reason);
}

QString ModerationWords::atTheDoor(const QString &chat, const QDateTime &until, const QDateTime &now)
{
    return tr("Somebody at %1 has to let you in. They have been told; this waits %2.").arg(chat, ModerationWords::until(until, now));
}

QString ModerationWords::guestWaits(const QList<GuestInfo> &guests)
{
    if (guests.isEmpty())
        return {};
    const GuestInfo &first = guests.first();
    const QString name = nameOf(first.user);
    const QString from = first.address.isEmpty() ? name : tr("%1 (from %2)").arg(name, Words::oneLine(first.address, ShownName));
    const auto others = static_cast<int>(guests.size()) - 1;
    return others == 0 ? tr("%1 waits to come in").arg(from) : tr("%1 and %n other(s) wait to come in", nullptr, others).arg(from);
}

QString ModerationWords::muted(const MuteChanged &mute, const QDateTime &now)
{
    return because(tr("%1 muted you %2").arg(nameOf(mute.by), until(mute.until, now)), mute.reason);
}

QString ModerationWords::closedRoom() { return tr("This room is closed. Only moderators can write in it."); }

QString ModerationWords::slowMode(int seconds) { return seconds <= 0 ? tr("Off") : tr("One message every %1").arg(duration(seconds)); }

QString ModerationWords::duration(qint64 seconds)
{
    const auto whole = [seconds](qint64 unit) { return static_cast<int>(seconds / unit); };
    if (seconds % 86'400 == 0)
        return tr("%n day(s)", nullptr, whole(86'400));
    if (seconds % 3'600 == 0)
        return tr("%n hour(s)", nullptr, whole(3'600));
    if (seconds % 60 == 0)
        return tr("%n minute(s)", nullptr, whole(60));
    return tr("%n second(s)", nullptr, static_cast<int>(seconds));
}

QString ModerationWords::until(const QDateTime &until, const QDateTime &now)
{
    if (!until.isValid())
        return tr("for good");
    const QDateTime local = until.toLocalTime();
    const QDate today = now.toLocalTime().date();
    const QString time = Words::timeOfDay(until);
    if (local.date() == today)
        return tr("until %1").arg(time);
    if (local.date() == today.addDays(1))
        return tr("until tomorrow, %1").arg(time);
    return tr("until %1, %2").arg(Words::day(local.date(), today), time);
}

QString ModerationWords::role(Role role)
{
    switch (role) {
    case Role::Owner:
        return tr("an owner");
    case Role::Moderator:
        return tr("a moderator");
    case Role::Member:
        return tr("a member");
    case Role::Guest:
        return tr("a guest");
    }
    return {};
}

QString ModerationWords::deed(const AuditEntry &entry, const QDateTime &now)
{
    const QString who = nameOf(entry.by);
    const QString whom = entry.user ? nameOf(entry.user) : Words::oneLine(entry.address, ShownName);
    const QString room = roomOf(entry);
    switch (entry.deed) {
    case Deed::SetRole:
        return tr("%1 made %2 %3").arg(who, whom, role(entry.role.value_or(Role::Guest)));
    case Deed::Kick:
        return because(room.isEmpty() ? tr("%1 removed %2 from the chat").arg(who, whom) : tr("%1 removed %2 from %3").arg(who, whom, room),
                       entry.reason);
    case Deed::Ban:
        return because(tr("%1 banned %2 %3").arg(who, whom, until(entry.until, now)), entry.reason);
    case Deed::Unban:
        return tr("%1 lifted the ban of %2").arg(who, whom);
    case Deed::Mute:
        return because(room.isEmpty() ? tr("%1 muted %2 %3").arg(who, whom, until(entry.until, now))
                                      : tr("%1 muted %2 in %3 %4").arg(who, whom, room, until(entry.until, now)),
                       entry.reason);
    case Deed::Unmute:
        return room.isEmpty() ? tr("%1 let %2 speak again").arg(who, whom) : tr("%1 let %2 speak again in %3").arg(who, whom, room);
    case Deed::SlowMode:
        return tr("%1 set the slow mode of %2: %3").arg(who, room, slowMode(entry.seconds.value_or(0)).toLower());
    case Deed::CloseRoom:
        return tr("%1 closed %2").arg(who, room);
    case Deed::OpenRoom:
        return tr("%1 opened %2").arg(who, room);
    case Deed::DeleteMessage:
        return tr("%1 deleted a message of %2 in %3").arg(who, whom, room);
    case Deed::Admit:
        return tr("%1 let %2 in").arg(who, whom);
    case Deed::TurnAway:
        return because(tr("%1 turned %2 away").arg(who, whom), entry.reason);
    case Deed::AddUser:
        return tr("%1 added the account %2").arg(who, whom);
    case Deed::RemoveUser:
        return tr("%1 removed the account %2").arg(who, whom);
    case Deed::ResetPassword:
        return tr("%1 set a new password for %2").arg(who, whom);
    case Deed::CreateInvite:
        return tr("%1 made an invite").arg(who);
    case Deed::RevokeInvite:
        return tr("%1 took an invite back").arg(who);
    case Deed::UseInvite:
        return tr("%1 used an invite").arg(who);
    case Deed::Other:
        break;
    }
    return tr("%1 did something that this version does not know").arg(who);
}

QString ModerationWords::noAddress()
{
    return tr("This is no address. Type one such as 192.0.2.7, or a subnet such as 192.0.2.0/24 or 2001:db8::/32.");
}

QString ModerationWords::addressNotBanned()
{
    return tr("This address cannot be banned: it is the server's own or yours, or somebody is connected from there whom you cannot ban.");
}

QString ModerationWords::ban(const BanInfo &ban, const QDateTime &now)
{
    const QString whom = ban.user ? nameOf(ban.user) : Words::oneLine(ban.address, ShownName);
    return because(tr("%1 is banned %2").arg(whom, until(ban.until, now)), ban.reason);
}

QString ModerationWords::mute(const MuteInfo &mute, const QDateTime &now)
{
    const QString whom = nameOf(mute.user);
    const QString sentence = mute.room ? tr("%1 is muted in %2 %3").arg(whom, u'#' + mute.room->toString(), until(mute.until, now))
                                       : tr("%1 is muted %2").arg(whom, until(mute.until, now));
    return because(sentence, mute.reason);
}

} // namespace hearth
