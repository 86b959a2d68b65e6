#include "server/net/backgroundpriority.h"

#include <QThread>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace hearth {

void lowerPriorityOfThisThread()
{
#ifdef Q_OS_LINUX
    // Qt's priorities mean nothing to Linux's ordinary threads (qthread_unix.cpp); their nice value is their own (setpriority(2)).
    constexpr int Nice = 10; // a tenth of the share of others
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), Nice);
#else
    QThread::currentThread()->setPriority(QThread::LowPriority);
#endif
}

} // namespace hearth
