#include "tests/chat/chattestkit.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// JSON with `%1` and `%2` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray filled(const char *text, const QByteArray &first, const QByteArray &second = {})
{
    return QByteArray(text).replace("%2", second).replace("%1", first);
}
/// One more of an object's.
QByteArray member(const QByteArray &name, const QByteArray &value) { return ",\"" + name + "\":\"" + value + '"'; }

} // namespace

/// Signing in with passwords and tokens, and out again.
class tst_SignIn : public Test
{
    Q_OBJECT

private:
    static void add(Chat &chat, const QByteArray &user, const QByteArray &password)
    {
        QCOMPARE(administer(chat, filled(R"({"type":"add_user","user":"%1","password":"%2"})", user, password)), json(R"({"type":"ack","timestamp":T})"));
    }
    static std::unique_ptr<Client> from(Chat &chat, const QString &address)
    {
        auto client = std::make_unique<Client>(chat.channel(), QString(), address);
        client->forget();
        return client;
    }
    static QByteArray hello(const QByteArray &user, const QByteArray &more) { return filled(R"({"type":"hello","user":"%1"%2})", user, more); }
    static QByteArray withPassword(const QByteArray &password) { return member("password", password); }
    static QByteArray withToken(const QByteArray &token) { return member("token", token); }
    static QByteArray revoke(const QByteArray &session) { return filled(R"({"type":"revoke_session","session":"%1"})", session); }
    /// Ended by the server with these words.
    static void verifySignedOut(Client &client)
    {
        QCOMPARE(client.next(u"error"_s), json(R"({"type":"error","message":"You were signed out","code":"unauthorized","timestamp":T})"));
        QTRY_VERIFY(!client.isOpen());
        QCOMPARE(client.closeCode(), 1008);
    }

private slots:
    void passwordOpensAndTokenComesBack()
    {
        Chat chat(withAccounts());
        add(chat, "Anna", "anna password");
        const auto phone = chat.plain();
        const QJsonObject welcome = phone->hello(u"anna"_s, withPassword("anna password") + R"(,"client":{"name":"phone","version":"2"})");
        QCOMPARE(welcome["user"_L1], u"Anna"_s);
        QCOMPARE(welcome["role"_L1], u"owner"_s);
        QCOMPARE(welcome["has_password"_L1], true);
        QCOMPARE(welcome["rooms"_L1].toArray().first()["room"_L1], u"lobby"_s);
        const QByteArray token = welcome["token"_L1].toString().toUtf8();
        QCOMPARE(token.size(), 43);
        phone->leave();

        const quint64 before = chat.channel().passwordComputations();
        const auto again = chat.plain();
        QCOMPARE(again->hello(u"anna"_s, withToken(token))["token"_L1].toString().toUtf8(), token);
        QCOMPARE(chat.channel().passwordComputations(), before);
        // Another device has a token of its own.
        const auto laptop = chat.plain();
        QVERIFY(laptop->hello(u"anna"_s, withPassword("anna password"))["token"_L1].toString().toUtf8() != token);
    }

