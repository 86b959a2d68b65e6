#pragma once

#include "app/consolecommand.h"
#include "protocol/serverframes.h"

namespace hearth {

/// The commands of `hearthd` that moderate: `kick`, `ban` and the like. Part of administration.h.
[[nodiscard]] const QList<ConsoleCommand> &moderationCommands();
/// What `role NAME ROLE` asks, for who has another name for it.
[[nodiscard]] CommandRequest requestRole(const QStringList &operands, const AdministrationOptions &given);

[[nodiscard]] QString wordsFor(const BansListed &listed);
[[nodiscard]] QString wordsFor(const History &history);
[[nodiscard]] QString wordsFor(const AuditListed &listed);
[[nodiscard]] QString wordsFor(const WaitingGuestsListed &listed);

} // namespace hearth
