#pragma once

#include "app/consolecommand.h"
#include "protocol/serverframes.h"

namespace hearth {

/// `hearthd user …`. Part of administration.h.
[[nodiscard]] const QList<ConsoleCommand> &accountCommands();

[[nodiscard]] QString wordsFor(const UsersListed &listed);

} // namespace hearth
