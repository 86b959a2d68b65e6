#include "client/memberlistmodel.h"
#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "server/chat/server.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/testmain.h"

#include <QFile>
#include <QJsonArray>
#include <QSet>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

UserName name(const QString &text) { return *UserName::parse(text); }

/// A server that can go away and come back at the same port with the same data.
class House
{
public:
    House()
    {
        m_settings.bind = { QHostAddress::LocalHost };
        m_settings.port = 0;
        m_settings.discovery = false;
        m_settings.dataDirectory = m_directory.filePath(u"server"_s);
    }
    ServerSettings &settings() { return m_settings; }
    void start()
    {
        m_server = std::make_unique<Server>(m_settings);
        const auto started = m_server->start();
        QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().text));
        m_settings.port = m_server->port();
    }
    void stop() { m_server.reset(); }
    [[nodiscard]] QUrl url() const { return QUrl(u"ws://127.0.0.1:%1/chat"_s.arg(m_settings.port)); }
    [[nodiscard]] std::unique_ptr<Session> session(const QString &user, const QString &password = {}) { return session(url(), user, password); }
    [[nodiscard]] std::unique_ptr<Session> session(const QUrl &address, const QString &user, const QString &password = {})
    {
        return std::make_unique<Session>(SessionSettings { address, name(user), password, m_directory.filePath(u"client-"_s + user) });
    }

private:
    QTemporaryDir m_directory;
    ServerSettings m_settings;
    std::unique_ptr<Server> m_server;
};

/// What another process would find there now.
QString tokenOnDisk(const QString &directory)
{
    QString token;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"another process"_s);
        database.setConnectOptions(u"QSQLITE_OPEN_READONLY"_s);
        database.setDatabaseName(directory + "/client.db"_L1);
        if (database.open()) {
            QSqlQuery query(database);
            if (query.exec(u"SELECT token FROM account"_s) && query.next())
                token = query.value(0).toString();
        }
    }
    QSqlDatabase::removeDatabase(u"another process"_s);
    return token;
}

/// Once so many messages are there, nothing more can be written, as on a full disk; what is there can be read.
bool fill(const QString &directory, int after)
{
    bool isDone = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"another process"_s);
        database.setDatabaseName(directory + "/client.db"_L1);
        const auto areThere = [&database, after] {
            QSqlQuery query(database);
            return query.exec(u"SELECT COUNT(*) FROM message"_s) && query.next() && query.value(0).toInt() >= after;
        };
        isDone = database.open() && QTest::qWaitFor(areThere)
            && QSqlQuery(database).exec(u"CREATE TRIGGER full BEFORE INSERT ON message BEGIN SELECT RAISE(FAIL, 'full'); END"_s);
    }
    QSqlDatabase::removeDatabase(u"another process"_s);
    return isDone;
}

bool isOnline(const Session &session) { return session.status().state == ConnectionStatus::State::Online; }

/// Two people at one server.
struct Two
{
    House house;
    std::unique_ptr<Session> anna;
    std::unique_ptr<Session> bo;

    [[nodiscard]] bool begin()
    {
        house.start();
        anna = house.session(u"Anna"_s);
        bo = house.session(u"Bo"_s);
        anna->open();
        bo->open();
        return QTest::qWaitFor([this] { return isOnline(*anna) && isOnline(*bo); });
    }
};

/// Messages of a timeline, in order.
QStringList contents(TimelineModel *timeline)
{
    QStringList texts;
    for (int row = 0; row < timeline->rowCount(); ++row)
        texts.append(timeline->index(row).data(TimelineModel::ContentRole).toString());
    return texts;
}

int pendingCount(TimelineModel *timeline)
{
    int count = 0;
    for (int row = 0; row < timeline->rowCount(); ++row) {
        if (timeline->index(row).data(TimelineModel::DeliveryRole).toInt() != int(TimelineModel::Delivery::Sent))
            ++count;
    }
    return count;
}

const RoomId Lobby = RoomId::lobby();

} // namespace

