#pragma once

#include <QAbstractEventDispatcher>
#include <QList>
#include <QtGlobal>

#include <optional>
#include <vector>

namespace hearth {

/// The timers of an event dispatcher, in the order in which they are due. Time comes in by the calls, in monotonic
/// nanoseconds; intervals are milliseconds, as everywhere in Qt. A timer never fires early. One that need not be precise
/// may be 5 % late, which lets neighbours share a waking. Meant for dozens of timers, not for thousands.
class TimerList
{
public:
    void add(int id, qint64 interval, Qt::TimerType type, QObject *object, qint64 now);
    bool remove(int id);
    bool removeAll(const QObject *object);
    [[nodiscard]] QList<QAbstractEventDispatcher::TimerInfo> of(const QObject *object) const;

    /// Nanoseconds until the timer is due, at least 0; nothing when there is none with that id.
    [[nodiscard]] std::optional<qint64> remaining(int id, qint64 now) const;
    /// The same for the one that is due first. Those whose event is being handled do not count: they do not fire again
    /// inside it.
    [[nodiscard]] std::optional<qint64> untilNext(qint64 now) const;
    /// Sends their event to those that are due, each at most once; how many there were that have an interval. What the
    /// events do to the list holds at once.
    int fire(qint64 now);

private:
    struct Timer
    {
        int id;
        qint64 interval;
        Qt::TimerType type;
        QObject *object;
        qint64 due;
        quint64 serial; ///< an id may be given away again while its event is handled
        bool isRunning = false;
    };
    using Timers = std::vector<Timer>;

    [[nodiscard]] Timers::iterator find(int id);
    void insert(Timer timer);
    void send(Timer timer);

    Timers m_timers;
    quint64 m_lastSerial = 0;
};

} // namespace hearth
