#include "server/chat/tokenbucket.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;

class tst_TokenBucket : public test::Test
{
    Q_OBJECT

private slots:
    void burstThenRate()
    {
        TokenBucket bucket({ 3, 2 });
        for (int i = 0; i < 3; ++i)
            QVERIFY(!bucket.take(1'000));
        QCOMPARE(bucket.take(1'000), std::optional<qint64>(500));
        QCOMPARE(bucket.take(1'250), std::optional<qint64>(250));
        QVERIFY(!bucket.take(1'500));
        QVERIFY(bucket.take(1'500));
    }

    void waitingAsLongAsToldIsEnough()
    {
        TokenBucket bucket({ 1, 3 }); // a third of a second is no whole number of milliseconds
        qint64 now = 1'000;
        QVERIFY(!bucket.take(now));
        for (int i = 0; i < 100; ++i) {
            const auto wait = bucket.take(now);
            QVERIFY(wait);
            now += *wait;
            QVERIFY(!bucket.take(now));
        }
        QVERIFY(now >= 1'000 + 33'333);
        QVERIFY(now <= 1'000 + 33'500);
    }

    void neverHoldsMoreThanTheBurst()
    {
        TokenBucket bucket({ 2, 100 });
        QVERIFY(!bucket.take(1'000));
        QVERIFY(!bucket.take(1'000'000));
        QVERIFY(!bucket.take(1'000'000));
        QVERIFY(bucket.take(1'000'000));
    }

    void askingTakesNothing()
    {
        TokenBucket bucket({ 1, 1 });
        for (int i = 0; i < 10; ++i)
            QVERIFY(!bucket.wait(1'000));
        QVERIFY(!bucket.take(1'000));
        QCOMPARE(bucket.wait(1'000), std::optional<qint64>(1'000));
        QCOMPARE(bucket.wait(1'250), std::optional<qint64>(750));
    }

    void manyAtOnce()
    {
        TokenBucket bucket({ 10, 2 });
        QVERIFY(!bucket.take(1'000, 8));
        QCOMPARE(bucket.take(1'000, 4), std::optional<qint64>(1'000));
        QVERIFY(!bucket.take(1'000, 2));
        // More than it holds takes all that it can hold: it would be refused for ever.
        QCOMPARE(bucket.wait(1'000, 50), std::optional<qint64>(5'000));
        QVERIFY(!bucket.take(6'000, 50));
        QVERIFY(bucket.take(6'000));
    }

    void refusalsCostNothing()
    {
        TokenBucket bucket({ 1, 1 });
        QVERIFY(!bucket.take(1'000));
        for (int i = 0; i < 100; ++i)
            QVERIFY(bucket.take(1'000));
        QVERIFY(!bucket.take(2'000));
    }

    void isFullAgainInTime()
    {
        TokenBucket bucket({ 2, 1 });
        QVERIFY(bucket.isFull(1'000));
        QVERIFY(!bucket.take(1'000));
        QVERIFY(!bucket.isFull(1'999));
        QVERIFY(bucket.isFull(2'000));
    }

    // ---- rainy ----

    void zeroLiftsTheLimit_data()
    {
        QTest::addColumn<double>("burst");
        QTest::addColumn<double>("perSecond");
        QTest::newRow("no burst") << 0.0 << 5.0;
        QTest::newRow("no rate") << 20.0 << 0.0;
        QTest::newRow("neither") << 0.0 << 0.0;
    }
    void zeroLiftsTheLimit()
    {
        QFETCH(double, burst);
        QFETCH(double, perSecond);
        TokenBucket bucket({ burst, perSecond });
        for (int i = 0; i < 1'000; ++i)
            QVERIFY(!bucket.take(1'000));
    }

    void clockThatStandsStillOrGoesBackAddsNothing()
    {
        TokenBucket bucket({ 1, 1 });
        QVERIFY(!bucket.take(10'000));
        QVERIFY(bucket.take(10'000));
        QVERIFY(bucket.take(9'000));
    }

    void clockThatWentBackAddsNothingWhenItReturns()
    {
        TokenBucket bucket({ 1, 1 });
        QVERIFY(!bucket.take(10'000));
        QVERIFY(bucket.take(9'000));
        QVERIFY(bucket.take(10'000));
    }

    void halfABurstLetsSomethingThroughSometimes()
    {
        TokenBucket bucket({ 0.5, 5 });
        (void)bucket.take(1'000);
        QVERIFY(!bucket.take(1'000'000));
    }
};

HEARTH_TEST_MAIN(tst_TokenBucket)
#include "tst_tokenbucket.moc"
