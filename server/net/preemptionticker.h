#pragma once

#include <QThread>

#include <atomic>
#include <chrono>
#include <memory>

namespace hearth {

/// Has the system choose anew who runs, again and again from `start()` to `stop()`: while some thread computes without a pause.
///
/// Linux (6.6 and later, EEVDF) passes over a thread that wakes up and is not due yet, and chooses anew when another one comes or goes, or
/// at its next tick: up to 4 ms later where that is 250 times a second, with a message waiting meanwhile. A thread that
/// wakes up often is due, takes the place of the one that computes, sleeps again at once, and so makes the kernel choose.
/// On other systems nothing happens. Any thread, but calls must not overlap.
class PreemptionTicker
{
public:
    static constexpr std::chrono::microseconds Period { 300 };

    PreemptionTicker() = default;
    ~PreemptionTicker();
    PreemptionTicker(const PreemptionTicker &) = delete;
    PreemptionTicker &operator=(const PreemptionTicker &) = delete;

    /// Ticks until `stop()`; does nothing when it ticks already. The first call makes the thread, with the priority of the caller, which must
    /// be higher than that of what computes. Where none can be made nothing ticks, and the next call tries again.
    void start();
    void stop();

private:
    enum class State { Resting, Ticking, Over };

    void run();
    void enter(State state);

    std::atomic<State> m_state { State::Resting };
    std::unique_ptr<QThread> m_thread;
};

} // namespace hearth
