#include "tests/faults/scene.h"
#include "tests/support/testmain.h"

#include <QRandomGenerator>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

/// That the fault tests would see what they are there for: the same run, the same checker, and a server with a mistake.
class tst_PlantedFaults : public Test
{
    Q_OBJECT

private slots:
    void areCaught_data()
    {
        QTest::addColumn<QString>("mistake");
        QTest::addColumn<QString>("violation"); // a regular expression that one of them matches
        QTest::newRow("none") << u"none"_s << QString();
        QTest::newRow("ack before commit") << u"ack-before-commit"_s << u"^1 .* was acknowledged as .* and is not there$"_s;
        QTest::newRow("no de-duplication") << u"no-deduplication"_s << u"^1 .* is in the log twice$"_s;
        QTest::newRow("swapped seq") << u"swapped-seq"_s << u"^3 .* was sent event .* after "_s;
        QTest::newRow("a dropped tail on resume") << u"dropped-tail"_s << u"^2 .* after catching up, the log goes to "_s;
        QTest::newRow("unread off by one") << u"unread-off-by-one"_s << u"^5 .* said to be unread in "_s;
    }
    void areCaught()
    {
        QFETCH(QString, mistake);
        QFETCH(QString, violation);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HEARTH_PLANTED"_s, mistake);
        Scene scene(QStringLiteral(HEARTHD_PLANTED), 1);
        scene.server().setEnvironment(environment);
        QVERIFY(scene.start());
        QVERIFY(scene.populate(3));
        scene.work();
        for (int i = 0; i < 4; ++i) {
            pause(300);
            scene.server().kill();
            QVERIFY(scene.start());
            QVERIFY(scene.awaitAll() >= 0);
            pause(100);
            for (const auto &client : scene.clients())
                client->breakOff(); // with messages under way
            QVERIFY(scene.awaitAll() >= 0);
        }
        scene.keepNothing();
        const Verdict verdict = scene.finish();
        const QStringList violations = verdict.violations;
        if (violation.isEmpty())
            QCOMPARE(violations, QStringList());
        else
            QVERIFY2(!violations.filter(QRegularExpression(violation)).isEmpty(), qPrintable(violations.join(u'\n')));
        QCOMPARE(verdict.lost > 0, mistake == "ack-before-commit"_L1);
        QCOMPARE(verdict.doubled > 0, mistake == "no-deduplication"_L1);
    }
};

HEARTH_TEST_MAIN(tst_PlantedFaults)
#include "tst_plantedfaults.moc"
