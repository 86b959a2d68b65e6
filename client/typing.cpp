#include "client/typing.h"

#include <algorithm>

namespace hearth {

TypingSender::Signs TypingSender::edited(const RoomId &room, bool isEmpty, qint64 now)
{
    Signs signs;
    if (m_room && *m_room != room)
        signs = stop();
    if (isEmpty) {
        if (m_room)
            signs.push_back(stop().front());
        return signs;
    }
    const bool isNew = !m_room;
    m_room = room;
    m_editedAt = now;
    if (isNew || now - m_toldAt >= RefreshMs) {
        m_toldAt = now;
        signs.push_back({ room, true });
    }
    return signs;
}

TypingSender::Signs TypingSender::sent(const RoomId &room) { return m_room == room ? stop() : Signs {}; }

TypingSender::Signs TypingSender::tick(qint64 now)
{
    if (m_room && now - m_editedAt >= RestMs)
        return stop();
    return {};
}

TypingSender::Signs TypingSender::stop()
{
    const RoomId room = *std::exchange(m_room, std::nullopt);
    return { { room, false } };
}

bool TypistList::set(const UserName &user, bool isTyping, qint64 now)
{
    const auto found = std::find_if(m_typists.begin(), m_typists.end(), [&](const Typist &t) { return t.user == user; });
    if (isTyping) {
        if (found != m_typists.end()) {
            found->until = now + LifetimeMs;
            return false;
        }
        m_typists.push_back({ user, now + LifetimeMs });
        return true;
    }
    if (found == m_typists.end())
        return false;
    m_typists.erase(found);
    return true;
}

bool TypistList::expire(qint64 now)
{
    return std::erase_if(m_typists, [now](const Typist &typist) { return typist.until <= now; }) > 0;
}

bool TypistList::clear()
{
    const bool had = !m_typists.empty();
    m_typists.clear();
    return had;
}

QList<UserName> TypistList::names() const
{
    QList<UserName> names;
    for (const Typist &typist : m_typists)
        names.append(typist.user);
    return names;
}

} // namespace hearth
