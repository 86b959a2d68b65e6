#include "client/session.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::ScriptedServer;
using State = ConnectionStatus::State;
using Problem = ConnectionStatus::Problem;
using What = RequestFailure::What;

/// A session at a chat of accounts.
class tst_SessionAccounts : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] std::unique_ptr<Session> open(const ScriptedServer &server, const QString &password = {}, const QString &invite = {})
    {
        SessionSettings settings { server.url(), *UserName::parse(u"anna"), password, m_directory->filePath(u"client"_s) };
        settings.invite = invite;
        auto session = std::make_unique<Session>(settings);
        session->open();
        return session;
    }
    [[nodiscard]] static bool isOnline(const Session &session)
    {
        return QTest::qWaitFor([&] { return session.status().state == State::Online; });
    }
    [[nodiscard]] static bool isRefused(const Session &session)
    {
        return QTest::qWaitFor([&] { return session.status().state == State::Offline && session.status().problem == Problem::WrongAccount; });
    }
    static void refuse(const QJsonObject &request, QWebSocket *from, const QString &code)
    {
        ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, code }, { u"message"_s, u"no"_s },
                                               { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
    }

    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    /// The password is asked for once on a device; then its token is enough.
    void passwordFirstThenTheToken()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        QVERIFY(server.listen());
        {
            const auto session = open(server);
            QVERIFY(isRefused(*session));
            QVERIFY(server.heard().isEmpty()); // there was nothing to say
            session->authenticate(u"anna's password"_s);
            QVERIFY(isOnline(*session));
            QCOMPARE(server.heard(u"hello"_s).last()["password"_L1], u"anna's password"_s);
        }
        const auto again = open(server);
        QVERIFY(isOnline(*again));
        QVERIFY(!server.heard(u"hello"_s).last().contains("password"_L1));
        QCOMPARE(server.heard(u"hello"_s).last()["token"_L1], u"token"_s); // which the `welcome` brought
    }

    /// Signed out from elsewhere: what let this device in does no harm, and the password still lets it in.
    void aRevokedTokenIsNoObstacle()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        QVERIFY(server.listen());
        {
            const auto session = open(server, u"anna's password"_s);
            QVERIFY(isOnline(*session));
        }
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            const bool isTokenAlone = request["type"_L1] == u"hello"_s && !request.contains("password"_L1);
            if (isTokenAlone)
                refuse(request, from, u"unauthorized"_s);
            return isTokenAlone;
        };
        {
            const auto session = open(server);
            QVERIFY(isRefused(*session));
            QCOMPARE(server.heard(u"hello"_s).size(), 2);
        }
        const auto session = open(server);
        QVERIFY(isRefused(*session));
        session->authenticate(u"anna's password"_s);
        QVERIFY(isOnline(*session));
        QCOMPARE(server.heard(u"hello"_s).last()["password"_L1], u"anna's password"_s);
    }

    /// An open chat becomes one of accounts: the guest's token is what makes the name an account's.
    void aGuestWhoIsRefusedComesAgainWithTheSameToken_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("invite");
        QTest::newRow("without an invite at first") << u"unauthorized"_s << u"accounts"_s << QString();
        QTest::newRow("with one, and without the password") << u"unauthorized"_s << u"accounts"_s << u"code"_s;
        QTest::newRow("in use") << u"name_taken"_s << u"open"_s << QString();
    }
    void aGuestWhoIsRefusedComesAgainWithTheSameToken()
    {
        QFETCH(QString, code);
        QFETCH(QString, access);
        QFETCH(QString, invite);
        ScriptedServer server;
        QVERIFY(server.listen());
        QVERIFY(isOnline(*open(server)));
        server.access = access;
        server.onRequest = [&code](const QJsonObject &request, QWebSocket *from) {
            refuse(request, from, code);
            return true;
        };
        {
            const auto session = open(server, {}, invite);
            QVERIFY(QTest::qWaitFor([&] { return session->status().state == State::Offline && session->status().problem != Problem::None; }));
        }
        server.onRequest = {};
        const auto session = open(server, u"a new password"_s, u"code"_s);
        QVERIFY(isOnline(*session));
        const auto hellos = server.heard(u"hello"_s);
        QCOMPARE(hellos.size(), 3);
        QCOMPARE(hellos.last()["invite"_L1], u"code"_s);
        QCOMPARE(hellos.last()["token"_L1], u"token"_s); // which the first `welcome` brought
    }

    /// A wrong password says nothing of the token, nor does an invite that does not hold.
    void aRefusalOfSomethingElseKeepsTheToken_data()
    {
        QTest::addColumn<QString>("password");
        QTest::addColumn<QString>("detail");
        QTest::newRow("a wrong password") << u"wrong"_s << u""_s;
        QTest::newRow("an invite that has ended") << u""_s << u"invite"_s;
    }
    void aRefusalOfSomethingElseKeepsTheToken()
    {
        QFETCH(QString, password);
        QFETCH(QString, detail);
        ScriptedServer server;
        server.access = u"accounts"_s;
        QVERIFY(server.listen());
        QVERIFY(isOnline(*open(server, u"anna's password"_s)));
        server.onRequest = [&detail](const QJsonObject &request, QWebSocket *from) {
            ScriptedServer::reply(from, request, { { u"type"_s, u"error"_s }, { u"code"_s, u"unauthorized"_s }, { u"message"_s, u"no"_s },
                                                   { u"detail"_s, detail }, { u"timestamp"_s, u"2026-11-23T14:05:00.000Z"_s } });
            return true;
        };
        {
            const auto session = open(server, password);
            QVERIFY(QTest::qWaitFor([&] { return session->status().state == State::Offline && session->status().problem != Problem::None; }));
        }
        server.onRequest = {};
        QVERIFY(isOnline(*open(server)));
        QCOMPARE(server.heard(u"hello"_s).last()["token"_L1], u"token"_s);
    }

    void signsThisDeviceOut()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        QVERIFY(server.listen());
        {
            const auto session = open(server, u"anna's password"_s);
            QVERIFY(isOnline(*session));
            server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
                const bool isMeant = request["type"_L1] == u"revoke_session"_s;
                if (isMeant)
                    ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s } });
                return isMeant;
            };
            QSignalSpy signedOut(session.get(), &Session::signedOut);
            session->signOut(u"s1"_s);
            QVERIFY(signedOut.wait(5'000));
            QCOMPARE(server.heard(u"revoke_session"_s).first()["session"_L1], u"s1"_s);
            QCOMPARE(session->status().state, State::Offline);
        }
        const auto again = open(server);
        QVERIFY(isRefused(*again));
        QCOMPARE(server.heard(u"hello"_s).size(), 1);
    }

    void setsAPassword()
    {
        ScriptedServer server;
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"set_password"_s)
                return false;
            if (request["old"_L1] == u"wrong"_s)
                refuse(request, from, u"unauthorized"_s);
            else
                ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s } });
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server);
        QVERIFY(isOnline(*session));
        QVERIFY(!session->hasPassword());
        QSignalSpy set(session.get(), &Session::passwordSet);
        QSignalSpy failures(session.get(), &Session::requestFailed);
        session->setPassword(std::nullopt, u"a new password"_s);
        QVERIFY(set.wait());
        QVERIFY(session->hasPassword());
        QVERIFY(!server.heard(u"set_password"_s).last().contains("old"_L1));
        session->setPassword(u"wrong"_s, u"another password"_s);
        QVERIFY(failures.wait());
        const auto failure = failures.first().first().value<RequestFailure>();
        QCOMPARE(failure.what, What::SetPassword);
        QCOMPARE(failure.code, ErrorCode::Unauthorized);
        QCOMPARE(session->status().state, State::Online);
    }

    void listsAndEndsSessions()
    {
        ScriptedServer server;
        QJsonArray devices { QJsonObject { { u"session"_s, u"s1"_s }, { u"client"_s, u"phone"_s }, { u"created_at"_s, u"2026-11-23T14:05:00.000Z"_s },
                                           { u"last_seen"_s, u"2026-11-23T14:05:00.000Z"_s } } };
        server.onRequest = [&devices](const QJsonObject &request, QWebSocket *from) {
            const QString type = request["type"_L1].toString();
            if (type == u"sessions"_s)
                ScriptedServer::reply(from, request, { { u"type"_s, type }, { u"sessions"_s, devices } });
            else if (type == u"revoke_session"_s)
                ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s } });
            return type == u"sessions"_s || type == u"revoke_session"_s;
        };
        QVERIFY(server.listen());
        const auto session = open(server);
        QVERIFY(isOnline(*session));
        QSignalSpy listed(session.get(), &Session::sessionsListed);
        session->listSessions();
        QVERIFY(listed.wait());
        QCOMPARE(listed.takeFirst().first().value<QList<SessionInfo>>().first().client, u"phone"_s);
        devices = {};
        session->revokeSession(u"s1"_s);
        QVERIFY(listed.wait());
        QCOMPARE(server.heard(u"revoke_session"_s).last()["session"_L1], u"s1"_s);
        QVERIFY(listed.takeFirst().first().value<QList<SessionInfo>>().isEmpty());
    }

    // ---- rainy ----

    void aWrongPasswordIsToldAndMended()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"hello"_s || request["password"_L1] == u"right"_s)
                return false;
            refuse(request, from, u"unauthorized"_s);
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server, u"wrong"_s);
        QVERIFY(isRefused(*session));
        session->authenticate(u"right"_s);
        QVERIFY(isOnline(*session));
    }
};

HEARTH_TEST_MAIN(tst_SessionAccounts)
#include "tst_sessionaccounts.moc"
