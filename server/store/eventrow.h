#pragma once

#include "protocol/serverframes.h"
#include "server/store/database.h"
#include "server/store/schema.h"

#include <optional>

namespace hearth {

/// A row of `events`, as it is written and checked. Users and rooms stand in it by their row ids.
struct EventRow
{
    qint64 roomId = 0;
    qint64 seq = 0;
    EventKind kind = EventKind::Message;
    qint64 userId = 0;
    qint64 at = 0; ///< milliseconds since 1970 UTC
    std::optional<qint64> target; ///< the message that an edit, deletion or reaction is about
    std::optional<QString> text; ///< content, emoji or topic; a message without one has expired
    std::optional<QString> clientId;
    std::optional<qint64> replyTo;
    std::optional<qint64> flag; ///< a reaction added (1) or removed (0); joined (1) or left (0)
    std::optional<qint64> otherUserId; ///< who changed somebody else's membership

    /// Over every column, so that a bit that flips on the disk does not pass for what somebody said. Throws SqlFailure where libcrypto
    /// cannot compute it.
    [[nodiscard]] qint64 checksum() const;

    /// `otherUserId` is for the caller to fill in.
    [[nodiscard]] static EventRow of(const EventBody &body);
    /// From HEARTH_ROW_COLUMNS.
    [[nodiscard]] static EventRow read(const Statement &row);
};

/// The columns of `events` that a row is made of, and the checksum of.
#define HEARTH_ROW_COLUMNS                                                                         \
    "room_id, seq, kind, user_id, at, target, text, client_id, reply_to, flag, other_user"

/// The columns that `readEvent` takes, over `events e JOIN users u LEFT JOIN users o`.
#define HEARTH_EVENT_COLUMNS                                                                       \
    "e.seq, e.kind, u.name, e.at, e.target, e.text, e.client_id, e.reply_to, e.flag, o.name"
#define HEARTH_EVENT_TABLES                                                                        \
    "events e JOIN users u ON u.id = e.user_id LEFT JOIN users o ON o.id = e.other_user"

[[nodiscard]] RoomEvent readEvent(const RoomId &room, const Statement &row);

/// A time as it is kept: milliseconds since 1970 UTC, NULL for none.
[[nodiscard]] QDateTime storedTime(const Statement &row, int column);
[[nodiscard]] std::optional<qint64> milliseconds(const QDateTime &time);

/// Names and ids were checked when they came in: what cannot be read back is null.
[[nodiscard]] UserName storedUser(const QString &text);
[[nodiscard]] RoomId storedRoom(const QString &text);

} // namespace hearth
