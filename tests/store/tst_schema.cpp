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

    /// A name's one token becomes its first device's.
    void tokensBecomeSessions()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        migrate(database, { migrations().begin(), migrations().begin() + 2 });
        database.execute(u"INSERT INTO users (folded, name, role, token_hash, created_at, last_seen) VALUES "
                         "('anna', 'Anna', 'owner', x'aabb', 1, 5), ('bo', 'Bo', 'guest', x'cc', 2, NULL), "
                         "('cy', 'Cy', 'guest', x'', 3, NULL), ('dora', 'Dora', 'guest', NULL, 4, NULL)"_s);
        migrate(database, migrations());
        QCOMPARE(database.value(u"SELECT group_concat(name) FROM users WHERE owned = 1 AND token_hash IS NULL"_s).toString(), u"Anna,Bo"_s);
        QCOMPARE(database.value(u"SELECT count(*) FROM users WHERE removed = 0 AND password_hash IS NULL"_s).toInt(), 4);
        const QString sessions = u"SELECT group_concat(u.name || ' ' || hex(s.token_hash) || ' ' || s.created_at || ' ' || s.last_seen, ', ') "
                                 "FROM sessions s JOIN users u ON u.id = s.user_id WHERE length(s.id) = 16"_s;
        const QString found = database.value(sessions).toString();
        QVERIFY2(found == u"Anna AABB 1 5, Bo CC 2 2"_s || found == u"Bo CC 2 2, Anna AABB 1 5"_s, qPrintable(found));
    }

    void invitesComeWithTheFifthVersion()
    {
        Database database(u":memory:"_s, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        migrate(database, { migrations().begin(), migrations().begin() + 4 });
        database.execute(u"INSERT INTO audit (at, deed, address, reason) VALUES (1, 'kick', '', '')"_s);
        migrate(database, migrations());
        QCOMPARE(database.value(u"SELECT count(*) FROM invites"_s).toInt(), 0);
        QCOMPARE(database.value(u"SELECT count(*) FROM audit"_s).toInt(), 1);
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
