#include "server/net/backgroundpriority.h"

#include <QThread>

#ifdef Q_OS_LINUX
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace hearth {

#ifdef Q_OS_LINUX
namespace {

/// What sched_setattr(2) takes; older C libraries do not declare it.
struct SchedulingAttributes
{
    quint32 size = sizeof(SchedulingAttributes);
    quint32 policy = 0;
    quint64 flags = 0;
    qint32 nice = 0;
    quint32 priority = 0;
    quint64 runtime = 0;
    quint64 deadline = 0;
    quint64 period = 0;
};

// Older C libraries have the member and no name for it.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

constexpr long Microsecond = 1'000; ///< in nanoseconds
constexpr timespec BetweenRests { .tv_sec = 0, .tv_nsec = 500 * Microsecond };
constexpr timespec Rest { .tv_sec = 0, .tv_nsec = 50 * Microsecond };

int restSignal() { return SIGRTMIN + 5; }

constexpr std::int64_t BetweenRestsAtLeast = 250 * Microsecond; ///< of computing

std::int64_t computedNanoseconds()
{
    timespec time {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * std::int64_t { 1'000'000'000 } + time.tv_nsec;
}

thread_local std::int64_t restedAt = 0; ///< after so much computing

/// Of the thread that the signal was sent to. What it calls is system calls only. The timer goes on while somebody else has the
/// core: a thread that has waited for its turn must compute in it, or it would never get on.
extern "C" void rest(int)
{
    const int error = errno;
    if (const std::int64_t computed = computedNanoseconds(); computed - restedAt >= BetweenRestsAtLeast) {
        restedAt = computed;
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &Rest, nullptr);
    }
    errno = error;
}

bool handleRestSignal()
{
    struct sigaction action {};
    action.sa_handler = rest;
    action.sa_flags = SA_RESTART;
    return ::sigaction(restSignal(), &action, nullptr) == 0;
}

} // namespace
#endif

void lowerPriorityOfThisThread()
{
#ifdef Q_OS_LINUX
    // Qt's priorities mean nothing to Linux's ordinary threads (qthread_unix.cpp).
    SchedulingAttributes attributes;
    attributes.policy = SCHED_BATCH; // keeps nobody from running when it has something to do
    attributes.nice = 10; // a tenth of the share of others
    // From Linux 6.12 on: for so long it runs on when somebody else has something to do, the shortest there is; 0.7 to 2.8 ms
    // otherwise, which a message would wait for at every change between the sockets' thread and the store's.
    attributes.runtime = 100'000;
    if (::syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) // refused by a sandbox
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), attributes.nice);
#else
    QThread::currentThread()->setPriority(QThread::LowPriority);
#endif
}

RestingThread::RestingThread()
{
#ifdef Q_OS_LINUX
    static const bool isHandled = handleRestSignal();
    sigevent event {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = restSignal();
    event.sigev_notify_thread_id = ::gettid();
    m_isResting = isHandled && ::timer_create(CLOCK_MONOTONIC, &event, &m_timer) == 0;
    const itimerspec rests { .it_interval = BetweenRests, .it_value = BetweenRests };
    if (m_isResting)
        ::timer_settime(m_timer, 0, &rests, nullptr);
#endif
}

RestingThread::~RestingThread()
{
#ifdef Q_OS_LINUX
    if (m_isResting)
        ::timer_delete(m_timer);
#endif
}

} // namespace hearth
