#include "server/store/database.h"
#include "server/store/schema.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Schema : public test::Test
{
    Q_OBJECT

private slots:
    void stepsRunOnceInOrder()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        QList<int> ran;
        std::vector<Migration> steps { [&ran](Database &) { ran << 1; }, [&ran](Database &) { ran << 2; } };
        migrate(database, steps);
        QCOMPARE(schemaVersion(database), 2);
        steps.emplace_back([&ran](Database &) { ran << 3; });
        migrate(database, steps);
        QCOMPARE(schemaVersion(database), 3);
        QCOMPARE(ran, (QList<int> { 1, 2, 3 }));
    }

    void failingStepLeavesTheVersionBefore()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        const std::vector<Migration> steps {
            [](Database &db) { db.execute(u"CREATE TABLE kept (x)"_s); },
            [](Database &db) {
                db.execute(u"CREATE TABLE lost (x)"_s);
                db.execute(u"NONSENSE"_s);
            },
        };
        QVERIFY_EXCEPTION_THROWN(migrate(database, steps), SqlFailure);
        QCOMPARE(schemaVersion(database), 1);
        QCOMPARE(database.value(u"SELECT count(*) FROM sqlite_master WHERE name = 'lost'"_s).toInt(), 0);
    }

    /// Rooms of the first version keep everything.
    void firstVersionIsBroughtUpToDate()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        migrate(database, { migrations().front() });
        database.execute(u"INSERT INTO rooms (room, name, topic, kind, last_seq, created_at) VALUES ('ops', '', '', 'public', 7, 0)"_s);
        migrate(database, migrations());
        QCOMPARE(database.value(u"SELECT first_seq FROM rooms"_s).toInt(), 1);
        QVERIFY(database.value(u"SELECT keep_days FROM rooms"_s).isNull());
        QCOMPARE(database.value(u"SELECT last_seq FROM rooms"_s).toInt(), 7);
        QCOMPARE(database.value(u"SELECT slow_mode_seconds FROM rooms"_s).toInt(), 0);
        QCOMPARE(database.value(u"SELECT is_closed FROM rooms"_s).toInt(), 0);
    }

    void marksTheFileAsOurs()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        migrate(database, migrations());
        QCOMPARE(database.value(u"PRAGMA application_id"_s).toInt(), ApplicationId);
        QCOMPARE(schemaVersion(database), static_cast<int>(migrations().size()));
    }
};

HEARTH_TEST_MAIN(tst_Schema)
#include "tst_schema.moc"
