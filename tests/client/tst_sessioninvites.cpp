#include "client/invites.h"
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

namespace {

const QString Code = u"mZ0pYw7Qk1uXrB5cT2aE9g"_s;
const QString Noon = u"2026-11-28T12:00:00.000Z"_s;

QJsonObject refusal(const QString &code, const QString &message, const QString &detail = {})
{
    QJsonObject error { { u"type"_s, u"error"_s }, { u"code"_s, code }, { u"message"_s, message }, { u"timestamp"_s, Noon } };
    if (!detail.isEmpty())
        error.insert(u"detail"_s, detail);
    return error;
}

QJsonObject deadInvite() { return refusal(u"unauthorized"_s, u"This invite does not hold any more"_s, u"invite"_s); }

} // namespace

/// A session that comes in with an invite, and one that makes them.
class tst_SessionInvites : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] std::unique_ptr<Session> open(const ScriptedServer &server, const QString &password = {}, const QString &invite = Code)
    {
        SessionSettings settings { server.url(), *UserName::parse(u"cy"), password, m_directory->filePath(u"client"_s) };
        settings.invite = invite;
        auto session = std::make_unique<Session>(settings);
        session->open();
        return session;
    }
    [[nodiscard]] static bool isOnline(const Session &session)
    {
        return QTest::qWaitFor([&] { return session.status().state == State::Online; });
    }
    [[nodiscard]] static bool isRefused(const Session &session, Problem problem)
    {
        return QTest::qWaitFor([&] { return session.status().state == State::Offline && session.status().problem == problem; });
    }

    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
    }

    /// With every hello until it is answered, and with none after that.
    void isSaidUntilTheFirstWelcome()
    {
        ScriptedServer server;
        bool answers = false;
        server.onRequest = [&answers](const QJsonObject &request, QWebSocket *) { return request["type"_L1] == u"hello"_s && !answers; };
        QVERIFY(server.listen());
        const auto session = open(server);
        QTRY_COMPARE(server.heard(u"hello"_s).size(), 1);
        const quint16 port = server.port();
        server.stop(); // before it has answered
        answers = true;
        QVERIFY(server.listen(port));
        session->retryNow();
        QVERIFY(isOnline(*session));
        QVERIFY(session->settings().invite.isEmpty());
        server.stop();
        QTRY_VERIFY(session->status().state != State::Online);
        QVERIFY(server.listen(port));
        session->retryNow();
        QVERIFY(isOnline(*session));
        const auto hellos = server.heard(u"hello"_s);
        QCOMPARE(hellos.size(), 3);
        QCOMPARE(hellos.at(0)["invite"_L1], Code);
        QCOMPARE(hellos.at(1)["invite"_L1], Code);
        QVERIFY(!hellos.at(2).contains("invite"_L1));
    }

    void withoutOneNothingIsSaidOfIt()
    {
        ScriptedServer server;
        QVERIFY(server.listen());
        const auto session = open(server, {}, {});
        QVERIFY(isOnline(*session));
        QVERIFY(!server.heard(u"hello"_s).first().contains("invite"_L1));
    }

    /// A chat of accounts: it is asked about the invite before anybody chooses a password.
    void anAccountIsMadeWithAPassword()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"hello"_s || request.contains("password"_L1))
                return false;
            ScriptedServer::reply(from, request, refusal(u"invalid_message"_s, u"A password has at least 8 characters"_s));
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server);
        QVERIFY(isRefused(*session, Problem::NoPasswordChosen));
        QCOMPARE(server.heard(u"hello"_s).first()["invite"_L1], Code);
        session->authenticate(u"long enough"_s);
        QVERIFY(isOnline(*session));
        const auto hellos = server.heard(u"hello"_s);
        QCOMPARE(hellos.size(), 2);
        QCOMPARE(hellos.last()["password"_L1], u"long enough"_s);
        QCOMPARE(hellos.last()["invite"_L1], Code);
        QCOMPARE(hellos.last()["token"_L1], hellos.first()["token"_L1]);
    }

    /// It is in all the same, and asks for what is missing when it comes back.
    void oneThatTheServerCannotUseIsSaidAgain()
    {
        ScriptedServer server;
        QVERIFY(server.listen());
        const auto session = open(server);
        QSignalSpy failures(session.get(), &Session::requestFailed);
        QVERIFY(isOnline(*session));
        server.send(refusal(u"storage_full"_s, u"No"_s)); // about something else
        server.send(refusal(u"storage_full"_s, u"The server cannot store anything at the moment"_s, u"invite"_s));
        QVERIFY(failures.wait());
        QCOMPARE(int(failures.first().first().value<RequestFailure>().what), int(What::UseInvite));
        QCOMPARE(int(failures.first().first().value<RequestFailure>().code), int(ErrorCode::StorageFull));
        QVERIFY(session->status().state == State::Online);
        const quint16 port = server.port();
        server.stop();
        QTRY_VERIFY(session->status().state != State::Online);
        QVERIFY(server.listen(port));
        session->retryNow();
        QVERIFY(isOnline(*session));
        QCOMPARE(server.heard(u"hello"_s).last()["invite"_L1], Code);
        QCOMPARE(failures.size(), 1);
    }

    void makesListsAndTakesBack()
    {
        ScriptedServer server;
        const QJsonObject info { { u"invite"_s, u"i1"_s }, { u"role"_s, u"member"_s }, { u"room"_s, u"ops"_s }, { u"timestamp"_s, Noon },
                                 { u"used"_s, 2 }, { u"max_uses"_s, 10 } };
        QJsonArray held { info };
        server.onRequest = [&](const QJsonObject &request, QWebSocket *from) {
            const QString type = request["type"_L1].toString();
            if (type == "create_invite"_L1)
                ScriptedServer::reply(from, request, { { u"type"_s, u"invite_created"_s }, { u"invite"_s, info }, { u"code"_s, Code } });
            else if (type == "invites"_L1)
                ScriptedServer::reply(from, request, { { u"type"_s, u"invites"_s }, { u"invites"_s, held } });
            else if (type == "revoke_invite"_L1)
                ScriptedServer::reply(from, request, { { u"type"_s, u"ack"_s } });
            return type.contains("invite"_L1);
        };
        QVERIFY(server.listen());
        const auto session = open(server, {}, {});
        QVERIFY(isOnline(*session));
        Invites *invites = session->invites();
        QSignalSpy created(invites, &Invites::created);
        QSignalSpy listed(invites, &Invites::listed);
        invites->create({ *RoomId::parse(u"ops"), Role::Moderator, 10, 3'600, u"for the new ones"_s });
        QVERIFY(created.wait());
        QCOMPARE(created.first().at(0).value<InviteInfo>().id, u"i1"_s);
        QCOMPARE(created.first().at(1).toString(), Code);
        const QJsonObject asked = server.heard(u"create_invite"_s).first();
        QCOMPARE(asked["room"_L1], u"ops"_s);
        QCOMPARE(asked["role"_L1], u"moderator"_s);
        QCOMPARE(asked["uses"_L1], 10);
        QCOMPARE(asked["for_seconds"_L1], 3'600);
        QCOMPARE(asked["note"_L1], u"for the new ones"_s);
        QVERIFY(listed.isEmpty()); // nobody looks at a list
        invites->list();
        QVERIFY(listed.wait());
        QCOMPARE(listed.takeFirst().first().value<QList<InviteInfo>>().first().maxUses, std::optional(10));
        held = {};
        invites->revoke(u"i1"_s);
        QVERIFY(listed.wait()); // it looks again
        QCOMPARE(server.heard(u"revoke_invite"_s).first()["invite"_L1], u"i1"_s);
        QVERIFY(listed.first().first().value<QList<InviteInfo>>().isEmpty());
    }

    // ---- rainy ----

    void refusals_data()
    {
        QTest::addColumn<QString>("access");
        QTest::addColumn<QString>("password");
        QTest::addColumn<QJsonObject>("answer");
        QTest::addColumn<Problem>("problem");
        const QJsonObject wrong = refusal(u"unauthorized"_s, u"Authentication required"_s);
        QTest::newRow("it does not hold, open") << u"open"_s << u""_s << deadInvite() << Problem::InviteRefused;
        QTest::newRow("it does not hold, password") << u"password"_s << u"right"_s << deadInvite() << Problem::InviteRefused;
        QTest::newRow("it does not hold, accounts") << u"accounts"_s << u"long enough"_s << deadInvite() << Problem::InviteRefused;
        QTest::newRow("it does not hold, password not asked for yet") << u"password"_s << u""_s << deadInvite() << Problem::InviteRefused;
        QTest::newRow("it does not hold, no password chosen yet") << u"accounts"_s << u""_s << deadInvite() << Problem::InviteRefused;
        QTest::newRow("it holds, the chat wants its password") << u"password"_s << u""_s << wrong << Problem::WrongPassword;
        QTest::newRow("it holds, the name has an account") << u"accounts"_s << u""_s << wrong << Problem::NameHasAccount;
        QTest::newRow("the chat's password is wrong") << u"password"_s << u"wrong"_s << wrong << Problem::WrongPassword;
        QTest::newRow("the name has an account") << u"accounts"_s << u"long enough"_s << wrong << Problem::NameHasAccount;
        QTest::newRow("the password is too short") << u"accounts"_s << u"short"_s
                                                   << refusal(u"invalid_message"_s, u"A password has at least 8 characters"_s) << Problem::NoPasswordChosen;
        QTest::newRow("the name is taken") << u"open"_s << u""_s << refusal(u"name_taken"_s, u"No"_s) << Problem::NameTaken;
    }
    void refusals()
    {
        QFETCH(QString, access);
        QFETCH(QString, password);
        QFETCH(QJsonObject, answer);
        QFETCH(Problem, problem);
        ScriptedServer server;
        server.access = access;
        bool refuses = true;
        server.onRequest = [&](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"hello"_s || !refuses)
                return false;
            ScriptedServer::reply(from, request, answer);
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server, password);
        QVERIFY(isRefused(*session, problem));
        QCOMPARE(server.heard(u"hello"_s).size(), 1); // it does not try again by itself
        refuses = false;
        session->authenticate(u"another password"_s);
        QVERIFY(isOnline(*session));
        QCOMPARE(server.heard(u"hello"_s).last()["invite"_L1], Code);
    }

    /// Without an invite the same words mean what they always did.
    void aWrongPasswordWithoutOneIsThat()
    {
        ScriptedServer server;
        server.access = u"accounts"_s;
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (request["type"_L1] != u"hello"_s)
                return false;
            ScriptedServer::reply(from, request, refusal(u"unauthorized"_s, u"Authentication required"_s));
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server, u"a password"_s, {});
        QVERIFY(isRefused(*session, Problem::WrongAccount));
    }

    void requestsAreRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("create") << int(What::CreateInvite);
        QTest::newRow("list") << int(What::ListInvites);
        QTest::newRow("revoke") << int(What::RevokeInvite);
    }
    void requestsAreRefused()
    {
        QFETCH(int, what);
        ScriptedServer server;
        server.onRequest = [](const QJsonObject &request, QWebSocket *from) {
            if (!request["type"_L1].toString().contains("invite"_L1))
                return false;
            ScriptedServer::reply(from, request, refusal(u"forbidden"_s, u"Only moderators can invite people to the chat"_s));
            return true;
        };
        QVERIFY(server.listen());
        const auto session = open(server, {}, {});
        QVERIFY(isOnline(*session));
        QSignalSpy failures(session.get(), &Session::requestFailed);
        if (What(what) == What::CreateInvite)
            session->invites()->create({});
        else if (What(what) == What::ListInvites)
            session->invites()->list();
        else
            session->invites()->revoke(u"i1"_s);
        QVERIFY(failures.wait());
        const auto failure = failures.first().first().value<RequestFailure>();
        QCOMPARE(int(failure.what), what);
        QCOMPARE(failure.code, ErrorCode::Forbidden);
    }
};

HEARTH_TEST_MAIN(tst_SessionInvites)
#include "tst_sessioninvites.moc"
