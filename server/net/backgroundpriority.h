#pragma once

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <ctime>
#endif

namespace hearth {

/// The calling thread gives way to the others from now on: whatever it computes is waited for by one person, and what the
/// others do by everybody. It still has its share where the processor is never idle.
void lowerPriorityOfThisThread();

/// While it lives, the thread that made it rests for a moment (50 to 100 µs) in every half millisecond that it computes. A low priority is not enough where there
/// is one core: whichever thread the kernel has once taken, it lets run until its next tick, 4 ms later, and somebody else may
/// have been ready since. For computations that make no system calls; made and destroyed by the same thread. Does nothing but
/// on Linux, nor where the kernel has no timer left.
class RestingThread
{
public:
    RestingThread();
    ~RestingThread();
    Q_DISABLE_COPY_MOVE(RestingThread)

#ifdef Q_OS_LINUX
private:
    timer_t m_timer {};
    bool m_isResting = false;
#endif
};

} // namespace hearth
