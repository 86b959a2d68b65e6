#pragma once

#include "app/configuration.h"
#include "protocol/clientframes.h"

#include <QCommandLineParser>
#include <QStringList>

#include <optional>

namespace hearth {

/// What the command line of `hearthd` asks for, with the configuration file read in.
struct ServerOptions
{
    enum class Action { Serve, CheckConfig, ShowVersion, ShowHelp, Backup, Restore, Check, Fingerprint, Administer };
    Action action = Action::Serve;
    QString file; ///< of Backup and Restore
    std::optional<ClientFrame> request; ///< of Administer; a password in it is still to be read
    QString passwordFile; ///< where from; empty: from standard input
    ServerSettings settings;
    QString logLevel = QStringLiteral("info");
    QString helpText;
};

/// The options of `hearthd`. The file is read first; the command line wins. An error is one line for the person
/// who typed it.
[[nodiscard]] Result<ServerOptions, QString> parseServerOptions(const QStringList &arguments);

/// Where a server keeps its data when nobody says.
[[nodiscard]] QString defaultDataDirectory();
/// Makes the directories that it is in. What somebody named must be there but for its last part.
void prepareDataDirectory(const ServerSettings &settings);

/// Shows messages of this level and above: debug, info, warning, error. False for another word.
[[nodiscard]] bool setLogLevel(const QString &level);

} // namespace hearth
