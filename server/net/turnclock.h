#pragma once

#include "server/telemetry/histogram.h"

#include <QObject>

#include <functional>

class QAbstractEventDispatcher;

namespace hearth {

/// How long the turns of an event loop take: from waking up until it waits again. Whatever holds up one connection for
/// that long holds up all of them. Lives on the loop's thread, which it measures without a timer or a thread of its own.
///
/// Qt's dispatcher for Unix says `awake` before it delivers what was posted, then `aboutToBlock`, then it polls, and
/// serves sockets and timers before it says `awake` again (qeventdispatcher_unix.cpp, 6.4.2). When the poll returned is
/// not told; so whoever is called by a socket or a timer calls `enter()`, and the first of them begins the turn.
class TurnClock : public QObject
{
    Q_OBJECT

public:
    using Nanoseconds = std::function<qint64()>;

    /// Longest that a turn should take.
    static constexpr qint64 SlowNanoseconds = 50'000'000;

    /// Measures the loop of the calling thread. An empty `now` is the monotonic clock.
    explicit TurnClock(Nanoseconds now = {}, QObject *parent = nullptr);

    /// Work begins that a socket or a timer asked for.
    void enter()
    {
        if (m_beganAt == 0)
            begin();
    }
    [[nodiscard]] qint64 now() const { return m_now(); } ///< nanoseconds
    /// How long the turn has taken so far.
    [[nodiscard]] qint64 elapsed() const { return m_beganAt == 0 ? 0 : m_now() - m_beganAt; }
    /// What the dispatcher says; connected by the constructor.
    void noteAwake();
    void noteBlocking();

    [[nodiscard]] const Histogram &turns() const { return m_turns; } ///< seconds
    [[nodiscard]] quint64 slowTurns() const { return m_slowTurns; }

private:
    void begin();
    void end();
    void warn(qint64 nanoseconds);

    Nanoseconds m_now;
    Histogram m_turns = Histogram::ofSeconds();
    qint64 m_beganAt = 0; ///< 0: the loop waits
    bool m_hasBeenAwake = false; ///< in this turn
    quint64 m_slowTurns = 0;
    quint64 m_slowTurnsSaid = 0;
    qint64 m_saidAt = 0;
};

} // namespace hearth
