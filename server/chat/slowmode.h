#pragma once

#include "protocol/ids.h"

#include <QDateTime>
#include <QHash>

#include <optional>
#include <utility>

namespace hearth {

/// When somebody last posted in a room where members wait between messages. In memory only: a restart lets everybody
/// post once.
class SlowMode
{
public:
    /// Milliseconds until the user may post again, if they may not now.
    [[nodiscard]] std::optional<qint64> wait(const RoomId &room, const UserName &user, int seconds, const QDateTime &now) const;
    void posted(const RoomId &room, const UserName &user, const QDateTime &now);
    /// The post of that time came to nothing.
    void forget(const RoomId &room, const UserName &user, const QDateTime &when);

private:
    QHash<std::pair<RoomId, UserName>, QDateTime> m_last;
};

} // namespace hearth
