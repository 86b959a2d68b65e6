#pragma once

#include "app/maintenance.h"
#include "protocol/clientframes.h"
#include "protocol/serverframes.h"
#include "server/chat/server.h"

namespace hearth {

/// Whether a command's first word is one of those that administer a chat: `user`, or one of moderationcommands.h.
[[nodiscard]] bool isAdministration(const QString &word);

/// What the words of such a command ask of the server. An error is one line for the person who typed it.
[[nodiscard]] Result<ClientFrame, QString> administrationRequest(const QStringList &words);

/// The commands, for the help text: how each is typed, and what it does.
[[nodiscard]] QList<std::pair<QString, QString>> administrationHelp();

/// The server's reply, for people. Not for errors.
[[nodiscard]] QString wordsFor(const ServerFrame &reply);

/// Asks the server of `options.settings.dataDirectory`, running or not. Blocks until it has answered.
[[nodiscard]] MaintenanceOutcome runAdministration(const ServerOptions &options, const OpenStore &openStore);

} // namespace hearth
