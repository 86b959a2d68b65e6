#pragma once

#include "protocol/clientframes.h"
#include "protocol/result.h"
#include "protocol/serverframes.h"

#include <QStringList>

#include <utility>

namespace hearth {

/// The commands of `hearthd` that moderate: `kick`, `ban` and the like. Part of administration.h.
[[nodiscard]] bool isModeration(const QString &word);
/// What the words of such a command ask of the server. An error is one line for the person who typed it.
[[nodiscard]] Result<ClientFrame, QString> moderationRequest(const QStringList &words);
/// How each is typed, and what it does.
[[nodiscard]] QList<std::pair<QString, QString>> moderationHelp();

/// A time as the commands print it: UTC, to the minute.
[[nodiscard]] QString timeText(const QDateTime &time);
[[nodiscard]] QString wordsFor(const BansListed &listed);
[[nodiscard]] QString wordsFor(const History &history);
[[nodiscard]] QString wordsFor(const AuditListed &listed);
[[nodiscard]] QString wordsFor(const WaitingGuestsListed &listed);

} // namespace hearth
