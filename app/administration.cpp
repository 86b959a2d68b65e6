#include "app/administration.h"

#include "app/consoleclient.h"
#include "app/invitecommands.h"
#include "app/moderationcommands.h"
#include "app/passwordinput.h"
#include "app/serverlinks.h"
#include "protocol/codec.h"
#include "protocol/visitor.h"
#include "protocol/wirenames.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Request = Result<ClientFrame, QString>;

/// One command: its words, the operands that follow them, the options that it takes, and the request that it is.
struct Command
{
    QStringList words;
    QStringList operands;
    QStringList options;
    QString help;
    Request (*request)(const QStringList &operands, const AdministrationOptions &given);

    [[nodiscard]] QString name() const { return words.join(u' '); }
};

Result<UserName, QString> nameFrom(const QString &text)
{
    if (const auto name = UserName::parse(text))
        return *name;
    return Unexpected(u"\"%1\" cannot be a name."_s.arg(text));
}

Request listUsers(const QStringList &, const AdministrationOptions &) { return ClientFrame { ListUsers {} }; }

Request addUser(const QStringList &operands, const AdministrationOptions &given)
{
    const auto name = nameFrom(operands.first());
    if (!name)
        return Unexpected(name.error());
    const QString word = given.value(u"role"_s, wireName(Role::Member));
    const auto role = fromWire<Role>(word);
    if (!role || role == Role::Guest)
        return Unexpected(u"--role: owner, moderator or member is expected, not \"%1\"."_s.arg(word));
    return ClientFrame { AddUser { *name, {}, *role } };
}

Request setPassword(const QStringList &operands, const AdministrationOptions &)
{
    const auto name = nameFrom(operands.first());
    return name ? Request(ClientFrame { ResetPassword { *name, {} } }) : Request(Unexpected(name.error()));
}

Request setRole(const QStringList &operands, const AdministrationOptions &) { return moderationRequest(QStringList { u"role"_s } + operands); }

Request removeUser(const QStringList &operands, const AdministrationOptions &)
{
    const auto name = nameFrom(operands.first());
    return name ? Request(ClientFrame { RemoveUser { *name } }) : Request(Unexpected(name.error()));
}

const QList<Command> &commands()
{
    const QString name = u"NAME"_s;
    const QString file = u"password-file"_s;
    static const QList<Command> all {
        { { u"user"_s, u"list"_s }, {}, {}, u"List everybody who has ever had a name here."_s, listUsers },
        { { u"user"_s, u"add"_s }, { name }, { u"role"_s, file }, u"Make an account; the first one is an owner's."_s, addUser },
        { { u"user"_s, u"passwd"_s }, { name }, { file }, u"Set somebody's password; they are signed out everywhere."_s, setPassword },
        { { u"user"_s, u"role"_s }, { name, u"ROLE"_s }, {}, u"Make somebody owner, moderator, member or guest."_s, setRole },
        { { u"user"_s, u"remove"_s }, { name }, {}, u"Remove an account for good. What was said stays, and the name stays taken."_s, removeUser },
    };
    return all;
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

QString wordsFor(const UsersListed &listed)
{
    QStringList lines;
    for (const AccountInfo &user : listed.users)
        lines.append(lineFor(user));
    return lines.isEmpty() ? u"Nobody yet."_s : lines.join(u'\n');
}

/// Nothing for another reply.
template <typename Reply>
std::optional<QString> wordsForA(const ServerFrame &reply)
{
    const auto *expected = std::get_if<Reply>(&reply);
    return expected != nullptr ? std::optional(wordsFor(*expected)) : std::nullopt;
}

} // namespace

bool isAdministration(const QString &word)
{
    const auto isIts = [&word](const Command &c) { return c.words.first() == word; };
    return isModeration(word) || isInviting(word) || std::any_of(commands().begin(), commands().end(), isIts);
}

