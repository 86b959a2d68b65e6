#pragma once

#include "protocol/serverframes.h"

#include <QHash>
#include <QSet>

namespace hearth::test {

class Chat;

/// The messages as `history` must show them, oldest first, written the simple way.
[[nodiscard]] QList<MessageSnapshot> messagesOf(const QList<RoomEvent> &log);

/// What the logs of a chat's rooms say, read when everything has happened: who was a member of what, and when.
class RoomLogs
{
public:
    RoomLogs(Chat &chat, const QSet<RoomId> &rooms);

    /// Whether every log is 1, 2, 3 …
    [[nodiscard]] bool isGapless() const;
    /// Whether `history` of every room is what its log makes.
    [[nodiscard]] bool isShownAsWritten() const;
    [[nodiscard]] bool isPublic(const RoomId &room) const { return !m_hidden.contains(room); }
    [[nodiscard]] bool wasMember(const RoomId &room, const UserName &user) const;
    /// From the event that made them one until before the one that ended it.
    [[nodiscard]] bool wasMemberAt(const RoomId &room, const UserName &user, Seq seq) const;

private:
    QHash<RoomId, QList<RoomEvent>> m_events;
    QHash<RoomId, QList<MessageSnapshot>> m_messages; ///< as `history` gives them
    QSet<RoomId> m_hidden; ///< private and direct ones
};

} // namespace hearth::test
