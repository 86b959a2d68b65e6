#include "server/chat/patientclock.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTimeZone>

using namespace hearth;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

class tst_PatientClock : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] PatientClock clock()
    {
        return { [this] { return Noon.addMSecs((m_elapsed + m_set).count()); }, [this] { return m_elapsed; } };
    }
    static void expectDoubt(qint64 seconds)
    {
        QTest::ignoreMessage(QtWarningMsg, "event=clock-ahead seconds=" + QByteArray::number(seconds));
    }

    const QDateTime Noon { QDate(2026, 11, 24), QTime(12, 0), QTimeZone::utc() };
    milliseconds m_elapsed = 0ms;
    milliseconds m_set = 0ms; ///< by how much the wall clock was set forward

private slots:
    void init()
    {
        Test::init();
        m_elapsed = 5s;
        m_set = 0ms;
    }

    void goesWithTheTime()
    {
        PatientClock time = clock();
        QCOMPARE(time.now(), Noon.addSecs(5));
        m_elapsed += 24h * 400;
        QCOMPARE(time.now(), Noon.addDays(400).addSecs(5));
    }

    void setBackIsBelievedAtOnce()
    {
        PatientClock time = clock();
        m_set = -1h;
        QCOMPARE(time.now(), Noon.addSecs(5 - 3'600));
    }

    void smallStepsAreBelievedAtOnce()
    {
        PatientClock time = clock();
        for (int i = 1; i <= 10; ++i) {
            m_set = i * 1min;
            QCOMPARE(time.now(), Noon.addSecs(5 + i * 60));
        }
    }

    void setForwardIsBelievedAfterADay_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::newRow("a little") << qint64 { 61 };
        QTest::newRow("an hour") << qint64 { 3'600 };
        QTest::newRow("a year") << qint64 { 365 * 86'400 };
    }
    void setForwardIsBelievedAfterADay()
    {
        QFETCH(qint64, seconds);
        PatientClock time = clock();
        m_set = std::chrono::seconds(seconds);
        expectDoubt(seconds); // once
        QCOMPARE(time.now(), Noon.addSecs(5));
        m_elapsed += 24h - 1ms;
        QCOMPARE(time.now(), Noon.addDays(1).addSecs(5).addMSecs(-1));
        m_elapsed += 1ms;
        QCOMPARE(time.now(), Noon.addDays(1).addSecs(5 + seconds));
        m_elapsed += 1h;
        QCOMPARE(time.now(), Noon.addDays(1).addSecs(5 + seconds + 3'600));
    }

    void setRightAgainItIsForgotten()
    {
        PatientClock time = clock();
        m_set = 1h;
        expectDoubt(3'600);
        QCOMPARE(time.now(), Noon.addSecs(5));
        m_set = 0ms;
        m_elapsed += 20h;
        QCOMPARE(time.now(), Noon.addSecs(20 * 3'600 + 5));
        m_set = 1h;
        expectDoubt(3'600);
        m_elapsed += 20h;
        QCOMPARE(time.now(), Noon.addSecs(40 * 3'600 + 5));
        m_elapsed += 20h;
        QCOMPARE(time.now(), Noon.addSecs(60 * 3'600 + 5));
    }

    void ofThisComputerIsItsTime()
    {
        PatientClock time = PatientClock::ofThisComputer();
        QVERIFY(std::abs(time.now().msecsTo(QDateTime::currentDateTimeUtc())) < 60'000);
    }
};

HEARTH_TEST_MAIN(tst_PatientClock)
#include "tst_patientclock.moc"
