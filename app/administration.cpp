#include "app/administration.h"

#include "app/accountcommands.h"
#include "app/consoleclient.h"
#include "app/invitecommands.h"
#include "app/moderationcommands.h"
#include "app/passwordinput.h"
#include "app/serverlinks.h"
#include "protocol/codec.h"
#include "protocol/visitor.h"

#include <algorithm>
#include <iterator>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

const QList<AdministrationOption> &administrationOptionHelp()
{
    static const QList<AdministrationOption> all {
        { u"role"_s, u"R"_s, u"For user add: owner, moderator or member (member)."_s },
        { u"password-file"_s, u"FILE"_s, u"For user add, user passwd: FILE's first line is the password; otherwise it is asked for."_s },
    };
    return all;
}

namespace {

/// Every command, in the order in which help lists them.
const QList<ConsoleCommand> &commands()
{
    static const QList<ConsoleCommand> all = accountCommands() + inviteCommands() + moderationCommands();
    return all;
}

/// How it is typed.
QString usageOf(const ConsoleCommand &command)
{
    QStringList parts { command.words };
    if (!command.operands.isEmpty())
        parts.append(command.operands);
    for (const AdministrationOption &known : administrationOptionHelp()) {
        if (command.options.contains(known.option))
            parts.append(u"[--%1 %2]"_s.arg(known.option, known.value));
    }
    return parts.join(u' ');
}

/// The one command that is meant, or those that begin as what was typed: `user` is the beginning of five.
QList<ConsoleCommand> commandsFor(const QStringList &words)
{
    QList<ConsoleCommand> meant;
    std::copy_if(commands().begin(), commands().end(), std::back_inserter(meant), [&words](const ConsoleCommand &c) { return c.matches(words); });
    if (meant.isEmpty() && words.size() > 1)
        return commandsFor(words.first(1));
    return meant;
}

QString usageOf(const QList<ConsoleCommand> &meant)
{
    QStringList usages;
    for (const ConsoleCommand &command : meant)
        usages.append(usageOf(command));
    return u"Usage: hearthd "_s + usages.join(u" | "_s);
}

/// Nothing for another reply.
template <typename Reply>
std::optional<QString> wordsForA(const ServerFrame &reply)
{
    const auto *expected = std::get_if<Reply>(&reply);
    return expected != nullptr ? std::optional(wordsFor(*expected)) : std::nullopt;
}

} // namespace

bool isAdministration(const QString &word) { return !word.isEmpty() && !commandsFor({ word }).isEmpty(); }

Result<ClientFrame, QString> administrationRequest(const QStringList &words, const AdministrationOptions &given)
{
    const QList<ConsoleCommand> meant = commandsFor(words);
    const ConsoleCommand &command = meant.first();
    const auto wrong = [&meant](const QString &text) { return Unexpected(text + u' ' + usageOf(meant)); };
    if (!command.matches(words))
        return wrong(u"\"%1\" is not a command."_s.arg(words.join(u' ')));
    if (words.size() < command.wordCount())
        return wrong(u"Something is missing behind \"%1\"."_s.arg(words.join(u' ')));
    for (const QString &option : given.keys()) {
        if (!command.options.contains(option))
            return wrong(u"%1 has no use for --%2."_s.arg(command.words, option));
    }
    const auto request = command.request(words.sliced(command.wordCount()), given);
    return request ? request : wrong(request.error());
}

QList<std::pair<QString, QString>> administrationHelp(const QStringList &words)
{
    QList<std::pair<QString, QString>> help;
    for (const ConsoleCommand &command : words.isEmpty() ? commands() : commandsFor(words))
        help.append({ usageOf(command), command.help });
    return help;
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
    Whereabouts server;
    QString doubt;
    if (std::holds_alternative<CreateInvite>(request)) { // first, since the code is told only once
        const auto found = askWhereabouts(options.settings.dataDirectory);
        const auto fingerprint = found ? Fingerprint() : fingerprintOf(options.settings);
        if (!fingerprint)
            return { false, {}, fingerprint.error() };
        server = found.value_or(whereaboutsOf(options.settings, *fingerprint));
        if (!found)
            doubt = u"No server has said where it listens: the links are for the addresses and the port of this command's own settings."_s;
    }
    const bool mayMake = std::holds_alternative<AddUser>(request); // the first account comes before the first start
    const auto reply = askServer(options.settings, request, mayMake, openStore);
    if (!reply)
        return { false, {}, reply.error().text };
    if (const auto *error = std::get_if<Error>(&*reply))
        return { false, {}, (error->message.isEmpty() ? QString(defaultMessage(error->code)) : error->message) + u'.' };
    if (const auto *created = std::get_if<InviteCreated>(&*reply)) {
        const QString room = created->invite.room ? created->invite.room->toString() : QString();
        return { true, wordsFor(*created, linksTo(server, room, created->code)), doubt };
    }
    const auto words = wordsFor(request, *reply);
    if (!words) // it may have been done all the same
        return { false, {}, u"The server has answered something else than this command understands. Use the hearthd of the server's version."_s };
    return { true, *words, {} };
}

} // namespace hearth
