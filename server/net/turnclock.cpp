#include "server/net/turnclock.h"

#include <QAbstractEventDispatcher>
#include <QLoggingCategory>

#include <chrono>

Q_LOGGING_CATEGORY(lcLoop, "hearth.loop")

namespace hearth {

namespace {

/// A loop that is always slow says so this often.
constexpr qint64 SilenceNanoseconds = 10'000'000'000;

qint64 monotonicNanoseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

} // namespace

TurnClock::TurnClock(Nanoseconds now, QObject *parent)
    : QObject(parent), m_now(now ? std::move(now) : monotonicNanoseconds)
{
    if (const auto *dispatcher = QAbstractEventDispatcher::instance()) {
        connect(dispatcher, &QAbstractEventDispatcher::awake, this, &TurnClock::noteAwake);
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, &TurnClock::noteBlocking);
    }
}

void TurnClock::noteAwake()
{
    // Twice without waiting between: the loop has polled, and goes on.
    if (m_hasBeenAwake)
        end();
    enter();
    m_hasBeenAwake = true;
}

void TurnClock::noteBlocking() { end(); }

void TurnClock::begin() { m_beganAt = m_now(); }

void TurnClock::end()
{
    m_hasBeenAwake = false;
    if (m_beganAt == 0)
        return;
    const qint64 took = m_now() - std::exchange(m_beganAt, 0);
    m_turns.add(static_cast<double>(took) / 1e9);
    if (took <= SlowNanoseconds)
        return;
    ++m_slowTurns;
    warn(took);
}

void TurnClock::warn(qint64 nanoseconds)
{
    const qint64 now = m_now();
    if (m_saidAt != 0 && now - m_saidAt < SilenceNanoseconds)
        return;
    m_saidAt = now;
    qCWarning(lcLoop).nospace() << "event=slow-turn ms=" << nanoseconds / 1'000'000
                                << " turns=" << m_slowTurns - std::exchange(m_slowTurnsSaid, m_slowTurns);
}

} // namespace hearth
