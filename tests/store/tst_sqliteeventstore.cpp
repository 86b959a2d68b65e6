#include "server/store/sqliteeventstore.h"
#include "server/store/accountstore.h"
#include "server/store/database.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Awaited;

namespace {

UserName anna() { return UserName::parse(u"anna").value(); }

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_SqliteEventStore : public test::Test
{
    Q_OBJECT

private:
    using Opened = Result<std::unique_ptr<SqliteEventStore>, StoreOpenError>;

    [[nodiscard]] Opened open(StoreState *state = nullptr)
    {
        return SqliteEventStore::open({ .directory = m_directory->filePath(u"data"_s) }, state);
    }
    [[nodiscard]] QString databasePath() const { return m_directory->filePath(u"data/hearth.db"_s); }

    /// Leaves a closed store with two users, a room and some messages.
    void fill(int messages = 3)
    {
        const auto store = open().value().release();
        const std::unique_ptr<SqliteEventStore> owner(store);
        const SessionRecord session { .id = u"s"_s, .user = anna(), .tokenHash = "hash" };
        store->accounts().addAccount({ .name = anna() }, session, {}, [](const auto &) {});
        store->createRoom({ .id = RoomId::lobby(), .name = u"Lobby"_s, .topic = u"Tea"_s }, { anna() },
                          [](const auto &) {});
        for (int i = 0; i < messages; ++i) {
            store->append({ .room = RoomId::lobby(),
                            .user = anna(),
                            .body = MessagePosted { u"message number %1"_s.arg(i), ClientId::generate(), {} } },
                          [](const auto &) {});
        }
    }

    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    void keepsEverything()
    {
        StoreState before;
        {
            const auto store = open(&before);
            QVERIFY(store);
        }
        QVERIFY(before.users.isEmpty());
        fill();
        StoreState after;
        const auto store = open(&after);
        QVERIFY(store);
        QCOMPARE(after.serverId, before.serverId);
        QCOMPARE(after.users.size(), 1);
        QCOMPARE(after.users.first().name, anna());
        QCOMPARE(after.users.first().role, Role::Owner);
        QCOMPARE(after.sessions.first().tokenHash, "hash");
        QCOMPARE(after.rooms.first().id, RoomId::lobby());
        QCOMPARE(after.rooms.first().topic, u"Tea"_s);
        QCOMPARE(after.rooms.first().lastSeq, Seq(4));
        QCOMPARE(after.memberships.first().user, anna());
        QCOMPARE(after.memberships.first().joinedSeq, Seq(1));
        Awaited<HistoryPage, StoreError> page;
        (*store)->history(RoomId::lobby(), {}, 50, page.callback());
        QCOMPARE(page.result()->messages.size(), 3);
    }

    void destructionCommitsWhatWasQueued()
    {
        fill(1'000); // never ran the event loop
        StoreState state;
        QVERIFY(open(&state));
        QCOMPARE(state.rooms.first().lastSeq, Seq(1'001));
    }

    void clientIdsAreUniqueInTheDatabase()
    {
        fill(1);
        Database database(databasePath(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        QVERIFY_EXCEPTION_THROWN(
            database.execute(u"INSERT INTO events (room_id, seq, kind, user_id, at, text, client_id, checksum) "
                             u"SELECT room_id, 99, 1, user_id, 0, 'y', client_id, 0 FROM events "
                             u"WHERE client_id IS NOT NULL"_s),
            SqlFailure);
    }

    void usesWalAndFullSync()
    {
        fill(1);
        Database database(databasePath(), Database::Mode::ReadOnly, std::chrono::milliseconds(0));
        QCOMPARE(database.value(u"PRAGMA journal_mode"_s).toString(), u"wal"_s);
    }

    void injectedClockDatesEvents()
    {
        const QDateTime now(QDate(2026, 11, 24), QTime(12, 0, 0, 123), Qt::UTC);
        const auto store = SqliteEventStore::open({ .directory = u":memory:"_s, .now = [now] { return now; } },
                                                  nullptr);
        QVERIFY(store);
        (*store)->addUser({ .name = anna() }, [](const auto &) {});
        Awaited<QList<RoomEvent>, StoreError> created;
        (*store)->createRoom({ .id = RoomId::lobby() }, { anna() }, created.callback());
        QCOMPARE(created.result()->first().timestamp, now);
    }

    void keepsTheRoomsOwnSetting()
    {
        fill(2); // seq 2 and 3
        for (const std::optional<int> days : { std::optional(30), std::optional(0), std::optional<int>() }) {
            {
                const auto store = open();
                QVERIFY(store);
                (*store)->setKeepDays(RoomId::lobby(), days, [](const auto &) {});
            }
            StoreState state;
            QVERIFY(open(&state));
            QCOMPARE(state.rooms.first().keepDays, days);
            QCOMPARE(state.rooms.first().firstSeq, Seq(1));
        }
    }

    void expiresByTheGivenTime()
    {
        QDateTime now(QDate(2026, 11, 1), QTime(12, 0), Qt::UTC);
        const auto opened = SqliteEventStore::open({ .directory = u":memory:"_s, .now = [&now] { return now; } }, nullptr);
        QVERIFY(opened);
        SqliteEventStore &store = **opened;
        store.addUser({ .name = anna() }, [](const auto &) {});
        store.createRoom({ .id = RoomId::lobby() }, { anna() }, [](const auto &) {});
        const auto post = [&store] {
            Awaited<Appended, StoreError> posted;
            store.append({ .room = RoomId::lobby(), .user = anna(), .body = MessagePosted { u"x"_s, {}, {} } }, posted.callback());
            return posted.result()->event.seq;
        };
        const auto firstSeqAfter = [&](int days) {
            Awaited<Expired, StoreError> expired;
            store.expire(RoomId::lobby(), now.addDays(-days), 100, expired.callback());
            return expired.result()->firstSeq;
        };
        QCOMPARE(post(), Seq(2));
        now = now.addDays(10);
        QCOMPARE(post(), Seq(3));
        now = now.addDays(-5); // somebody set the clock back: the log's order is not that of its times
        QCOMPARE(post(), Seq(4));
        now = now.addDays(25);
        QCOMPARE(firstSeqAfter(30), Seq(1)); // to the minute 30 days: kept
        now = now.addSecs(60);
        QCOMPARE(firstSeqAfter(30), Seq(3));
        now = now.addDays(6);
        QCOMPARE(firstSeqAfter(30), Seq(3)); // 4 is old enough, and stands behind 3, which is not
        now = now.addDays(5);
        QCOMPARE(firstSeqAfter(30), Seq(5));
    }

    /// What has expired is not to be found in the files either.
    void expiredWordsLeaveTheFile()
    {
        fill(40);
        QVERIFY(contentsOf(databasePath()).contains("message number 7"));
        {
            const auto store = open();
            QVERIFY(store);
            Awaited<Expired, StoreError> expired;
            (*store)->expire(RoomId::lobby(), QDateTime::currentDateTimeUtc().addDays(1), 21, expired.callback());
            QCOMPARE(expired.result()->events, 21);
        }
        const QByteArray left = contentsOf(databasePath());
        QVERIFY(!left.contains("message number 7"));
        QVERIFY(!left.contains("message number 19"));
        QVERIFY(left.contains("message number 20"));
        StoreState state;
        QVERIFY(open(&state)); // verified thoroughly
        QCOMPARE(state.rooms.first().firstSeq, Seq(22));
        QCOMPARE(state.rooms.first().lastSeq, Seq(41));
    }

    void readersDoNotWaitForTheWriter()
    {
        fill();
        const auto store = open();
        QVERIFY(store);
        // Somebody holds the write lock; history is read all the same.
        Database other(databasePath(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        other.begin();
        Awaited<Appended, StoreError> write;
        (*store)->append({ .room = RoomId::lobby(), .user = anna(), .body = MessagePosted { u"x"_s, {}, {} } },
                         write.callback());
        Awaited<HistoryPage, StoreError> page;
        (*store)->history(RoomId::lobby(), {}, 50, page.callback());
        QCOMPARE(page.result()->messages.size(), 3);
        QVERIFY(!write.isDone());
        other.rollback();
        QCOMPARE(write.result()->event.seq, Seq(5)); // waited, not lost
    }

    void pagesDoNotWaitForSearches()
    {
        constexpr int Searches = 20;
        fill(2'000);
        const auto store = open();
        QVERIFY(store);
        QStringList answered;
        for (int i = 0; i < Searches; ++i) {
            (*store)->search({ .text = u"not there"_s, .rooms = { RoomId::lobby() } },
                             [&answered](const auto &) { answered.append(u"search"_s); });
        }
        (*store)->history(RoomId::lobby(), {}, 50, [&answered](const auto &) { answered.append(u"page"_s); });
        QTRY_COMPARE(answered.size(), Searches + 1);
        QVERIFY(answered.indexOf(u"page"_s) < Searches);
    }

    void countsWhatItDoes()
    {
        fill();
        const auto store = open();
        QVERIFY(store);
        QCOMPARE((*store)->figures().commitSeconds.count(), 0U);
        const auto post = [&](Awaited<Appended, StoreError> &posted, const QString &text) {
            (*store)->append({ .room = RoomId::lobby(), .user = anna(),
                               .body = MessagePosted { text, ClientId::parse(u"one"_s).value(), {} } }, posted.callback());
        };
        Awaited<Appended, StoreError> first;
        Awaited<Appended, StoreError> repeat;
        post(first, u"x"_s);
        post(repeat, u"x"_s);
        QCOMPARE((*store)->figures().waitingWrites, 2);
        QVERIFY(repeat.result()->isRepeat);
        const StoreFigures figures = (*store)->figures();
        QCOMPARE(figures.waitingWrites, 0);
        QCOMPARE(figures.commitSeconds.count(), 1U);
        QVERIFY(figures.commitSeconds.sum() > 0);
        QCOMPARE(figures.writesPerCommit.sum(), 2.0);
        QCOMPARE(figures.events[EventBody(MessagePosted {}).index()], 1U); // the repeat is none
        QVERIFY(!figures.failure);
    }

    /// Completions that take their time do not hold up the event loop together, and keep their order.
    void completesForABoundedTimeInOneTurn()
    {
        fill();
        const auto store = open();
        QVERIFY(store);
        QStringList happened;
        const auto completes = [&happened](const QString &name) {
            return [&happened, name](const auto &) {
                happened.append(name);
                QElapsedTimer clock;
                clock.start();
                while (clock.elapsed() < 6) { } // more than a turn's share
                if (name == u"first")
                    QTimer::singleShot(std::chrono::milliseconds(0), [&happened] { happened.append(u"the loop"_s); });
            };
        };
        (*store)->markRead(RoomId::lobby(), anna(), Seq(1), completes(u"first"_s));
        (*store)->markRead(RoomId::lobby(), anna(), Seq(2), completes(u"second"_s));
        (*store)->markRead(RoomId::lobby(), anna(), Seq(3), completes(u"third"_s));
        QTRY_COMPARE(happened.size(), 4);
        QCOMPARE(happened, (QStringList { u"first"_s, u"the loop"_s, u"second"_s, u"third"_s }));
    }

    // ---- rainy ----

    void lockedDatabaseIsBusy()
    {
        fill();
        const auto store = SqliteEventStore::open(
            { .directory = m_directory->filePath(u"data"_s), .busyTimeout = std::chrono::milliseconds(1) }, nullptr);
        QVERIFY(store);
        Database other(databasePath(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        other.begin();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"event=commit-failed writes=1 error=\".*\""_s));
        Awaited<Appended, StoreError> write;
        (*store)->append({ .room = RoomId::lobby(), .user = anna(), .body = MessagePosted { u"x"_s, {}, {} } },
                         write.callback());
        QCOMPARE(write.result().error().reason, StoreError::Reason::Busy);
        QCOMPARE((*store)->figures().failure->reason, StoreError::Reason::Busy);
        QCOMPARE((*store)->figures().failedCommits, 1U);
        other.rollback();
        (*store)->probe();
        QTRY_VERIFY(!(*store)->figures().failure);
        Awaited<Appended, StoreError> again;
        (*store)->append({ .room = RoomId::lobby(), .user = anna(), .body = MessagePosted { u"x"_s, {}, {} } },
                         again.callback());
        QCOMPARE(again.result()->event.seq, Seq(5));
    }

    void secondServerIsKeptOut()
    {
        const auto first = open();
        QVERIFY(first);
        const auto second = open();
        QVERIFY(!second);
        QCOMPARE(second.error().reason, StoreOpenError::Reason::Locked);
        QVERIFY(second.error().text.contains(m_directory->filePath(u"data"_s)));
    }

    void directoryThatIsAFile()
    {
        QFile file(m_directory->filePath(u"data"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(open().error().reason, StoreOpenError::Reason::DirectoryMissing);
    }

    void directoryInAMissingOne()
    {
        const QString parent = m_directory->filePath(u"disk"_s);
        const auto store = SqliteEventStore::open({ .directory = parent + u"/hearth"_s }, nullptr);
        QVERIFY(!store);
        QCOMPARE(store.error().reason, StoreOpenError::Reason::DirectoryMissing);
        QVERIFY(store.error().text.contains(parent));
        QVERIFY(!QFileInfo::exists(parent));
    }

    void directoryThatCannotBeMade()
    {
        QFile file(m_directory->filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto store = SqliteEventStore::open({ .directory = file.fileName() + u"/data"_s }, nullptr);
        QCOMPARE(store.error().reason, StoreOpenError::Reason::DirectoryMissing);
    }

    void damage_data()
    {
        QTest::addColumn<QString>("kind");
        for (const auto kind : { "empty", "truncated", "no database", "another program's", "flipped text",
                                 "flipped header", "journal alone" })
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }

    void damage()
    {
        QFETCH(QString, kind);
        fill();
        QFile file(databasePath());
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (kind == "empty"_L1) {
            QVERIFY(file.resize(0));
        } else if (kind == "truncated"_L1) {
            QVERIFY(file.resize(file.size() / 2));
        } else if (kind == "no database"_L1) {
            QVERIFY(file.resize(0));
            file.write(QByteArray(8'192, 'x'));
        } else if (kind == "another program's"_L1) {
            QVERIFY(file.seek(68));
            file.write("ABCD");
        } else if (kind == "flipped text"_L1) {
            const qsizetype place = file.readAll().indexOf("message number 1");
            QVERIFY(place > 0);
            QVERIFY(file.seek(place));
            file.write("n");
        } else if (kind == "flipped header"_L1) {
            file.write("Q");
        } else {
            QVERIFY(file.copy(file.fileName() + u"-wal"_s));
            QVERIFY(file.remove());
        }
        file.close();
        const QByteArray before = contentsOf(databasePath());
        const QStringList filesBefore = QDir(m_directory->filePath(u"data"_s)).entryList();

        const auto store = open();
        QVERIFY(!store);
        QCOMPARE(store.error().reason, StoreOpenError::Reason::Corrupt);
        QVERIFY2(store.error().text.contains(databasePath()), qPrintable(store.error().text));
        QVERIFY2(!store.error().text.contains(u'\n'), qPrintable(store.error().text));
        QCOMPARE(contentsOf(databasePath()), before);
        QCOMPARE(QDir(m_directory->filePath(u"data"_s)).entryList(), filesBefore);
    }

    void newerVersionIsRefused()
    {
        fill();
        {
            Database database(databasePath(), Database::Mode::ReadWrite, std::chrono::milliseconds(0));
            database.execute(u"PRAGMA user_version = 1000"_s);
        }
        const QByteArray before = contentsOf(databasePath());
        const auto store = open();
        QCOMPARE(store.error().reason, StoreOpenError::Reason::NewerVersion);
        QCOMPARE(contentsOf(databasePath()), before);
    }
};

HEARTH_TEST_MAIN(tst_SqliteEventStore)
#include "tst_sqliteeventstore.moc"
