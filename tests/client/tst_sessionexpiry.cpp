#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "server/chat/server.h"
#include "server/store/sqliteeventstore.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const RoomId Lobby = RoomId::lobby();

UserName name(const QString &text) { return *UserName::parse(text); }

bool isOnline(const Session &session) { return session.status().state == ConnectionStatus::State::Online; }

QStringList contents(TimelineModel *timeline)
{
    QStringList texts;
    for (int row = 0; row < timeline->rowCount(); ++row)
        texts.append(timeline->index(row).data(TimelineModel::ContentRole).toString());
    return texts;
}

/// A server that can be of another day.
class House
{
public:
    /// What is said is dated so many days back.
    void start(int daysAgo, int keepDays = 0)
    {
        m_settings.bind = { QHostAddress::LocalHost };
        m_settings.discovery = false;
        m_settings.keepDays = keepDays;
        m_settings.dataDirectory = m_directory.filePath(u"server"_s);
        const auto open = [daysAgo](const ServerSettings &settings, StoreState *state) -> Result<std::unique_ptr<EventStore>, StoreOpenError> {
            auto opened = SqliteEventStore::open({ .directory = settings.dataDirectory, .sync = SqliteSettings::Sync::Normal,
                                                   .now = [daysAgo] { return QDateTime::currentDateTimeUtc().addDays(-daysAgo); } },
                                                 state);
            if (!opened)
                return Unexpected(opened.error());
            return std::unique_ptr<EventStore>(*std::move(opened));
        };
        m_server = std::make_unique<Server>(m_settings, nullptr, open);
        const auto started = m_server->start();
        QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().text));
        m_settings.port = m_server->port();
    }
    void stop() { m_server.reset(); }
    [[nodiscard]] std::unique_ptr<Session> session(const QString &user)
    {
        const QUrl url(u"ws://127.0.0.1:%1/chat"_s.arg(m_settings.port));
        return std::make_unique<Session>(SessionSettings { url, name(user), {}, cacheOf(user) });
    }
    [[nodiscard]] QString cacheOf(const QString &user) const { return m_directory.filePath(u"client-"_s + user); }

private:
    QTemporaryDir m_directory;
    ServerSettings m_settings { .port = 0 };
    std::unique_ptr<Server> m_server;
};

/// `lobby` as a scripted server tells of it.
QJsonObject lobby(int lastSeq, const QJsonObject &more = {})
{
    QJsonObject room { { u"room"_s, u"lobby"_s }, { u"name"_s, u"Lobby"_s }, { u"topic"_s, u""_s }, { u"kind"_s, u"public"_s },
                       { u"last_seq"_s, lastSeq }, { u"read_seq"_s, lastSeq }, { u"unread"_s, 0 }, { u"mentions"_s, 0 },
                       { u"member"_s, true }, { u"member_count"_s, 2 } };
    for (auto it = more.begin(); it != more.end(); ++it)
        room.insert(it.key(), it.value());
    return room;
}

constexpr auto Noon = "2026-11-24T12:00:00.000Z"_L1;

} // namespace

class TestSessionExpiry : public test::Test
{
    Q_OBJECT

private slots:
    /// It is gone from the window, from the cache, and stays gone.
    void whatExpiredWhileAwayIsGoneEverywhere()
    {
        House house;
        house.start(40);
        {
            const auto anna = house.session(u"Anna"_s);
            anna->open();
            anna->post(Lobby, u"an old secret"_s);
            anna->post(Lobby, u"another"_s);
            QTRY_COMPARE(anna->unsentCount(), 0);
            QTRY_COMPARE(contents(anna->timeline(Lobby)).size(), 2);
        }
        house.stop();
        {
            const auto offline = house.session(u"Anna"_s);
            offline->open();
            QTRY_COMPARE(contents(offline->timeline(Lobby)).size(), 2);
        }
        house.start(0, 30);
        {
            const auto anna = house.session(u"Anna"_s);
            anna->open();
            QTRY_VERIFY(isOnline(*anna));
            QTRY_COMPARE(anna->timeline(Lobby)->rowCount(), 0);
            QCOMPARE(anna->timeline(Lobby)->expiredAbove(), std::optional(30));
            QCOMPARE(anna->server().keepDays, 30);
            anna->post(Lobby, u"a new day"_s);
            QTRY_COMPARE(anna->unsentCount(), 0);
            QCOMPARE(contents(anna->timeline(Lobby)), QStringList { u"a new day"_s });
            QCOMPARE(anna->timeline(Lobby)->index(0).data(TimelineModel::ExpiredAboveRole), QVariant(30));
        }
        house.stop();
        const auto offline = house.session(u"Anna"_s);
        offline->open();
        QTRY_COMPARE(contents(offline->timeline(Lobby)), QStringList { u"a new day"_s });
        QCOMPARE(offline->timeline(Lobby)->expiredAbove(), std::optional(30));
        QFile cache(QDir(house.cacheOf(u"Anna"_s)).filePath(u"client.db"_s));
        QVERIFY(cache.open(QIODevice::ReadOnly));
        QVERIFY(!cache.readAll().contains("an old secret"));
    }

