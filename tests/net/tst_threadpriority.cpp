#include "server/net/threadpriority.h"
#include "tests/support/testmain.h"
#include "tests/support/threadstatus.h"

#include <array>
#include <thread>

#include <sched.h>
#include <sys/syscall.h>

using namespace hearth;
using test::ownNice;

namespace {

/// Of the calling thread, in nanoseconds; 0 where the kernel knows of none.
quint64 ownSlice()
{
    std::array<quint64, 6> attributes {}; // struct sched_attr of sched_setattr(2): the runtime is the fourth
    if (::syscall(SYS_sched_getattr, 0, attributes.data(), sizeof attributes, 0) != 0)
        return 0;
    return attributes[3];
}

void makeNicer(int by) { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), ownNice() + by); }

} // namespace

class tst_ThreadPriority : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::sched_getscheduler(0) != SCHED_OTHER || ownNice() > 8)
            QSKIP("the whole test has a priority of its own");
    }

    void aLowerOneHoldsForOneThread()
    {
        const int before = ownNice();
        int lowered = 0;
        int policy = -1;
        std::thread([&] {
            lowerPriorityOfThisThread();
            lowered = ownNice();
            policy = ::sched_getscheduler(0);
        }).join();
        QCOMPARE(lowered, 10);
        QCOMPARE(policy, SCHED_BATCH);
        QCOMPARE(ownNice(), before);
    }

    void whoHasLessKeepsThat()
    {
        int nice = 0;
        int policy = -1;
        std::thread([&nice] {
            makeNicer(15 - ownNice());
            lowerPriorityOfThisThread();
            nice = ownNice();
        }).join();
        QCOMPARE(nice, 15);
        std::thread([&policy] {
            const sched_param parameters {};
            ::sched_setscheduler(0, SCHED_IDLE, &parameters);
            lowerPriorityOfThisThread();
            policy = ::sched_getscheduler(0);
        }).join();
        QCOMPARE(policy, SCHED_IDLE);
    }

    void aShortSliceIsInherited()
    {
        const quint64 before = ownSlice();
        const int niceBefore = ownNice();
        quint64 shortened = 0;
        quint64 inherited = 0;
        quint64 background = 0;
        int nice = 0;
        std::thread([&] {
            makeNicer(1);
            shortenSliceOfThisThread();
            shortened = ownSlice();
            nice = ownNice();
            std::thread([&inherited] { inherited = ownSlice(); }).join();
            std::thread([&background] {
                lowerPriorityOfThisThread();
                background = ownSlice();
            }).join();
        }).join();
        QCOMPARE(nice, niceBefore + 1);
        if (before == 0)
            QSKIP("this kernel has no slices of a thread's own: they came with Linux 6.12");
        QCOMPARE(shortened, 100'000U);
        QCOMPARE(inherited, shortened);
        QCOMPARE(background, before);
        QCOMPARE(ownSlice(), before);
    }
};

HEARTH_TEST_MAIN(tst_ThreadPriority)
#include "tst_threadpriority.moc"
