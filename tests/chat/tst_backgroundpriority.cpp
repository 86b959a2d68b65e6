#include "server/net/backgroundpriority.h"
#include "server/chat/passwordhasher.h"
#include "tests/support/testmain.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>

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

    void passwordsGiveWay()
    {
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
