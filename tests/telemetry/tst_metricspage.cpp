#include "server/telemetry/histogram.h"
#include "server/telemetry/metricspage.h"
#include "tests/support/testmain.h"

using namespace hearth;

class tst_MetricsPage : public test::Test
{
    Q_OBJECT

private slots:
    void writesSingleFigures()
    {
        MetricsPage page;
        page.gauge("hearth_rooms", "Rooms.", 3);
        page.counter("hearth_deliveries_total", "Frames.", 18'446'744'073'709'551'615U);
        page.gauge("hearth_longest_seconds", "Longest.", 0.0625);
        QCOMPARE(page.text(), QByteArray("# HELP hearth_rooms Rooms.\n"
                                         "# TYPE hearth_rooms gauge\n"
                                         "hearth_rooms 3\n"
                                         "# HELP hearth_deliveries_total Frames.\n"
                                         "# TYPE hearth_deliveries_total counter\n"
                                         "hearth_deliveries_total 18446744073709551615\n"
                                         "# HELP hearth_longest_seconds Longest.\n"
                                         "# TYPE hearth_longest_seconds gauge\n"
                                         "hearth_longest_seconds 0.0625\n"));
    }

    void writesLabels()
    {
        MetricsPage page;
        page.beginCounter("hearth_errors_total", "Errors.");
        page.sample({ { "code", "conflict" } }, 2);
        page.sample({ { "code", "a\"b\\c\nd" }, { "x", "y" } }, 1.5);
        QCOMPARE(page.text(), QByteArray("# HELP hearth_errors_total Errors.\n"
                                         "# TYPE hearth_errors_total counter\n"
                                         "hearth_errors_total{code=\"conflict\"} 2\n"
                                         "hearth_errors_total{code=\"a\\\"b\\\\c\\nd\",x=\"y\"} 1.5\n"));
    }

    void writesHistograms()
    {
        Histogram values { 0.001, 0.5 };
        for (const double value : { 0.0005, 0.25, 0.25, 3.0 })
            values.add(value);
        MetricsPage page;
        page.histogram("hearth_turn_seconds", "Turns.", values);
        QCOMPARE(page.text(), QByteArray("# HELP hearth_turn_seconds Turns.\n"
                                         "# TYPE hearth_turn_seconds histogram\n"
                                         "hearth_turn_seconds_bucket{le=\"0.001\"} 1\n"
                                         "hearth_turn_seconds_bucket{le=\"0.5\"} 3\n"
                                         "hearth_turn_seconds_bucket{le=\"+Inf\"} 4\n"
                                         "hearth_turn_seconds_sum 3.5005\n"
                                         "hearth_turn_seconds_count 4\n"));
    }

    void writesHistogramsWithALabel()
    {
        Histogram values { 0.5 };
        values.add(0.25);
        values.add(3);
        MetricsPage page;
        page.beginHistogram("hearth_io_turn_seconds", "Turns.");
        page.sample(MetricsPage::Label { "thread", "1" }, values);
        QCOMPARE(page.text(), QByteArray("# HELP hearth_io_turn_seconds Turns.\n"
                                         "# TYPE hearth_io_turn_seconds histogram\n"
                                         "hearth_io_turn_seconds_bucket{thread=\"1\",le=\"0.5\"} 1\n"
                                         "hearth_io_turn_seconds_bucket{thread=\"1\",le=\"+Inf\"} 2\n"
                                         "hearth_io_turn_seconds_sum{thread=\"1\"} 3.25\n"
                                         "hearth_io_turn_seconds_count{thread=\"1\"} 2\n"));
    }
};

HEARTH_TEST_MAIN(tst_MetricsPage)
#include "tst_metricspage.moc"
