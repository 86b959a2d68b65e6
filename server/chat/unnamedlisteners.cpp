#include "server/chat/unnamedlisteners.h"

namespace hearth {

UnnamedListeners::UnnamedListeners(std::chrono::milliseconds betweenNews)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(betweenNews);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (const News news = takeNews(); !news.isEmpty())
            emit changed(news);
    });
}

UnnamedListeners::~UnnamedListeners() = default;

void UnnamedListeners::add(const RoomId &room)
{
    ++m_rooms[room].now;
    noteChange(room);
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

UnnamedListeners::News UnnamedListeners::takeNews()
{
    News news;
    for (const RoomId &room : std::exchange(m_changed, {})) {
        const auto count = m_rooms.find(room);
        const int now = count->now;
        if (std::exchange(count->told, now) != now)
            news.append({ room, now });
        if (now == 0)
            m_rooms.erase(count);
    }
    return news;
}

} // namespace hearth