class TestSession : public test::Test
{
    Q_OBJECT

private slots:
    void comesOnlineAndKnowsItsRooms();
    void whatOneSaysTheOtherReads();
    void typingIsSeenAndEnds();
    void createsJoinsAndLeavesRooms();
    void opensADirectRoom();
    void editsDeletesAndReacts();
    void countsUnreadUntilRead();
    void readsOlderPages();
    void aWindowMovesBothWays();
    void theNewestComesInPlaceOfAWindow();
    void aRoomThatIsLeftKeepsItsNewest();
    void keepsDrafts();
    void aDraftOfBlanksIsNoMark();
    // rainy
    void whatIsWrittenOfflineIsSentOnceLater();
    void whatIsWrittenWhileTheCacheIsReadIsSentOnce();
    void aChatThatItsHostClosedIsCalledSo();
    void theTokenIsOnDiskBeforeItIsSent();
    void whatComesBeforeTheFirstPageIsKept();
    void whatIsWrittenBeforeACrashIsSentOnceByTheNextRun();
    void aRestartedServerIsFoundAgainAndNothingIsMissing();
    void pastConversationsAreReadOffline();
    void aTakenNameIsTold();
    void aNamesPasswordLetsASecondDeviceIn_data();
    void aNamesPasswordLetsASecondDeviceIn();
    void aWrongPasswordIsToldAndMended();
    void nothingThereIsTold_data();
    void nothingThereIsTold();
    void aRefusedMessageWaitsForItsWriter();
    void withoutACacheTheNewestStay();
    void aCacheThatFailsMakesNoHole_data();
    void aCacheThatFailsMakesNoHole();
    void whatTheCacheHasNotIsAskedForOnceTheLinkIsBack();
    void aPageIsNotAwaitedBeyondTheLoss();
    void aBurstIsToldOverSeveralTurns();
    void theLastWordsAreHeardBeforeTheLoss();
};

void TestSession::comesOnlineAndKnowsItsRooms()
{
    House house;
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    QCOMPARE(anna->role(), Role::Owner);
    QVERIFY(!anna->server().id.isEmpty());
    QVERIFY(anna->rooms()->rowOf(Lobby) == 0);
    QTRY_COMPARE(anna->members(Lobby)->rowCount(), 1);
}

void TestSession::whatOneSaysTheOtherReads()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    TimelineModel *annas = anna->timeline(Lobby);
    TimelineModel *bos = bo->timeline(Lobby);
    const QStringList said { u"one"_s, u"two\nlines"_s, u"  verbatim "_s };
    for (const QString &text : said)
        anna->post(Lobby, text);
    QCOMPARE(pendingCount(annas), 3); // shown at once
    QTRY_COMPARE(contents(bos), said);
    QTRY_COMPARE(pendingCount(annas), 0);
    QCOMPARE(contents(annas), said);
    QCOMPARE(anna->unsentCount(), 0);
}

void TestSession::typingIsSeenAndEnds()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    anna->noteComposing(Lobby, u"h"_s);
    QTRY_COMPARE(bo->typists(Lobby), QList<UserName> { name(u"Anna"_s) });
    QVERIFY(anna->typists(Lobby).isEmpty());
    anna->post(Lobby, u"hi"_s);
    QTRY_VERIFY(bo->typists(Lobby).isEmpty());
}

void TestSession::createsJoinsAndLeavesRooms()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    const RoomId ops = *RoomId::parse(u"ops"_s);
    QSignalSpy ready(anna.get(), &Session::roomReady);
    anna->createRoom(ops, u"Operations"_s, u"what runs"_s, RoomKind::Public);
    QTRY_COMPARE(ready.count(), 1);
    QSignalSpy joined(bo.get(), &Session::roomReady);
    bo->joinRoom(ops);
    QTRY_COMPARE(joined.count(), 1);
    QTRY_COMPARE(bo->rooms()->summary(ops)->name, u"Operations"_s);
    QTRY_COMPARE(anna->members(ops)->rowCount(), 2);
    QSignalSpy gone(bo.get(), &Session::roomGone);
    bo->leaveRoom(ops);
    QTRY_COMPARE(gone.count(), 1);
    QTRY_COMPARE(anna->members(ops)->rowCount(), 1);
    QVERIFY(bo->rooms()->rowOf(ops) < 0);
}

void TestSession::opensADirectRoom()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    QSignalSpy ready(anna.get(), &Session::roomReady);
    QSignalSpy notified(bo.get(), &Session::notified);
    anna->openDirect(name(u"Bo"_s));
    QTRY_COMPARE(ready.count(), 1);
    const auto room = ready.first().first().value<RoomId>();
    QVERIFY(room.isDirect());
    anna->post(room, u"psst"_s);
    QTRY_COMPARE(contents(bo->timeline(room)), QStringList { u"psst"_s });
    QTRY_COMPARE(notified.count(), 1);
    QCOMPARE(bo->rooms()->summary(room)->peer, name(u"Anna"_s));
}