    /// A password gives a device a new token: what it brings may be of a session that was ended.
    void anEndedTokenStaysSo()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto laptop = chat.plain();
        const QByteArray old = laptop->hello(u"anna"_s, withPassword("anna password"))["token"_L1].toString().toUtf8();
        const auto phone = chat.welcomed(u"anna"_s, withPassword("anna password"));
        QCOMPARE(phone->verdict(R"({"type":"set_password","old":"anna password","new":"a new password"})"), u"ack"_s);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(old))), u"unauthorized"_s);
        const QByteArray fresh = chat.plain()->hello(u"anna"_s, withPassword("a new password") + withToken(old))["token"_L1].toString().toUtf8();
        QVERIFY(fresh != old);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(old))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->hello(u"anna"_s, withToken(fresh))["token"_L1].toString().toUtf8(), fresh);
    }

    /// Also where anybody, or whoever knows the shared password, may come.
    void accountsOnOtherServers()
    {
        Chat open;
        const auto anna = open.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"set_password","new":"anna password"})"), u"ack"_s);
        QVERIFY(open.plain()->hello(u"anna"_s, withPassword("anna password")).contains("token"_L1));
        QVERIFY(open.plain()->hello(u"anna"_s, member("account_password", "anna password")).contains("token"_L1));
        QCOMPARE(open.plain()->verdict(hello("anna", {})), u"name_taken"_s);
        QCOMPARE(open.plain()->hello(u"bo"_s, withPassword("whatever"))["role"_L1], u"guest"_s);

        Chat closed(test::withPassword(u"shared"_s));
        add(closed, "anna", "anna password");
        QCOMPARE(closed.plain()->verdict(hello("anna", withPassword("shared"))), u"name_taken"_s);
        QCOMPARE(closed.plain()->verdict(hello("anna", withPassword("anna password"))), u"unauthorized"_s);
        QVERIFY(closed.plain()->hello(u"anna"_s, withPassword("shared") + member("account_password", "anna password")).contains("token"_L1));
    }

    void devicesAreListedAndSignedOut()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto phone = from(chat, u"192.0.2.7"_s);
        const QString phoneToken = phone->hello(u"anna"_s, withPassword("anna password") + R"(,"client":{"name":"phone","version":"2"})")["token"_L1].toString();
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("anna password"));
        QJsonArray sessions = laptop->ask(R"({"type":"sessions","id":1})")["sessions"_L1].toArray();
        QCOMPARE(sessions.size(), 2);
        QJsonObject first = sessions.first().toObject();
        const QByteArray session = first.take("session"_L1).toString().toUtf8();
        QCOMPARE(first, json(R"({"client":"phone 2","address":"192.0.2.7","created_at":"2026-11-24T12:00:00.000Z",)"
                             R"("last_seen":"2026-11-24T12:00:00.000Z","is_online":true,"is_current":false})"));
        QCOMPARE(sessions.last()["is_current"_L1], true);

        phone->forget();
        QCOMPARE(laptop->verdict(revoke(session)), u"ack"_s);
        verifySignedOut(*phone);
        QVERIFY(laptop->isOpen());
        QCOMPARE(laptop->ask(R"({"type":"sessions"})")["sessions"_L1].toArray().size(), 1);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(phoneToken.toUtf8()))), u"unauthorized"_s);
    }

    void newPasswordEndsOtherSessions()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto phone = chat.welcomed(u"anna"_s, withPassword("anna password"));
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("anna password"));
        phone->forget();
        QCOMPARE(laptop->verdict(R"({"type":"set_password","old":"anna password","new":"a new password"})"), u"ack"_s);
        verifySignedOut(*phone);
        QVERIFY(laptop->isOpen());
        QCOMPARE(chat.plain()->verdict(hello("anna", withPassword("anna password"))), u"unauthorized"_s);
        QVERIFY(chat.plain()->hello(u"anna"_s, withPassword("a new password")).contains("token"_L1));
    }

    void resetPasswordEndsAllSessions()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto bo = chat.welcomed(u"bo"_s, withPassword("bo password"));
        const auto anna = chat.welcomed(u"anna"_s, withPassword("anna password"));
        bo->forget();
        QCOMPARE(anna->verdict(R"({"type":"reset_password","user":"bo","new":"a new password"})"), u"ack"_s);
        verifySignedOut(*bo);
        QVERIFY(anna->isOpen());
        QCOMPARE(chat.plain()->verdict(hello("bo", withPassword("bo password"))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->hello(u"bo"_s, withPassword("a new password"))["role"_L1], u"member"_s);
    }

    void removedUsersAreGone()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto bo = chat.plain();
        const QByteArray token = bo->hello(u"bo"_s, withPassword("bo password"))["token"_L1].toString().toUtf8();
        const auto anna = chat.welcomed(u"anna"_s, withPassword("anna password"));
        bo->forget();
        anna->say(R"({"type":"remove_user","user":"bo"})");
        QCOMPARE(anna->next(u"member"_s)["change"_L1], u"left"_s);
        QCOMPARE(anna->next(u"ack"_s)["type"_L1], u"ack"_s);
        verifySignedOut(*bo);
        QCOMPARE(chat.plain()->verdict(hello("bo", withToken(token))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", withPassword("bo password"))), u"unauthorized"_s);
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"add_user","user":"BO","password":"another one"})"), u"conflict"_s);
        const QJsonArray users = anna->ask(R"({"type":"users"})")["users"_L1].toArray();
        QCOMPARE(users.at(1)["removed"_L1], true);
        QCOMPARE(users.at(1)["has_password"_L1], false);
    }

    /// Whoever has a connection is seen now, however long ago they said hello.
    void hundredAndFirstSignInEndsWhatWasNotSeenForLongest()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto phone = chat.welcomed(u"anna"_s, withPassword("anna password"));
        chat.passSeconds(1);
        const auto tablet = chat.welcomed(u"anna"_s, withPassword("anna password"));
        QByteArray unseen; // longer than the others
        for (int i = 2; i < 100; ++i) {
            chat.passSeconds(1);
            const auto device = chat.plain();
            const QByteArray token = device->hello(u"anna"_s, withPassword("anna password"))["token"_L1].toString().toUtf8();
            if (i == 2)
                unseen = token;
            device->leave();
        }
        tablet->leave(); // came before all of those, and was seen after them
        chat.settle();
        phone->forget();
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("anna password"));
        QCOMPARE(laptop->ask(R"({"type":"sessions"})")["sessions"_L1].toArray().size(), 100);
        QVERIFY(phone->isOpen());
        QVERIFY(phone->heardTypes().isEmpty());
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(unseen))), u"unauthorized"_s);
    }

    void whoIsSignedOutByTheHundredAndFirstHearsIt()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        std::vector<std::unique_ptr<Client>> devices;
        for (int i = 0; i < 100; ++i) {
            chat.passSeconds(1);
            devices.push_back(chat.plain());
            devices.back()->hello(u"anna"_s, withPassword("anna password"));
        }
        chat.settle();
        for (const auto &device : devices)
            device->forget();
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("anna password"));
        QCOMPARE(devices.front()->next(u"error"_s)["message"_L1], u"You were signed out"_s);
        QCOMPARE(devices.front()->closeCode(), 1008);
        QVERIFY(std::all_of(devices.begin() + 1, devices.end(), [](const auto &device) { return device->isOpen(); }));
        QCOMPARE(laptop->ask(R"({"type":"sessions"})")["sessions"_L1].toArray().size(), 100);
    }

    void aDeviceWasSeenUntilItLeft()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto phone = chat.welcomed(u"anna"_s, withPassword("anna password"));
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("anna password"));
        chat.passSeconds(60);
        phone->leave();
        chat.settle();
        chat.passSeconds(60);
        const QJsonArray sessions = laptop->ask(R"({"type":"sessions"})")["sessions"_L1].toArray();
        QCOMPARE(sessions.first()["last_seen"_L1], u"2026-11-24T12:01:00.000Z"_s);
        QCOMPARE(sessions.first()["is_online"_L1], false);
    }

    void orderedEndSavesWhenSomebodyWasSeen()
    {
        QTemporaryDir directory;
        const UserName anna = UserName::parse(u"anna"_s).value();
        {
            Chat chat(withAccounts(), { .directory = directory.path() });
            add(chat, "anna", "anna password");
            const auto phone = chat.welcomed(u"anna"_s, withPassword("anna password"));
            chat.passSeconds(60);
            chat.channel().stopTaking();
            chat.settle();
        }
        Chat chat(withAccounts(), { .directory = directory.path() });
        const QDateTime until = QDateTime::fromString(u"2026-11-24T12:01:00.000Z"_s, Qt::ISODateWithMs);
        QCOMPARE(chat.directory().user(anna)->lastSeen, until);
        QCOMPARE(chat.directory().sessionsOf(anna).first().lastSeen, until);
    }

    /// An account server has no guests.
    void whoIsMadeAGuestIsOut()
    {
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 }; // takes longer than a commit
        Chat chat(settings);
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto anna = chat.welcomed(u"anna"_s, withPassword("anna password"));
        const auto bo = chat.plain();
        const QByteArray token = bo->hello(u"bo"_s, withPassword("bo password"))["token"_L1].toString().toUtf8();
        chat.settle();
        anna->forget();
        bo->forget();
        bo->say(R"({"type":"set_password","old":"bo password","new":"a new password"})"); // and what is queued behind it
        bo->say(R"({"type":"message","content":"still here","id":1})");
        anna->say(R"({"type":"set_role","user":"bo","role":"guest"})");
        QCOMPARE(anna->next(u"ack"_s)["type"_L1], u"ack"_s);
        verifySignedOut(*bo);
        chat.settle();
        QVERIFY(!anna->heardTypes().contains(u"message"_s));
        QCOMPARE(chat.plain()->verdict(hello("bo", withToken(token))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", withPassword("bo password"))), u"unauthorized"_s);
        // With another role they are back.
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"set_role","user":"bo","role":"member"})"), u"ack"_s);
        QCOMPARE(chat.plain()->hello(u"bo"_s, withToken(token))["role"_L1], u"member"_s);
    }

    /// Nor does whoever is on their way in by then.
    void whoIsMadeAGuestMeanwhileDoesNotComeIn()
    {
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 }; // takes longer than a commit
        Chat chat(settings);
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto bo = chat.plain();
        bo->say(hello("bo", withPassword("bo password")));
        QCOMPARE(administer(chat, R"({"type":"set_role","user":"bo","role":"guest"})")["type"_L1], u"ack"_s);
        QCOMPARE(bo->next()["code"_L1], u"unauthorized"_s);
    }

    void aNewPasswordMakesTheAccountUsableAtOnce()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto anna = chat.welcomed(u"anna"_s, withPassword("anna password"));
        const auto failAt = [&chat](const QByteArray &user) {
            for (int i = 0; i < 10; ++i)
                QCOMPARE(from(chat, u"192.0.2.%1"_s.arg(i + 1))->verdict(hello(user, withPassword("wrong"))), u"unauthorized"_s);
            QCOMPARE(from(chat, u"192.0.2.50"_s)->verdict(hello(user, withPassword("wrong"))), u"rate_limited"_s);
        };
        failAt("bo");
        QCOMPARE(anna->verdict(R"({"type":"reset_password","user":"bo","new":"a new password"})"), u"ack"_s);
        QVERIFY(from(chat, u"192.0.2.51"_s)->hello(u"bo"_s, withPassword("a new password")).contains("token"_L1));
    }

    void aNewAccountIsUsableAtOnce()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        for (int i = 0; i < 10; ++i)
            QCOMPARE(from(chat, u"192.0.2.%1"_s.arg(i + 1))->verdict(hello("cy", withPassword("guessed"))), u"unauthorized"_s);
        add(chat, "cy", "cy password");
        QVERIFY(from(chat, u"192.0.2.51"_s)->hello(u"cy"_s, withPassword("cy password")).contains("token"_L1));
    }

    // ---- rainy ----

    /// Each new password is two computations, and whoever knows the old one is right every time.
    void newPasswordsHaveARate()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "password 0");
        add(chat, "bo", "bo password");
        const auto anna = chat.welcomed(u"anna"_s, withPassword("password 0"));
        const auto change = [](int from) {
            return filled(R"({"type":"set_password","old":"password %1","new":"password %2"})", QByteArray::number(from), QByteArray::number(from + 1));
        };
        for (int i = 0; i < 5; ++i)
            QCOMPARE(anna->verdict(change(i)), u"ack"_s);
        const quint64 before = chat.channel().passwordComputations();
        const QJsonObject refused = anna->ask(change(5));
        QCOMPARE(refused["code"_L1], u"rate_limited"_s);
        const double wait = refused["retry_after_ms"_L1].toDouble();
        QVERIFY2(wait > 30'000 && wait <= 60'000, qPrintable(QString::number(wait)));
        QCOMPARE(chat.channel().passwordComputations(), before);
        // It is the user's, whatever the connection; others have their own.
        const auto laptop = chat.welcomed(u"anna"_s, withPassword("password 5"));
        QCOMPARE(laptop->verdict(change(5)), u"rate_limited"_s);
        const auto bo = chat.welcomed(u"bo"_s, withPassword("bo password"));
        QCOMPARE(bo->verdict(R"({"type":"set_password","old":"bo password","new":"another password"})"), u"ack"_s);
    }

    /// Nor is a right password compared as often as somebody likes; devices that have a token go on.
    void rightPasswordsHaveARate()
    {
        ServerSettings settings = withAccounts();
        settings.signIns = { 3, 0.1 };
        Chat chat(settings);
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        QByteArray token;
        for (int i = 0; i < 3; ++i)
            token = chat.plain()->hello(u"anna"_s, withPassword("anna password"))["token"_L1].toString().toUtf8();
        const quint64 before = chat.channel().passwordComputations();
        const QJsonObject refused = from(chat, u"192.0.2.9"_s)->ask(hello("anna", withPassword("anna password")));
        QCOMPARE(refused["code"_L1], u"rate_limited"_s);
        const double wait = refused["retry_after_ms"_L1].toDouble();
        QVERIFY2(wait > 0 && wait <= 10'000, qPrintable(QString::number(wait)));
        QCOMPARE(chat.channel().passwordComputations(), before);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(token))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", withPassword("bo password"))), u"welcome"_s);
    }

    /// Whatever waits for a computation when the server ends is told that nothing comes of it.
    void nobodyIsLeftWithoutAnAnswerAtTheEnd_data()
    {
        QTest::addColumn<bool>("isWelcomed");
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("set_password") << true << QByteArray(R"({"type":"set_password","id":7,"old":"anna password","new":"a new password"})");
        QTest::newRow("add_user") << true << QByteArray(R"({"type":"add_user","id":7,"user":"cy","password":"cy password"})");
        QTest::newRow("hello") << false << QByteArray(R"({"type":"hello","id":7,"user":"anna","password":"anna password"})");
    }
    void nobodyIsLeftWithoutAnAnswerAtTheEnd()
    {
        QFETCH(bool, isWelcomed);
        QFETCH(QByteArray, frame);
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 };
        Chat chat(settings);
        add(chat, "anna", "anna password");
        const auto anna = isWelcomed ? chat.welcomed(u"anna"_s, withPassword("anna password")) : chat.plain();
        anna->say(frame);
        bool isOver = false;
        chat.channel().stopTaking();
        chat.store().drain([&chat, &isOver] {
            chat.channel().refuseUndecided();
            chat.channel().closeAll(CloseCode::GoingAway, u"Server is shutting down"_s); // what comes later is not heard
            isOver = true;
        });
        QTRY_VERIFY(isOver);
        QCOMPARE(anna->next(), json(R"({"type":"error","id":7,"message":"Server is shutting down","code":"shutting_down","timestamp":T})"));
        QTRY_VERIFY(!chat.channel().isHashing());
        QCoreApplication::processEvents();
        QVERIFY(anna->heardTypes().isEmpty()); // once
    }

    /// Not to be told from each other: not by the answer, nor by the work that it takes.
    void nobodyLooksLikeAWrongPassword()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        quint64 before = chat.channel().passwordComputations();
        QList<QByteArray> answers;
        for (const QByteArray &user : { QByteArray("anna"), QByteArray("nobody") }) {
            const auto client = chat.plain();
            client->say(hello(user, withPassword("wrong")));
            answers.append(client->nextBytes());
            QCOMPARE(chat.channel().passwordComputations(), ++before);
        }
        QCOMPARE(answers.first(), answers.last());
        QVERIFY(answers.first().contains("\"code\":\"unauthorized\""));
    }

    void refusedUnhashed_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("code");
        QTest::newRow("10 MB") << hello("anna", withPassword(QByteArray(10'000'000, 'x'))) << u"invalid_message"_s;
        QTest::newRow("a byte too long") << hello("anna", withPassword(QByteArray(1'025, 'x'))) << u"invalid_message"_s;
        QTest::newRow("none") << hello("anna", {}) << u"unauthorized"_s;
        QTest::newRow("wrong token") << hello("anna", withToken(QByteArray(43, 'x'))) << u"unauthorized"_s;
        QTest::newRow("plain message") << QByteArray(R"({"type":"message","content":"hi","user":"anna"})") << u"unauthorized"_s;
        QTest::newRow("set_password without hello") << QByteArray(R"({"type":"set_password","new":"long enough"})") << u"unauthorized"_s;
        QTest::newRow("users without hello") << QByteArray(R"({"type":"users"})") << u"unauthorized"_s;
    }
    void refusedUnhashed()
    {
        QFETCH(QByteArray, frame);
        QFETCH(QString, code);
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const quint64 before = chat.channel().passwordComputations();
        QCOMPARE(chat.plain()->verdict(frame), code);
        QCOMPARE(chat.channel().passwordComputations(), before);
    }

    void eleventhWrongPasswordIsNotLookedAt()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto anna = chat.plain();
        const QByteArray token = anna->hello(u"anna"_s, withPassword("anna password"))["token"_L1].toString().toUtf8();
        for (int i = 0; i < 10; ++i) // from everywhere
            QCOMPARE(from(chat, u"192.0.2.%1"_s.arg(i + 1))->verdict(hello("anna", withPassword("wrong"))), u"unauthorized"_s);
        const quint64 before = chat.channel().passwordComputations();
        const QJsonObject refused = from(chat, u"192.0.2.50"_s)->ask(hello("anna", withPassword("anna password")));
        QCOMPARE(refused["code"_L1], u"rate_limited"_s);
        const double wait = refused["retry_after_ms"_L1].toDouble();
        QVERIFY2(wait > 20'000 && wait <= 30'000, qPrintable(QString::number(wait)));
        QCOMPARE(chat.channel().passwordComputations(), before);
        // It is for that account's password alone.
        QVERIFY(from(chat, u"192.0.2.50"_s)->hello(u"anna"_s, withToken(token)).contains("token"_L1));
        QVERIFY(from(chat, u"192.0.2.50"_s)->hello(u"bo"_s, withPassword("bo password")).contains("token"_L1));
    }

    void eleventhFromOneAddressIsNotLookedAt()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        for (int i = 0; i < 10; ++i)
            QCOMPARE(chat.plain()->verdict(hello("u" + QByteArray::number(i), withPassword("wrong"))), u"unauthorized"_s);
        const quint64 before = chat.channel().passwordComputations();
        QCOMPARE(chat.plain()->verdict(hello("anna", withPassword("anna password"))), u"rate_limited"_s);
        QCOMPARE(chat.channel().passwordComputations(), before);
        const QJsonObject welcome = from(chat, u"192.0.2.1"_s)->hello(u"anna"_s, withPassword("anna password"));
        QVERIFY(welcome.contains("token"_L1));
        // Devices that are signed in come back whatever others at their address do.
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(welcome["token"_L1].toString().toUtf8()))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken("guessed"))), u"rate_limited"_s);
    }

    /// Where a password is wanted beside it, the token does not help to guess that.
    void aTokenIsNoHelpToGuess()
    {
        Chat chat(test::withPassword(u"tea"_s));
        const QByteArray token = chat.plain()->hello(u"anna"_s, withPassword("tea"))["token"_L1].toString().toUtf8();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(chat.plain()->verdict(hello("anna", withToken(token) + withPassword("coffee"))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->verdict(hello("anna", withToken(token) + withPassword("tea"))), u"rate_limited"_s);
    }

    void thirdWrongPasswordCloses()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        const auto eve = chat.plain();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(eve->verdict(hello("anna", withPassword("wrong"))), u"unauthorized"_s);
        QTRY_VERIFY(!eve->isOpen());
        QCOMPARE(eve->closeCode(), 1008);
    }

    /// Whoever came as a guest while the server was open has no account.
    void guestsOfOpenDaysStayOut()
    {
        QTemporaryDir directory;
        QByteArray annas;
        QByteArray bos;
        {
            Chat open(unhurried(), { .directory = directory.path() });
            annas = open.plain()->hello(u"anna"_s)["token"_L1].toString().toUtf8();
            bos = open.plain()->hello(u"bo"_s)["token"_L1].toString().toUtf8();
        }
        Chat chat(withAccounts(), { .directory = directory.path() });
        QCOMPARE(chat.plain()->hello(u"anna"_s, withToken(annas))["role"_L1], u"owner"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", withToken(bos))), u"unauthorized"_s);
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QByteArray &frame, const QString &code, const QString &message) {
            QTest::newRow(name) << frame << code << message;
        };
        row("short password", R"({"type":"set_password","old":"bo password","new":"1234567"})", u"invalid_message"_s,
            u"A password has at least 8 characters"_s);
        row("no old password", R"({"type":"set_password","new":"a new password"})", u"unauthorized"_s, u"The old password is needed"_s);
        row("wrong old password", R"({"type":"set_password","old":"wrong","new":"a new password"})", u"unauthorized"_s,
            u"The old password is wrong"_s);
        row("no such session", R"({"type":"revoke_session","session":"x"})", u"not_found"_s, u"You are not signed in there"_s);
        row("users", R"({"type":"users"})", u"forbidden"_s, u"Only owners see the list of users"_s);
        row("add_user", R"({"type":"add_user","user":"cy","password":"cy password"})", u"forbidden"_s, u"Only owners add users"_s);
        row("remove_user", R"({"type":"remove_user","user":"anna"})", u"forbidden"_s, u"Only owners remove users"_s);
        row("reset_password", R"({"type":"reset_password","user":"anna","new":"a new password"})", u"forbidden"_s,
            u"Only owners set the passwords of others"_s);
    }
    void refusals()
    {
        QFETCH(QByteArray, frame);
        QFETCH(QString, code);
        QFETCH(QString, message);
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto bo = chat.welcomed(u"bo"_s, withPassword("bo password"));
        const QJsonObject refused = bo->ask(frame);
        QCOMPARE(refused["code"_L1], code);
        QCOMPARE(refused["message"_L1], message);
        QVERIFY(bo->isOpen());
        QVERIFY(chat.plain()->hello(u"bo"_s, withPassword("bo password")).contains("token"_L1)); // nothing came of it
    }

    void consoleIsRefused_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QByteArray &frame, const QString &message) { QTest::newRow(name) << frame << message; };
        row("taken name", R"({"type":"add_user","user":"ANNA","password":"long enough"})", u"The name belongs to somebody"_s);
        row("short password", R"({"type":"add_user","user":"cy","password":"short"})", u"A password has at least 8 characters"_s);
        row("removal of nobody", R"({"type":"remove_user","user":"nobody"})", u"No such user"_s);
        row("password of nobody", R"({"type":"reset_password","user":"nobody","new":"long enough"})", u"No such user"_s);
        row("last owner", R"({"type":"remove_user","user":"anna"})", u"The last owner has to stay one"_s);
    }
    void consoleIsRefused()
    {
        QFETCH(QByteArray, frame);
        QFETCH(QString, message);
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        QCOMPARE(administer(chat, frame)["message"_L1], message);
        QVERIFY(chat.plain()->hello(u"anna"_s, withPassword("anna password")).contains("token"_L1));
    }

    void lastDeviceOfAGuestStays()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const QByteArray session = anna->ask(R"({"type":"sessions"})")["sessions"_L1].toArray().first()["session"_L1].toString().toUtf8();
        QCOMPARE(anna->verdict(revoke(session)), u"forbidden"_s);
        QCOMPARE(anna->verdict(R"({"type":"set_password","new":"anna password"})"), u"ack"_s);
        anna->say(revoke(session));
        QCOMPARE(anna->next()["type"_L1], u"ack"_s);
        verifySignedOut(*anna);
    }

    void fullDiskChangesNothing()
    {
        Chat chat(withAccounts());
        add(chat, "anna", "anna password");
        add(chat, "bo", "bo password");
        const auto anna = chat.welcomed(u"anna"_s, withPassword("anna password"));
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        for (const char *frame : { R"({"type":"set_password","old":"anna password","new":"a new password"})",
                                   R"({"type":"add_user","user":"cy","password":"cy password"})", R"({"type":"remove_user","user":"bo"})",
                                   R"({"type":"reset_password","user":"bo","new":"a new password"})" })
            QCOMPARE(anna->verdict(frame), u"storage_full"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", withPassword("bo password"))), u"storage_full"_s);
        chat.store().takeWrites();
        QVERIFY(chat.plain()->hello(u"bo"_s, withPassword("bo password")).contains("token"_L1));
        QVERIFY(chat.plain()->hello(u"anna"_s, withPassword("anna password")).contains("token"_L1));
    }
};

HEARTH_SERVER_TEST_MAIN(tst_SignIn)
#include "tst_signin.moc"
