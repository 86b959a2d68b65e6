#pragma once

#include <chrono>
#include <functional>

namespace hearth {

/// How long to wait before the next attempt: a random time up to a bound that doubles with each failure ("full
/// jitter", M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015), so that the clients of a
/// server that restarts do not all come back at once.
class Backoff
{
public:
    using Milliseconds = std::chrono::milliseconds;

    /// `random` gives a number in [0, 1); tests bring their own.
    explicit Backoff(Milliseconds first = Milliseconds(500), Milliseconds most = Milliseconds(30'000),
                     std::function<double()> random = {});

    /// The wait before the next attempt; at least a tenth of its bound.
    [[nodiscard]] Milliseconds next();
    /// The last attempt succeeded.
    void reset() { m_bound = m_first; }

private:
    Milliseconds m_first;
    Milliseconds m_most;
    Milliseconds m_bound;
    std::function<double()> m_random;
};

} // namespace hearth
