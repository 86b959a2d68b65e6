#include "protocol/codec.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDateTime>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Timestamp : public test::Test
{
    Q_OBJECT

private slots:
    void writesUtcWithMilliseconds()
    {
        const QDateTime time(QDate(2026, 11, 23), QTime(18, 59, 0, 123), Qt::UTC);
        QCOMPARE(codec::formatTimestamp(time), "2026-11-23T18:59:00.123Z");
        QCOMPARE(codec::formatTimestamp(time.addMSecs(-123)), "2026-11-23T18:59:00.000Z");
        QCOMPARE(codec::formatTimestamp(time.toOffsetFromUtc(3'600)), "2026-11-23T18:59:00.123Z");
    }
    void writesAsQtDoes_data()
    {
        QTest::addColumn<QDateTime>("time");
        QTest::newRow("epoch") << QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
        QTest::newRow("before") << QDateTime::fromMSecsSinceEpoch(-1, Qt::UTC);
        QTest::newRow("single digits") << QDateTime(QDate(2026, 1, 2), QTime(3, 4, 5, 6), Qt::UTC);
        QTest::newRow("leap day") << QDateTime(QDate(2028, 2, 29), QTime(23, 59, 59, 999), Qt::UTC);
        QTest::newRow("early") << QDateTime(QDate(33, 4, 3), QTime(15, 0), Qt::UTC);
        QTest::newRow("last year with four digits") << QDateTime(QDate(9999, 12, 31), QTime(23, 59, 59, 999), Qt::UTC);
        QTest::newRow("five digits") << QDateTime(QDate(10'000, 1, 1), QTime(0, 0), Qt::UTC);
        QTest::newRow("before the era") << QDateTime(QDate(-44, 3, 15), QTime(12, 0), Qt::UTC);
        QTest::newRow("none") << QDateTime();
    }
    void writesAsQtDoes()
    {
        QFETCH(QDateTime, time);
        QCOMPARE(codec::formatTimestamp(time), time.toUTC().toString(Qt::ISODateWithMs).toLatin1());
    }
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("ms");
        QTest::newRow("milliseconds") << u"1970-01-01T00:00:01.500Z"_s << qint64 { 1'500 };
        QTest::newRow("seconds") << u"1970-01-01T00:00:01Z"_s << qint64 { 1'000 };
        QTest::newRow("offset") << u"1970-01-01T01:00:00+01:00"_s << qint64 { 0 };
    }
    void reads()
    {
        QFETCH(QString, text);
        QFETCH(qint64, ms);
        const auto time = codec::parseTimestamp(text);
        QVERIFY(time);
        QCOMPARE(time->toMSecsSinceEpoch(), ms);
        QCOMPARE(time->timeSpec(), Qt::UTC);
    }
    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("a date") << u"2026-11-23"_s;
        QTest::newRow("no zone") << u"2026-11-23T18:59:00.123"_s;
        QTest::newRow("month 13") << u"2026-13-23T18:59:00.123Z"_s;
        QTest::newRow("hour 25") << u"2026-11-23T25:59:00.123Z"_s;
        QTest::newRow("words") << u"yesterday, about noon"_s;
        QTest::newRow("endless") << QString(1'000'000, u'1');
    }
    void refuses()
    {
        QFETCH(QString, text);
        QVERIFY(!codec::parseTimestamp(text));
    }
};

HEARTH_TEST_MAIN(tst_Timestamp)
#include "tst_timestamp.moc"
