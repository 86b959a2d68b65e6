#include "app/administration.h"

#include "app/consoleclient.h"
#include "app/moderationcommands.h"
#include "protocol/codec.h"
#include "protocol/wirenames.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Request = Result<ClientFrame, QString>;

/// One command: its words, what follows them, and the request that it is. More operands than it has names are refused.
struct Command
{
    QStringList words;
    QStringList operands;
    QString help;
    Request (*request)(const QStringList &operands);

    [[nodiscard]] QString typed() const { return (words + operands).join(u' '); }
};

Request listUsers(const QStringList &) { return ClientFrame { ListUsers {} }; }

const QList<Command> &commands()
{
    static const QList<Command> all {
        { { u"user"_s, u"list"_s }, {}, u"List everybody who has ever had a name here."_s, listUsers },
    };
    return all;
}

QString when(const QDateTime &time) { return time.toUTC().toString(u"yyyy-MM-dd hh:mm"_s); }

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
        facts.append(u"last seen "_s + when(user.lastSeen));
    return user.user.toString() + u'\t' + facts.join(u", "_s);
}

template <typename... Handlers>
struct Visitor : Handlers...
{
    using Handlers::operator()...;
};
template <typename... Handlers>
Visitor(Handlers...) -> Visitor<Handlers...>;

} // namespace

bool isAdministration(const QString &word)
{
    const auto isIts = [&word](const Command &c) { return c.words.first() == word; };
    return isModeration(word) || std::any_of(commands().begin(), commands().end(), isIts);
}

Result<ClientFrame, QString> administrationRequest(const QStringList &words)
{
    if (isModeration(words.first()))
        return moderationRequest(words);
    QStringList wanted;
    for (const Command &command : commands()) {
        if (command.words.first() == words.first())
            wanted.append(command.words.join(u' '));
        if (words.first(std::min(words.size(), command.words.size())) != command.words)
            continue;
        const QStringList operands = words.sliced(command.words.size());
        if (operands.size() > command.operands.size())
            return Unexpected(u"There is no use for \"%1\"."_s.arg(operands.at(command.operands.size())));
        if (operands.size() < command.operands.size())
            return Unexpected(u"%1 needs %2."_s.arg(command.words.join(u' '), command.operands.at(operands.size())));
        return command.request(operands);
    }
    return Unexpected(u"\"%1\" is not a command; %2 is."_s.arg(words.join(u' '), wanted.join(u", "_s)));
}

QList<std::pair<QString, QString>> administrationHelp()
{
    QList<std::pair<QString, QString>> help;
    for (const Command &command : commands())
        help.append({ command.typed(), command.help });
    return help + moderationHelp();
}

QString wordsFor(const ServerFrame &reply)
{
    return std::visit(Visitor {
                          [](const UsersListed &listed) {
                              QStringList lines;
                              for (const AccountInfo &user : listed.users)
                                  lines.append(lineFor(user));
                              return lines.isEmpty() ? u"Nobody yet."_s : lines.join(u'\n');
                          },
                          [](const Ack &) { return u"Done."_s; },
                          [](const BansListed &listed) { return wordsFor(listed); },
                          [](const AuditListed &listed) { return wordsFor(listed); },
                          [](const WaitingGuestsListed &listed) { return wordsFor(listed); },
                          [](const auto &) { return QString(); },
                      },
                      reply);
}

MaintenanceOutcome runAdministration(const ServerOptions &options, const OpenStore &openStore)
{
    const auto reply = askServer(options.settings, *options.request, false, openStore);
    if (!reply)
        return { false, {}, reply.error().text };
    if (const auto *error = std::get_if<Error>(&*reply))
        return { false, {}, (error->message.isEmpty() ? QString(defaultMessage(error->code)) : error->message) + u'.' };
    return { true, wordsFor(*reply), {} };
}

} // namespace hearth
