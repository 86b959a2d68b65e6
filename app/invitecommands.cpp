#include "app/invitecommands.h"

#include "app/clauses.h"
#include "app/moderationcommands.h"
#include "protocol/wirenames.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Request = Result<ClientFrame, QString>;

Unexpected<QString> wrong(const QString &text) { return Unexpected(text); }

Unexpected<QString> noUseFor(const QString &word) { return wrong(u"There is no use for \"%1\"."_s.arg(word)); }

Request create(const QStringList &operands)
{
    Clauses clauses;
    QStringList words = operands;
    takeClauses(clauses, { u"in"_s, u"as"_s, u"for"_s, u"uses"_s, u"note"_s }, words);
    if (!clauses.problem.isEmpty())
        return wrong(clauses.problem);
    return ClientFrame { CreateInvite { clauses.room, clauses.role.value_or(Role::Member), clauses.uses, clauses.forSeconds, clauses.reason } };
}

Request list(const QStringList &operands)
{
    return operands.isEmpty() ? Request(ClientFrame { ListInvites {} }) : noUseFor(operands.first());
}

Request revoke(const QStringList &operands)
{
    if (operands.isEmpty())
        return wrong(u"invite revoke needs an ID; invite list tells them."_s);
    return operands.size() == 1 ? Request(ClientFrame { RevokeInvite { operands.first() } }) : noUseFor(operands.at(1));
}

struct Command
{
    QString word;
    QString operands;
    QString help;
    Request (*request)(const QStringList &operands);
};

const QList<Command> &commands()
{
    static const QList<Command> all {
        { u"create"_s, u"[in ROOM] [as ROLE] [for TIME] [uses N] [note TEXT]"_s, u"Make links that let people in, as members unless said otherwise."_s, create },
        { u"list"_s, {}, u"List the invites that hold."_s, list },
        { u"revoke"_s, u"ID"_s, u"Take an invite back."_s, revoke },
    };
    return all;
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
    return invite.note.isEmpty() ? line : line + u'\t' + invite.note;
}

} // namespace

bool isInviting(const QString &word) { return word == "invite"_L1; }

Result<ClientFrame, QString> inviteRequest(const QStringList &words)
{
    const auto command = std::find_if(commands().begin(), commands().end(), [&words](const Command &c) { return c.word == words.value(1); });
    if (command == commands().end())
        return wrong(u"\"%1\" is not a command; there is invite create, invite list, invite revoke."_s.arg(words.join(u' ')));
    return command->request(words.sliced(2));
}

QList<std::pair<QString, QString>> inviteHelp()
{
    QList<std::pair<QString, QString>> help;
    for (const Command &command : commands())
        help.append({ u"invite %1 %2"_s.arg(command.word, command.operands).trimmed(), command.help });
    return help;
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
