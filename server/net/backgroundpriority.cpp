#include "server/net/backgroundpriority.h"

#include <QThread>

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

} // namespace hearth
