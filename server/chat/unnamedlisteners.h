#pragma once

#include "protocol/ids.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <chrono>

namespace hearth {

/// How many connections hear what is said in a room, can be read by others on the network, and have given no name that
/// this could be shown beside. It is news at once where there was none, and otherwise at most once a second: whoever
/// connects and disconnects all the time cannot make the others hear of each time. One thread.
class UnnamedListeners : public QObject
{
    Q_OBJECT

public:
    explicit UnnamedListeners(std::chrono::milliseconds betweenNews = std::chrono::seconds(1));
    ~UnnamedListeners() override;

    void add(const RoomId &room);
    void remove(const RoomId &room);
    [[nodiscard]] int in(const RoomId &room) const { return m_rooms.value(room).now; }

signals:
    void changed(const hearth::RoomId &room, int listeners);
    /// The second is over: `changed` follows for each room where it did.
    void aboutToTell();

private:
    struct Count
    {
        int now = 0;
        int told = 0;
    };

    void noteChange(const RoomId &room);
    void tellChanges();

    QHash<RoomId, Count> m_rooms; ///< where there are some, or the last are still to be told to be gone
    QSet<RoomId> m_changed;
    QTimer m_timer;
};

} // namespace hearth