    void whoLooksSeesItGo()
    {
        House house;
        house.start(40);
        {
            const auto anna = house.session(u"Anna"_s); // the first: the server's owner
            anna->open();
            anna->post(Lobby, u"old"_s);
            QTRY_COMPARE(anna->unsentCount(), 0);
        }
        house.stop();
        house.start(0);
        const auto anna = house.session(u"Anna"_s);
        const auto bo = house.session(u"Bo"_s);
        anna->open();
        bo->open();
        QTRY_VERIFY(isOnline(*anna) && isOnline(*bo));
        anna->post(Lobby, u"new"_s);
        QTRY_COMPARE(contents(bo->timeline(Lobby)), (QStringList { u"old"_s, u"new"_s }));
        bo->setKeep(Lobby, 7); // not for him to say
        QSignalSpy failed(bo.get(), &Session::requestFailed);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().first().value<RequestFailure>().what, RequestFailure::What::SetKeep);
        anna->setKeep(Lobby, 30);
        for (Session *session : { anna.get(), bo.get() }) {
            QTRY_COMPARE(contents(session->timeline(Lobby)), QStringList { u"new"_s });
            QCOMPARE(session->rooms()->summary(Lobby)->keepDays, std::optional(30));
            QCOMPARE(session->timeline(Lobby)->expiredAbove(), std::optional(30));
            QVERIFY(!session->timeline(Lobby)->hasOlder());
        }
        anna->setKeep(Lobby, {});
        QTRY_COMPARE(bo->rooms()->summary(Lobby)->keepDays, std::optional<int>());
        QCOMPARE(bo->timeline(Lobby)->expiredAbove(), std::optional(0)); // gone all the same
        anna->post(Lobby, u"newer"_s);
        QTRY_COMPARE(contents(bo->timeline(Lobby)), (QStringList { u"new"_s, u"newer"_s }));
    }

    // ---- rainy ----

    /// The page was read before it happened, and comes after the word of it.
    void aPageFromBeforeDoesNotBringItBack()
    {
        QTemporaryDir directory;
        test::ScriptedServer server;
        QVERIFY(server.listen());
        server.addMessage(u"lobby"_s, u"bo"_s, u"gone"_s, Noon);
        server.addMessage(u"lobby"_s, u"bo"_s, u"there"_s, Noon);
        server.rooms = { lobby(2) };
        server.onRequest = [&server](const QJsonObject &request, QWebSocket *) {
            if (request["type"_L1] == u"history"_s)
                server.send({ { u"type"_s, u"keep"_s }, { u"room"_s, u"lobby"_s }, { u"keep_days"_s, 1 }, { u"first_seq"_s, 2 } });
            return false;
        };
        const QUrl url = server.url();
        {
            Session anna({ url, name(u"Anna"_s), {}, directory.path() });
            anna.open();
            QTRY_COMPARE(contents(anna.timeline(Lobby)), QStringList { u"there"_s });
        }
        server.stop();
        Session anna({ url, name(u"Anna"_s), {}, directory.path() });
        anna.open();
        QTRY_COMPARE(contents(anna.timeline(Lobby)), QStringList { u"there"_s });
    }

    /// Nor does one that leads down again.
    void aNewerPageFromBeforeDoesNotBringItBack()
    {
        constexpr int Last = 700;
        QTemporaryDir directory;
        test::ScriptedServer server;
        QVERIFY(server.listen());
        for (int seq = 1; seq <= Last; ++seq)
            server.addMessage(u"lobby"_s, u"bo"_s, QString::number(seq), Noon);
        server.rooms = { lobby(Last) };
        Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
        anna.open();
        TimelineModel *rows = anna.timeline(Lobby);
        for (int count = 50; count <= 600; count += 50) {
            QTRY_COMPARE(rows->rowCount(), count);
            anna.loadOlder(Lobby);
        }
        QTRY_COMPARE(rows->rowCount(), 650);
        anna.keepAround(Lobby, Seq(100));
        QCOMPARE(contents(rows).last(), u"200"_s);
        {
            // While somebody else writes into the file, the page waits behind what is to be kept.
            QSqlDatabase other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"another process"_s);
            other.setDatabaseName(directory.filePath(u"client.db"_s));
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec(u"BEGIN IMMEDIATE"_s));
            server.say(u"lobby"_s, u"bo"_s, u"701"_s, Noon);
            QTRY_COMPARE(rows->newerCount(), Last + 1 - 200);
            anna.loadNewer(Lobby);
            server.send({ { u"type"_s, u"keep"_s }, { u"room"_s, u"lobby"_s }, { u"keep_days"_s, 1 }, { u"first_seq"_s, 221 } });
            QTRY_COMPARE(anna.rooms()->summary(Lobby)->firstSeq, Seq(221));
            QVERIFY(QSqlQuery(other).exec(u"COMMIT"_s));
        }
        QSqlDatabase::removeDatabase(u"another process"_s);
        QTRY_VERIFY(rows->rowCount() > 0);
        QCOMPARE(contents(rows).first(), u"221"_s);
    }

    /// What is missing has expired: that is no gap, and nothing to ask for again.
    void aSyncThatBringsNothingIsTheEnd()
    {
        QTemporaryDir directory;
        test::ScriptedServer server;
        QVERIFY(server.listen());
        server.addMessage(u"lobby"_s, u"bo"_s, u"old"_s, Noon);
        server.rooms = { lobby(1) };
        Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
        anna.open();
        QTRY_COMPARE(anna.timeline(Lobby)->rowCount(), 1);
        int syncs = 0;
        server.onRequest = [&syncs](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"sync"_s)
                return false;
            ++syncs;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"sync"_s }, { u"room"_s, u"lobby"_s }, { u"events"_s, QJsonArray() },
                                                         { u"last_seq"_s, 5 }, { u"has_more"_s, false }, { u"first_seq"_s, 6 } });
            return true;
        };
        // Something after 1 is missing.
        const auto event = [](int seq, const QString &content) {
            return QJsonObject { { u"type"_s, u"message"_s }, { u"room"_s, u"lobby"_s }, { u"seq"_s, seq }, { u"user"_s, u"bo"_s },
                                 { u"timestamp"_s, Noon }, { u"content"_s, content } };
        };
        server.send(event(5, u"missed"_s));
        QTRY_COMPARE(anna.timeline(Lobby)->rowCount(), 0);
        QCOMPARE(anna.rooms()->summary(Lobby)->firstSeq, Seq(6));
        server.send(event(6, u"next"_s));
        QTRY_COMPARE(contents(anna.timeline(Lobby)), QStringList { u"next"_s });
        QCOMPARE(syncs, 1);
    }

    /// Sent, acknowledged and expired, before this run heard of it.
    void aMessageThatExpiredBeforeItsAckIsNotShown()
    {
        QTemporaryDir directory;
        test::ScriptedServer server;
        QVERIFY(server.listen());
        server.rooms = { lobby(5, { { u"first_seq"_s, 6 } }) };
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"message"_s)
                return false;
            test::ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s }, { u"client_id"_s, request["client_id"_L1] },
                                                         { u"room"_s, u"lobby"_s }, { u"seq"_s, 3 }, { u"timestamp"_s, Noon } });
            return true;
        };
        Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
        anna.post(Lobby, u"long ago"_s);
        anna.open();
        QTRY_VERIFY(isOnline(anna));
        QTRY_COMPARE(anna.unsentCount(), 0);
        QCOMPARE(anna.timeline(Lobby)->rowCount(), 0);
    }
};

HEARTH_TEST_MAIN(TestSessionExpiry)
#include "tst_sessionexpiry.moc"
