#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "server/chat/server.h"
#include "server/net/tlsidentity.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/testmain.h"

#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::ScriptedServer;
using State = ConnectionStatus::State;
using Problem = ConnectionStatus::Problem;

namespace {

TlsIdentity makeIdentity() { return *TlsIdentity::generate({}, QDateTime::currentDateTimeUtc()); }

std::unique_ptr<ScriptedServer> serve(const TlsIdentity *identity, quint16 port = 0, const QString &id = {})
{
    auto server = std::make_unique<ScriptedServer>();
    if (!id.isEmpty())
        server->server["id"_L1] = id;
    if (identity != nullptr)
        server->encrypt(identity->certificates(), identity->key());
    if (!server->listen(port))
        qFatal("cannot listen");
    return server;
}

/// Ends the server, and lets another one answer at its address.
void putInPlace(std::unique_ptr<ScriptedServer> &server, const TlsIdentity *identity, const QString &id = {})
{
    const quint16 port = server->port();
    server->stop();
    server = serve(identity, port, id);
}

/// Somebody in between who will have no TLS: hangs up on a hello, and passes everything else on.
class Stripper : public QTcpServer
{
public:
    explicit Stripper(quint16 target, quint16 port = 0) : m_target(target)
    {
        if (!listen(QHostAddress::LocalHost, port))
            qFatal("cannot listen");
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *peer = nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, this, [this, peer] { pass(peer); });
        });
    }
    [[nodiscard]] QUrl url() const { return QUrl(u"ws://127.0.0.1:%1/chat"_s.arg(serverPort())); }

private:
    void pass(QTcpSocket *peer)
    {
        if (peer->peek(1) == "\x16") {
            peer->abort();
            return;
        }
        peer->disconnect(this);
        auto *onward = new QTcpSocket(peer);
        onward->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
        const auto pipe = [](QTcpSocket *from, QTcpSocket *to) { to->write(from->readAll()); };
        connect(peer, &QTcpSocket::readyRead, onward, [=] { pipe(peer, onward); });
        connect(onward, &QTcpSocket::readyRead, peer, [=] { pipe(onward, peer); });
        pipe(peer, onward);
    }
    quint16 m_target;
};

} // namespace

/// Whom a session speaks with: over real sockets, with a server that takes down every word that it is told.
class tst_SessionKeys : public test::Test
{
    Q_OBJECT

private:
    /// Somebody with a password, which no stranger must hear.
    [[nodiscard]] std::unique_ptr<Session> open(QUrl url, bool mayBePlain = true, const Fingerprint &linkKey = {}, const QString &user = u"anna"_s)
    {
        if (mayBePlain)
            url.setScheme(u"wss"_s); // as an address without a scheme is dialled
        SessionSettings settings { url, *UserName::parse(user), u"sesame"_s, m_directory->filePath(u"client"_s) };
        settings.mayBePlain = mayBePlain;
        settings.linkKey = linkKey;
        auto session = std::make_unique<Session>(settings);
        session->open();
        return session;
    }
    [[nodiscard]] static bool isOnline(const Session &session)
    {
        return QTest::qWaitFor([&] { return session.status().state == State::Online; });
    }
    /// Where it stopped for good.
    [[nodiscard]] static ConnectionStatus refusal(const Session &session)
    {
        if (!QTest::qWaitFor([&] { return session.status().state == State::Offline && session.status().problem != Problem::None; }))
            qWarning("it was not refused");
        return session.status();
    }
    /// Makes the server known.
    void meet(const ScriptedServer &server)
    {
        const auto session = open(server.url());
        const ConnectionStatus status = refusal(*session);
        QCOMPARE(status.problem, Problem::UnknownKey);
        session->trustKey(status.presentedKey);
        QVERIFY(isOnline(*session));
    }

    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    void firstUseAsksOnce()
    {
        const TlsIdentity identity = makeIdentity();
        const auto server = serve(&identity);
        {
            const auto session = open(server->url());
            const ConnectionStatus status = refusal(*session);
            QCOMPARE(status.problem, Problem::UnknownKey);
            QCOMPARE(status.presentedKey, identity.fingerprint());
            QVERIFY(server->heard().isEmpty());
            session->trustKey(status.presentedKey);
            QVERIFY(isOnline(*session));
            QVERIFY(!session->status().isOpenToOthers);
            QCOMPARE(server->heard(u"hello"_s).size(), 1);
            QCOMPARE(server->heard(u"hello"_s).first()["password"_L1], u"sesame"_s);
        }
        const auto again = open(server->url());
        QVERIFY(isOnline(*again));
    }

