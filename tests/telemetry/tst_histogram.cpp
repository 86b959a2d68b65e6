#include "server/telemetry/histogram.h"
#include "tests/support/testmain.h"

using namespace hearth;

class tst_Histogram : public test::Test
{
    Q_OBJECT

private slots:
    void countsEachValueOnce()
    {
        Histogram histogram { 1, 2, 5 };
        for (const double value : { 0.5, 1.0, 1.5, 5.0, 7.0 })
            histogram.add(value);
        QCOMPARE(histogram.countUpTo(0), 2U); // a bound belongs to what is below it
        QCOMPARE(histogram.countUpTo(1), 3U);
        QCOMPARE(histogram.countUpTo(2), 4U);
        QCOMPARE(histogram.count(), 5U);
        QCOMPARE(histogram.sum(), 15.0);
        QCOMPARE(histogram.largest(), 7.0);
    }

    void knowsNothingAtFirst()
    {
        const Histogram histogram = Histogram::ofSeconds();
        QCOMPARE(histogram.count(), 0U);
        QCOMPARE(histogram.countUpTo(histogram.bounds().size() - 1), 0U);
        QCOMPARE(histogram.largest(), 0.0);
    }
};

HEARTH_TEST_MAIN(tst_Histogram)
#include "tst_histogram.moc"
