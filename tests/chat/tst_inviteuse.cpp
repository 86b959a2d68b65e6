#include "tests/chat/invitetestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QRegularExpression>

#include <atomic>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

/// What becomes of whoever comes with an invite (docs/protocol.md, "Using one").
class tst_InviteUse : public test::Test
{
    Q_OBJECT

private slots:
    // ---- somebody new ----

    void aNewNameGetsRoleAndRoom_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QStringList>("rooms");
        QTest::newRow("member") << QByteArray() << u"member"_s << QStringList { u"lobby"_s };
        QTest::newRow("guest") << QByteArray(R"(,"role":"guest")") << u"guest"_s << QStringList { u"lobby"_s };
        QTest::newRow("moderator") << QByteArray(R"(,"role":"moderator","room":"tea")") << u"moderator"_s << QStringList { u"lobby"_s, u"tea"_s };
        QTest::newRow("private room") << QByteArray(R"(,"room":"den")") << u"member"_s << QStringList { u"den"_s, u"lobby"_s };
        QTest::newRow("the lobby") << QByteArray(R"(,"room":"lobby")") << u"member"_s << QStringList { u"lobby"_s };
    }
    void aNewNameGetsRoleAndRoom()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, role);
        QFETCH(QStringList, rooms);
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, invite);
        cast.anna->forget();
        const auto cy = chat.plain();
        const QJsonObject welcome = cy->hello(u"cy"_s, by(made));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(welcome.value("token"_L1).toString().size(), 43);
        QCOMPARE(roomsOf(welcome), rooms);
        chat.settle();
        // The members of each room hear of it, once.
        const QList<QByteArray> heard = cast.anna->takeHeard();
        for (const QString &room : rooms) {
            const QByteArray start = filled(R"({"type":"member","room":"%1",)", room.toUtf8());
            QCOMPARE(std::count_if(heard.begin(), heard.end(), [&start](const QByteArray &f) { return f.startsWith(start); }), 1);
        }
        QCOMPARE(uses(chat), QList<int> { 1 });
        QJsonObject entry = cast.anna->ask(R"({"type":"audit","limit":1})").value("entries"_L1).toArray().first().toObject();
        QCOMPARE(entry.value("deed"_L1), u"use_invite"_s);
        QCOMPARE(entry.value("by"_L1), u"cy"_s);
        QCOMPARE(entry.value("role"_L1).toString(), role);
        QCOMPARE(entry.contains("room"_L1), invite.contains("room"));
        // And the token owns the name.
        cy->leave();
        QCOMPARE(chat.plain()->verdict(hello("cy")), u"name_taken"_s);
    }

    void whoComesFirstOwnsTheChat()
    {
        Chat chat;
        const Made made = make(chat, R"(,"role":"guest")");
        QCOMPARE(chat.plain()->hello(u"cy"_s, by(made)).value("role"_L1), u"owner"_s);
        QCOMPARE(chat.plain()->hello(u"dora"_s, by(made)).value("role"_L1), u"guest"_s);
    }

    void theyNeedNotWaitAtTheDoor()
    {
        Chat chat(approving());
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"role":"guest")");
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(hello("dora")), u"waiting"_s);
        QCOMPARE(chat.plain()->ask(hello("eve", member("invite", "wrong"))), dead());
        chat.settle();
        const QStringList heard = anna->heardTypes();
        QCOMPARE(heard.count(u"guest_waiting"_s), 1); // dora
    }

    void aPlainClientMayClaimItsNameWithOne()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat);
        const auto cy = chat.plain();
        cy->say(R"({"type":"message","content":"hi","user":"cy"})");
        chat.settle();
        QCOMPARE(cy->hello(u"cy"_s, by(made)).value("role"_L1), u"member"_s);
    }

    /// Who is a member already does not become one twice.
    void aPlainClientWhoIsThereAlreadyIsToldOnce()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"room":"lobby")");
        const auto cy = chat.plain();
        cy->say(R"({"type":"message","content":"hi","user":"cy"})");
        cy->say(R"({"type":"join","room":"lobby"})");
        chat.settle();
        anna->forget();
        QCOMPARE(cy->hello(u"cy"_s, by(made)).value("role"_L1), u"member"_s);
        chat.settle();
        const QList<QByteArray> heard = anna->takeHeard();
        QVERIFY(std::none_of(heard.begin(), heard.end(), [](const QByteArray &frame) { return frame.contains(R"("type":"member")"); }));
    }

    /// It replaces nothing else.
    void aPasswordServerWantsItsPassword()
    {
        Chat chat(withPassword(u"open sesame"_s));
        const auto anna = chat.welcomed(u"anna"_s, member("password", "open sesame"));
        const Made made = make(chat, R"(,"role":"moderator","uses":1)");
        QCOMPARE(chat.plain()->ask(hello("cy", by(made))), json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})"));
        QCOMPARE(chat.plain()->hello(u"cy"_s, by(made) + member("password", "open sesame")).value("role"_L1), u"moderator"_s);
        QCOMPARE(chat.plain()->ask(hello("dora", by(made) + member("password", "open sesame"))), dead());
    }

    /// Before anybody is asked for the password: nobody shall look for it in vain.
    void aPasswordServerTellsFirstOfOneThatDoesNotHold_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("wrong") << member("password", "open, please");
    }
    void aPasswordServerTellsFirstOfOneThatDoesNotHold()
    {
        QFETCH(QByteArray, password);
        Chat chat(withPassword(u"open sesame"_s));
        const auto anna = chat.plain();
        const QByteArray token = tokenOf(anna->hello(u"anna"_s, member("password", "open sesame")));
        const QByteArray wrong = member("invite", "wrong");
        // Whoever is known by a token has no use for it, and is asked for the password.
        QCOMPARE(chat.plain()->ask(hello("anna", token + wrong + password)),
                 json(R"({"type":"error","message":"Authentication required","code":"unauthorized","timestamp":T})"));
        // Others hear the same whatever the name is, and each time counts.
        for (int i = 0; i < 9; ++i)
            QCOMPARE(chat.plain()->ask(hello(i % 2 == 0 ? "anna" : "cy", wrong + password)), dead());
        QCOMPARE(chat.plain()->verdict(hello("cy", wrong + password)), u"rate_limited"_s);
    }

    void whoSaysNoPasswordYetHasNotTried()
    {
        Chat chat(withPassword(u"open sesame"_s));
        const auto anna = chat.welcomed(u"anna"_s, member("password", "open sesame"));
        const Made made = make(chat);
        const auto cy = chat.plain();
        for (int i = 0; i < 12; ++i)
            QCOMPARE(cy->verdict(hello("cy", by(made))), u"unauthorized"_s);
        QCOMPARE(cy->hello(u"cy"_s, by(made) + member("password", "open sesame")).value("role"_L1), u"member"_s);
        // A wrong one is a try.
        const auto dora = chat.plain();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(dora->verdict(hello("dora", by(made) + member("password", "open"))), u"unauthorized"_s);
        QTRY_COMPARE(dora->closeCode(), 1008);
    }

    void oneThatDoesNotHoldIsRefused_data()
    {
        QTest::addColumn<QString>("why");
        for (const char *why : { "unknown", "empty", "its id", "used up", "ended", "taken back", "its hash" })
            QTest::newRow(why) << QString::fromLatin1(why);
    }
    void oneThatDoesNotHoldIsRefused()
    {
        QFETCH(QString, why);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        Made made = make(chat, R"(,"uses":1,"for_seconds":60)");
        if (why == u"unknown"_s)
            made.code = "mZ0pYw7Qk1uXrB5cT2aE9g";
        else if (why == u"empty"_s)
            made.code.clear();
        else if (why == u"its id"_s)
            made.code = made.id;
        else if (why == u"its hash"_s)
            made.code = QCryptographicHash::hash(made.code, QCryptographicHash::Sha256).toBase64(QByteArray::Base64UrlEncoding);
        else if (why == u"used up"_s)
            QCOMPARE(chat.plain()->verdict(hello("bo", by(made))), u"welcome"_s);
        else if (why == u"ended"_s)
            chat.passSeconds(60);
        else
            QCOMPARE(administer(chat, takeBack(made.id)).value("type"_L1), u"ack"_s);
        const auto cy = chat.plain();
        cy->say(hello("cy", by(made)));
        QCOMPARE(chat.directory().user(userName(u"cy"_s)), nullptr);
        QByteArray bytes = cy->nextBytes();
        QByteArray expected = R"({"type":"error","message":"This invite does not hold any more","code":"unauthorized","timestamp":"T","detail":"invite"})";
        expected.replace("\"T\"", why == u"ended"_s ? QByteArray(R"("2026-11-24T12:01:00.000Z")") : '"' + QByteArray(test::Noon) + '"');
        QCOMPARE(bytes, expected);
        // The third ends the connection.
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"unauthorized"_s);
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"unauthorized"_s);
        QTRY_COMPARE(cy->closeCode(), 1008);
    }

    void itHoldsUntilItEnds()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"for_seconds":60)");
        chat.passSeconds(59);
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(uses(chat), QList<int> { 1 });
        chat.passSeconds(1);
        QCOMPARE(uses(chat), QList<int>());
        QCOMPARE(administer(chat, takeBack(made.id)).value("code"_L1), u"not_found"_s);
    }

    /// However far a hello has come when the end does.
    void itMayEndWhileItIsJudged()
    {
        for (int asked = 0; asked < 12; ++asked) {
            std::atomic<bool> isRunning { false };
            std::atomic<int> left { asked };
            const QDateTime start = QDateTime::fromString(QString::fromLatin1(Noon), Qt::ISODateWithMs);
            const auto now = [&] { return isRunning && left-- <= 0 ? start.addSecs(61) : start.addSecs(59); };
            Chat chat(unhurried(), { .now = [&] { return isRunning ? now() : start; } });
            const auto anna = chat.welcomed(u"anna"_s);
            const Made made = make(chat, R"(,"for_seconds":60)");
            const auto cy = chat.plain();
            isRunning = true;
            const QString verdict = cy->verdict(hello("cy", by(made)));
            QVERIFY2(verdict == u"welcome"_s || verdict == u"unauthorized"_s, qPrintable(verdict));
        }
    }

    void wrongOnesCountForTheAddress()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(chat.plain()->verdict(hello("cy", member("invite", "wrong"))), u"unauthorized"_s);
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"rate_limited"_s);
        Client elsewhere(chat.channel(), {}, u"192.0.2.9"_s);
        elsewhere.forget();
        QCOMPARE(elsewhere.verdict(hello("cy", by(made))), u"welcome"_s);
    }

    void ofTwoForTheLastUseOneGetsIn()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"uses":1)");
        const auto cy = chat.plain();
        const auto dora = chat.plain();
        cy->say(hello("cy", by(made)));
        dora->say(hello("dora", by(made)));
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(dora->next(), dead());
        QCOMPARE(chat.directory().user(userName(u"dora"_s)), nullptr);
    }

    void theLastUseComesBackWhereTheStoreRefuses()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const Made made = make(chat, R"(,"uses":1)");
        const auto cy = chat.plain();
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(cy->verdict(hello("cy", by(made))), u"welcome"_s);
        QCOMPARE(uses(chat), QList<int>());
    }

    void oneThatIsBeingTakenBackHoldsNoMore()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat);
        const auto cy = chat.plain();
        const auto dora = chat.plain();
        cy->say(hello("cy", by(made))); // asked of the store before
        cast.anna->say(takeBack(made.id));
        cast.mo->say(takeBack(made.id));
        dora->say(hello("dora", by(made)));
        QCOMPARE(cast.mo->next(u"error"_s).value("code"_L1), u"not_found"_s);
        QCOMPARE(cast.anna->next(u"ack"_s).value("type"_L1), u"ack"_s);
        QCOMPARE(cy->next().value("type"_L1), u"welcome"_s);
        QCOMPARE(dora->next(), dead());
    }

    void oneThatTheStoreDoesNotTakeBackHoldsAgain()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat);
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(cast.anna->verdict(takeBack(made.id)), u"storage_full"_s);
        QCOMPARE(cast.anna->verdict(R"({"type":"create_invite"})"), u"storage_full"_s);
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"welcome"_s);
    }

    /// The store has heard of it before, the chat has not.
    void whoeverMadeItIsBeingRemovedMeanwhile()
    {
        Chat chat;
        const InviteCast cast(chat);
        const QByteArray code = cast.mo->ask(R"({"type":"create_invite"})").value("code"_L1).toString().toUtf8();
        const auto cy = chat.plain();
        cast.anna->say(R"({"type":"remove_user","user":"mo"})");
        cy->say(hello("cy", member("invite", code)));
        QCOMPARE(cy->next(), dead());
        chat.settle();
        QCOMPARE(chat.directory().user(userName(u"cy"_s)), nullptr);
    }

    /// Whoever is invited into a private room under a name that becomes somebody else's brings neither of them in.
    void aNameThatIsTakenMeanwhileGoesNowhere()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, R"(,"room":"den","uses":1)");
        chat.store().accounts().addAccount({ .name = userName(u"cy"_s) }, {}, {}, [](const auto &) {}); // the chat hears later
        QCOMPARE(chat.plain()->verdict(hello("cy", by(made))), u"name_taken"_s);
        QVERIFY(!chat.directory().isMember(RoomId::parse(u"den"_s).value(), userName(u"cy"_s)));
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    void whoIsBannedStaysOut()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, R"(,"uses":1)");
        QCOMPARE(administer(chat, R"({"type":"ban","address":"192.0.2.7"})").value("type"_L1), u"ack"_s);
        Client cy(chat.channel(), {}, u"192.0.2.7"_s);
        cy.forget();
        const QJsonObject refused = cy.ask(hello("cy", by(made)));
        QCOMPARE(refused.value("removal"_L1).toObject().value("kind"_L1), u"banned"_s);
        QTRY_COMPARE(cy.closeCode(), 1008);
        QCOMPARE(uses(chat), QList<int> { 0 });
    }

    // ---- somebody who is known ----

    void whoIsKnownGetsWhatTheyLack_data()
    {
        QTest::addColumn<QByteArray>("invite");
        QTest::addColumn<QString>("who");
        QTest::addColumn<QString>("role");
        QTest::addColumn<QStringList>("rooms");
        QTest::addColumn<int>("used");
        const QStringList bos { u"lobby"_s };
        const QStringList mos { u"lobby"_s, u"ops"_s };
        const QStringList annas { u"den"_s, u"lobby"_s, u"ops"_s, u"tea"_s };
        QTest::newRow("role") << QByteArray(R"(,"role":"member")") << u"bo"_s << u"member"_s << bos << 1;
        QTest::newRow("role and room") << QByteArray(R"(,"role":"moderator","room":"ops")") << u"bo"_s << u"moderator"_s << mos << 1;
        QTest::newRow("room, and never lowered") << QByteArray(R"(,"role":"guest","room":"tea")") << u"mo"_s << u"moderator"_s << mos + QStringList { u"tea"_s } << 1;
        QTest::newRow("nothing, for a member") << QByteArray(R"(,"role":"guest","room":"ops")") << u"mo"_s << u"moderator"_s << mos << 0;
        QTest::newRow("nothing, for an owner") << QByteArray(R"(,"role":"moderator")") << u"anna"_s << u"owner"_s << annas << 0;
        QTest::newRow("nothing at all") << QByteArray(R"(,"role":"guest")") << u"bo"_s << u"guest"_s << bos << 0;
    }
    void whoIsKnownGetsWhatTheyLack()
    {
        QFETCH(QByteArray, invite);
        QFETCH(QString, who);
        QFETCH(QString, role);
        QFETCH(QStringList, rooms);
        QFETCH(int, used);
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, invite);
        // On a connection that was welcomed, by a second hello.
        const QJsonObject welcome = cast.named(who).hello(who, by(made));
        QCOMPARE(welcome.value("role"_L1).toString(), role);
        QCOMPARE(roomsOf(welcome), rooms);
        QCOMPARE(uses(chat), QList<int> { used });
        QCOMPARE(cast.named(who).hello(who, by(made)).value("role"_L1).toString(), role); // a link works twice
        QCOMPARE(uses(chat), QList<int> { used });
    }

    void othersAndOtherDevicesHear()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        const auto bo = chat.plain();
        const QByteArray token = member("token", bo->hello(u"bo"_s).value("token"_L1).toString().toUtf8());
        chat.settle();
        const Made made = make(chat, R"(,"room":"den")");
        for (const auto &client : { anna.get(), bo.get() })
            client->forget();
        const auto phone = chat.plain();
        QVERIFY(roomsOf(phone->hello(u"bo"_s, token + by(made))).contains(u"den"_s));
        chat.settle();
        const QJsonObject event = json(R"({"type":"member","room":"den","seq":2,"user":"bo","timestamp":T,"change":"joined"})");
        const QJsonObject update = json(R"({"type":"update","resource":"user","id":"bo","user":"bo","state":"online","role":"member"})");
        QCOMPARE(anna->next(u"member"_s), event);
        QCOMPARE(anna->next(u"update"_s), update);
        QCOMPARE(bo->next(u"room"_s).value("room"_L1), u"den"_s);
        QCOMPARE(bo->next(u"update"_s), update);
        // Everybody in there hears what is said, on both.
        bo->forget();
        phone->forget();
        anna->say(R"({"type":"message","room":"den","content":"hi"})");
        QCOMPARE(bo->next(u"message"_s).value("content"_L1), u"hi"_s);
        QCOMPARE(phone->next(u"message"_s).value("content"_L1), u"hi"_s);
    }

    void aNewModeratorHearsWhoWaits()
    {
        Chat chat(approving());
        const auto anna = chat.welcomed(u"anna"_s);
        const auto cy = chat.plain();
        const QByteArray token = member("token", cy->hello(u"cy"_s, by(make(chat, R"(,"role":"guest")"))).value("token"_L1).toString().toUtf8());
        const auto dora = chat.plain();
        QCOMPARE(dora->verdict(hello("dora")), u"waiting"_s);
        cy->forget();
        const auto phone = chat.plain();
        phone->hello(u"cy"_s, token + by(make(chat, R"(,"role":"moderator")")));
        QCOMPARE(cy->next(u"guest_waiting"_s).value("user"_L1), u"dora"_s);
        QCOMPARE(phone->next(u"guest_waiting"_s).value("user"_L1), u"dora"_s);
    }

    /// For whoever has proved who they are.
    void oneThatDoesNotHoldIsIgnored()
    {
        Chat chat(withAccounts());
        QCOMPARE(administer(chat, R"({"type":"add_user","user":"anna","password":"anna password"})").value("type"_L1), u"ack"_s);
        const QByteArray wrong = member("invite", "wrong");
        const auto anna = chat.plain();
        const QByteArray token = member("token", anna->hello(u"anna"_s, wrong + member("password", "anna password")).value("token"_L1).toString().toUtf8());
        QCOMPARE(chat.plain()->verdict(hello("anna", wrong + token)), u"welcome"_s);
    }

    /// The token opens the chat; what the invite adds comes later.
    void whoIsKnownComesInThoughTheStoreRefuses_data()
    {
        QTest::addColumn<StoreError::Reason>("reason");
        QTest::addColumn<QString>("code");
        QTest::newRow("full") << StoreError::Reason::StorageFull << u"storage_full"_s;
        QTest::newRow("busy") << StoreError::Reason::Busy << u"storage_full"_s;
        QTest::newRow("failed") << StoreError::Reason::Failed << u"internal"_s;
    }
    void whoIsKnownComesInThoughTheStoreRefuses()
    {
        QFETCH(StoreError::Reason, reason);
        QFETCH(QString, code);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = member("token", bo->hello(u"bo"_s).value("token"_L1).toString().toUtf8());
        chat.settle();
        const Made made = make(chat, R"(,"uses":1)");
        const auto phone = chat.plain();
        chat.store().refuseWrites(reason);
        if (reason == StoreError::Reason::Failed)
            QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^event=internal-error"_s));
        const QByteArray frame = hello("bo", by(made) + token);
        QCOMPARE(phone->ask(frame).value("role"_L1), u"guest"_s);
        // Behind the welcome, and of no request.
        const QJsonObject failure = phone->next();
        QCOMPARE(failure.value("code"_L1).toString(), code);
        QCOMPARE(failure.value("detail"_L1), u"invite"_s);
        QVERIFY(!failure.contains("id"_L1));
        chat.store().takeWrites();
        QCOMPARE(uses(chat), QList<int> { 0 });
        phone->forget();
        QCOMPARE(phone->ask(frame).value("role"_L1), u"member"_s); // said again, it adds what it can
        QCOMPARE(uses(chat), QList<int>());
        chat.settle();
        QVERIFY(!phone->heardTypes().contains(u"error"_s));
    }

    void aWrongTokenGetsNothing()
    {
        Chat chat;
        const InviteCast cast(chat);
        const Made made = make(chat, R"(,"room":"den","uses":1)");
        QCOMPARE(chat.plain()->verdict(hello("bo", by(made))), u"name_taken"_s);
        QCOMPARE(chat.plain()->verdict(hello("bo", by(made) + member("token", QByteArray(43, 'x')))), u"unauthorized"_s);
        QVERIFY(!chat.directory().isMember(RoomId::parse(u"den"_s).value(), userName(u"bo"_s)));
        QCOMPARE(uses(chat), QList<int> { 0 });
    }
};

HEARTH_SERVER_TEST_MAIN(tst_InviteUse)
#include "tst_inviteuse.moc"
