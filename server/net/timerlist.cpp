#include "server/net/timerlist.h"

#include <QCoreApplication>
#include <QTimerEvent>

#include <algorithm>
#include <bit>

namespace hearth {

namespace {

constexpr qint64 Millisecond = 1'000'000;

/// The next moment at which such a timer may fire: coarse ones share the multiples of a power of two milliseconds.
qint64 rounded(qint64 due, qint64 interval, Qt::TimerType type)
{
    const auto grain = static_cast<qint64>(std::bit_floor(static_cast<quint64>(interval / 20))) * Millisecond;
    if (type == Qt::PreciseTimer || grain == 0)
        return due;
    return (due + grain - 1) / grain * grain;
}

} // namespace

void TimerList::add(int id, qint64 interval, Qt::TimerType type, QObject *object, qint64 now)
{
    insert({ id, interval, type, object, rounded(now + interval * Millisecond, interval, type), ++m_lastSerial });
}

void TimerList::insert(Timer timer)
{
    const auto place = std::upper_bound(m_timers.begin(), m_timers.end(), timer.due,
                                        [](qint64 due, const Timer &other) { return due < other.due; });
    m_timers.insert(place, timer);
}

TimerList::Timers::iterator TimerList::find(int id)
{
    return std::find_if(m_timers.begin(), m_timers.end(), [id](const Timer &timer) { return timer.id == id; });
}

bool TimerList::remove(int id)
{
    return std::erase_if(m_timers, [id](const Timer &timer) { return timer.id == id; }) > 0;
}

bool TimerList::removeAll(const QObject *object)
{
    return std::erase_if(m_timers, [object](const Timer &timer) { return timer.object == object; }) > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> TimerList::of(const QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfo> infos;
    for (const Timer &timer : m_timers) {
        if (timer.object == object)
            infos.append({ timer.id, static_cast<int>(timer.interval), timer.type });
    }
    return infos;
}

std::optional<qint64> TimerList::remaining(int id, qint64 now) const
{
    for (const Timer &timer : m_timers) {
        if (timer.id == id)
            return std::max<qint64>(0, timer.due - now);
    }
    return std::nullopt;
}

std::optional<qint64> TimerList::untilNext(qint64 now) const
{
    for (const Timer &timer : m_timers) {
        if (!timer.isRunning)
            return std::max<qint64>(0, timer.due - now);
    }
    return std::nullopt;
}

int TimerList::fire(qint64 now)
{
    std::vector<int> due;
    for (const Timer &timer : m_timers) {
        if (timer.due > now)
            break;
        if (!timer.isRunning)
            due.push_back(timer.id);
    }
    int count = 0;
    for (const int id : due) {
        const auto found = find(id);
        if (found == m_timers.end() || found->due > now || found->isRunning)
            continue; // one before it has stopped it or let it fire
        Timer timer = *found;
        m_timers.erase(found);
        const qint64 interval = timer.interval * Millisecond;
        const qint64 next = timer.due + interval;
        timer.due = rounded(next < now ? now + interval : next, timer.interval, timer.type); // nothing is made up for
        timer.isRunning = true;
        insert(timer);
        if (timer.interval > 0)
            ++count;
        send(timer);
    }
    return count;
}

void TimerList::send(Timer timer)
{
    QTimerEvent event(timer.id);
    QCoreApplication::sendEvent(timer.object, &event);
    if (const auto found = find(timer.id); found != m_timers.end() && found->serial == timer.serial)
        found->isRunning = false;
}

} // namespace hearth
