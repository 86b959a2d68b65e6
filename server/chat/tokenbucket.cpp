#include "server/chat/tokenbucket.h"

#include <algorithm>
#include <cmath>

namespace hearth {

TokenBucket::TokenBucket(const RateSettings &settings) : m_settings(settings), m_tokens(capacity()) { }

/// A bucket that cannot hold one whole token would refuse everything for ever.
double TokenBucket::capacity() const { return std::max(m_settings.burst, 1.0); }

void TokenBucket::refill(qint64 now)
{
    if (m_filledAt > 0 && now <= m_filledAt)
        return; // a clock that stands still or goes back adds nothing, on the way forth again neither
    if (m_filledAt > 0) {
        const double seconds = static_cast<double>(now - m_filledAt) / 1'000.0;
        m_tokens = std::min(capacity(), m_tokens + seconds * m_settings.perSecond);
    }
    m_filledAt = now;
}

std::optional<qint64> TokenBucket::wait(qint64 now, double amount)
{
    if (m_settings.perSecond <= 0 || m_settings.burst <= 0)
        return std::nullopt;
    refill(now);
    const double wanted = std::min(amount, capacity());
    if (m_tokens >= wanted)
        return std::nullopt;
    return std::max<qint64>(1, static_cast<qint64>(std::ceil((wanted - m_tokens) / m_settings.perSecond * 1'000)));
}

std::optional<qint64> TokenBucket::take(qint64 now, double amount)
{
    const auto missing = wait(now, amount);
    if (!missing)
        m_tokens -= std::min(amount, capacity());
    return missing;
}

bool TokenBucket::isFull(qint64 now)
{
    refill(now);
    return m_tokens >= capacity();
}

} // namespace hearth
