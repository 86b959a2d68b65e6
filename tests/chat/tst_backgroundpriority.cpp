#include "server/net/backgroundpriority.h"
#include "server/chat/passwordhasher.h"
#include "tests/support/testmain.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <atomic>
#include <ctime>
#include <sched.h>
#include <sys/resource.h>
#include <thread>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

int ownNice() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

/// How often the calling thread has given up the processor by itself.
long rests()
{
    rusage usage {};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

/// The threads of this process that give way.
QStringList lowThreads()
{
    QStringList threads = QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    threads.removeIf([](const QString &thread) { return ::getpriority(PRIO_PROCESS, thread.toUInt()) != 10; });
    return threads;
}

/// The same as `rests()`, of another thread.
int restsOf(const QString &thread)
{
    QFile status(u"/proc/self/task/%1/status"_s.arg(thread));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith("voluntary_ctxt_switches:"))
            return line.mid(line.indexOf(':') + 1).trimmed().toInt();
    }
    return 0;
}

/// The first one that this process may use.
void keepToFirstCore()
{
    cpu_set_t cores;
    ::sched_getaffinity(0, sizeof cores, &cores);
    int first = 0;
    while (first < CPU_SETSIZE && !CPU_ISSET(first, &cores))
        ++first;
    CPU_ZERO(&cores);
    CPU_SET(first, &cores);
    ::sched_setaffinity(0, sizeof cores, &cores);
}

qint64 computedMilliseconds()
{
    timespec time {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1'000 + time.tv_nsec / 1'000'000;
}

#ifdef __SANITIZE_THREAD__
constexpr bool RunsUnderThreadSanitizer = true;
#else
constexpr bool RunsUnderThreadSanitizer = false;
#endif

QElapsedTimer startedTimer()
{
    QElapsedTimer timer;
    timer.start();
    return timer;
}

} // namespace

class tst_BackgroundPriority : public test::Test
{
    Q_OBJECT

private slots:
    void holdsForOneThread()
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

    void restsWhileItComputes()
    {
        long before = 0;
        long after = 0;
        bool hasRested = false;
        std::thread([&] {
            const QDeadlineTimer never(std::chrono::seconds(10));
            {
                const RestingThread resting;
                before = rests();
                while (!hasRested && !never.hasExpired())
                    hasRested = rests() - before >= 20;
            }
            before = rests();
            for (QElapsedTimer since = startedTimer(); since.elapsed() < 20;) { } // forty times as long
            after = rests();
        }).join();
        QVERIFY(hasRested);
        QVERIFY2(after - before <= 1, qPrintable(QString::number(after - before))); // one may have been under way
    }

    /// Where somebody else always has something to do, it gets on all the same.
    void getsOnBesideABusyThread()
    {
        std::atomic<bool> isOver = false;
        std::thread busy([&isOver] {
            keepToFirstCore();
            while (!isOver) { }
        });
        bool hasComputed = false;
        std::thread([&hasComputed] {
            keepToFirstCore();
            lowerPriorityOfThisThread();
            const RestingThread resting;
            const QDeadlineTimer never(std::chrono::seconds(10));
            while (!hasComputed && !never.hasExpired())
                hasComputed = computedMilliseconds() >= 50;
        }).join();
        isOver = true;
        busy.join();
        QVERIFY(hasComputed);
    }

    void passwordsGiveWay()
    {
        if (RunsUnderThreadSanitizer)
            QSKIP("signals wait there until the next call");
        if (ownNice() >= 10)
            QSKIP("the whole test gives way");
        PasswordHasher hasher(PasswordCost { .passes = 2, .bytes = 32 << 20 }); // tens of milliseconds at least
        QVERIFY(lowThreads().isEmpty());
        bool isDone = false;
        hasher.hash(u"sesame"_s, [&isDone](const QByteArray &) { isDone = true; });
        QTRY_VERIFY(isDone);
        QCOMPARE(lowThreads().size(), 1);
        QVERIFY2(restsOf(lowThreads().first()) >= 10, qPrintable(QString::number(restsOf(lowThreads().first()))));
    }
};

HEARTH_TEST_MAIN(tst_BackgroundPriority)
#include "tst_backgroundpriority.moc"
