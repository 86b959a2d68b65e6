#include "server/net/epolldispatcher.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSocketNotifier>
#include <QThread>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

Q_DECLARE_LOGGING_CATEGORY(lcLoop)

namespace hearth {

namespace {

/// By QSocketNotifier::Type. The same as Qt waits for (qeventdispatcher_unix.cpp).
constexpr std::array<quint32, 3> EventsOf { EPOLLIN, EPOLLOUT, EPOLLPRI };
constexpr quint32 EventsOfAll = EPOLLHUP | EPOLLERR; ///< told whether asked for or not

qint64 monotonicNanoseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// Rounded up: not a moment too early.
int milliseconds(qint64 nanoseconds)
{
    return static_cast<int>(std::min<qint64>((nanoseconds + 999'999) / 1'000'000, std::numeric_limits<int>::max()));
}

int descriptorOf(const QSocketNotifier *notifier) { return static_cast<int>(notifier->socket()); }

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent), m_epoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_wakeUps(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    epoll_event event {};
    event.events = EPOLLIN;
    event.data.fd = m_wakeUps;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUps, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wakeUps);
    ::close(m_epoll);
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_isInterrupted = false;
    // Whoever wakes us from now on is heard: before the wait, or by it.
    const bool wasWoken = m_isWoken.exchange(false);
    emit awake();
    QCoreApplication::sendPostedEvents();

    const bool hasSockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool hasTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    // exec() wants nothing but to go on. Whoever calls by hand wants to look what has come of the events just delivered.
    const bool isLookedAt = wasWoken && !flags.testFlag(QEventLoop::EventLoopExec);
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !isLookedAt && !m_isWoken && !m_isInterrupted;
    if (mayWait)
        emit aboutToBlock();
    if (m_isInterrupted)
        return false;

    int timeout = 0;
    if (mayWait && !m_isWoken) {
        const auto next = hasTimers ? m_timers.untilNext(monotonicNanoseconds()) : std::nullopt;
        timeout = next ? milliseconds(*next) : -1;
    }
    int happened = hasSockets ? wait(timeout) : waitForWakeUp(timeout);
    if (hasSockets)
        happened += activateNotifiers();
    if (hasTimers)
        happened += m_timers.fire(monotonicNanoseconds());
    return happened > 0;
}

// ---- waking up ----------------------------------------------------------------------------------------

void EpollDispatcher::wakeUp()
{
    // The loop's own thread is not asleep: it looks at m_isWoken before it waits. Posting an event ends here.
    m_isWoken = true;
    if (QThread::currentThread() == thread() || m_isSignalled.exchange(true))
        return;
    const quint64 one = 1;
    if (::write(m_wakeUps, &one, sizeof one) < 0)
        qCWarning(lcLoop) << "event=wakeup-failed";
}

void EpollDispatcher::interrupt()
{
    m_isInterrupted = true;
    wakeUp();
}

int EpollDispatcher::wait(int timeout)
{
    applyChanges();
    const int count = ::epoll_wait(m_epoll, m_events.data(), static_cast<int>(m_events.size()), timeout);
    int wakeUps = 0;
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = m_events[static_cast<std::size_t>(i)];
        if (event.data.fd == m_wakeUps)
            wakeUps = takeWakeUps();
        else
            noteReady(event.data.fd, event.events);
    }
    return wakeUps;
}

int EpollDispatcher::waitForWakeUp(int timeout)
{
    pollfd wakeUps { m_wakeUps, POLLIN, 0 };
    return ::poll(&wakeUps, 1, timeout) > 0 ? takeWakeUps() : 0;
}

int EpollDispatcher::takeWakeUps()
{
    quint64 count = 0;
    if (::read(m_wakeUps, &count, sizeof count) < 0)
        return 0;
    // In this order: who signals in between finds the loop awake, and about to look at what was posted.
    m_isSignalled.exchange(false);
    return 1;
}

// ---- sockets ------------------------------------------------------------------------------------------

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = descriptorOf(notifier);
    if (descriptor < 0)
        return;
    if (static_cast<std::size_t>(descriptor) >= m_watches.size())
        m_watches.resize(static_cast<std::size_t>(descriptor) + 1);
    watchOf(descriptor).notifiers[notifier->type()] = notifier;
    noteChange(descriptor);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int descriptor = descriptorOf(notifier);
    if (descriptor < 0 || static_cast<std::size_t>(descriptor) >= m_watches.size())
        return;
    Watch &watch = watchOf(descriptor);
    if (watch.notifiers[notifier->type()] != notifier)
        return;
    watch.notifiers[notifier->type()] = nullptr;
    watch.ready = static_cast<quint8>(watch.ready & ~(1U << notifier->type()));
    if (watch.notifiers == decltype(watch.notifiers) {})
        watch.wasBare = true;
    noteChange(descriptor);
}

void EpollDispatcher::noteChange(int descriptor)
{
    if (!std::exchange(watchOf(descriptor).isChanged, true))
        m_changed.push_back(descriptor);
}

void EpollDispatcher::applyChanges()
{
    for (const int descriptor : m_changed) {
        Watch &watch = watchOf(descriptor);
        watch.isChanged = false;
        quint32 wanted = 0;
        for (std::size_t type = 0; type < NotifierTypes; ++type) {
            if (watch.notifiers[type] != nullptr)
                wanted |= EventsOf[type];
        }
        if (wanted != watch.known || (wanted != 0 && watch.wasBare))
            tellKernel(descriptor, watch, wanted);
        watch.wasBare = false;
    }
    m_changed.clear();
}

void EpollDispatcher::tellKernel(int descriptor, Watch &watch, quint32 wanted)
{
    ++m_changeCount;
    epoll_event event {};
    event.events = wanted;
    event.data.fd = descriptor;
    if (wanted == 0) {
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, &event); // fails when it was closed since: gone is gone
        watch.known = 0;
        return;
    }
    // Closing a descriptor takes it out of the set without a word, so that what we know may be wrong.
    int result = ::epoll_ctl(m_epoll, watch.known != 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    if (result != 0 && watch.known != 0 && errno == ENOENT)
        result = ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
    const int error = errno;
    watch.known = result == 0 ? wanted : 0;
    if (result != 0)
        qCWarning(lcLoop).nospace() << "event=watch-failed descriptor=" << descriptor << " error=" << std::strerror(error);
}

void EpollDispatcher::noteReady(int descriptor, quint32 events)
{
    Watch &watch = watchOf(descriptor);
    const bool isKnown = watch.ready != 0;
    for (std::size_t type = 0; type < NotifierTypes; ++type) {
        if (watch.notifiers[type] != nullptr && (events & (EventsOf[type] | EventsOfAll)) != 0)
            watch.ready = static_cast<quint8>(watch.ready | (1U << type));
    }
    if (!isKnown && watch.ready != 0)
        m_ready.push_back(descriptor);
}

int EpollDispatcher::activateNotifiers()
{
    int count = 0;
    // What is called may switch notifiers on and off, close descriptors, or run a loop inside this one, which goes on with the
    // same list.
    while (m_nextReady < m_ready.size()) {
        const int descriptor = m_ready[m_nextReady++];
        for (std::size_t type = 0; type < NotifierTypes; ++type) {
            Watch &watch = watchOf(descriptor);
            if ((watch.ready & (1U << type)) == 0)
                continue;
            watch.ready = static_cast<quint8>(watch.ready & ~(1U << type));
            QEvent event(QEvent::SockAct);
            QCoreApplication::sendEvent(watch.notifiers[type], &event);
            ++count;
        }
    }
    m_ready.clear();
    m_nextReady = 0;
    return count;
}

// ---- timers -------------------------------------------------------------------------------------------

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    m_timers.add(timerId, interval, timerType, object, monotonicNanoseconds());
}

bool EpollDispatcher::unregisterTimer(int timerId) { return m_timers.remove(timerId); }

bool EpollDispatcher::unregisterTimers(QObject *object) { return m_timers.removeAll(object); }

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.of(object);
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto left = m_timers.remaining(timerId, monotonicNanoseconds());
    return left ? milliseconds(*left) : -1;
}

} // namespace hearth
