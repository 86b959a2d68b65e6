#pragma once

#include "protocol/clientframes.h"
#include "protocol/result.h"
#include "protocol/serverframes.h"

#include <QStringList>

#include <utility>

namespace hearth {

/// `hearthd invite create`, `list` and `revoke`. Part of administration.h.
[[nodiscard]] bool isInviting(const QString &word);
/// What the words of such a command ask of the server. An error is one line for the person who typed it.
[[nodiscard]] Result<ClientFrame, QString> inviteRequest(const QStringList &words);
/// How each is typed, and what it does.
[[nodiscard]] QList<std::pair<QString, QString>> inviteHelp();

/// `links` lead to the chat with the invite's code.
[[nodiscard]] QString wordsFor(const InviteCreated &created, const QStringList &links);
[[nodiscard]] QString wordsFor(const InvitesListed &listed);

} // namespace hearth
