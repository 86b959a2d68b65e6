#pragma once

#include "server/chat/serversettings.h"

#include <optional>

namespace hearth {

/// A token bucket: `burst` at once, then `perSecond`. Time comes in by the calls, in monotonic milliseconds.
class TokenBucket
{
public:
    explicit TokenBucket(const RateSettings &settings);

    /// Takes `amount` tokens, or as many as it can ever hold. Without them: how many milliseconds until they are there, at
    /// least 1.
    [[nodiscard]] std::optional<qint64> take(qint64 now, double amount = 1);
    /// What `take` would say, taking nothing.
    [[nodiscard]] std::optional<qint64> wait(qint64 now, double amount = 1);
    [[nodiscard]] bool isFull(qint64 now);

private:
    void refill(qint64 now);
    [[nodiscard]] double capacity() const;

    RateSettings m_settings;
    double m_tokens;
    qint64 m_filledAt = 0;
};

} // namespace hearth
