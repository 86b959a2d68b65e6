#include "server/store/sqliteeventstore.h"
#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/awaited.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

} // namespace

/// A real server that keeps messages for a time only.
class tst_Expiry : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_base->filePath(u"data"_s); }
    [[nodiscard]] QStringList keeping(const QByteArray &howLong) const
    {
        QFile ini(m_base->filePath(u"hearth.ini"_s));
        if (ini.open(QIODevice::WriteOnly))
            ini.write("[store]\nkeep = " + howLong + "\n");
        return { u"--config"_s, ini.fileName() };
    }
    /// What anna said in the lobby, each time so many days ago, with the client ids c0, c1 …; seq 1 made her a member.
    void leaveMessages(const QList<std::pair<int, int>> &countsAndDaysAgo)
    {
        std::atomic<int> daysAgo = 0;
        const auto opened = SqliteEventStore::open(
            { .directory = data(), .now = [&daysAgo] { return QDateTime::currentDateTimeUtc().addDays(-daysAgo); } }, nullptr);
        QVERIFY(opened);
        SqliteEventStore &store = **opened;
        const UserName anna = UserName::parse(u"anna"_s).value();
        int number = 0;
        for (const auto &[count, days] : countsAndDaysAgo) {
            daysAgo = days;
            store.addUser({ .name = anna }, [](const auto &) {});
            store.createRoom({ .id = RoomId::lobby(), .name = u"Lobby"_s }, { anna }, [](const auto &) {});
            for (int i = 0; i < count; ++i, ++number) {
                const MessagePosted said { u"words number %1"_s.arg(number), ClientId::parse(u"c%1"_s.arg(number)).value(), {} };
                store.append({ .room = RoomId::lobby(), .user = anna, .body = said }, [](const auto &) {});
            }
            Awaited<QList<RoomCounts>, StoreError> written;
            store.counts(anna, written.callback());
            QVERIFY(written.result());
        }
    }
    [[nodiscard]] static int firstSeq(BareClient &client)
    {
        client.say(u"{\"type\":\"sync\",\"after\":0,\"limit\":1}"_s);
        return client.next(u"sync"_s)["first_seq"_L1].toInt(1);
    }
    [[nodiscard]] Ended check() const { return run(Hearthd, { u"--data"_s, data(), u"check"_s }); }

    std::unique_ptr<QTemporaryDir> m_base;

private slots:
    void init()
    {
        Test::init();
        m_base = std::make_unique<QTemporaryDir>();
    }

    void whatIsOldIsGone()
    {
        leaveMessages({ { 300, 40 }, { 2, 10 } });
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start(keeping("30 days")));
        BareClient anna(server.url());
        QCOMPARE(anna.next(u"connected"_s)["server"_L1]["keep_days"_L1].toInt(), 30);
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        QTRY_COMPARE(firstSeq(anna), 302);
        anna.say(u"{\"type\":\"history\",\"limit\":500}"_s);
        QCOMPARE(anna.next(u"history"_s)["messages"_L1].toArray().size(), 2);
        // Sent again after so long, it is known all the same.
        anna.say(u"{\"type\":\"message\",\"content\":\"words number 7\",\"client_id\":\"c7\"}"_s);
        QCOMPARE(anna.next(u"ack"_s)["seq"_L1].toInt(), 9);
        const Ended checked = check(); // while it runs
        QVERIFY2(checked.code == 0, qPrintable(checked.output + checked.errors));
        QCOMPARE(server.terminate(), 0);
        QFile database(QDir(data()).filePath(u"hearth.db"_s));
        QVERIFY(database.open(QIODevice::ReadOnly));
        const QByteArray left = database.readAll();
        QVERIFY(!left.contains("words number 7"));
        QVERIFY(!left.contains("words number 299"));
        QVERIFY(left.contains("words number 300"));
    }

    /// Wherever a step was, it was done or not begun.
    void killedInTheMiddleItGoesOn()
    {
        constexpr int Old = 6'000;
        leaveMessages({ { Old, 40 }, { 1, 0 } });
        ServerProcess server(Hearthd, data());
        const QStringList settings = keeping("30 days");
        QVERIFY(server.start(settings));
        int reached = 1;
        {
            BareClient bo(server.url());
            QTRY_VERIFY((reached = firstSeq(bo)) > 1);
            server.kill();
        }
        QVERIFY2(reached < Old, "it was too fast to be interrupted");
        const Ended checked = check();
        QVERIFY2(checked.code == 0, qPrintable(checked.output + checked.errors));
        QVERIFY(server.start(settings));
        BareClient bo(server.url());
        QTRY_COMPARE_WITH_TIMEOUT(firstSeq(bo), Old + 2, 30'000);
        QCOMPARE(server.terminate(), 0);
        QCOMPARE(check().code, 0);
    }

    /// By mistake, perhaps: it costs nothing at once.
    void setForwardTheClockIsNotBelieved()
    {
#ifdef FAKETIME
        if (!QFile::exists(QStringLiteral(FAKETIME)))
            QSKIP("libfaketime is not installed");
        const auto setClock = [this](const QByteArray &offset) {
            QFile file(m_base->filePath(u"clock"_s));
            if (file.open(QIODevice::WriteOnly | QIODevice::Truncate))
                file.write(offset + '\n');
        };
        leaveMessages({ { 5, 10 } });
        ServerProcess server(Hearthd, data());
        server.setEnvironment(u"LD_PRELOAD"_s, QStringLiteral(FAKETIME));
        server.setEnvironment(u"FAKETIME_TIMESTAMP_FILE"_s, m_base->filePath(u"clock"_s));
        server.setEnvironment(u"FAKETIME_NO_CACHE"_s, u"1"_s);
        server.setEnvironment(u"FAKETIME_DONT_FAKE_MONOTONIC"_s, u"1"_s);
        server.setEnvironment(u"DONT_FAKE_MONOTONIC"_s, u"1"_s);
        setClock("+0");
        QVERIFY(server.start(keeping("30 days")));
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        setClock("+366d");
        const auto isTurned = [&anna] {
            anna.say(u"{\"type\":\"ping\"}"_s);
            const QString told = anna.next(u"pong"_s)["timestamp"_L1].toString();
            return QDateTime::fromString(told, Qt::ISODateWithMs) > QDateTime::currentDateTimeUtc().addDays(300);
        };
        QTRY_VERIFY(isTurned());
        anna.say(u"{\"type\":\"set_keep\",\"keep_days\":20}"_s); // looks at the room at once
        QVERIFY(!anna.next(u"keep"_s).isEmpty());
        QTRY_VERIFY(server.errors().contains("event=clock-ahead seconds="_L1));
        anna.say(u"{\"type\":\"message\",\"content\":\"behind that\",\"client_id\":\"b\"}"_s);
        QCOMPARE(anna.next(u"ack"_s)["seq"_L1].toInt(), 7);
        QCOMPARE(firstSeq(anna), 1);
        QCOMPARE(server.terminate(), 0);
        QCOMPARE(check().code, 0);
#else
        QSKIP("not with sanitizers");
#endif
    }

    void keepsForGoodWhereNobodySaysOtherwise()
    {
        leaveMessages({ { 3, 4'000 } });
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start(keeping("forever")));
        BareClient bo(server.url());
        bo.say(u"{\"type\":\"history\"}"_s);
        QCOMPARE(bo.next(u"history"_s)["messages"_L1].toArray().size(), 3);
        QCOMPARE(firstSeq(bo), 1);
        QCOMPARE(server.terminate(), 0);
    }
};

HEARTH_TEST_MAIN(tst_Expiry)
#include "tst_expiry.moc"