Result<ClientFrame, QString> administrationRequest(const QStringList &words, const AdministrationOptions &given)
{
    if (isModeration(words.first()))
        return moderationRequest(words);
    if (isInviting(words.first()))
        return inviteRequest(words);
    QStringList wanted;
    for (const Command &command : commands()) {
        if (command.words.first() == words.first())
            wanted.append(command.name());
        if (words.first(std::min(words.size(), command.words.size())) != command.words)
            continue;
        const QStringList operands = words.sliced(command.words.size());
        if (operands.size() > command.operands.size())
            return Unexpected(u"There is no use for \"%1\"."_s.arg(operands.at(command.operands.size())));
        if (operands.size() < command.operands.size())
            return Unexpected(u"%1 needs a %2."_s.arg(command.name(), command.operands.at(operands.size())));
        for (const QString &option : given.keys()) {
            if (!command.options.contains(option))
                return Unexpected(u"%1 has no use for --%2."_s.arg(command.name(), option));
        }
        return command.request(operands, given);
    }
    return Unexpected(u"\"%1\" is not a command; there is %2."_s.arg(words.join(u' '), wanted.join(u", "_s)));
}

QList<std::pair<QString, QString>> administrationHelp()
{
    QList<std::pair<QString, QString>> help;
    for (const Command &command : commands())
        help.append({ (command.words + command.operands).join(u' '), command.help });
    return help + inviteHelp() + moderationHelp();
}

const QList<AdministrationOption> &administrationOptionHelp()
{
    static const QList<AdministrationOption> all {
        { u"role"_s, u"R"_s, u"For user add: owner, moderator or member (member)."_s },
        { u"password-file"_s, u"FILE"_s, u"For user add, user passwd: FILE's first line is the password; otherwise it is asked for."_s },
    };
    return all;
}

std::optional<QString> wordsFor(const ClientFrame &request, const ServerFrame &reply)
{
    const auto onceDone = [&reply](const QString &words) {
        return std::holds_alternative<Ack>(reply) ? std::optional(words) : std::nullopt;
    };
    return std::visit(Visitor {
                          [&](const ListUsers &) { return wordsForA<UsersListed>(reply); },
                          [&](const FetchHistory &) { return wordsForA<History>(reply); },
                          [&](const ListBans &) { return wordsForA<BansListed>(reply); },
                          [&](const FetchAudit &) { return wordsForA<AuditListed>(reply); },
                          [&](const ListWaitingGuests &) { return wordsForA<WaitingGuestsListed>(reply); },
                          [&](const ListInvites &) { return wordsForA<InvitesListed>(reply); },
                          [&](const AddUser &f) { return onceDone(u"%1 can sign in now."_s.arg(f.user.toString())); },
                          [&](const ResetPassword &f) { return onceDone(u"%1 has a new password, and is signed out everywhere."_s.arg(f.user.toString())); },
                          [&](const RemoveUser &f) { return onceDone(u"%1 is removed."_s.arg(f.user.toString())); },
                          [&](const auto &) { return onceDone(u"Done."_s); },
                      },
                      request);
}

namespace {

/// Where the request's password goes, if it has one.
QString *passwordOf(ClientFrame &request)
{
    if (auto *adding = std::get_if<AddUser>(&request))
        return &adding->password;
    if (auto *setting = std::get_if<ResetPassword>(&request))
        return &setting->password;
    return nullptr;
}

} // namespace

MaintenanceOutcome runAdministration(const ServerOptions &options, const OpenStore &openStore)
{
    ClientFrame request = *options.request;
    if (QString *password = passwordOf(request)) {
        const auto read = readNewPassword(options.passwordFile);
        if (!read)
            return { false, {}, read.error() };
        *password = *read;
    }
    Fingerprint fingerprint;
    if (std::holds_alternative<CreateInvite>(request)) { // first, since the code is told only once
        const auto found = fingerprintOf(options.settings);
        if (!found)
            return { false, {}, found.error() };
        fingerprint = *found;
    }
    const bool mayMake = std::holds_alternative<AddUser>(request); // the first account comes before the first start
    const auto reply = askServer(options.settings, request, mayMake, openStore);
    if (!reply)
        return { false, {}, reply.error().text };
    if (const auto *error = std::get_if<Error>(&*reply))
        return { false, {}, (error->message.isEmpty() ? QString(defaultMessage(error->code)) : error->message) + u'.' };
    if (const auto *created = std::get_if<InviteCreated>(&*reply)) {
        const QString room = created->invite.room ? created->invite.room->toString() : QString();
        return { true, wordsFor(*created, linksTo(options.settings, fingerprint, room, created->code)), {} };
    }
    const auto words = wordsFor(request, *reply);
    if (!words) // it may have been done all the same
        return { false, {}, u"The server has answered something else than this command understands. Use the hearthd of the server's version."_s };
    return { true, *words, {} };
}

} // namespace hearth
