#pragma once

#include "app/consolecommand.h"
#include "protocol/serverframes.h"

namespace hearth {

/// `hearthd invite create`, `list` and `revoke`. Part of administration.h.
[[nodiscard]] const QList<ConsoleCommand> &inviteCommands();

/// `links` lead to the chat with the invite's code.
[[nodiscard]] QString wordsFor(const InviteCreated &created, const QStringList &links);
[[nodiscard]] QString wordsFor(const InvitesListed &listed);

} // namespace hearth
