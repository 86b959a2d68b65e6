#pragma once

#include "client/serveraddress.h"
#include "protocol/ids.h"
#include "protocol/result.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace hearth {

/// What the command line of `hearth` asks for.
struct DesktopOptions
{
    enum class Action { ShowWindow, ShowVersion, ShowHelp };
    Action action = Action::ShowWindow;
    bool hosts = false; ///< --host
    std::optional<ServerAddress> join; ///< --join
    /// As an argument by itself: what the desktop passes on when a link is clicked, which nobody would see refused in a
    /// terminal. Begins with `hearth://`; whether it is whole, the window says. Empty: none.
    QString link;
    std::optional<UserName> user; ///< --user
    QString dataDirectory; ///< --data; empty: the usual place
    /// What is meant for the server that is hosted, as `hearthd` takes it, with the program's name first.
    QStringList serverArguments;
    QString helpText;
};

/// The options of the desktop program. An error is one line for the person who typed it.
[[nodiscard]] Result<DesktopOptions, QString> parseDesktopOptions(const QStringList &arguments);

/// Whether the server is asked for instead of a window: `--headless` anywhere before a lone `--`.
[[nodiscard]] bool wantsHeadless(int argc, char **argv);

} // namespace hearth