void TestSession::editsDeletesAndReacts()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    anna->post(Lobby, u"helo"_s);
    TimelineModel *bos = bo->timeline(Lobby);
    QTRY_COMPARE(bos->rowCount(), 1);
    const Seq seq = bos->lastSeq();
    anna->edit(Lobby, seq, u"hello"_s);
    QTRY_COMPARE(contents(bos), QStringList { u"hello"_s });
    QVERIFY(bos->index(0).data(TimelineModel::EditedRole).toBool());
    bo->react(Lobby, seq, u"👍"_s, true);
    QTRY_COMPARE(anna->timeline(Lobby)->index(0).data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>().size(), 1);
    anna->remove(Lobby, seq);
    QTRY_VERIFY(bos->index(0).data(TimelineModel::DeletedRole).toBool());
    QSignalSpy failed(bo.get(), &Session::requestFailed);
    anna->post(Lobby, u"mine"_s);
    QTRY_COMPARE(bos->rowCount(), 2);
    bo->edit(Lobby, bos->lastSeq(), u"yours"_s);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<RequestFailure>().code, ErrorCode::Forbidden);
}

void TestSession::countsUnreadUntilRead()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    anna->post(Lobby, u"one"_s);
    anna->post(Lobby, u"two, @Bo"_s);
    QTRY_COMPARE(bo->rooms()->summary(Lobby)->unread, 2);
    QCOMPARE(bo->rooms()->summary(Lobby)->mentions, 1);
    QCOMPARE(anna->rooms()->summary(Lobby)->unread, 0);
    bo->setCurrentRoom(Lobby);
    QVERIFY(bo->timeline(Lobby)->index(0).data(TimelineModel::IsFirstUnreadRole).toBool());
    bo->markRead(Lobby, bo->rooms()->summary(Lobby)->lastSeq);
    QCOMPARE(bo->rooms()->summary(Lobby)->unread, 0);
    // The server knows, so another start begins without them.
    const auto again = house.session(u"Bo"_s);
    QTRY_VERIFY([&] {
        bo->close();
        again->open();
        return isOnline(*again);
    }());
    QTRY_COMPARE(again->rooms()->summary(Lobby)->unread, 0);
}

