#include "tests/chat/invitetestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

/// Who makes their account with an invite (docs/protocol.md, "Using one").
class tst_Registration : public test::Test
{
    Q_OBJECT

private slots:
    void peopleRegisterWithOne_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("role");
        QTest::newRow("member") << QByteArray() << u"member"_s;
        QTest::newRow("guest: there are none") << QByteArray(R"(,"role":"guest")") << u"member"_s;
        QTest::newRow("moderator") << QByteArray(R"(,"role":"moderator")") << u"moderator"_s;
    }
    void peopleRegisterWithOne()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, role);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, invite);
        const auto cy = chat.plain();
        const QJsonObject welcome = cy->hello(u"Cy"_s, by(made) + member("password", "cy password"));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(welcome.value("has_password"_L1), true);
        QCOMPARE(roomsOf(welcome), QStringList { u"lobby"_s });
        QCOMPARE(uses(chat), QList<int> { 1 });
        // From now on token and password open it, also with the link.
        const QByteArray token = welcome.value("token"_L1).toString().toUtf8();
        QCOMPARE(chat.plain()->verdict(hello("cy", member("token", token))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", member("password", "cy password") + by(made))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", member("password", "another one"))), u"unauthorized"_s);
        QCOMPARE(uses(chat), QList<int> { 1 });
    }

    /// Whatever was tried while nobody had the name.
    void whoRegistersIsNotKeptWaitingForOthersTries()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto from = [&chat](int host) {
            auto client = std::make_unique<Client>(chat.channel(), QString(), u"192.0.2.%1"_s.arg(host));
            client->forget();
            return client;
        };
        for (int i = 0; i < 10; ++i)
            QCOMPARE(from(i + 1)->verdict(hello("cy", member("password", "a wrong one"))), u"unauthorized"_s);
        QCOMPARE(from(50)->verdict(hello("cy", by(made) + member("password", "cy password"))), u"welcome"_s);
        QCOMPARE(from(51)->verdict(hello("cy", member("password", "cy password"))), u"welcome"_s);
    }

    /// It neither closes nor counts.
    void aShortPasswordIsTakenForNone()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        for (int i = 0; i < 6; ++i) {
            const QByteArray password = i % 2 == 0 ? member("password", "1234567") : QByteArray();
            QCOMPARE(cy->ask(hello("cy", by(made) + password)),
                     json(R"({"type":"error","message":"A password has at least 8 characters","code":"invalid_message","timestamp":T})"));
        }
        QCOMPARE(cy->verdict(hello("cy", by(made) + member("password", "12345678"))), u"welcome"_s);
    }

    /// The same bytes and the same work, whatever the name: without an invite that holds nobody learns who has an account.
    void nothingIsLearnedByAWrongOne_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<int>("computations");
        QTest::newRow("with a password") << member("password", "another one") << 1;
        QTest::newRow("short password") << member("password", "x") << 1;
        QTest::newRow("without a password") << QByteArray() << 0;
        QTest::newRow("with a token") << member("token", QByteArray(43, 'x')) + member("password", "another one") << 1;
    }
    void nothingIsLearnedByAWrongOne()
    {
        QFETCH(QByteArray, more);
        QFETCH(int, computations);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const quint64 before = chat.channel().passwordComputations();
        QCOMPARE(chat.plain()->ask(hello("anna", member("invite", "wrong") + more)), dead());
        QCOMPARE(chat.channel().passwordComputations(), before + static_cast<quint64>(computations));
        QCOMPARE(chat.plain()->ask(hello("nobody", member("invite", "wrong") + more)), dead());
        QCOMPARE(chat.channel().passwordComputations(), before + 2 * static_cast<quint64>(computations));
    }

    void aTakenNameAnswersAsAWrongPassword()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, R"(,"room":"lobby","role":"moderator","uses":1)");
        const QJsonObject wrong = json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})");
        QCOMPARE(chat.plain()->ask(hello("anna", by(made) + member("password", "another one"))), wrong);
        QCOMPARE(chat.plain()->ask(hello("anna", by(made))), wrong);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    void ofTwoWhoRegisterOneGetsIn_data()
    {
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<bool>("hasRoom"); // the invite, for both
        QTest::newRow("the last use") << QByteArray("dora") << false;
        QTest::newRow("the same name") << QByteArray("CY") << true;
    }
    void ofTwoWhoRegisterOneGetsIn()
    {
        QFETCH(QByteArray, other);
        QFETCH(bool, hasRoom);
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat, hasRoom ? R"(,"uses":2)" : R"(,"uses":1)");
        const auto cy = chat.plain();
        const auto second = chat.plain();
        cy->say(hello("cy", by(made) + member("password", "cy password")));
        second->say(hello(other, by(made) + member("password", "other password")));
        const QStringList ends { cy->next().value("type"_L1).toString(), second->next().value("type"_L1).toString() };
        QCOMPARE(ends.count(u"welcome"_s), 1);
        QCOMPARE(ends.count(u"error"_s), 1);
        QCOMPARE(uses(chat), hasRoom ? QList<int> { 1 } : QList<int>());
    }

    void whatHappensWhileThePasswordIsHashed_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("answer");
        QTest::newRow("taken back") << u"revoke"_s << u"This invite does not hold any more"_s;
        QTest::newRow("its maker is no moderator any more") << u"demote"_s << u"This invite does not hold any more"_s;
        QTest::newRow("its maker was removed") << u"remove"_s << u"This invite does not hold any more"_s;
        QTest::newRow("name given to somebody") << u"add"_s << u"Authentication required"_s;
        QTest::newRow("address banned") << u"ban"_s << u"You are banned"_s;
        QTest::newRow("gone") << u"leave"_s << QString();
    }
    void whatHappensWhileThePasswordIsHashed()
    {
        QFETCH(QString, what);
        QFETCH(QString, answer);
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 6, std::size_t(64) << 20 }; // longer than a commit
        Chat chat(settings);
        const auto anna = withAnna(chat);
        QCOMPARE(administer(chat, R"({"type":"add_user","user":"mo","password":"mo password","role":"moderator"})").value("type"_L1), u"ack"_s);
        const auto mo = chat.welcomed(u"mo"_s, member("password", "mo password"));
        const QJsonObject reply = mo->ask(R"({"type":"create_invite"})");
        const QByteArray invite = member("invite", reply.value("code"_L1).toString().toUtf8());
        Client cy(chat.channel(), {}, u"192.0.2.7"_s);
        cy.forget();
        cy.say(hello("cy", invite + member("password", "cy password")));
        QVERIFY(chat.channel().isHashing());
        if (what == u"revoke"_s)
            QCOMPARE(administer(chat, takeBack(reply.value("invite"_L1).toObject().value("invite"_L1).toString().toUtf8())).value("type"_L1), u"ack"_s);
        else if (what == u"demote"_s)
            QCOMPARE(administer(chat, R"({"type":"set_role","user":"mo","role":"member"})").value("type"_L1), u"ack"_s);
        else if (what == u"remove"_s)
            QCOMPARE(administer(chat, R"({"type":"remove_user","user":"mo"})").value("type"_L1), u"ack"_s);
        else if (what == u"add"_s)
            addWithoutTelling(chat, u"cy"_s);
        else if (what == u"ban"_s)
            QCOMPARE(administer(chat, R"({"type":"ban","address":"192.0.2.7"})").value("type"_L1), u"ack"_s);
        else
            cy.leave();
        QVERIFY(chat.channel().isHashing());
        if (!answer.isEmpty())
            QCOMPARE(messageOf(cy.next()), answer);
        chat.settle();
        const UserRecord *known = chat.directory().user(userName(u"cy"_s));
        QVERIFY(known == nullptr);
        if (what == u"leave"_s)
            QCOMPARE(uses(chat), QList<int> { 0 });
        else if (what != u"ban"_s)
            QCOMPARE(cy.verdict(R"({"type":"ping"})"), u"pong"_s); // it is not left waiting
    }

    void whatIsAskedBehindItWaits()
    {
        Chat chat(withAccounts());
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        cy->say(hello("cy", by(made) + member("password", "cy password")));
        cy->say(R"({"type":"who","id":2,"room":"lobby"})");
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(cy->next(u"members"_s).value("id"_L1), 2);
    }

    void noMoreAreHashedAtOnceThanIsFair()
    {
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 };
        Chat chat(settings);
        const auto anna = withAnna(chat);
        const Made made = make(chat);
        std::vector<std::unique_ptr<Client>> people;
        const auto helloOf = [&](std::size_t i) { return hello("p" + QByteArray::number(i), by(made) + member("password", "long enough")); };
        for (std::size_t i = 0; i <= PasswordGate::MaxPerAddress; ++i) {
            people.push_back(chat.plain());
            people.back()->say(helloOf(i));
        }
        QCOMPARE(people.back()->next().value("code"_L1), u"rate_limited"_s);
        for (std::size_t i = 0; i < PasswordGate::MaxPerAddress; ++i)
            QCOMPARE(people[i]->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(people.back()->verdict(helloOf(PasswordGate::MaxPerAddress)), u"welcome"_s);
    }

    // ---- a guest of days when the server was open ----

    void aGuestWithTheirTokenGetsAnAccount_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QStringList>("rooms");
        QTest::newRow("member") << QByteArray() << u"member"_s << QStringList { u"lobby"_s };
        QTest::newRow("guest: there are none") << QByteArray(R"(,"role":"guest")") << u"member"_s << QStringList { u"lobby"_s };
        QTest::newRow("moderator, with a room") << QByteArray(R"(,"role":"moderator","room":"tea")") << u"moderator"_s << QStringList { u"lobby"_s, u"tea"_s };
    }
    void aGuestWithTheirTokenGetsAnAccount()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, role);
        QFETCH(QStringList, rooms);
        const Guest bo;
        {
            Chat chat(withAccounts(), { .directory = bo.directory.path() });
            const Made made = make(chat, invite);
            QCOMPARE(chat.plain()->verdict(hello("bo", bo.token)), u"unauthorized"_s); // nothing has changed for them
            const QJsonObject welcome = chat.plain()->hello(u"bo"_s, bo.token + by(made) + member("password", "bo password"));
            QCOMPARE(welcome.value("role"_L1).toString(), role);
            QCOMPARE(welcome.value("has_password"_L1), true);
            QCOMPARE(roomsOf(welcome), rooms);
            QCOMPARE(tokenOf(welcome), bo.token);
            QCOMPARE(uses(chat), QList<int> { 1 });
        }
        // For good, on this device, and with the password on another one. What they said is theirs.
        Chat chat(withAccounts(), { .directory = bo.directory.path() });
        for (const QByteArray &key : { bo.token, member("password", "bo password") })
            QCOMPARE(chat.plain()->hello(u"bo"_s, key).value("role"_L1).toString(), role);
        const auto device = chat.welcomed(u"bo"_s, bo.token);
        const QJsonArray said = device->ask(R"({"type":"history","room":"lobby"})").value("messages"_L1).toArray();
        QCOMPARE(said.size(), 1);
        QCOMPARE(device->verdict(filled(R"({"type":"edit","room":"lobby","seq":%1,"content":"better"})", QByteArray::number(said.first()["seq"_L1].toInt()))),
                 u"ack"_s);
    }

    /// As everybody hears whose name it is not.
    void withoutTheirTokenItIsATakenName_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("wrong") << member("token", QByteArray(43, 'x'));
    }
    void withoutTheirTokenItIsATakenName()
    {
        QFETCH(QByteArray, token);
        const Guest bo;
        Chat chat(withAccounts(), { .directory = bo.directory.path() });
        const Made made = make(chat);
        for (const QByteArray &password : { QByteArray(), member("password", "x"), member("password", "bo password") }) {
            const QJsonObject refused = chat.plain()->ask(hello("bo", token + by(made) + password));
            QCOMPARE(refused, json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})"));
            QCOMPARE(refused, chat.plain()->ask(hello("anna", token + by(made) + password)));
        }
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(chat.directory().user(userName(u"bo"_s))->role, Role::Guest);
    }

    void aGuestNeedsAnInviteThatHoldsAndAPassword()
    {
        const Guest bo;
        Chat chat(withAccounts(), { .directory = bo.directory.path() });
        const Made made = make(chat);
        const QByteArray password = member("password", "bo password");
        const auto device = chat.plain();
        for (int i = 0; i < 4; ++i) // neither closes nor counts
            QCOMPARE(device->verdict(hello("bo", bo.token + by(made) + (i % 2 == 0 ? member("password", "1234567") : QByteArray()))), u"invalid_message"_s);
        QCOMPARE(device->ask(hello("bo", bo.token + member("invite", "wrong") + password)), dead());
        QCOMPARE(device->verdict(hello("bo", bo.token + password)), u"unauthorized"_s);
        QCOMPARE(chat.directory().user(userName(u"bo"_s))->role, Role::Guest);
        QCOMPARE(device->verdict(hello("bo", bo.token + by(made) + password)), u"welcome"_s);
    }

    /// Whoever has only come by their token does not choose another one.
    void aGuestWithAPasswordShowsIt()
    {
        const Guest bo(u"the old one"_s);
        Chat chat(withAccounts(), { .directory = bo.directory.path() });
        const Made made = make(chat);
        for (const QByteArray &wrong : { QByteArray(), member("password", "another one") })
            QCOMPARE(chat.plain()->verdict(hello("bo", bo.token + by(made) + wrong)), u"unauthorized"_s);
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(chat.plain()->hello(u"bo"_s, bo.token + by(made) + member("password", "the old one")).value("role"_L1), u"member"_s);
        QCOMPARE(uses(chat), QList<int> { 1 });
        QCOMPARE(chat.plain()->verdict(hello("bo", member("password", "the old one"))), u"welcome"_s);
    }

    void aGuestStaysOneWhereTheStoreRefuses()
    {
        const Guest bo;
        Chat chat(withAccounts(), { .directory = bo.directory.path() });
        const Made made = make(chat, R"(,"uses":1)");
        const QByteArray frame = hello("bo", bo.token + by(made) + member("password", "bo password"));
        const auto device = chat.plain();
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(device->verdict(frame), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(chat.directory().user(userName(u"bo"_s))->role, Role::Guest);
        QVERIFY(chat.directory().user(userName(u"bo"_s))->passwordHash.isEmpty());
        QCOMPARE(device->verdict(frame), u"welcome"_s);
    }

    void whatHappensToAGuestMeanwhile_data()
    {
        QTest::addColumn<QByteArray>("deed");
        QTest::addColumn<QString>("answer");
        QTest::newRow("made a member") << QByteArray(R"({"type":"set_role","user":"bo","role":"member"})") << QString();
        QTest::newRow("removed") << QByteArray(R"({"type":"remove_user","user":"bo"})") << u"Authentication required"_s;
        QTest::newRow("banned") << QByteArray(R"({"type":"ban","user":"bo"})") << u"You are banned"_s;
    }
    void whatHappensToAGuestMeanwhile()
    {
        QFETCH(QByteArray, deed);
        QFETCH(QString, answer);
        const Guest bo;
        ServerSettings settings = withAccounts();
        settings.passwordCost = { 6, std::size_t(64) << 20 }; // longer than a commit
        Chat chat(settings, { .directory = bo.directory.path() });
        const Made made = make(chat);
        const auto device = chat.plain();
        device->say(hello("bo", bo.token + by(made) + member("password", "bo password")));
        QVERIFY(chat.channel().isHashing());
        QCOMPARE(administer(chat, deed).value("type"_L1), u"ack"_s);
        QVERIFY(chat.channel().isHashing());
        const QJsonObject heard = device->next();
        QCOMPARE(heard.value("type"_L1), answer.isEmpty() ? u"welcome"_s : u"error"_s);
        QCOMPARE(messageOf(heard), answer);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

private:
    /// What is left of an open server: anna owned it, bo was a guest who said something in the lobby.
    struct Guest
    {
        explicit Guest(const QString &password = {})
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            anna->say(R"({"type":"create_room","room":"tea"})");
            const auto bo = chat.plain();
            token = tokenOf(bo->hello(u"bo"_s));
            if (!password.isEmpty() && bo->verdict(filled(R"({"type":"set_password","new":"%1"})", password.toUtf8())) != "ack"_L1)
                qFatal("bo has no password");
            bo->say(R"({"type":"message","content":"hi"})");
            chat.settle();
        }
        QTemporaryDir directory;
        QByteArray token;
    };
    /// An account that the store has, and the chat does not know of yet.
    static void addWithoutTelling(Chat &chat, const QString &name)
    {
        chat.store().accounts().addAccount({ .name = userName(name) }, {}, {}, [](const auto &) {});
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Registration)
#include "tst_registration.moc"
