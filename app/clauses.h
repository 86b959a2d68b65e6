#pragma once

#include "protocol/moderation.h"

#include <QStringList>

#include <optional>

namespace hearth {

/// What follows a command's name: what it is about, and then clauses, each with its first word: `in ROOM`, `for 2h`,
/// `because …`, which takes the rest.
struct Clauses
{
    UserName user;
    QString address; ///< in place of the user
    std::optional<RoomId> room;
    std::optional<qint64> forSeconds;
    std::optional<Role> role;
    std::optional<int> uses;
    QString reason; ///< or a note
    QStringList taken; ///< the first words of those that were read
    QString problem; ///< one line for the person who typed it; empty: all is well
};

/// A room as people write it: `ops`, or `#ops`, as it is shown. Nothing for what is no room's id.
[[nodiscard]] std::optional<RoomId> roomFrom(const QString &text);

/// Takes the clauses off `words`, all of which begin with one of the words that are `known`. Stops where one is wrong, or there twice.
void takeClauses(Clauses &clauses, const QStringList &known, QStringList &words);

} // namespace hearth
