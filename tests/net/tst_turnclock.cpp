#include "server/net/turnclock.h"
#include "tests/support/testmain.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QSocketNotifier>

#include <array>
#include <unistd.h>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 Millisecond = 1'000'000;

} // namespace

class tst_TurnClock : public test::Test
{
    Q_OBJECT

private:
    qint64 m_time = 0;

    /// A clock of a loop that only the test drives.
    [[nodiscard]] std::unique_ptr<TurnClock> quietClock()
    {
        m_time = Millisecond;
        auto clock = std::make_unique<TurnClock>([this] { return m_time; });
        QObject::disconnect(QAbstractEventDispatcher::instance(), nullptr, clock.get(), nullptr);
        return clock;
    }

private slots:
    void beginsWithTheFirstSocket()
    {
        const auto clock = quietClock();
        clock->enter();
        m_time += 3 * Millisecond;
        clock->enter(); // a second socket in the same turn
        clock->noteAwake();
        m_time += 2 * Millisecond;
        clock->noteBlocking();
        QCOMPARE(clock->turns().count(), 1U);
        QCOMPARE(clock->turns().sum(), 0.005);
    }

    void doesNotCountWaiting()
    {
        const auto clock = quietClock();
        clock->noteAwake();
        m_time += Millisecond;
        clock->noteBlocking();
        m_time += 10'000 * Millisecond;
        clock->noteAwake();
        m_time += Millisecond;
        clock->noteBlocking();
        QCOMPARE(clock->turns().count(), 2U);
        QCOMPARE(clock->turns().largest(), 0.001);
    }

    void endsWhenTheLoopGoesOnWithoutWaiting()
    {
        const auto clock = quietClock();
        clock->noteAwake();
        m_time += 4 * Millisecond;
        clock->noteAwake();
        m_time += 6 * Millisecond;
        clock->noteBlocking();
        QCOMPARE(clock->turns().count(), 2U);
        QCOMPARE(clock->turns().sum(), 0.01);
        QCOMPARE(clock->turns().largest(), 0.006);
    }

    void saysWhenATurnWasSlowButNotAgainAndAgain()
    {
        const auto clock = quietClock();
        const auto turnOf = [&](qint64 milliseconds) {
            clock->enter();
            m_time += milliseconds * Millisecond;
            clock->noteBlocking();
        };
        turnOf(50); // as long as it may be
        QTest::ignoreMessage(QtWarningMsg, "event=slow-turn ms=51 turns=1");
        turnOf(51);
        turnOf(60);
        turnOf(70);
        m_time += 10'000 * Millisecond;
        QTest::ignoreMessage(QtWarningMsg, "event=slow-turn ms=80 turns=3");
        turnOf(80);
        QCOMPARE(clock->slowTurns(), 4U);
    }

    /// With the real dispatcher: what a socket's slot takes is in the turn, and the wait before it is not.
    void measuresARealLoop()
    {
        std::array<int, 2> ends {};
        QCOMPARE(::pipe(ends.data()), 0);
        TurnClock clock([this] { return m_time; });
        QSocketNotifier notifier(ends[0], QSocketNotifier::Read);
        bool isRead = false;
        connect(&notifier, &QSocketNotifier::activated, this, [&] {
            clock.enter();
            m_time += 7 * Millisecond;
            notifier.setEnabled(false);
            isRead = true;
        });
        QCOMPARE(::write(ends[1], "x", 1), 1);
        QTRY_VERIFY(isRead);
        QCoreApplication::processEvents();
        QTRY_COMPARE(clock.turns().largest(), 0.007);
        QCOMPARE(clock.turns().sum(), 0.007);
        ::close(ends[0]);
        ::close(ends[1]);
    }
};

HEARTH_TEST_MAIN(tst_TurnClock)
#include "tst_turnclock.moc"
