#include "server/net/preemptionticker.h"
#include "tests/support/testmain.h"
#include "tests/support/threadstatus.h"

using namespace hearth;

class tst_PreemptionTicker : public test::Test
{
    Q_OBJECT

private slots:
    void init() { QTRY_COMPARE(test::ticks(), -1); } // that of the test before has gone

    void thereIsNoThreadBeforeTheFirstStart()
    {
        PreemptionTicker ticker;
        ticker.stop();
        QCOMPARE(test::ticks(), -1);
    }

    void ticksUntilItIsStopped()
    {
        PreemptionTicker ticker;
        ticker.start();
        QTRY_VERIFY(test::tickerTicks());
        ticker.start(); // as it does already
        ticker.stop();
        QTRY_VERIFY(test::tickerRests());
        ticker.start();
        QTRY_VERIFY(test::tickerTicks());
    }

    void endsWhereverItIs()
    {
        {
            PreemptionTicker resting;
            resting.start();
            resting.stop();
            PreemptionTicker ticking;
            ticking.start();
        }
        QTRY_COMPARE(test::ticks(), -1);
    }
};

HEARTH_TEST_MAIN(tst_PreemptionTicker)
#include "tst_preemptionticker.moc"
