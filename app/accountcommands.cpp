#include "app/accountcommands.h"

#include "app/consoletext.h"
#include "app/moderationcommands.h"
#include "protocol/wirenames.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The one operand of a command that is about somebody.
Result<UserName, QString> nameOf(const QStringList &operands)
{
    if (operands.isEmpty())
        return Unexpected(u"A name is missing."_s);
    if (operands.size() > 1)
        return noUseFor(operands.at(1));
    if (const auto name = UserName::parse(operands.first()))
        return *name;
    return Unexpected(u"\"%1\" cannot be a name."_s.arg(operands.first()));
}

CommandRequest listUsers(const QStringList &operands, const AdministrationOptions &)
{
    return operands.isEmpty() ? CommandRequest(ListUsers {}) : noUseFor(operands.first());
}

CommandRequest addUser(const QStringList &operands, const AdministrationOptions &given)
{
    const auto name = nameOf(operands);
    if (!name)
        return Unexpected(name.error());
    const QString word = given.value(u"role"_s, wireName(Role::Member));
    const auto role = fromWire<Role>(word);
    if (!role || role == Role::Guest)
        return Unexpected(u"--role: owner, moderator or member is expected, not \"%1\"."_s.arg(word));
    return ClientFrame { AddUser { *name, {}, *role } };
}

CommandRequest setPassword(const QStringList &operands, const AdministrationOptions &)
{
    const auto name = nameOf(operands);
    return name ? CommandRequest(ResetPassword { *name, {} }) : CommandRequest(Unexpected(name.error()));
}

CommandRequest removeUser(const QStringList &operands, const AdministrationOptions &)
{
    const auto name = nameOf(operands);
    return name ? CommandRequest(RemoveUser { *name }) : CommandRequest(Unexpected(name.error()));
}

QString lineFor(const AccountInfo &user)
{
    QStringList facts { wireName(user.role) };
    if (user.hasPassword)
        facts.append(u"password"_s);
    if (user.isRemoved)
        facts.append(u"removed"_s);
    else if (user.state != PresenceState::Offline)
        facts.append(wireName(user.state));
    else if (user.lastSeen.isValid())
        facts.append(u"last seen "_s + timeText(user.lastSeen));
    return user.user.toString() + u'\t' + facts.join(u", "_s);
}

} // namespace

const QList<ConsoleCommand> &accountCommands()
{
    const QString file = u"password-file"_s;
    static const QList<ConsoleCommand> all {
        { u"user list"_s, {}, u"List everybody who has ever had a name here."_s, listUsers },
        { u"user add"_s, u"NAME"_s, u"Make an account; the first one is an owner's."_s, addUser, { u"role"_s, file } },
        { u"user passwd"_s, u"NAME"_s, u"Set somebody's password; they are signed out everywhere."_s, setPassword, { file } },
        { u"user role"_s, u"NAME ROLE"_s, u"Make somebody owner, moderator, member or guest."_s, requestRole },
        { u"user remove"_s, u"NAME"_s, u"Remove an account for good. What was said stays, and the name stays taken."_s, removeUser },
    };
    return all;
}

QString wordsFor(const UsersListed &listed)
{
    QStringList lines;
    for (const AccountInfo &user : listed.users)
        lines.append(lineFor(user));
    return lines.isEmpty() ? u"Nobody yet."_s : lines.join(u'\n');
}

} // namespace hearth
