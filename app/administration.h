#pragma once

#include "app/maintenance.h"
#include "protocol/clientframes.h"
#include "protocol/serverframes.h"
#include "server/chat/server.h"

#include <QMap>

namespace hearth {

/// Whether a command's first word is one of those that administer a chat: `user`, `invite`, or one of moderationcommands.h.
[[nodiscard]] bool isAdministration(const QString &word);

/// The options of such commands that were given, without their dashes.
using AdministrationOptions = QMap<QString, QString>;

/// What such a command asks of the server; a password in it is still to be read. An error is one line for the person who
/// typed it.
[[nodiscard]] Result<ClientFrame, QString> administrationRequest(const QStringList &words, const AdministrationOptions &given);

/// The commands, for the help text: how each is typed, and what it does.
[[nodiscard]] QList<std::pair<QString, QString>> administrationHelp();

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
