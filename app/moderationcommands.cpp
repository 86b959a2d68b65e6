#include "app/moderationcommands.h"

#include "app/clauses.h"
#include "app/consoletext.h"
#include "protocol/wirenames.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int ListedMessages = 50;

Unexpected<QString> wrong(const QString &text) { return Unexpected(text); }

/// An address is whatever no name can be: it has a colon, or three dots and digits only.
bool isAddress(const QString &text)
{
    const auto isDigit = [](QChar c) { return (c >= u'0' && c <= u'9') || c == u'.' || c == u'/'; };
    return text.contains(u':') || (text.count(u'.') == 3 && std::all_of(text.begin(), text.end(), isDigit));
}

enum class Subject { User, UserOrAddress };

Clauses read(const QStringList &operands, Subject subject, const QStringList &known)
{
    Clauses clauses;
    QStringList words = operands;
    if (words.isEmpty()) {
        clauses.problem = subject == Subject::User ? u"A name is missing."_s : u"A name or an address is missing."_s;
        return clauses;
    }
    const QString about = words.takeFirst();
    const auto name = UserName::parse(about);
    if (subject == Subject::UserOrAddress && isAddress(about))
        clauses.address = about;
    else if (name)
        clauses.user = *name;
    else
        clauses.problem = u"\"%1\" is no name."_s.arg(about);
    takeClauses(clauses, known, words);
    return clauses;
}

std::optional<UserName> userOf(const Clauses &clauses)
{
    return clauses.user.isNull() ? std::nullopt : std::optional(clauses.user);
}

CommandRequest kick(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::User, { u"from"_s, u"because"_s });
    return c.problem.isEmpty() ? CommandRequest(Kick { c.user, c.room, c.reason }) : wrong(c.problem);
}

CommandRequest ban(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::UserOrAddress, { u"for"_s, u"because"_s });
    return c.problem.isEmpty() ? CommandRequest(Ban { userOf(c), c.address, c.forSeconds, c.reason }) : wrong(c.problem);
}

CommandRequest unban(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::UserOrAddress, {});
    return c.problem.isEmpty() ? CommandRequest(Unban { userOf(c), c.address }) : wrong(c.problem);
}

CommandRequest mute(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::User, { u"in"_s, u"for"_s, u"because"_s });
    return c.problem.isEmpty() ? CommandRequest(Mute { c.user, c.room, c.forSeconds, c.reason }) : wrong(c.problem);
}

CommandRequest unmute(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::User, { u"in"_s });
    return c.problem.isEmpty() ? CommandRequest(Unmute { c.user, c.room }) : wrong(c.problem);
}

CommandRequest admit(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::User, {});
    return c.problem.isEmpty() ? CommandRequest(Admit { c.user, true, {} }) : wrong(c.problem);
}

CommandRequest turnAway(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands, Subject::User, { u"because"_s });
    return c.problem.isEmpty() ? CommandRequest(Admit { c.user, false, c.reason }) : wrong(c.problem);
}

Result<RoomId, QString> roomOf(const QStringList &operands, qsizetype count)
{
    if (operands.isEmpty())
        return wrong(u"A room is missing."_s);
    if (operands.size() > count)
        return noUseFor(operands.at(count));
    const auto room = roomFrom(operands.first());
    return room ? Result<RoomId, QString>(*room) : wrong(u"That is no room."_s);
}

CommandRequest slowMode(const QStringList &operands, const AdministrationOptions &)
{
    const auto room = roomOf(operands, 2);
    if (!room)
        return wrong(room.error());
    bool isNumber = false;
    const int seconds = operands.value(1).toInt(&isNumber);
    if (!isNumber || seconds < 0 || seconds > limits::MaxSlowModeSeconds)
        return wrong(u"Seconds from 0 (off) to %1 are expected behind the room."_s.arg(limits::MaxSlowModeSeconds));
    return ClientFrame { SetSlowMode { *room, seconds } };
}

