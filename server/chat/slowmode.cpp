#include "server/chat/slowmode.h"

#include "protocol/limits.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr qsizetype MaxRemembered = 10'000;

} // namespace

std::optional<qint64> SlowMode::wait(const RoomId &room, const UserName &user, int seconds, const QDateTime &now) const
{
    const auto last = m_last.constFind({ room, user });
    if (seconds <= 0 || last == m_last.constEnd())
        return std::nullopt;
    const qint64 whole = qint64 { seconds } * 1'000;
    // A clock that was set back makes nobody wait longer than the room says.
    const qint64 left = std::min(last->addMSecs(whole).toMSecsSinceEpoch() - now.toMSecsSinceEpoch(), whole);
    return left > 0 ? std::optional(left) : std::nullopt;
}

void SlowMode::posted(const RoomId &room, const UserName &user, const QDateTime &now)
{
    if (m_last.size() >= MaxRemembered)
        m_last.removeIf([&now](auto entry) { return entry.value().secsTo(now) >= limits::MaxSlowModeSeconds; });
    m_last.insert({ room, user }, now);
}

void SlowMode::forget(const RoomId &room, const UserName &user, const QDateTime &when)
{
    const auto last = m_last.constFind({ room, user });
    if (last != m_last.constEnd() && *last == when)
        m_last.erase(last);
}

} // namespace hearth
