#include "client/backoff.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace std::chrono_literals;

class tst_Backoff : public test::Test
{
    Q_OBJECT

private slots:
    void boundDoublesUpToTheMost()
    {
        Backoff backoff(500ms, 3'000ms, [] { return 0.5; });
        QCOMPARE(backoff.next(), 250ms);
        QCOMPARE(backoff.next(), 500ms);
        QCOMPARE(backoff.next(), 1'000ms);
        QCOMPARE(backoff.next(), 1'500ms);
        QCOMPARE(backoff.next(), 1'500ms);
    }

    void successBeginsAnew()
    {
        Backoff backoff(500ms, 30'000ms, [] { return 0.5; });
        QCOMPARE(backoff.next(), 250ms);
        QCOMPARE(backoff.next(), 500ms);
        backoff.reset();
        QCOMPARE(backoff.next(), 250ms);
    }

    void waitIsTheRandomShareOfTheBound_data()
    {
        QTest::addColumn<double>("random");
        QTest::addColumn<int>("expectedMs");
        QTest::newRow("nothing: a tenth") << 0.0 << 100;
        QTest::newRow("less than a tenth") << 0.0999 << 100;
        QTest::newRow("a tenth") << 0.1 << 100;
        QTest::newRow("a quarter") << 0.25 << 250;
        QTest::newRow("nearly all") << 0.9999 << 999;
    }
    void waitIsTheRandomShareOfTheBound()
    {
        QFETCH(double, random);
        QFETCH(int, expectedMs);
        Backoff backoff(1'000ms, 1'000ms, [random] { return random; });
        QCOMPARE(backoff.next(), std::chrono::milliseconds(expectedMs));
    }

    void clientsDoNotComeBackAtOnce()
    {
        Backoff backoff; // draws on the system's generator
        std::vector<std::chrono::milliseconds> waits;
        auto bound = 500ms;
        for (int i = 0; i < 50; ++i) {
            waits.push_back(backoff.next());
            QVERIFY(waits.back() >= bound / 10);
            QVERIFY(waits.back() < bound);
            bound = std::min<std::chrono::milliseconds>(bound * 2, 30'000ms);
        }
        // The last 40 share one bound: that they are all the same has a chance of 27000^-39.
        QVERIFY(std::any_of(waits.begin() + 10, waits.end(), [&](auto wait) { return wait != waits.back(); }));
    }

    // ---- rainy ----

    void oddBoundsStayInBounds_data()
    {
        QTest::addColumn<int>("firstMs");
        QTest::addColumn<int>("mostMs");
        QTest::addColumn<QList<int>>("expectedMs");
        QTest::newRow("first is the most") << 100 << 100 << QList<int> { 50, 50, 50 };
        QTest::newRow("the most is no power") << 100 << 150 << QList<int> { 50, 75, 75 };
        QTest::newRow("no wait at all") << 0 << 0 << QList<int> { 0, 0, 0 };
        QTest::newRow("one millisecond") << 1 << 4 << QList<int> { 0, 1, 2 };
    }
    void oddBoundsStayInBounds()
    {
        QFETCH(int, firstMs);
        QFETCH(int, mostMs);
        QFETCH(QList<int>, expectedMs);
        Backoff backoff(std::chrono::milliseconds(firstMs), std::chrono::milliseconds(mostMs), [] { return 0.5; });
        for (const int expected : expectedMs)
            QCOMPARE(backoff.next(), std::chrono::milliseconds(expected));
    }

    void aDayOfFailuresDoesNotOverflow()
    {
        Backoff backoff(500ms, 30'000ms, [] { return 0.5; });
        for (int i = 0; i < 10'000; ++i) {
            const auto wait = backoff.next();
            QVERIFY(wait > 0ms);
            QVERIFY(wait <= 15'000ms);
        }
        QCOMPARE(backoff.next(), 15'000ms);
    }
};

HEARTH_TEST_MAIN(tst_Backoff)
#include "tst_backoff.moc"
