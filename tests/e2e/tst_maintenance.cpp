#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

/// Changes a database behind the server's back.
void change(const QString &path, const QString &sql)
{
    const QString name = u"damage"_s;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        database.setDatabaseName(path);
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY2(query.exec(sql), qPrintable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase(name);
}

} // namespace

/// `hearthd backup`, `restore` and `check`, from outside.
class tst_Maintenance : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_base->filePath(u"data"_s); }
    [[nodiscard]] QString backupPath() const { return m_base->filePath(u"backup"_s); }
    [[nodiscard]] Ended command(const QStringList &words) const
    {
        return run(Hearthd, QStringList { u"--data"_s, data() } + words);
    }
    /// A server that has run, and is stopped.
    void leaveADatabase()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        anna.say(u"{\"type\":\"message\",\"content\":\"first\",\"client_id\":\"a\"}"_s);
        QVERIFY(!anna.next(u"ack"_s).isEmpty());
        QCOMPARE(server.terminate(), 0);
    }

    std::unique_ptr<QTemporaryDir> m_base;

private slots:
    void init()
    {
        Test::init();
        m_base = std::make_unique<QTemporaryDir>();
    }

    /// Whatever was acknowledged before the backup began is in it, while more is being said.
    void backsUpAServerThatIsBusy()
    {
        QFile ini(m_base->filePath(u"hearth.ini"_s));
        QVERIFY(ini.open(QIODevice::WriteOnly));
        ini.write("[limits]\nmessages_burst = 0\nmessages_per_second = 0\n");
        ini.close();
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start({ u"--config"_s, ini.fileName() }));
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        const auto post = [&anna](int from, int to) {
            for (int i = from; i < to; ++i)
                anna.say(u"{\"type\":\"message\",\"content\":\"m%1\",\"client_id\":\"c%1\"}"_s.arg(i));
        };
        int lastSeq = 0;
        const auto awaitAcks = [&](int count) {
            lastSeq = 1;
            for (int i = 0; i < count && lastSeq > 0; ++i)
                lastSeq = anna.next(u"ack"_s)["seq"_L1].toInt();
        };
        post(0, 500);
        awaitAcks(500);
        const int before = lastSeq;
        QVERIFY(before >= 500);

        QProcess backup;
        backup.start(Hearthd, { u"--data"_s, data(), u"backup"_s, backupPath() });
        int said = 500;
        while (backup.state() != QProcess::NotRunning && said < 50'000) {
            post(said, said + 50);
            awaitAcks(50);
            QVERIFY2(lastSeq > 0, "no ack for 15 s");
            said += 50;
        }
        QVERIFY(QTest::qWaitFor([&backup] { return backup.state() == QProcess::NotRunning; }, 30'000));
        QVERIFY2(backup.exitCode() == 0, backup.readAllStandardError().constData());
        QVERIFY(said > 500);
        const QString words = QString::fromUtf8(backup.readAllStandardOutput());
        QVERIFY2(words.startsWith(u"Backed up %1 to %2: 1 rooms, "_s.arg(data(), backupPath())), qPrintable(words));
        QCOMPARE(command({ u"check"_s }).code, 0); // while it runs
        QCOMPARE(server.terminate(), 0);

        const QString elsewhere = m_base->filePath(u"elsewhere"_s);
        const Ended restored = run(Hearthd, { u"restore"_s, backupPath(), u"--data"_s, elsewhere });
        QVERIFY2(restored.code == 0, qPrintable(restored.errors));
        const Ended checked = run(Hearthd, { u"check"_s, u"--data"_s, elsewhere });
        QVERIFY2(checked.output.startsWith("All is well: 1 rooms, 1 users, "_L1), qPrintable(checked.output));
        ServerProcess second(Hearthd, elsewhere);
        QVERIFY(second.start());
        BareClient bo(second.url());
        bo.say(u"{\"type\":\"hello\",\"user\":\"bo\"}"_s);
        const int lastInBackup
            = bo.next(u"welcome"_s)["rooms"_L1].toArray().first()["last_seq"_L1].toInt() - 1; // bo's own joining
        QVERIFY2(lastInBackup >= before && lastInBackup <= lastSeq, qPrintable(QString::number(lastInBackup)));
    }

    void restoresOverWhatIsThere()
    {
        leaveADatabase();
        QCOMPARE(command({ u"backup"_s, backupPath() }).code, 0);
        const Ended restored = command({ u"restore"_s, backupPath() });
        QVERIFY2(restored.code == 0, qPrintable(restored.errors));
        QVERIFY(restored.output.contains(u"The database that was there is kept as %1/hearth.db.before-restore-"_s.arg(data())));
        QCOMPARE(QDir(data()).entryList({ u"hearth.db.before-restore-*"_s }, QDir::Files).size(), 1);
        QCOMPARE(command({ u"check"_s }).output, u"All is well: 1 rooms, 1 users, 1 messages, 2 events.\n"_s);
    }

    // ---- rainy ----

    void checkFinds_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("finding");
        QTest::newRow("nothing") << QString() << u"All is well: 1 rooms, 1 users, 1 messages, 2 events."_s;
        QTest::newRow("checksum") << u"UPDATE events SET text = 'x' WHERE seq = 2"_s
                                  << u"Event 2 of room number 1: its checksum is wrong."_s;
        QTest::newRow("gap") << u"UPDATE events SET seq = 5 WHERE seq = 1"_s << u"its log has a gap"_s;
        QTest::newRow("last seq") << u"UPDATE rooms SET last_seq = 7"_s << u"its last seq is said to be 7"_s;
        QTest::newRow("read mark") << u"UPDATE members SET read_seq = 8"_s << u"anna has read up to seq 8"_s;
        QTest::newRow("member") << u"DELETE FROM members"_s << u"anna is not a member"_s;
        QTest::newRow("orphan") << u"DELETE FROM users"_s << u"members: rows without their users: 1."_s;
        QTest::newRow("mention") << u"INSERT INTO mentions VALUES (1, 1, 77)"_s << u"mentions: rows without their event: 1."_s;
        QTest::newRow("message state") << u"INSERT INTO message_state VALUES (1, 2, 'x', 1, 0)"_s
                                       << u"message 2 is changed, although no event says so"_s;
        QTest::newRow("reaction") << u"INSERT INTO reactions (room_id, seq, emoji, user_id) VALUES (1, 2, 'x', 1)"_s
                                  << u"the reactions to message 2 are not what its log says"_s;
    }
    void checkFinds()
    {
        QFETCH(QString, sql);
        QFETCH(QString, finding);
        leaveADatabase();
        if (!sql.isEmpty())
            change(data() + u"/hearth.db"_s, sql);
        const Ended ended = command({ u"check"_s });
        QCOMPARE(ended.code, sql.isEmpty() ? 0 : 1);
        QVERIFY2(ended.output.contains(finding), qPrintable(ended.output));
        QCOMPARE(ended.errors, QString());
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("error");
        QTest::newRow("backup over a file") << QStringList { u"backup"_s, QCoreApplication::applicationFilePath() } << 1
                                            << u"is there already"_s;
        QTest::newRow("backup into nowhere") << QStringList { u"backup"_s, u"/nonexistent/x"_s } << 1 << u"cannot be made"_s;
        QTest::newRow("restore of nothing") << QStringList { u"restore"_s, u"/nonexistent"_s } << 1 << u"There is no file"_s;
        QTest::newRow("restore of something else") << QStringList { u"restore"_s, QCoreApplication::applicationFilePath() } << 1
                                                   << u"does not begin like a database"_s;
        QTest::newRow("no file") << QStringList { u"backup"_s } << 2 << u"backup needs a file."_s;
    }
    void refuses()
    {
        QFETCH(QStringList, words);
        QFETCH(int, code);
        QFETCH(QString, error);
        leaveADatabase();
        const Ended ended = command(words);
        QCOMPARE(ended.code, code);
        QVERIFY2(ended.errors.contains(error), qPrintable(ended.errors));
        QCOMPARE(ended.errors.trimmed().count(u'\n'), 0);
        QCOMPARE(ended.output, QString());
    }

    void restoreRefusesARunningServer()
    {
        leaveADatabase();
        QCOMPARE(command({ u"backup"_s, backupPath() }).code, 0);
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        const Ended ended = command({ u"restore"_s, backupPath() });
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.errors.contains(u"in use by another Hearth server (process %1)"_s.arg(server.pid())), qPrintable(ended.errors));
        QCOMPARE(server.terminate(), 0);
    }
};

HEARTH_TEST_MAIN(tst_Maintenance)
#include "tst_maintenance.moc"
