#pragma once

#include "protocol/clientframes.h"
#include "protocol/serverframes.h"

#include <QSet>

#include <optional>

namespace hearth::test {

class RoomLogs;

/// Notes what one connection says and hears, and tells whether it was let in on something that it had no part in.
class FrameAudit
{
public:
    /// `path` is the room of the connection's path.
    explicit FrameAudit(const RoomId &path) : m_path(path) { }

    void said(const ClientFrame &frame);
    void heard(const ServerFrame &frame);

    /// Every room that came up.
    [[nodiscard]] const QSet<RoomId> &rooms() const { return m_rooms; }
    /// The first frame that it should not have heard, in words; empty: none.
    [[nodiscard]] QString breach(const RoomLogs &logs) const;

private:
    struct Note
    {
        RoomId room;
        std::optional<Seq> event; ///< of the log, heard live
        bool isFromInside = false; ///< goes to who is in the room, not to who may look at it
        std::optional<UserName> welcomed;
        std::size_t kind = 0; ///< index of the frame's type
    };

    [[nodiscard]] bool isFair(const Note &note, const RoomLogs &logs) const;

    RoomId m_path;
    QSet<UserName> m_names; ///< that it has used before `welcome`
    std::optional<UserName> m_welcomed;
    QSet<RoomId> m_rooms;
    QList<Note> m_notes;
};

} // namespace hearth::test