template <bool isClosed>
CommandRequest closeRoom(const QStringList &operands, const AdministrationOptions &)
{
    const auto room = roomOf(operands, 1);
    return room ? CommandRequest(CloseRoom { *room, isClosed }) : wrong(room.error());
}

template <typename Frame>
CommandRequest list(const QStringList &operands, const AdministrationOptions &)
{
    return operands.isEmpty() ? CommandRequest(Frame {}) : noUseFor(operands.first());
}

CommandRequest audit(const QStringList &operands, const AdministrationOptions &)
{
    if (operands.isEmpty())
        return ClientFrame { FetchAudit { {}, limits::MaxAuditLimit } };
    bool isNumber = false;
    const qint64 before = operands.value(1).toLongLong(&isNumber);
    if (operands.size() != 2 || operands.first() != "before"_L1 || !isNumber || before < 0)
        return wrong(u"Nothing, or before and the number of an entry, is expected."_s);
    return ClientFrame { FetchAudit { before, limits::MaxAuditLimit } };
}

CommandRequest messages(const QStringList &operands, const AdministrationOptions &)
{
    const auto room = roomOf(operands, 3);
    if (!room)
        return wrong(room.error());
    if (operands.size() == 1)
        return ClientFrame { FetchHistory { *room, {}, ListedMessages } };
    bool isNumber = false;
    const qint64 before = operands.value(2).toLongLong(&isNumber);
    if (operands.at(1) != "before"_L1 || !isNumber || before < 1)
        return wrong(u"Nothing, or before and the number of a message, is expected behind the room."_s);
    return ClientFrame { FetchHistory { *room, Seq(before), ListedMessages } };
}

CommandRequest deleteMessage(const QStringList &operands, const AdministrationOptions &)
{
    const auto room = roomOf(operands, 2);
    if (!room)
        return wrong(room.error());
    bool isNumber = false;
    const qint64 seq = operands.value(1).toLongLong(&isNumber);
    if (!isNumber || seq < 1)
        return wrong(u"The number of a message is expected behind the room; messages lists them."_s);
    return ClientFrame { DeleteMessage { *room, Seq(seq) } };
}

QString nameOf(const std::optional<UserName> &user, const QString &otherwise) { return user ? user->toString() : otherwise; }

/// Behind a line, what it has of these.
QString rest(const QDateTime &until, const QString &reason)
{
    return (until.isValid() ? u"\tuntil "_s + timeText(until) : QString()) + (reason.isEmpty() ? QString() : u"\t"_s + inert(reason));
}

QString lineFor(const AuditEntry &entry)
{
    QStringList about;
    if (entry.user)
        about.append(entry.user->toString());
    if (!entry.address.isEmpty())
        about.append(entry.address);
    if (entry.room)
        about.append(u'#' + entry.room->toString());
    if (entry.seq)
        about.append(u"message %1"_s.arg(entry.seq->value()));
    if (entry.role)
        about.append(wireName(*entry.role));
    if (entry.seconds)
        about.append(u"%1 s"_s.arg(*entry.seconds));
    return u"%1\t%2\t%3\t%4\t%5"_s.arg(QString::number(entry.id), timeText(entry.at), nameOf(entry.by, u"-"_s), QString(wireName(entry.deed)),
                                       about.join(u' '))
        + rest(entry.until, entry.reason);
}

} // namespace

CommandRequest requestRole(const QStringList &operands, const AdministrationOptions &)
{
    const Clauses c = read(operands.mid(0, 1), Subject::User, {});
    const auto role = operands.size() == 2 ? fromWire<Role>(operands.last()) : std::nullopt;
    if (!c.problem.isEmpty())
        return wrong(c.problem);
    return role ? CommandRequest(SetRole { c.user, *role }) : wrong(u"owner, moderator, member or guest is expected behind the name."_s);
}

