#include "server/net/backgroundpriority.h"
#include "server/chat/passwordhasher.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>

#include <sched.h>
#include <sys/resource.h>
#include <thread>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

int ownNice() { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); }

/// Of all threads of this process.
QList<int> niceValues()
{
    QList<int> values;
    for (const QString &thread : QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        values.append(::getpriority(PRIO_PROCESS, thread.toUInt()));
    return values;
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

    void passwordsGiveWay()
    {
        if (ownNice() >= 10)
            QSKIP("the whole test gives way");
        PasswordHasher hasher(PasswordCost { .passes = 1, .bytes = 8'192 });
        QVERIFY(!niceValues().contains(10));
        bool isDone = false;
        hasher.hash(u"sesame"_s, [&isDone](const QByteArray &) { isDone = true; });
        QTRY_VERIFY(isDone);
        QVERIFY(niceValues().contains(10));
    }
};

HEARTH_TEST_MAIN(tst_BackgroundPriority)
#include "tst_backgroundpriority.moc"
