#pragma once

#include "app/consolecommand.h"
#include "app/maintenance.h"
#include "protocol/serverframes.h"
#include "server/chat/server.h"

namespace hearth {

/// Whether a command's first word is one of those that administer a chat: `user`, `invite`, `ban` and so on.
[[nodiscard]] bool isAdministration(const QString &word);

/// What such a command asks of the server; a password in it is still to be read. `words` begins with a word for which
/// isAdministration() is true. An error is one line for the person who typed it, and tells how the command is typed.
[[nodiscard]] Result<ClientFrame, QString> administrationRequest(const QStringList &words, const AdministrationOptions &given);

/// The commands, for the help text: how each is typed, and what it does. All of them, or those that `words` begin.
[[nodiscard]] QList<std::pair<QString, QString>> administrationHelp(const QStringList &words = {});

/// Their options: the option, what its value is called, and what it means.
struct AdministrationOption
{
    QString option;
    QString value;
    QString help;
};
[[nodiscard]] const QList<AdministrationOption> &administrationOptionHelp();

/// The server's reply, for people; nothing for one that does not belong to the request. Not for errors.
[[nodiscard]] std::optional<QString> wordsFor(const ClientFrame &request, const ServerFrame &reply);

/// Asks the server of `options.settings.dataDirectory`, running or not. Blocks until it has answered.
[[nodiscard]] MaintenanceOutcome runAdministration(const ServerOptions &options, const OpenStore &openStore);

} // namespace hearth
