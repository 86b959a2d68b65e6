#include "server/chat/loginthrottle.h"

#include <algorithm>

namespace hearth {

std::optional<qint64> LoginThrottle::attempt(const UserName &name, qint64 now)
{
    makeRoom(now);
    Attempts &attempts = m_attempts[name];
    if (now - attempts.last > MemoryMs)
        attempts = {};
    if (now < attempts.nextAllowed)
        return attempts.nextAllowed - now;
    attempts.last = now;
    const int over = ++attempts.inARow - Free;
    if (over >= 0) // the next one has to wait, longer each time
        attempts.nextAllowed = now + std::min(LongestWaitMs, FirstWaitMs << std::min(over, 10));
    return std::nullopt;
}

/// Somebody who tries many names does not make us remember them all. Whose turn to wait it is stays known for longest.
void LoginThrottle::makeRoom(qint64 now)
{
    if (m_attempts.size() < MaxNames)
        return;
    m_attempts.removeIf([now](auto entry) { return entry.value().inARow < Free || entry.value().nextAllowed <= now; });
    if (m_attempts.size() >= MaxNames)
        m_attempts.clear();
}

} // namespace hearth
