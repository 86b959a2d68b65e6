#include "server/chat/unnamedlisteners.h"

#include <utility>

namespace hearth {

UnnamedListeners::UnnamedListeners(std::chrono::milliseconds betweenNews)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(betweenNews);
    connect(&m_timer, &QTimer::timeout, this, &UnnamedListeners::tellChanges);
}

UnnamedListeners::~UnnamedListeners() = default;

void UnnamedListeners::add(const RoomId &room)
{
    Count &count = m_rooms[room];
    ++count.now;
    if (count.told > 0) {
        noteChange(room);
        return;
    }
    count.told = count.now; // nobody shall write on believing that it is encrypted
    emit changed(room, count.now);
}

void UnnamedListeners::remove(const RoomId &room)
{
    --m_rooms[room].now;
    noteChange(room);
}

void UnnamedListeners::noteChange(const RoomId &room)
{
    m_changed.insert(room);
    if (!m_timer.isActive())
        m_timer.start();
}

void UnnamedListeners::tellChanges()
{
    emit aboutToTell();
    for (const RoomId &room : std::exchange(m_changed, {})) {
        const auto count = m_rooms.find(room);
        const int now = count->now;
        const bool isNews = std::exchange(count->told, now) != now;
        if (now == 0)
            m_rooms.erase(count);
        if (isNews)
            emit changed(room, now);
    }
}

} // namespace hearth
