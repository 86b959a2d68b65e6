#pragma once

#include "protocol/ids.h"

#include <QList>

#include <optional>
#include <vector>

namespace hearth {

/// Decides when the server hears that somebody is writing here: at the start, every 3 s while it goes on, and
/// once when it ends (sent, emptied, another room, or 5 s of rest). Times are milliseconds of any steady clock.
class TypingSender
{
public:
    static constexpr qint64 RefreshMs = 3'000;
    static constexpr qint64 RestMs = 5'000;

    struct Sign
    {
        RoomId room;
        bool isTyping = false;
        friend bool operator==(const Sign &, const Sign &) = default;
    };
    using Signs = std::vector<Sign>;

    /// A key changed the text of the room's composer.
    [[nodiscard]] Signs edited(const RoomId &room, bool isEmpty, qint64 now);
    /// The text was sent.
    [[nodiscard]] Signs sent(const RoomId &room);
    [[nodiscard]] Signs tick(qint64 now);
    /// The link is gone; nobody needs to be told.
    void reset() { m_room.reset(); }
    [[nodiscard]] bool isActive() const { return m_room.has_value(); }

private:
    [[nodiscard]] Signs stop();

    std::optional<RoomId> m_room;
    qint64 m_toldAt = 0;
    qint64 m_editedAt = 0;
};

/// Who is typing in one room. A sign holds for 6 s (faults.md, invariant 6).
class TypistList
{
public:
    static constexpr qint64 LifetimeMs = 6'000;

    /// Each is true when the list changed.
    bool set(const UserName &user, bool isTyping, qint64 now);
    bool expire(qint64 now);
    bool clear();
    /// In the order in which they began.
    [[nodiscard]] QList<UserName> names() const;
    [[nodiscard]] bool isEmpty() const { return m_typists.empty(); }

private:
    struct Typist
    {
        UserName user;
        qint64 until = 0;
    };
    std::vector<Typist> m_typists;
};

} // namespace hearth
