#include "server/net/timerlist.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTimerEvent>

#include <functional>

using namespace hearth;

namespace {

constexpr qint64 Millisecond = 1'000'000;

/// Remembers which timers fired.
class Listener : public QObject
{
public:
    QList<int> fired;
    std::function<void(int)> then;

protected:
    void timerEvent(QTimerEvent *event) override
    {
        fired.append(event->timerId());
        if (then)
            then(event->timerId());
    }
};

} // namespace

class tst_TimerList : public test::Test
{
    Q_OBJECT

private:
    TimerList m_timers;
    Listener m_listener;

    void add(int id, qint64 interval, Qt::TimerType type = Qt::PreciseTimer, qint64 nowMs = 0)
    {
        m_timers.add(id, interval, type, &m_listener, nowMs * Millisecond);
    }
    int fire(qint64 ms) { return m_timers.fire(ms * Millisecond); }
    QList<int> takeFired() { return std::exchange(m_listener.fired, {}); }

private slots:
    void init()
    {
        test::Test::init();
        m_timers = {};
        m_listener.fired.clear();
        m_listener.then = {};
    }

    void firesInTheOrderInWhichTheyAreDue()
    {
        add(1, 30);
        add(2, 10);
        add(3, 20);
        QCOMPARE(*m_timers.untilNext(0), 10 * Millisecond);
        QCOMPARE(fire(9), 0);
        QCOMPARE(fire(30), 3);
        QCOMPARE(takeFired(), QList<int>({ 2, 3, 1 }));
    }

    void keepsItsBeat()
    {
        add(1, 10);
        QCOMPARE(fire(13), 1); // late
        QCOMPARE(*m_timers.remaining(1, 13 * Millisecond), 7 * Millisecond);
    }

    void doesNotMakeUpForWhatItMissed()
    {
        add(1, 10);
        QCOMPARE(fire(1'000), 1);
        QCOMPARE(takeFired(), QList<int>({ 1 }));
        QCOMPARE(*m_timers.untilNext(1'000 * Millisecond), 10 * Millisecond);
    }

    void isNeverEarlyAndAtMostFivePercentLate_data()
    {
        QTest::addColumn<Qt::TimerType>("type");
        QTest::addColumn<qint64>("interval");
        for (const qint64 interval : { 1, 19, 20, 250, 1'000, 30'000 }) {
            QTest::addRow("precise, %lld ms", interval) << Qt::PreciseTimer << interval;
            QTest::addRow("coarse, %lld ms", interval) << Qt::CoarseTimer << interval;
            QTest::addRow("very coarse, %lld ms", interval) << Qt::VeryCoarseTimer << interval;
        }
    }
    void isNeverEarlyAndAtMostFivePercentLate()
    {
        QFETCH(Qt::TimerType, type);
        QFETCH(qint64, interval);
        for (const qint64 begin : { 0, 7, 333, 1'001 }) {
            m_timers = {};
            add(1, interval, type, begin);
            const qint64 wait = *m_timers.remaining(1, begin * Millisecond);
            QVERIFY(wait >= interval * Millisecond);
            QVERIFY(wait <= interval * Millisecond * (type == Qt::PreciseTimer ? 100 : 105) / 100);
        }
    }

    void coarseNeighboursWakeTogether()
    {
        add(1, 1'000, Qt::CoarseTimer, 1);
        add(2, 1'000, Qt::CoarseTimer, 9);
        QCOMPARE(*m_timers.remaining(1, 10 * Millisecond), *m_timers.remaining(2, 10 * Millisecond));
    }

    void aTimerThatIsBeingHandledIsNotWaitedFor()
    {
        add(1, 10);
        std::optional<qint64> inside;
        m_listener.then = [&](int) {
            inside = m_timers.untilNext(1'000 * Millisecond);
            QCOMPARE(m_timers.fire(1'000 * Millisecond), 0);
        };
        QCOMPARE(fire(10), 1);
        QVERIFY(!inside);
        QVERIFY(m_timers.untilNext(0));
        QCOMPARE(takeFired(), QList<int>({ 1 }));
    }

    void anIdMayBeGivenAwayAgainWhileItsEventIsHandled()
    {
        add(1, 10);
        m_listener.then = [&](int) {
            m_listener.then = {};
            QVERIFY(m_timers.remove(1));
            add(1, 5, Qt::PreciseTimer, 10);
            QCOMPARE(*m_timers.untilNext(10 * Millisecond), 5 * Millisecond); // it is another timer
        };
        fire(10);
        QCOMPARE(fire(15), 1);
        QCOMPARE(takeFired(), QList<int>({ 1, 1 }));
    }

    void whatAHandlerStopsDoesNotFire()
    {
        add(1, 10);
        add(2, 10);
        m_listener.then = [&](int id) { m_timers.remove(3 - id); };
        QCOMPARE(fire(10), 1);
        QCOMPARE(takeFired(), QList<int>({ 1 }));
    }

    void countsNoTimersOfNothing()
    {
        add(1, 0);
        QCOMPARE(*m_timers.untilNext(0), 0);
        QCOMPARE(fire(0), 0);
        QCOMPARE(fire(0), 0);
        QCOMPARE(takeFired(), QList<int>({ 1, 1 }));
    }

    void knowsWhatIsNotThere()
    {
        QVERIFY(!m_timers.untilNext(0));
        QVERIFY(!m_timers.remaining(1, 0));
        QVERIFY(!m_timers.remove(1));
        QVERIFY(!m_timers.removeAll(&m_listener));
        QVERIFY(m_timers.of(&m_listener).isEmpty());
        QCOMPARE(fire(0), 0);
    }
};

HEARTH_TEST_MAIN(tst_TimerList)

#include "tst_timerlist.moc"
