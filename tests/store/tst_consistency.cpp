#include "server/store/consistency.h"
#include "server/store/database.h"
#include "tests/store/filledstore.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Consistency : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_directory->filePath(u"data"_s); }
    [[nodiscard]] QStringList files() const { return QDir(data()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }
    void damage(const QString &sql) const
    {
        Database database(QDir(data()).filePath(u"hearth.db"_s), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        database.execute(u"PRAGMA foreign_keys = OFF"_s);
        database.execute(sql);
    }

    /// Room, role, maker, uses and most uses are filled in.
    static inline const QString Invite
        = u"INSERT INTO invites (id, code_hash, note, at, room_id, role, by_user, used, max_uses) VALUES ('i1', x'aa', '', 1, %1)"_s;
    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    void wholeDatabase()
    {
        QVERIFY(test::openFilled(data()));
        const QStringList before = files();
        const CheckReport report = checkDataDirectory(data());
        QCOMPARE(report.findings, QStringList());
        QCOMPARE(report.counts.rooms, 1);
        QCOMPARE(report.counts.users, 2);
        QCOMPARE(report.counts.messages, 4);
        QCOMPARE(report.counts.events, 9);
        QCOMPARE(files(), before);
    }

    void whileAServerRuns()
    {
        const auto store = test::openFilled(data());
        QVERIFY(store);
        const QStringList before = files();
        QCOMPARE(checkDataDirectory(data()).findings, QStringList());
        QCOMPARE(files(), before);
        test::Awaited<HistoryPage, StoreError> page;
        store->history(RoomId::lobby(), {}, 50, page.callback());
        QCOMPARE(page.result()->messages.size(), 4);
    }

    void leavesNoLockWhereThereWasNone()
    {
        QVERIFY(test::openFilled(data()));
        QVERIFY(QFile::remove(QDir(data()).filePath(u"hearth.lock"_s)));
        QCOMPARE(checkDataDirectory(data()).findings, QStringList());
        QCOMPARE(files(), QStringList { u"hearth.db"_s });
    }

    void wholeAfterEachStepOfExpiry()
    {
        const auto store = test::openFilled(data());
        QVERIFY(store);
        qint64 messages = 4;
        for (int step = 0; step < 12; ++step) {
            test::Awaited<Expired, StoreError> expired;
            store->expire(RoomId::lobby(), QDateTime::currentDateTimeUtc().addDays(1), 1, expired.callback());
            QVERIFY(expired.result());
            const CheckReport report = checkDataDirectory(data());
            QCOMPARE(report.findings, QStringList());
            QCOMPARE(report.counts.events, 9);
            QVERIFY(report.counts.messages <= messages);
            messages = report.counts.messages;
        }
        QCOMPARE(messages, 0);
    }

    /// Before a server of this version has opened it.
    void olderDatabase()
    {
        QVERIFY(test::openFilled(data()));
        damage(u"DROP TABLE sessions"_s);
        for (const char *column : { "owned", "password_hash", "removed" })
            damage(u"ALTER TABLE users DROP COLUMN "_s + QLatin1StringView(column));
        for (const char *index : { "words_by_target", "mentions_by_message", "notifications_by_message" })
            damage(u"DROP INDEX "_s + QLatin1StringView(index));
        for (const char *table : { "invites", "bans", "mutes", "audit" })
            damage(u"DROP TABLE "_s + QLatin1StringView(table));
        for (const char *column : { "slow_mode_seconds", "is_closed" })
            damage(u"ALTER TABLE rooms DROP COLUMN "_s + QLatin1StringView(column));
        damage(u"ALTER TABLE rooms DROP COLUMN first_seq"_s);
        damage(u"ALTER TABLE rooms DROP COLUMN keep_days"_s);
        damage(u"PRAGMA user_version = 1"_s);
        const CheckReport report = checkDataDirectory(data());
        QCOMPARE(report.findings, QStringList());
        QCOMPARE(report.counts.messages, 4);
        // And opening it brings it up to date with all that it has.
        QVERIFY(test::openFilled(data()));
        QCOMPARE(checkDataDirectory(data()).findings, QStringList());
        QCOMPARE(checkDataDirectory(data()).counts.messages, 4);
    }

    void invitesAreChecked()
    {
        QVERIFY(test::openFilled(data()));
        damage(Invite.arg(u"1, 'member', 2, 2, 2"_s));
        QCOMPARE(checkDataDirectory(data()).findings, QStringList());
    }

    // ---- rainy ----

    void findsDamage_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("finding");
        const auto row = [](const char *name, const QString &sql, const QString &finding) {
            QTest::newRow(name) << sql << finding;
        };
        row("flipped text", u"UPDATE events SET text = 'x' WHERE seq = 5"_s,
            u"Event 5 of room number 1: its checksum is wrong."_s);
        row("gap", u"DELETE FROM events WHERE seq = 7"_s, u"Room lobby: its log has a gap (8 events from seq 1 to 9)."_s);
        row("lost beginning", u"DELETE FROM events WHERE seq = 1"_s,
            u"Room lobby: its log has a gap (8 events from seq 2 to 9)."_s);
        row("lost end", u"DELETE FROM events WHERE seq = 9"_s,
            u"Room lobby: its last seq is said to be 9, its log ends with 8."_s);
        row("lost log", u"DELETE FROM events"_s, u"Room lobby: its last seq is said to be 9, its log ends with 0."_s);
        row("last seq", u"UPDATE rooms SET last_seq = 12"_s,
            u"Room lobby: its last seq is said to be 12, its log ends with 9."_s);
        row("read mark", u"UPDATE members SET read_seq = 10 WHERE user_id = 2"_s,
            u"Room lobby: bo has read up to seq 10, past its last seq 9."_s);
        row("joined seq", u"UPDATE members SET joined_seq = 3 WHERE user_id = 2"_s,
            u"Room lobby: bo is a member, which its log does not say."_s);
        row("member lost", u"DELETE FROM members WHERE user_id = 2"_s,
            u"Room lobby: bo is not a member, although its log says so."_s);
        row("member who was removed", u"UPDATE users SET removed = 1 WHERE id = 2"_s,
            u"Room lobby: bo is still a member, although they were removed."_s);
        row("member of no room", u"UPDATE members SET room_id = 7 WHERE user_id = 2"_s,
            u"members: rows without their rooms: 1."_s);
        row("member who is no user", u"UPDATE members SET user_id = 7 WHERE user_id = 2"_s,
            u"members: rows without their users: 1."_s);
        row("event of no user", u"DELETE FROM users WHERE id = 2"_s, u"events: rows without their users: 2."_s);
        row("event of no room", u"DELETE FROM rooms"_s, u"events: rows without their rooms: 9."_s);
        row("state of no event", u"DELETE FROM events WHERE seq = 3"_s, u"message_state: rows without their events: 1."_s);
        row("reaction to no event", u"DELETE FROM events WHERE seq = 5"_s, u"reactions: rows without their events: 1."_s);
        row("mention of no event", u"UPDATE mentions SET seq = 77"_s, u"mentions: rows without their event: 1."_s);
        row("notification of no event", u"UPDATE notifications SET seq = 77"_s,
            u"notifications: rows without their room or event: 1."_s);
        row("notification of no room", u"UPDATE notifications SET room = 'gone'"_s,
            u"notifications: rows without their room or event: 1."_s);
        row("notification of no user", u"UPDATE notifications SET user_id = 77"_s,
            u"notifications: rows without their users: 1."_s);
        row("state lost", u"DELETE FROM message_state WHERE seq = 3"_s,
            u"Room lobby: message 3 does not stand as its edits and deletions say."_s);
        row("edit undone", u"UPDATE message_state SET content = 'x' WHERE seq = 3"_s,
            u"Room lobby: message 3 does not stand as its edits and deletions say."_s);
        row("edit's time", u"UPDATE message_state SET edited_at = 1 WHERE seq = 3"_s,
            u"Room lobby: message 3 does not stand as its edits and deletions say."_s);
        row("deletion undone", u"UPDATE message_state SET deleted = 0 WHERE seq = 4"_s,
            u"Room lobby: message 4 does not stand as its edits and deletions say."_s);
        row("change that nobody made", u"INSERT INTO message_state VALUES (1, 5, 'x', 1, 0)"_s,
            u"Room lobby: message 5 is changed, although no event says so."_s);
        row("reaction lost", u"DELETE FROM reactions"_s,
            u"Room lobby: the reactions to message 5 are not what its log says (1 differ)."_s);
        row("reaction changed", u"UPDATE reactions SET emoji = 'x'"_s,
            u"Room lobby: the reactions to message 5 are not what its log says (2 differ)."_s);
        row("beginning past the end", u"UPDATE rooms SET first_seq = 11"_s,
            u"Room lobby: it is said to begin with seq 11, its log ends with 9."_s);
        row("beginning before the first", u"UPDATE rooms SET first_seq = 0"_s,
            u"Room lobby: it is said to begin with seq 0, its log ends with 9."_s);
        row("words that have expired", u"UPDATE rooms SET first_seq = 4"_s,
            u"Room lobby: event 3 has expired, but its words are still there."_s);
        row("state that has expired", u"UPDATE rooms SET first_seq = 4"_s,
            u"Room lobby: message 3 has expired, but something of it is still kept."_s);
        row("lost words", u"UPDATE events SET text = NULL WHERE seq = 5"_s,
            u"Room lobby: message 5 has lost its words before its time."_s);
        row("invite of nobody", Invite.arg(u"1, 'member', 7, 0, NULL"_s), u"invites: rows without their users: 1."_s);
        row("invite to no room", Invite.arg(u"7, 'member', 2, 0, NULL"_s), u"invites: rows without their rooms: 1."_s);
        row("invite used too often", Invite.arg(u"1, 'member', 2, 3, 2"_s), u"Invite i1: it was used 3 times, of 2."_s);
        row("invite for owners", Invite.arg(u"1, 'owner', 2, 0, NULL"_s), u"Invite i1: nobody is let in as owner."_s);
        row("invite to a direct room", Invite.arg(u"1, 'member', 2, 0, NULL"_s) + u"; UPDATE rooms SET kind = 'direct'"_s,
            u"Invite i1: lobby is a direct room."_s);
        row("reaction that nobody gave", u"INSERT INTO reactions (room_id, seq, emoji, user_id) VALUES (1, 3, 'x', 1)"_s,
            u"Room lobby: the reactions to message 3 are not what its log says (1 differ)."_s);
    }
    void findsDamage()
    {
        QFETCH(QString, sql);
        QFETCH(QString, finding);
        QVERIFY(test::openFilled(data()));
        damage(sql);
        const QStringList before = files();
        const CheckReport report = checkDataDirectory(data());
        QVERIFY2(report.findings.contains(finding), qPrintable(report.findings.join(u'\n')));
        QCOMPARE(files(), before);
    }

    /// Without a checksum of its own: what became of a message, and what waits for somebody who is away.
    void otherWordsThanTheEventsAreNotServed_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("finding");
        QTest::newRow("edit") << u"UPDATE message_state SET content = 'as it should reap' WHERE seq = 3"_s
                              << u"Room lobby: message 3 does not stand as its edits and deletions say"_s;
        QTest::newRow("reaction") << u"UPDATE reactions SET emoji = 'x'"_s
                                  << u"Room lobby: the reactions to message 5 are not what its log says (2 differ)"_s;
        QTest::newRow("notification") << u"UPDATE notifications SET content = '@bo loop'"_s
                                      << u"Room lobby: a stored notification of message 9 does not say what the message says"_s;
    }
    void otherWordsThanTheEventsAreNotServed()
    {
        QFETCH(QString, sql);
        QFETCH(QString, finding);
        QVERIFY(test::openFilled(data()));
        damage(sql);
        QCOMPARE(checkDataDirectory(data()).findings, QStringList { finding + u'.' });
        const QStringList before = files();
        const auto store = SqliteEventStore::open({ .directory = data() }, nullptr);
        QVERIFY(!store);
        QVERIFY2(store.error().text.contains(u"is damaged ("_s + finding + u')'), qPrintable(store.error().text));
        QCOMPARE(files(), before);
    }

    void namesAreTakenLiterally()
    {
        QVERIFY(test::openFilled(data()));
        damage(u"UPDATE users SET name = 'c%3%1' WHERE id = 2"_s);
        damage(u"UPDATE members SET read_seq = 10 WHERE user_id = 2"_s);
        QCOMPARE(checkDataDirectory(data()).findings,
                 QStringList { u"Room lobby: c%3%1 has read up to seq 10, past its last seq 9."_s });
    }

    void brokenIndexIsSQLitesToTell()
    {
        QVERIFY(test::openFilled(data()));
        {
            Database database(QDir(data()).filePath(u"hearth.db"_s), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
            database.execute(u"PRAGMA writable_schema = ON"_s);
            database.execute(u"DELETE FROM sqlite_master WHERE name = 'notifications_by_user'"_s);
        }
        const CheckReport report = checkDataDirectory(data());
        QVERIFY(!report.findings.isEmpty());
        QVERIFY2(report.findings.first().startsWith("SQLite: "_L1), qPrintable(report.findings.first()));
        QVERIFY(!report.findings.join(QString()).contains(u'\n'));
    }

    void findingsAreBounded()
    {
        QVERIFY(test::openFilled(data()));
        damage(u"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 79) "
               u"INSERT INTO events (room_id, seq, kind, user_id, at, text, checksum) SELECT 1, i, 1, 1, 0, 'x', 0 FROM n"_s);
        const CheckReport report = checkDataDirectory(data());
        QCOMPARE(report.findings.size(), CheckReport::MaxFindings);
        QCOMPARE(report.moreFindings, 70 + 1 - CheckReport::MaxFindings); // and the last seq
    }

    void noDatabase()
    {
        QCOMPARE(checkDataDirectory(data()).findings,
                 QStringList { u"The data directory %1 has no database."_s.arg(data()) });
        QVERIFY(!QFile::exists(data()));
    }

    void newerDatabase()
    {
        QVERIFY(test::openFilled(data()));
        damage(u"PRAGMA user_version = 1000"_s);
        const CheckReport report = checkDataDirectory(data());
        QCOMPARE(report.findings.size(), 1);
        QVERIFY(report.findings.first().contains(u"newer Hearth"_s));
    }
};

HEARTH_TEST_MAIN(tst_Consistency)
#include "tst_consistency.moc"