    /// A link that is passed on while the connection is away has the key all the same, and never one that was not checked.
    void theKeyIsKnownWithoutAConnection()
    {
        const TlsIdentity identity = makeIdentity();
        auto server = serve(&identity);
        const quint16 port = server->port();
        const auto session = open(server->url(), true, identity.fingerprint());
        QVERIFY(isOnline(*session));
        QCOMPARE(session->serverKey(), identity.fingerprint());
        server->stop();
        QTRY_COMPARE(session->status().state, State::Waiting);
        QCOMPARE(session->serverKey(), identity.fingerprint());
        const TlsIdentity anothers = makeIdentity();
        server = serve(&anothers, port);
        session->retryNow();
        QTRY_COMPARE(session->status().problem, Problem::ChangedKey);
        QCOMPARE(session->serverKey(), identity.fingerprint());
    }

    void whoAgreedToOneKeyHasNotAgreedToAnother()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity other = makeIdentity();
        const auto server = serve(&other);
        const auto session = open(server->url());
        QCOMPARE(refusal(*session).problem, Problem::UnknownKey);
        QSignalSpy changes(session.get(), &Session::statusChanged);
        session->trustKey(identity.fingerprint());
        QTRY_VERIFY(changes.size() >= 2 && session->status().state == State::Offline);
        QCOMPARE(session->status().problem, Problem::UnknownKey);
        QVERIFY(server->heard().isEmpty());
    }

    void aKnownServerMayMove()
    {
        const TlsIdentity identity = makeIdentity();
        meet(*serve(&identity));
        const auto elsewhere = serve(&identity);
        const auto session = open(elsewhere->url());
        QVERIFY(isOnline(*session));
    }

    void aLinkSparesTheQuestion()
    {
        const TlsIdentity identity = makeIdentity();
        const auto server = serve(&identity);
        {
            const auto session = open(server->url(), false, identity.fingerprint());
            QVERIFY(isOnline(*session));
        }
        const auto byAddress = open(server->url());
        QVERIFY(isOnline(*byAddress));
    }

    void theRealServerIsWhoItSaysItIs()
    {
        ServerSettings settings;
        settings.bind = { QHostAddress(QHostAddress::LocalHost) };
        settings.port = 0;
        settings.dataDirectory = u":memory:"_s;
        settings.access = Access::Password;
        settings.password = u"sesame"_s;
        settings.tls = TlsMode::Required;
        Server server(settings);
        QVERIFY(server.start());
        const QUrl url(u"wss://127.0.0.1:%1/chat"_s.arg(server.port()));
        const auto session = open(url, false, server.fingerprint());
        QVERIFY(isOnline(*session));
        const ClientId id = session->post(RoomId::lobby(), u"hello"_s);
        QTRY_COMPARE(session->unsentCount(), 0);
    }

    // ---- rainy ----

    void aChangedKeyHearsNothing_data()
    {
        QTest::addColumn<bool>("isSameAddress");
        QTest::addColumn<bool>("isSameId");
        QTest::newRow("in its place") << true << true;
        QTest::newRow("at another address") << false << true;
        QTest::newRow("in its place, under another identity") << true << false;
    }
    void aChangedKeyHearsNothing()
    {
        QFETCH(bool, isSameAddress);
        QFETCH(bool, isSameId);
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity impostor = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        const quint16 port = isSameAddress ? server->port() : quint16(0);
        server->stop();
        server = serve(&impostor, port);
        if (!isSameId)
            server->server["id"_L1] = u"another"_s;
        server->rooms = { QJsonObject { { u"room"_s, u"lobby"_s } } };
        const auto session = open(server->url());
        const ConnectionStatus status = refusal(*session);
        QCOMPARE(status.problem, Problem::ChangedKey);
        QCOMPARE(status.knownKey, identity.fingerprint());
        QCOMPARE(status.presentedKey, impostor.fingerprint());
        QVERIFY(!status.isVouchedFor);
        QVERIFY(server->heard().isEmpty());
    }

    /// Whoever runs a chat that was joined once has a key that is known; it is not the key of this address.
    void aKnownChatInAnothersPlaceHearsNothing_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("path");
        QTest::newRow("to the same name") << u"anna"_s << u"/chat"_s;
        QTest::newRow("to another name") << u"bo"_s << u"/chat"_s;
        QTest::newRow("to somebody who comes to a room") << u"anna"_s << u"/chat/ops"_s;
    }
    void aKnownChatInAnothersPlaceHearsNothing()
    {
        QFETCH(QString, user);
        QFETCH(QString, path);
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity others = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        meet(*serve(&others, 0, u"another"_s));
        putInPlace(server, &others, u"another"_s);
        QUrl url = server->url();
        url.setPath(path);
        const auto session = open(url, true, {}, user);
        const ConnectionStatus status = refusal(*session);
        QCOMPARE(status.problem, Problem::ChangedKey);
        QCOMPARE(status.knownKey, identity.fingerprint());
        QCOMPARE(status.presentedKey, others.fingerprint());
        QVERIFY(!status.isVouchedFor);
        QVERIFY(server->heard().isEmpty());
    }

    void anAddressThatChangedHandsIsTheOthersFromThenOn_data()
    {
        QTest::addColumn<bool>("isByLink");
        QTest::newRow("by a link") << true;
        QTest::newRow("by a person") << false;
    }
    void anAddressThatChangedHandsIsTheOthersFromThenOn()
    {
        QFETCH(bool, isByLink);
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity others = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        meet(*serve(&others, 0, u"another"_s));
        const quint16 port = server->port();
        server->stop();
        server = serve(&others, port, u"another"_s);
        {
            const auto session = open(server->url(), true, isByLink ? others.fingerprint() : Fingerprint());
            if (!isByLink) {
                QCOMPARE(refusal(*session).problem, Problem::ChangedKey);
                session->trustKey(others.fingerprint());
            }
            QVERIFY(isOnline(*session));
        }
        {
            const auto session = open(server->url());
            QVERIFY(isOnline(*session));
        }
        server->stop();
        server = serve(&identity, port);
        const auto session = open(server->url());
        QCOMPARE(refusal(*session).problem, Problem::ChangedKey);
        QVERIFY(server->heard().isEmpty());
    }

    /// Without a key anybody may answer to ws://, under any name: that does not make the address theirs.
    void whoAnswersInTheClearTakesNobodysPlace()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity others = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        meet(*serve(&others, 0, u"another"_s));
        const quint16 port = server->port();
        server->stop();
        server = serve(nullptr, port, u"another"_s);
        QVERIFY(isOnline(*open(server->url(), false)));
        server->stop();
        server = serve(&others, port, u"another"_s);
        QCOMPARE(refusal(*open(server->url())).problem, Problem::ChangedKey);
        QVERIFY(server->heard().isEmpty());
    }

    /// In the middle of a session nobody presses "Join": what was typed and written is for the chat that it began with.
    void aSessionGoesOnWithNobodyElse_data()
    {
        QTest::addColumn<bool>("isEncrypted");
        QTest::addColumn<bool>("hasSameKey");
        QTest::addColumn<Problem>("problem");
        QTest::newRow("a chat that is known") << true << false << Problem::ChangedKey;
        QTest::newRow("one of the same key") << true << true << Problem::Lost;
        QTest::newRow("in the clear") << false << false << Problem::Lost;
    }
    void aSessionGoesOnWithNobodyElse()
    {
        QFETCH(bool, isEncrypted);
        QFETCH(bool, hasSameKey);
        QFETCH(Problem, problem);
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity others = hasSameKey ? identity : makeIdentity();
        const auto serveAs = [isEncrypted](const TlsIdentity &who, quint16 port, const QString &id) {
            return serve(isEncrypted ? &who : nullptr, port, id);
        };
        if (isEncrypted)
            meet(*serveAs(others, 0, u"another"_s));
        auto server = serveAs(identity, 0, u"first"_s);
        const auto session = open(server->url(), false);
        if (isEncrypted) {
            QCOMPARE(refusal(*session).problem, Problem::UnknownKey);
            session->trustKey(identity.fingerprint());
        }
        QVERIFY(isOnline(*session));
        const quint16 port = server->port();
        server->stop();
        QTRY_COMPARE(session->status().state, State::Waiting);
        (void)session->post(RoomId::lobby(), u"for the first"_s);
        server = serveAs(others, port, u"another"_s);
        session->retryNow();
        QCOMPARE(refusal(*session).problem, problem);
        QVERIFY(server->heard().isEmpty());
        QCOMPARE(session->server().id, u"first"_s);
        QCOMPARE(session->unsentCount(), 1);
        server->stop();
        server = serveAs(identity, port, u"first"_s);
        session->authenticate(u"sesame"_s); // the one that it is for
        QVERIFY(isOnline(*session));
        QTRY_COMPARE(session->unsentCount(), 0);
    }

    /// A password is typed for the chat that asked for it.
    void aPasswordIsNotSaidToAnotherChat()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity others = makeIdentity();
        meet(*serve(&others, 0, u"another"_s));
        auto server = serve(&identity);
        meet(*server);
        server->access = u"password"_s;
        server->onRequest = [](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"no"_s },
                                                   { u"timestamp"_s, u"2026-11-29T12:00:00.000Z"_s } });
            return true;
        };
        const auto session = open(server->url());
        QCOMPARE(refusal(*session).problem, Problem::WrongPassword);
        putInPlace(server, &others, u"another"_s);
        QSignalSpy changes(session.get(), &Session::statusChanged);
        session->authenticate(u"open sesame"_s);
        QTRY_VERIFY(changes.size() >= 2 && session->status().state == State::Offline);
        QCOMPARE(session->status().problem, Problem::ChangedKey);
        QVERIFY(server->heard().isEmpty());
    }

    /// Where nothing can be kept, the session itself remembers with whom it spoke.
    void aSessionKnowsItsKeyWithoutADisk()
    {
        QFile inTheWay(m_directory->filePath(u"client"_s));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        const TlsIdentity identity = makeIdentity();
        auto server = serve(&identity);
        const auto session = open(server->url());
        QCOMPARE(refusal(*session).problem, Problem::UnknownKey);
        session->trustKey(identity.fingerprint());
        QVERIFY(isOnline(*session));
        const quint16 port = server->port();
        server->stop();
        QTRY_COMPARE(session->status().state, State::Waiting);
        server = serve(nullptr);
        const Stripper between(server->port(), port);
        QSignalSpy changes(session.get(), &Session::statusChanged);
        session->authenticate(u"sesame"_s);
        QTRY_COMPARE(session->status().problem, Problem::Downgraded);
        QVERIFY(server->heard().isEmpty());
    }

    /// Whoever has the new key may have nothing to do with the chat: what would let them pass for its people stays here.
    void aNewKeyIsNotShownTheOldToken()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity renewed = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        QVERIFY(isOnline(*open(server->url(), true, {}, u"bo"_s)));
        QVERIFY(isOnline(*open(server->url())));
        QCOMPARE(server->heard(u"hello"_s).last()["token"_L1], u"token"_s);
        putInPlace(server, &renewed);
        const auto session = open(server->url(), false, renewed.fingerprint());
        QCOMPARE(refusal(*session).problem, Problem::ChangedKey);
        session->trustKey(renewed.fingerprint());
        QVERIFY(isOnline(*session));
        QVERIFY(isOnline(*open(server->url(), true, {}, u"bo"_s)));
        const auto hellos = server->heard(u"hello"_s);
        QCOMPARE(hellos.size(), 2);
        for (const QJsonObject &hello : hellos)
            QCOMPARE(hello["token"_L1].toString().size(), 43); // a new one
    }

    void aChangedKeyWithALinkIsForAPersonToDecide()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity renewed = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        putInPlace(server, &renewed);
        const auto session = open(server->url(), false, renewed.fingerprint());
        const ConnectionStatus status = refusal(*session);
        QCOMPARE(status.problem, Problem::ChangedKey);
        QVERIFY(status.isVouchedFor);
        QVERIFY(server->heard().isEmpty());
        session->trustKey(status.presentedKey);
        QVERIFY(isOnline(*session));
        const auto again = open(server->url());
        QVERIFY(isOnline(*again));
    }

    void aLinkToAnotherKeyIsRefused()
    {
        const TlsIdentity identity = makeIdentity();
        const TlsIdentity impostor = makeIdentity();
        const auto server = serve(&impostor);
        const auto session = open(server->url(), false, identity.fingerprint());
        const ConnectionStatus status = refusal(*session);
        QCOMPARE(status.problem, Problem::WrongKey);
        QCOMPARE(status.knownKey, identity.fingerprint());
        QCOMPARE(status.presentedKey, impostor.fingerprint());
        QVERIFY(server->heard().isEmpty());
    }

    void whatIsSaidBeforeTheKeyIsCheckedIsNotShown()
    {
        const TlsIdentity identity = makeIdentity();
        auto server = serve(&identity);
        server->rooms = { QJsonObject { { u"room"_s, u"lobby"_s }, { u"name"_s, u"Lobby"_s }, { u"kind"_s, u"public"_s }, { u"last_seq"_s, 0 },
                                        { u"read_seq"_s, 0 }, { u"unread"_s, 0 }, { u"mentions"_s, 0 } } };
        meet(*server);
        const quint16 port = server->port();
        server->stop();
        const TlsIdentity impostor = makeIdentity();
        server = serve(&impostor, port);
        const auto session = open(server->url());
        QTRY_COMPARE(session->rooms()->rowCount(), 1); // from the cache
        QTRY_COMPARE(server->connectionCount(), 1);
        server->say(u"lobby"_s, u"eve"_s, u"send me your password"_s, u"2026-11-25T12:00:00.000Z"_s);
        QCOMPARE(refusal(*session).problem, Problem::ChangedKey);
        QCOMPARE(session->timeline(RoomId::lobby())->rowCount(), 0);
    }

    // ---- without TLS ----

    void aServerWithoutTlsIsSpokenToWithout()
    {
        ServerSettings settings;
        settings.bind = { QHostAddress(QHostAddress::LocalHost) };
        settings.port = 0;
        settings.dataDirectory = u":memory:"_s;
        settings.tls = TlsMode::Off;
        Server server(settings);
        QVERIFY(server.start());
        const auto session = open(QUrl(u"wss://127.0.0.1:%1/chat"_s.arg(server.port())));
        QVERIFY(isOnline(*session));
        QVERIFY(!session->status().isOpenToOthers); // within this computer
    }

    void aServerThatNeverHadTlsIsSpokenToWithout()
    {
        const auto server = serve(nullptr);
        const Stripper between(server->port());
        const auto session = open(between.url());
        QVERIFY(isOnline(*session));
    }

    void aDowngradeIsRefused_data()
    {
        QTest::addColumn<bool>("isSameAddress");
        QTest::newRow("in its place") << true;
        QTest::newRow("at another address") << false;
    }
    void aDowngradeIsRefused()
    {
        QFETCH(bool, isSameAddress);
        const TlsIdentity identity = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        const quint16 port = isSameAddress ? server->port() : quint16(0);
        server->stop();
        server = serve(nullptr);
        const Stripper between(server->port(), port);
        const auto session = open(between.url());
        QCOMPARE(refusal(*session).problem, Problem::Downgraded);
        QVERIFY(server->heard().isEmpty());
    }

    void whoeverTypesWsGetsWs()
    {
        const TlsIdentity identity = makeIdentity();
        auto server = serve(&identity);
        meet(*server);
        putInPlace(server, nullptr);
        const auto session = open(server->url(), false);
        QVERIFY(isOnline(*session));
    }

    /// By its bare address, on another computer: whoever hangs up on the hello is told nothing in the clear.
    void aStrangerWithoutTlsHearsNothing()
    {
        const auto server = serve(nullptr);
        const Stripper between(server->port());
        QUrl url = between.url();
        url.setScheme(u"wss"_s);
        const auto session = open(url, false);
        QCOMPARE(refusal(*session).problem, Problem::Unencrypted);
        QCOMPARE(server->connectionCount(), 0);
    }

    void aLinkIsNeverFollowedWithoutTls()
    {
        const auto server = serve(nullptr);
        const Stripper between(server->port());
        const auto session = open(between.url(), true, makeIdentity().fingerprint());
        QCOMPARE(refusal(*session).problem, Problem::Downgraded);
        QCOMPARE(server->connectionCount(), 0);
    }
};

HEARTH_TEST_MAIN(tst_SessionKeys)
#include "tst_sessionkeys.moc"
