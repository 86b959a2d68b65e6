#include "server/net/threadpriority.h"

#include <QThread>

#include <algorithm>
#include <optional>

#ifdef Q_OS_LINUX
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

/// In nanoseconds, the shortest that the kernel grants an ordinary thread; 0 is its default, 0.7 to 2.8 ms. Before Linux 6.12 it is
/// read by nobody.
constexpr quint64 ShortestSlice = 100'000;

/// Of the calling thread; nothing where it may not be asked.
std::optional<SchedulingAttributes> ownAttributes()
{
    SchedulingAttributes attributes;
    if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0)
        return std::nullopt;
    return attributes;
}

bool setAttributes(SchedulingAttributes &attributes) { return ::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0; }

} // namespace
#endif

void lowerPriorityOfThisThread()
{
#ifdef Q_OS_LINUX
    // Qt's priorities mean nothing to Linux's ordinary threads (qthread_unix.cpp).
    const auto own = ownAttributes();
    if (own && own->policy == SCHED_IDLE)
        return;
    SchedulingAttributes attributes;
    attributes.policy = SCHED_BATCH; // keeps nobody from running when it has something to do
    attributes.nice = std::max(10, own ? own->nice : 0); // a tenth of the share of others
    attributes.runtime = 0; // the kernel's own slice, whatever the thread has that began it
    if (!setAttributes(attributes)) // refused by a sandbox
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), attributes.nice);
#else
    QThread::currentThread()->setPriority(QThread::LowPriority);
#endif
}

void shortenSliceOfThisThread()
{
#ifdef Q_OS_LINUX
    auto attributes = ownAttributes();
    if (!attributes || (attributes->policy != SCHED_OTHER && attributes->policy != SCHED_BATCH))
        return; // in real time or idle: whoever starts a server so knows why
    attributes->runtime = ShortestSlice;
    setAttributes(*attributes); // where it is refused, all is as it was
#endif
}

} // namespace hearth