const QList<ConsoleCommand> &moderationCommands()
{
    static const QList<ConsoleCommand> all {
        { u"role"_s, u"NAME ROLE"_s, u"Make somebody owner, moderator, member or guest."_s, requestRole },
        { u"kick"_s, u"NAME [from ROOM] [because REASON]"_s, u"Remove somebody from a room, or from the chat."_s, kick },
        { u"ban"_s, u"NAME|ADDRESS [for TIME] [because REASON]"_s, u"Keep a user, an address or a subnet away."_s, ban },
        { u"unban"_s, u"NAME|ADDRESS"_s, u"Lift a ban."_s, unban },
        { u"bans"_s, {}, u"List bans and mutes."_s, list<ListBans> },
        { u"mute"_s, u"NAME [in ROOM] [for TIME] [because REASON]"_s, u"Let somebody read but not write."_s, mute },
        { u"unmute"_s, u"NAME [in ROOM]"_s, u"Lift a mute."_s, unmute },
        { u"slow-mode"_s, u"ROOM SECONDS"_s, u"Let members wait between two messages; 0: not."_s, slowMode },
        { u"close-room"_s, u"ROOM"_s, u"Let only moderators write in a room."_s, closeRoom<true> },
        { u"open-room"_s, u"ROOM"_s, u"Let everybody write in it again."_s, closeRoom<false> },
        { u"messages"_s, u"ROOM [before NUMBER]"_s, u"List what was said in a room."_s, messages },
        { u"delete"_s, u"ROOM NUMBER"_s, u"Delete a message."_s, deleteMessage },
        { u"guests"_s, {}, u"List guests who wait to be let in."_s, list<ListWaitingGuests> },
        { u"admit"_s, u"NAME"_s, u"Let a guest in."_s, admit },
        { u"turn-away"_s, u"NAME [because REASON]"_s, u"Turn a guest away."_s, turnAway },
        { u"audit"_s, u"[before ENTRY]"_s, u"List what those in charge have done."_s, audit },
    };
    return all;
}

QString wordsFor(const BansListed &listed)
{
    QStringList lines;
    for (const BanInfo &ban : listed.bans)
        lines.append(u"banned\t%1\tby %2"_s.arg(nameOf(ban.user, ban.address), nameOf(ban.by, u"-"_s)) + rest(ban.until, ban.reason));
    for (const MuteInfo &mute : listed.mutes) {
        const QString where = mute.room ? u" in #"_s + mute.room->toString() : QString();
        lines.append(u"muted\t%1%2\tby %3"_s.arg(mute.user.toString(), where, nameOf(mute.by, u"-"_s)) + rest(mute.until, mute.reason));
    }
    return lines.isEmpty() ? u"Nobody."_s : lines.join(u'\n');
}

QString wordsFor(const History &history)
{
    QStringList lines;
    for (const MessageSnapshot &message : history.messages) {
        lines.append(u"%1\t%2\t%3\t%4"_s.arg(QString::number(message.seq.value()), timeText(message.timestamp), message.user.toString(),
                                             message.isDeleted ? u"(deleted)"_s : inert(message.content)));
    }
    return lines.isEmpty() ? u"Nothing."_s : lines.join(u'\n');
}

QString wordsFor(const AuditListed &listed)
{
    QStringList lines;
    for (const AuditEntry &entry : listed.entries)
        lines.append(lineFor(entry));
    if (listed.hasMore && !listed.entries.isEmpty())
        lines.append(u"More: audit before %1"_s.arg(listed.entries.last().id));
    return lines.isEmpty() ? u"Nothing yet."_s : lines.join(u'\n');
}

QString wordsFor(const WaitingGuestsListed &listed)
{
    QStringList lines;
    for (const GuestInfo &guest : listed.guests)
        lines.append(u"%1\t%2\tsince %3\t%4"_s.arg(guest.user.toString(), guest.address, timeText(guest.since), inert(guest.client)));
    return lines.isEmpty() ? u"Nobody."_s : lines.join(u'\n');
}

} // namespace hearth
