#include "tests/chat/invitetestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

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
        for (const char *name : { "p1", "p2", "p3", "p4", "p5" }) {
            people.push_back(chat.plain());
            people.back()->say(hello(name, by(made) + member("password", "long enough")));
        }
        QCOMPARE(people.back()->next().value("code"_L1), u"rate_limited"_s);
        for (std::size_t i = 0; i < PasswordGate::MaxPerAddress; ++i)
            QCOMPARE(people[i]->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(people.back()->verdict(hello("p5", by(made) + member("password", "long enough"))), u"welcome"_s);
    }

private:
    /// An account that the store has, and the chat does not know of yet.
    static void addWithoutTelling(Chat &chat, const QString &name)
    {
        chat.store().accounts().addAccount({ .name = userName(name) }, {}, {}, [](const auto &) {});
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Registration)
#include "tst_registration.moc"