void TestSession::readsOlderPages()
{
    House house;
    house.settings().messages = { 0, 0 };
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    for (int i = 0; i < 120; ++i)
        anna->post(Lobby, QString::number(i));
    QTRY_COMPARE_WITH_TIMEOUT(anna->unsentCount(), 0, 20'000);
    const auto bo = house.session(u"Bo"_s);
    bo->open();
    TimelineModel *bos = bo->timeline(Lobby);
    QTRY_COMPARE(bos->rowCount(), 50);
    QCOMPARE(contents(bos).last(), u"119"_s);
    QVERIFY(bos->hasOlder());
    bo->loadOlder(Lobby);
    QVERIFY(bos->isLoading());
    QTRY_COMPARE(bos->rowCount(), 100);
    bo->loadOlder(Lobby);
    QTRY_COMPARE(bos->rowCount(), 120);
    QVERIFY(!bos->hasOlder());
    QCOMPARE(contents(bos).first(), u"0"_s);
}

namespace {

/// A session in a room of so many messages, most of them loaded.
struct LongRoom
{
    static constexpr int Messages = 700;

    [[nodiscard]] bool begin(const QString &clientDirectory = {})
    {
        for (int seq = 1; seq <= Messages; ++seq)
            server.addMessage(u"lobby"_s, u"bo"_s, QString::number(seq), u"2026-11-24T12:00:00.000Z"_s);
        for (const QString &room : { u"lobby"_s, u"ops"_s }) {
            const int last = room == u"lobby" ? Messages : 0;
            server.rooms.append(QJsonObject { { u"room"_s, room }, { u"name"_s, room }, { u"topic"_s, u""_s }, { u"kind"_s, u"public"_s },
                                              { u"last_seq"_s, last }, { u"read_seq"_s, last }, { u"unread"_s, 0 }, { u"mentions"_s, 0 },
                                              { u"member"_s, true }, { u"member_count"_s, 2 } });
        }
        if (!server.listen())
            return false;
        anna = std::make_unique<Session>(SessionSettings { server.url(), name(u"Anna"_s), {},
                                                           clientDirectory.isEmpty() ? directory.path() : clientDirectory });
        anna->open();
        rows = anna->timeline(Lobby);
        return QTest::qWaitFor([this] { return rows->rowCount() == 50; });
    }
    /// Up to the page that has this message.
    [[nodiscard]] bool goUpTo(int seq)
    {
        while (first() > seq) {
            const int before = first();
            anna->loadOlder(Lobby);
            if (!QTest::qWaitFor([&] { return first() < before && !rows->isLoading(); }))
                return false;
        }
        return true;
    }
    /// The words of the rows are their numbers: no hole, none twice.
    [[nodiscard]] bool isWhole() const
    {
        const QStringList words = contents(rows);
        for (int row = 0; row < words.size(); ++row) {
            if (words.at(row).toInt() != words.first().toInt() + row)
                return false;
        }
        return true;
    }
    [[nodiscard]] int first() const { return contents(rows).first().toInt(); }
    [[nodiscard]] int last() const { return contents(rows).last().toInt(); }
    void say() { server.say(u"lobby"_s, u"bo"_s, QString::number(++said), u"2026-11-24T12:00:00.000Z"_s); }

    QTemporaryDir directory;
    test::ScriptedServer server;
    std::unique_ptr<Session> anna;
    TimelineModel *rows = nullptr;
    int said = Messages;
};

} // namespace

/// Far up, the newest rows are let go; on the way down they come from the cache, and the oldest go.
void TestSession::aWindowMovesBothWays()
{
    LongRoom room;
    QVERIFY(room.begin());
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    QCOMPARE(room.first(), 101);
    QCOMPARE(room.last(), 250);
    QCOMPARE(room.rows->newerCount(), LongRoom::Messages - 250);
    room.say();
    QTRY_COMPARE(room.rows->newerCount(), LongRoom::Messages + 1 - 250);
    QCOMPARE(room.last(), 250);
    QCOMPARE(room.anna->rooms()->summary(Lobby)->unread, 1);

    const auto asked = room.server.heard(u"history"_s).size();
    while (room.rows->newerCount() > 0) {
        const int before = room.last();
        room.anna->loadNewer(Lobby);
        room.say(); // while the page is read
        QTRY_VERIFY(room.last() > before);
        QVERIFY(room.isWhole());
        room.anna->keepAround(Lobby, Seq(room.last()));
        QVERIFY(room.rows->rowCount() <= 400);
    }
    QTRY_COMPARE(room.last(), room.said);
    QVERIFY(room.isWhole());
    QCOMPARE(room.server.heard(u"history"_s).size(), asked);
    QVERIFY(room.first() > 101);
    QVERIFY(room.rows->hasOlder());
    QVERIFY(room.goUpTo(101));
    QVERIFY(room.isWhole());
}

void TestSession::theNewestComesInPlaceOfAWindow()
{
    LongRoom room;
    QVERIFY(room.begin());
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    room.anna->loadOlder(Lobby);
    room.anna->loadNewest(Lobby); // after the page that is under way
    room.say();
    QTRY_COMPARE(room.rows->newerCount(), 0);
    QTRY_COMPARE(room.last(), room.said);
    QVERIFY(room.isWhole());
    QVERIFY(room.first() > LongRoom::Messages - 51);
    QVERIFY(room.rows->hasOlder());
    // And without the server.
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    room.server.stop();
    QTRY_VERIFY(!isOnline(*room.anna));
    room.anna->loadNewest(Lobby);
    QTRY_COMPARE(room.last(), room.said);
    QVERIFY(room.isWhole());
    QVERIFY(room.goUpTo(101));
    QVERIFY(room.isWhole());
}

void TestSession::aRoomThatIsLeftKeepsItsNewest()
{
    LongRoom room;
    QVERIFY(room.begin());
    room.anna->setShownRoom(Lobby);
    QVERIFY(room.goUpTo(301));
    room.anna->setShownRoom(*RoomId::parse(u"ops"_s));
    QCOMPARE(room.last(), LongRoom::Messages);
    QCOMPARE(room.rows->rowCount(), 100);
    room.anna->setShownRoom(Lobby);
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    QVERIFY(room.rows->newerCount() > 0);
    room.anna->setShownRoom(*RoomId::parse(u"ops"_s));
    QTRY_COMPARE(room.last(), LongRoom::Messages);
    QVERIFY(room.rows->rowCount() <= 100);
    QVERIFY(room.isWhole());
}

void TestSession::keepsDrafts()
{
    House house;
    house.start();
    {
        const auto anna = house.session(u"Anna"_s);
        anna->open();
        QTRY_VERIFY(isOnline(*anna));
        anna->noteComposing(Lobby, u"half a thou"_s);
        QVERIFY(anna->rooms()->index(0).data(RoomListModel::DraftRole).toBool());
    }
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_COMPARE(anna->draft(Lobby), u"half a thou"_s);
}

void TestSession::aDraftOfBlanksIsNoMark()
{
    House house;
    house.start();
    const auto hasMark = [](Session &session) { return session.rooms()->index(0).data(RoomListModel::DraftRole).toBool(); };
    {
        const auto anna = house.session(u"Anna"_s);
        anna->open();
        QTRY_VERIFY(isOnline(*anna));
        anna->noteComposing(Lobby, u" \n "_s);
        QVERIFY(!hasMark(*anna));
    }
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_COMPARE(anna->draft(Lobby), u" \n "_s);
    QVERIFY(!hasMark(*anna));
}

void TestSession::whatIsWrittenOfflineIsSentOnceLater()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    house.stop();
    QTRY_VERIFY(!isOnline(*anna));
    anna->post(Lobby, u"later 1"_s);
    anna->post(Lobby, u"later 2"_s);
    QCOMPARE(anna->unsentCount(), 2);
    house.start();
    anna->retryNow();
    bo->retryNow();
    QTRY_COMPARE_WITH_TIMEOUT(contents(bo->timeline(Lobby)), (QStringList { u"later 1"_s, u"later 2"_s }), 15'000);
    QTRY_COMPARE(anna->unsentCount(), 0);
    QCOMPARE(contents(anna->timeline(Lobby)), (QStringList { u"later 1"_s, u"later 2"_s }));
}

void TestSession::whatIsWrittenWhileTheCacheIsReadIsSentOnce()
{
    House house;
    house.start();
    for (const QString &text : { u"at the first start"_s, u"at the second start"_s }) {
        const auto anna = house.session(u"Anna"_s);
        anna->open();
        anna->post(Lobby, text); // the cache is still to be read
        QCOMPARE(anna->unsentCount(), 1);
        QTRY_VERIFY(isOnline(*anna));
        QTRY_COMPARE(anna->unsentCount(), 0);
        QTRY_COMPARE(contents(anna->timeline(Lobby)).last(), text);
    }
    const auto bo = house.session(u"Bo"_s);
    bo->open();
    QTRY_COMPARE(contents(bo->timeline(Lobby)), (QStringList { u"at the first start"_s, u"at the second start"_s }));
}

void TestSession::aChatThatItsHostClosedIsCalledSo()
{
    test::ScriptedServer server;
    QVERIFY(server.listen());
    const quint16 port = server.port();
    QTemporaryDir directory;
    Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
    QList<ConnectionStatus::Problem> told;
    connect(&anna, &Session::statusChanged, this, [&told](const ConnectionStatus &status) {
        if (status.state == ConnectionStatus::State::Waiting)
            told.append(status.problem);
    });
    anna.open();
    QTRY_VERIFY(isOnline(anna));
    server.shutDown();
    QTRY_COMPARE(told.size(), 1);
    anna.retryNow(); // nobody answers, as was to be expected
    QTRY_COMPARE(told, (QList { ConnectionStatus::Problem::ServerClosed, ConnectionStatus::Problem::ServerClosed }));
    QVERIFY(server.listen(port));
    anna.retryNow();
    QTRY_VERIFY(isOnline(anna));
    server.stop(); // it breaks: nobody closed anything
    QTRY_COMPARE(told.size(), 3);
    QVERIFY(told.last() != ConnectionStatus::Problem::ServerClosed);
}

void TestSession::theTokenIsOnDiskBeforeItIsSent()
{
    test::ScriptedServer server;
    QVERIFY(server.listen());
    QTemporaryDir directory;
    QString sent;
    QString stored;
    server.onRequest = [&](const QJsonObject &request, QWebSocket *) {
        if (request["type"_L1] == u"hello"_s) {
            sent = request["token"_L1].toString();
            stored = tokenOnDisk(directory.path());
        }
        return false;
    };
    Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
    anna.open();
    QTRY_VERIFY(isOnline(anna));
    QCOMPARE(sent.size(), 43);
    QCOMPARE(stored, sent);
}

/// A page that was read before them: they are in the timeline, and in the cache.
void TestSession::whatComesBeforeTheFirstPageIsKept()
{
    const auto event = [](int seq, const QString &type, const QJsonObject &more) {
        QJsonObject frame { { u"type"_s, type }, { u"room"_s, u"lobby"_s }, { u"seq"_s, seq }, { u"user"_s, u"bo"_s },
                            { u"timestamp"_s, u"2026-11-24T12:00:00.000Z"_s } };
        for (auto it = more.begin(); it != more.end(); ++it)
            frame[it.key()] = it.value();
        return frame;
    };
    const QJsonObject posted = event(1, u"message"_s, { { u"content"_s, u"as it was"_s } });
    QTemporaryDir directory;
    test::ScriptedServer server;
    QVERIFY(server.listen());
    server.rooms = { QJsonObject { { u"room"_s, u"lobby"_s }, { u"name"_s, u"Lobby"_s }, { u"topic"_s, u""_s }, { u"kind"_s, u"public"_s },
                                   { u"last_seq"_s, 1 }, { u"read_seq"_s, 1 }, { u"unread"_s, 0 }, { u"mentions"_s, 0 },
                                   { u"member"_s, true }, { u"member_count"_s, 2 } } };
    server.onRequest = [&](const QJsonObject &request, QWebSocket *from) {
        if (request["type"_L1] != u"history"_s)
            return false;
        server.send(event(2, u"edit"_s, { { u"target"_s, 1 }, { u"content"_s, u"as it is"_s } }));
        server.send(event(3, u"message"_s, { { u"content"_s, u"said meanwhile"_s } }));
        test::ScriptedServer::reply(from, request, { { u"type"_s, u"history"_s }, { u"room"_s, u"lobby"_s },
                                                     { u"messages"_s, QJsonArray { posted } }, { u"has_more"_s, false } });
        return true;
    };
    const QStringList expected { u"as it is"_s, u"said meanwhile"_s };
    {
        Session anna({ server.url(), name(u"Anna"_s), {}, directory.path() });
        anna.open();
        QTRY_COMPARE(contents(anna.timeline(Lobby)), expected);
    }
    const QUrl url = server.url();
    server.stop();
    Session anna({ url, name(u"Anna"_s), {}, directory.path() });
    anna.open();
    QTRY_COMPARE(contents(anna.timeline(Lobby)), expected);
}

void TestSession::whatIsWrittenBeforeACrashIsSentOnceByTheNextRun()
{
    House house;
    house.start();
    {
        const auto anna = house.session(u"Anna"_s);
        anna->open();
        QTRY_VERIFY(isOnline(*anna));
        house.stop();
        QTRY_VERIFY(!isOnline(*anna));
        anna->post(Lobby, u"before the end"_s);
    }
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    QTRY_COMPARE(anna->unsentCount(), 0);
    QCOMPARE(contents(anna->timeline(Lobby)), QStringList { u"before the end"_s });
    const auto bo = house.session(u"Bo"_s);
    bo->open();
    QTRY_COMPARE(contents(bo->timeline(Lobby)), QStringList { u"before the end"_s });
}

void TestSession::aRestartedServerIsFoundAgainAndNothingIsMissing()
{
    Two two;
    QVERIFY(two.begin());
    auto &[house, anna, bo] = two;
    anna->post(Lobby, u"1"_s);
    QTRY_COMPARE(contents(bo->timeline(Lobby)), QStringList { u"1"_s });
    bo->close();
    anna->post(Lobby, u"2"_s);
    QTRY_COMPARE(anna->unsentCount(), 0);
    house.stop();
    house.start();
    anna->post(Lobby, u"3"_s);
    QTRY_COMPARE_WITH_TIMEOUT(anna->unsentCount(), 0, 15'000);
    bo->open();
    QTRY_COMPARE_WITH_TIMEOUT(contents(bo->timeline(Lobby)), (QStringList { u"1"_s, u"2"_s, u"3"_s }), 15'000);
    QCOMPARE(contents(anna->timeline(Lobby)), (QStringList { u"1"_s, u"2"_s, u"3"_s }));
}

void TestSession::pastConversationsAreReadOffline()
{
    House house;
    house.start();
    {
        const auto anna = house.session(u"Anna"_s);
        anna->open();
        QTRY_VERIFY(isOnline(*anna));
        anna->post(Lobby, u"remember"_s);
        QTRY_COMPARE(anna->unsentCount(), 0);
    }
    house.stop();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_COMPARE(contents(anna->timeline(Lobby)), QStringList { u"remember"_s });
    QVERIFY(anna->rooms()->rowOf(Lobby) == 0);
    QTRY_COMPARE(anna->status().state, ConnectionStatus::State::Waiting);
    QCOMPARE(anna->status().problem, ConnectionStatus::Problem::Unreachable);
}

void TestSession::aTakenNameIsTold()
{
    House house;
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    QTemporaryDir elsewhere;
    Session other({ house.url(), name(u"anna"_s), {}, elsewhere.path() });
    other.open();
    QTRY_COMPARE(other.status().problem, ConnectionStatus::Problem::NameIsOwned);
    QCOMPARE(other.status().state, ConnectionStatus::State::Offline);
}

/// Where everybody picks a name, a password makes it usable on a second device; the chat's own password is another one.
void TestSession::aNamesPasswordLetsASecondDeviceIn_data()
{
    QTest::addColumn<QString>("ofChat");
    QTest::newRow("open") << QString();
    QTest::newRow("password") << u"sesame"_s;
}

void TestSession::aNamesPasswordLetsASecondDeviceIn()
{
    using Problem = ConnectionStatus::Problem;
    QFETCH(QString, ofChat);
    House house;
    house.settings().access = ofChat.isEmpty() ? Access::Open : Access::Password;
    house.settings().password = ofChat;
    house.settings().passwordCost = { 1, 8 * 1024 };
    house.start();
    const auto anna = house.session(u"Anna"_s, ofChat);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    QSignalSpy isSet(anna.get(), &Session::passwordSet);
    anna->setPassword({}, u"anna's password"_s);
    QTRY_COMPARE(isSet.size(), 1);
    QTemporaryDir elsewhere;
    Session other({ house.url(), name(u"anna"_s), ofChat, elsewhere.path() });
    other.open();
    QTRY_COMPARE(other.status().problem, Problem::NameIsOwned);
    other.authenticate(u"another's password"_s);
    QTRY_COMPARE(other.status().problem, Problem::WrongNamePassword);
    other.authenticate(u"anna's password"_s);
    QTRY_VERIFY(isOnline(other));
    QVERIFY(isOnline(*anna));
}

void TestSession::aWrongPasswordIsToldAndMended()
{
    House house;
    house.settings().access = Access::Password;
    house.settings().password = u"sesame"_s;
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_COMPARE(anna->status().problem, ConnectionStatus::Problem::WrongPassword);
    anna->authenticate(u"open"_s);
    QTRY_COMPARE(anna->status().state, ConnectionStatus::State::Offline);
    QCOMPARE(anna->status().problem, ConnectionStatus::Problem::WrongPassword);
    anna->authenticate(u"sesame"_s);
    QTRY_VERIFY(isOnline(*anna));
}

void TestSession::nothingThereIsTold_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::newRow("plain") << u"ws"_s;
    QTest::newRow("TLS") << u"wss"_s; // says that it has ended before it says why
}

void TestSession::nothingThereIsTold()
{
    QFETCH(QString, scheme);
    House house;
    house.start();
    house.stop();
    QUrl url = house.url();
    url.setScheme(scheme);
    const auto anna = house.session(url, u"Anna"_s);
    anna->open();
    QTRY_COMPARE(anna->status().state, ConnectionStatus::State::Waiting);
    QCOMPARE(anna->status().problem, ConnectionStatus::Problem::Unreachable);
    QVERIFY(anna->status().retryAt.isValid());
}

void TestSession::aRefusedMessageWaitsForItsWriter()
{
    House house;
    house.settings().maxContentLength = 10;
    house.start();
    const auto anna = house.session(u"Anna"_s);
    anna->open();
    QTRY_VERIFY(isOnline(*anna));
    const ClientId id = anna->post(Lobby, u"far too long a message"_s);
    TimelineModel *timeline = anna->timeline(Lobby);
    QTRY_COMPARE(timeline->index(0).data(TimelineModel::DeliveryRole).toInt(), int(TimelineModel::Delivery::Failed));
    QCOMPARE(timeline->index(0).data(TimelineModel::ErrorRole).toInt(), int(ErrorCode::TooLarge));
    anna->post(Lobby, u"short"_s);
    QTRY_COMPARE(anna->unsentCount(), 1);
    anna->discard(Lobby, id);
    QCOMPARE(anna->unsentCount(), 0);
    QCOMPARE(contents(timeline), QStringList { u"short"_s });
}

/// So that the window lives meanwhile.
void TestSession::aBurstIsToldOverSeveralTurns()
{
    LongRoom room;
    QVERIFY(room.begin());
    const Seq before = room.rows->lastSeq();
    constexpr int Burst = 4'000;
    for (int i = 0; i < Burst; ++i)
        room.say();
    QSet<qint64> steps;
    QTRY_VERIFY_WITH_TIMEOUT([&] {
        QCoreApplication::processEvents();
        steps.insert(room.rows->lastSeq().value());
        return room.rows->lastSeq() == Seq(before.value() + Burst);
    }(), 60'000);
    QVERIFY2(steps.size() > 4, qPrintable(QString::number(steps.size())));
    QVERIFY(room.isWhole());
    QVERIFY(room.rows->rowCount() <= 400); // nobody looks: the newest are kept
}

void TestSession::theLastWordsAreHeardBeforeTheLoss()
{
    LongRoom room;
    QVERIFY(room.begin());
    const Seq before = room.rows->lastSeq();
    constexpr int Burst = 1'000;
    for (int i = 0; i < Burst; ++i)
        room.say();
    room.server.shutDown();
    Seq atTheLoss;
    connect(room.anna.get(), &Session::statusChanged, this, [&](const ConnectionStatus &status) {
        if (status.state == ConnectionStatus::State::Waiting && atTheLoss == Seq())
            atTheLoss = room.rows->lastSeq();
    });
    QTRY_VERIFY(!isOnline(*room.anna));
    QCOMPARE(room.anna->status().problem, ConnectionStatus::Problem::ServerClosed);
    QCOMPARE(atTheLoss, Seq(before.value() + Burst));
}

/// What could not be kept cannot be read again.
void TestSession::withoutACacheTheNewestStay()
{
    QTemporaryDir place;
    QFile inTheWay(place.filePath(u"file"_s));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    LongRoom room;
    QVERIFY(room.begin(inTheWay.fileName()));
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    QCOMPARE(room.last(), LongRoom::Messages);
    QVERIFY(room.isWhole());
}

/// What was let go is no longer all that is to come back: the server is asked.
void TestSession::aCacheThatFailsMakesNoHole_data()
{
    QTest::addColumn<bool>("isStepwise");
    QTest::newRow("page by page") << true;
    QTest::newRow("the newest at once") << false;
}

void TestSession::aCacheThatFailsMakesNoHole()
{
    QFETCH(bool, isStepwise);
    LongRoom room;
    QVERIFY(room.begin());
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(150));
    QVERIFY(fill(room.directory.path(), LongRoom::Messages - 100));
    QSignalSpy failed(room.anna.get(), &Session::localStoreFailed);
    room.say();
    QTRY_COMPARE(room.rows->newerCount(), LongRoom::Messages + 1 - 250);
    QTRY_COMPARE(failed.size(), 1);
    while (room.rows->newerCount() > 0) {
        const int before = room.last();
        if (isStepwise)
            room.anna->loadNewer(Lobby);
        else
            room.anna->loadNewest(Lobby);
        QTRY_VERIFY(room.rows->rowCount() > 0 && room.last() > before);
    }
    room.say();
    QTRY_COMPARE(room.last(), room.said);
    QVERIFY(room.isWhole());
}

void TestSession::whatTheCacheHasNotIsAskedForOnceTheLinkIsBack()
{
    LongRoom room;
    QVERIFY(room.begin());
    room.anna->setShownRoom(Lobby);
    QVERIFY(room.goUpTo(101));
    room.anna->keepAround(Lobby, Seq(350));
    QCOMPARE(room.first(), 150);
    QCOMPARE(room.last(), 450);
    QVERIFY(fill(room.directory.path(), LongRoom::Messages - 100));
    QSignalSpy failed(room.anna.get(), &Session::localStoreFailed);
    room.say();
    QTRY_COMPARE(failed.size(), 1);
    const quint16 port = room.server.port();
    room.server.stop();
    QTRY_VERIFY(!isOnline(*room.anna));
    room.anna->setShownRoom(*RoomId::parse(u"ops"_s)); // back to its newest rows, which are not there
    // It has given that up: another page can be had.
    QTRY_VERIFY([&] {
        room.anna->loadOlder(Lobby);
        return room.first() < 150;
    }());
    QCOMPARE(room.last(), 450);
    QVERIFY(room.isWhole());
    room.anna->loadNewest(Lobby);
    room.anna->loadNewer(Lobby);
    QJsonObject lobby = room.server.rooms.first().toObject(); // where nothing was said meanwhile
    lobby["last_seq"_L1] = room.said;
    room.server.rooms.replace(0, lobby);
    QVERIFY(room.server.listen(port));
    room.anna->retryNow();
    QTRY_VERIFY(room.rows->rowCount() > 0 && room.last() == room.said);
    QCOMPARE(room.rows->newerCount(), 0);
    QVERIFY(room.isWhole());
}

void TestSession::aPageIsNotAwaitedBeyondTheLoss()
{
    LongRoom room;
    QVERIFY(room.begin());
    room.server.onRequest = [](const QJsonObject &request, QWebSocket *) { return request["type"_L1] == u"history"_s; };
    room.anna->loadOlder(Lobby);
    QVERIFY(room.rows->isLoading());
    const quint16 port = room.server.port();
    room.server.stop();
    QTRY_VERIFY(!isOnline(*room.anna));
    QVERIFY(!room.rows->isLoading());
    QVERIFY(room.rows->hasOlder());
    room.server.onRequest = {};
    QVERIFY(room.server.listen(port));
    room.anna->retryNow();
    QTRY_VERIFY(isOnline(*room.anna));
    QVERIFY(room.goUpTo(601));
    QVERIFY(room.isWhole());
}

HEARTH_TEST_MAIN(TestSession)
#include "tst_session.moc"
