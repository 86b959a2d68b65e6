#include "app/invitecommands.h"

#include "app/clauses.h"
#include "app/consoletext.h"
#include "protocol/wirenames.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

Unexpected<QString> wrong(const QString &text) { return Unexpected(text); }

CommandRequest create(const QStringList &operands, const AdministrationOptions &)
{
    Clauses clauses;
    QStringList words = operands;
    takeClauses(clauses, { u"in"_s, u"as"_s, u"for"_s, u"uses"_s, u"note"_s }, words);
    if (!clauses.problem.isEmpty())
        return wrong(clauses.problem);
    return ClientFrame { CreateInvite { clauses.room, clauses.role.value_or(Role::Member), clauses.uses, clauses.forSeconds, clauses.reason } };
}

CommandRequest list(const QStringList &operands, const AdministrationOptions &)
{
    return operands.isEmpty() ? CommandRequest(ClientFrame { ListInvites {} }) : noUseFor(operands.first());
}

CommandRequest revoke(const QStringList &operands, const AdministrationOptions &)
{
    if (operands.isEmpty())
        return wrong(u"An ID is missing; invite list tells them."_s);
    return operands.size() == 1 ? CommandRequest(ClientFrame { RevokeInvite { operands.first() } }) : noUseFor(operands.at(1));
}

QString lineFor(const InviteInfo &invite)
{
    QString line = invite.id + u'\t' + QString(wireName(invite.role));
    if (invite.room)
        line += u" in #"_s + invite.room->toString();
    line += u"\tused %1"_s.arg(invite.used);
    if (invite.maxUses)
        line += u" of %1"_s.arg(*invite.maxUses);
    line += u"\tby "_s + (invite.by ? invite.by->toString() : u"-"_s);
    if (invite.until.isValid())
        line += u"\tuntil "_s + timeText(invite.until);
    return invite.note.isEmpty() ? line : line + u'\t' + inert(invite.note);
}

} // namespace

const QList<ConsoleCommand> &inviteCommands()
{
    static const QList<ConsoleCommand> all {
        { u"invite create"_s, u"[in ROOM] [as ROLE] [for TIME] [uses N] [note TEXT]"_s, u"Make links that let people in, as members unless said otherwise."_s, create },
        { u"invite list"_s, {}, u"List the invites that hold."_s, list },
        { u"invite revoke"_s, u"ID"_s, u"Take an invite back."_s, revoke },
    };
    return all;
}

QString wordsFor(const InviteCreated &created, const QStringList &links)
{
    QStringList lines { u"Invite: "_s + created.invite.id, u"Code: "_s + created.code };
    for (const QString &link : links)
        lines.append(u"Link: "_s + link);
    return lines.join(u'\n');
}

QString wordsFor(const InvitesListed &listed)
{
    QStringList lines;
    for (const InviteInfo &invite : listed.invites)
        lines.append(lineFor(invite));
    return lines.isEmpty() ? u"None."_s : lines.join(u'\n');
}

} // namespace hearth
