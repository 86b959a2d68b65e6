#pragma once

#include "protocol/ids.h"

#include <QHash>

#include <optional>

namespace hearth {

/// How often somebody may be wrong about the password of one account, whoever it is and wherever they sit: ten times in a
/// row, then once after 30 s, a minute, two … a quarter of an hour. The right password makes up for all. Names that nobody
/// has are counted like others, so that counting tells nothing. Times are in monotonic milliseconds.
class LoginThrottle
{
public:
    static constexpr int Free = 10;
    static constexpr qint64 FirstWaitMs = 30'000;
    static constexpr qint64 LongestWaitMs = 15 * 60'000;
    /// After so long a pause all is forgotten.
    static constexpr qint64 MemoryMs = 24 * 3'600'000;
    static constexpr qsizetype MaxNames = 10'000;

    /// An attempt: nothing when it may be made, and it counts as wrong until `succeed()`; otherwise how long to wait.
    [[nodiscard]] std::optional<qint64> attempt(const UserName &name, qint64 now);
    void succeed(const UserName &name) { m_attempts.remove(name); }

private:
    struct Attempts
    {
        int inARow = 0;
        qint64 last = 0;
        qint64 nextAllowed = 0;
    };

    void makeRoom(qint64 now);

    QHash<UserName, Attempts> m_attempts;
};

} // namespace hearth
