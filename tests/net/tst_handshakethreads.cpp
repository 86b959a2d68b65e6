#include "server/net/handshakethreads.h"
#include "tests/support/testmain.h"
#ifdef Q_OS_LINUX
#include "tests/support/threadstatus.h"
#endif

#include <QCoreApplication>
#include <QSet>
#include <QThread>

#include <latch>
#include <memory>
#include <mutex>

using namespace hearth;

class tst_HandshakeThreads : public test::Test
{
    Q_OBJECT

private slots:
    void oneTakesThemInOrder()
    {
        QList<int> order;
        std::latch isOver(1);
        HandshakeThreads threads(1);
        for (int i = 0; i < 100; ++i)
            threads.start([&order, i] { order.append(i); });
        threads.start([&isOver] { isOver.count_down(); });
        isOver.wait();
        QList<int> expected;
        for (int i = 0; i < 100; ++i)
            expected.append(i);
        QCOMPARE(order, expected);
    }

    /// Each of these waits for the others, so that one thread alone would stand still.
    void manyWorkAtOnce()
    {
        std::latch areAllThere(3);
        std::latch areOver(3);
        std::mutex mutex;
        QSet<QThread *> seen;
        HandshakeThreads threads(3);
        for (int i = 0; i < 3; ++i) {
            threads.start([&] {
                areAllThere.arrive_and_wait();
                {
                    const std::lock_guard lock(mutex);
                    seen.insert(QThread::currentThread());
                }
                areOver.count_down();
            });
        }
        areOver.wait();
        QCOMPARE(seen.size(), 3);
        QVERIFY(!seen.contains(QThread::currentThread()));
    }

#ifdef Q_OS_LINUX
    void aTickerTicksWhileAnyOfThemIsAtWork()
    {
        QTRY_COMPARE(test::ticks(), -1);
        std::latch mayEnd(1);
        std::latch isOver(1);
        std::latch mayEndToo(1);
        HandshakeThreads threads(2);
        threads.start([&mayEnd] { mayEnd.wait(); });
        threads.start([&isOver] { isOver.count_down(); });
        isOver.wait(); // one is idle again
        QTRY_VERIFY(test::tickerTicks());
        mayEnd.count_down();
        QTRY_VERIFY(test::tickerRests());
        threads.start([&mayEndToo] { mayEndToo.wait(); });
        QTRY_VERIFY(test::tickerTicks());
        mayEndToo.count_down();
    }
#endif

    /// The first step goes on when nothing is held for the second any more: while the end waits for the first.
    void whatHasNotBegunIsDropped()
    {
        std::latch hasBegun(1);
        int done = 0;
        auto held = std::make_shared<int>();
        const std::weak_ptr<int> ofSecond = held;
        {
            HandshakeThreads threads(1);
            threads.start([&] {
                hasBegun.count_down();
                while (!ofSecond.expired())
                    QThread::yieldCurrentThread();
                ++done;
            });
            threads.start([&done, held = std::move(held)] { ++done; });
            hasBegun.wait();
        }
        QCOMPARE(done, 1);
    }
};

HEARTH_TEST_MAIN(tst_HandshakeThreads)
#include "tst_handshakethreads.moc"
