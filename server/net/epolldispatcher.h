#pragma once

#include "server/net/timerlist.h"

#include <QAbstractEventDispatcher>

#include <array>
#include <atomic>
#include <vector>

#include <sys/epoll.h>

namespace hearth {

/// An event loop on epoll (Linux), whose turn costs what has happened and not how many descriptors are watched. It does
/// what Qt's dispatcher for Unix does, in the same order: `awake`, what was posted, `aboutToBlock`, the wait, sockets,
/// timers. What it spares beside the search: posting from its own thread costs no system call, nor does switching a notifier
/// off and on again within a turn while another one watches the same descriptor.
///
/// Descriptors only that epoll takes: sockets, pipes, terminals, no files on a disk. A notifier must be switched off before its
/// descriptor is closed, as Qt asks everywhere.
class EpollDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    /// False when the system gave it no descriptors: then it is of no use.
    [[nodiscard]] bool isUsable() const { return m_epoll >= 0 && m_wakeUps >= 0; }
    /// Changes of the set of watched descriptors that the kernel was told, since it was made.
    [[nodiscard]] quint64 changeCount() const { return m_changeCount; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    [[nodiscard]] QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;

    void wakeUp() override; ///< any thread
    void interrupt() override; ///< any thread

private:
    static constexpr std::size_t NotifierTypes = 3;
    struct Watch
    {
        std::array<QSocketNotifier *, NotifierTypes> notifiers {}; ///< by their type
        quint32 known = 0; ///< what the kernel was asked to tell
        quint8 ready = 0; ///< a bit for each type that is still to be told
        bool isChanged = false;
        bool wasBare = false; ///< had no notifier since: another socket may have the number now
    };

    [[nodiscard]] Watch &watchOf(int descriptor) { return m_watches[static_cast<std::size_t>(descriptor)]; }
    void noteChange(int descriptor);
    void applyChanges();
    void tellKernel(int descriptor, Watch &watch, quint32 wanted);
    /// Waits for at most `timeout` milliseconds (-1: for ever) and remembers what happened; how often that was a wakeUp().
    int wait(int timeout);
    int waitForWakeUp(int timeout);
    int takeWakeUps();
    void noteReady(int descriptor, quint32 events);
    int activateNotifiers();

    int m_epoll;
    int m_wakeUps;
    std::vector<Watch> m_watches; ///< by descriptor: those are small numbers
    std::vector<int> m_changed;
    std::vector<int> m_ready;
    std::size_t m_nextReady = 0;
    std::array<epoll_event, 256> m_events {};
    TimerList m_timers;
    quint64 m_changeCount = 0;
    std::atomic<bool> m_isWoken = false; ///< since the last look at what was posted
    std::atomic<bool> m_isSignalled = false; ///< there is something to read from m_wakeUps
    std::atomic<bool> m_isInterrupted = false;
};

} // namespace hearth
