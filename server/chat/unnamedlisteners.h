#pragma once

#include "protocol/ids.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <utility>

namespace hearth {

/// How many connections hear what is said in a room, can be read by others on the network, and have given no name that
/// this could be shown beside. What changed is told after a while: most give their name at once, and whoever comes and
/// goes all the time is not told of each time. One thread.
class UnnamedListeners : public QObject
{
    Q_OBJECT

public:
    using News = QList<std::pair<RoomId, int>>; ///< rooms, and how many there are now

    explicit UnnamedListeners(std::chrono::milliseconds betweenNews);
    ~UnnamedListeners() override;

    void add(const RoomId &room);
    void remove(const RoomId &room);
    /// What was told last, which whoever comes now has to know too. Later news build on it.
    [[nodiscard]] int told(const RoomId &room) const { return m_rooms.value(room).told; }

signals:
    void changed(const hearth::UnnamedListeners::News &news);

private:
    struct Count
    {
        int now = 0;
        int told = 0;
    };

    void noteChange(const RoomId &room);
    [[nodiscard]] News takeNews();

    QHash<RoomId, Count> m_rooms; ///< where there are some, or the last are still to be told to be gone
    QSet<RoomId> m_changed;
    QTimer m_timer;
};

} // namespace hearth
