#include "tests/chat/chattestkit.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

class tst_Accounts : public Test
{
    Q_OBJECT

private slots:
    void consoleListsUsers()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        {
            const auto bo = chat.welcomed(u"bo"_s);
            bo->leave();
        }
        chat.settle();
        QCOMPARE(administer(chat, R"({"type":"users","id":7})"),
                 json(R"({"type":"users","id":7,"users":[)"
                      R"({"user":"anna","role":"owner","has_password":false,"state":"online"},)"
                      R"({"user":"bo","role":"guest","has_password":false,"state":"offline","last_seen":"2026-11-24T12:00:00.000Z"}]})"));
        QCOMPARE(chat.channel().onlineUserCount(), 1);
    }

    void ownersListUsers()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"users"})"), u"users"_s);
    }

    void whatOwnersDoToAccountsIsLogged()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(administer(chat, R"({"type":"add_user","user":"bo","password":"long enough","role":"moderator"})")["type"_L1], u"ack"_s);
        QCOMPARE(anna->verdict(R"({"type":"reset_password","user":"bo","new":"long enough too"})"), u"ack"_s);
        QCOMPARE(anna->verdict(R"({"type":"remove_user","user":"bo"})"), u"ack"_s);
        QCOMPARE(anna->ask(R"({"type":"audit"})"),
                 json(R"({"type":"audit","entries":[{"entry":3,"timestamp":T,"by":"anna","deed":"remove_user","user":"bo"},)"
                      R"({"entry":2,"timestamp":T,"by":"anna","deed":"reset_password","user":"bo"},)"
                      R"({"entry":1,"timestamp":T,"deed":"add_user","user":"bo","role":"moderator"}],"has_more":false})"));
    }

    /// What was said can be read; nobody would read what is said now.
    void nobodyWritesToWhoWasRemoved()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->forget();
        const QByteArray room = anna->ask(R"({"type":"direct","user":"bo"})").value("room"_L1).toString().toUtf8();
        chat.settle();
        anna->forget();
        const auto inIt = [&room](const char *frame) { return QByteArray(frame).replace("%1", room); };
        QCOMPARE(anna->verdict(inIt(R"({"type":"message","room":"%1","content":"psst","client_id":"c1"})")), u"ack"_s);
        QCOMPARE(administer(chat, R"({"type":"remove_user","user":"bo"})")["type"_L1], u"ack"_s);
        chat.settle();
        anna->forget();
        for (const char *frame : { R"({"type":"message","room":"%1","content":"hello?","id":1})", R"({"type":"edit","room":"%1","seq":3,"content":"x"})",
                                   R"({"type":"react","room":"%1","seq":3,"emoji":"x"})", R"({"type":"typing","room":"%1","is_typing":true})" }) {
            const QJsonObject refused = anna->ask(inIt(frame));
            QVERIFY2(refused["code"_L1] == u"forbidden"_s, frame);
            QCOMPARE(refused["message"_L1], u"bo was removed from the chat, and would not read it"_s);
        }
        QCOMPARE(anna->verdict(inIt(R"({"type":"message","room":"%1","content":"psst","client_id":"c1"})")), u"ack"_s); // a repeat
        QCOMPARE(anna->ask(inIt(R"({"type":"history","room":"%1"})"))["messages"_L1].toArray().size(), 1);
        QCOMPARE(anna->verdict(inIt(R"({"type":"delete","room":"%1","seq":3})")), u"ack"_s);
        QCOMPARE(anna->verdict(R"({"type":"direct","user":"bo"})"), u"delete"_s); // the event
        QCOMPARE(anna->next()["code"_L1], u"not_found"_s);
    }

    /// Nothing else that is said to everybody is taken for its reply.
    void consoleWaitsForItsReply()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QByteArray reply;
        chat.channel().ask(R"({"type":"add_user","user":"bo","password":"long enough"})", [&reply](const QByteArray &frame) { reply = frame; });
        anna->say(R"({"type":"announce","content":"x"})");
        QTRY_VERIFY(!reply.isEmpty());
        QVERIFY2(reply.contains(R"("type":"ack")"), reply.constData());
    }

    // ---- rainy ----

    void whoIsSignedOutMeanwhileChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("deed"); // the owner's
        QTest::newRow("removed") << QByteArray(R"({"type":"remove_user","user":"bo"})");
        QTest::newRow("another password") << QByteArray(R"({"type":"reset_password","user":"bo","new":"the word of anna"})");
    }
    void whoIsSignedOutMeanwhileChangesNothing()
    {
        QFETCH(QByteArray, deed);
        ServerSettings settings = unhurried();
        settings.passwordCost = { 2, std::size_t(32) << 20 }; // two of them take longer than one, and than a commit
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"add_user","user":"bo","password":"the first word"})"), u"ack"_s);
        const auto bo = chat.welcomed(u"bo"_s, R"(,"password":"the first word")");
        anna->forget();
        anna->say(deed);
        bo->say(R"({"type":"set_password","old":"the first word","new":"the second word"})");
        QCOMPARE(anna->next(u"ack"_s)["type"_L1], u"ack"_s);
        QTRY_COMPARE(bo->closeCode(), 1008);
        chat.settle();
        const auto thief = chat.plain();
        QVERIFY(thief->verdict(R"({"type":"hello","user":"bo","password":"the second word"})") != u"welcome"_s);
    }

    void whoIsNoOwnerMeanwhileAddsNobody()
    {
        ServerSettings settings = unhurried();
        settings.passwordCost = { 2, std::size_t(32) << 20 };
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        QCOMPARE(administer(chat, R"({"type":"set_role","user":"bo","role":"owner"})")["type"_L1], u"ack"_s);
        chat.settle();
        bo->forget();
        bo->say(R"({"type":"add_user","user":"cy","password":"long enough","role":"owner"})");
        QCOMPARE(administer(chat, R"({"type":"set_role","user":"bo","role":"member"})")["type"_L1], u"ack"_s);
        QCOMPARE(bo->next(u"error"_s)["code"_L1], u"forbidden"_s);
        QVERIFY(chat.directory().user(UserName::parse(u"cy"_s).value()) == nullptr);
    }

    void consoleSpeaksInNobodysName_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("code");
        QTest::newRow("hello") << QByteArray(R"({"type":"hello","user":"eve"})") << u"unsupported"_s;
        QTest::newRow("message") << QByteArray(R"({"type":"message","content":"x","user":"eve"})") << u"unsupported"_s;
        QTest::newRow("join") << QByteArray(R"({"type":"join","room":"lobby"})") << u"unsupported"_s;
        QTest::newRow("presence") << QByteArray(R"({"type":"presence","state":"away"})") << u"unsupported"_s;
        QTest::newRow("sessions") << QByteArray(R"({"type":"sessions"})") << u"unsupported"_s;
        QTest::newRow("words") << QByteArray("words") << u"invalid_json"_s;
        QTest::newRow("no type") << QByteArray("{}") << u"invalid_message"_s;
    }
    void consoleSpeaksInNobodysName()
    {
        QFETCH(QByteArray, frame);
        QFETCH(QString, code);
        Chat chat;
        const auto bo = chat.plain();
        QCOMPARE(administer(chat, frame)["code"_L1].toString(), code);
        QCOMPARE(bo->heardTypes(), QStringList());
        QCOMPARE(chat.channel().onlineUserCount(), 0);
    }

    void consoleIsRefusedWhileTheServerEnds()
    {
        Chat chat;
        chat.channel().stopTaking();
        QCOMPARE(administer(chat, R"({"type":"users"})")["code"_L1].toString(), u"shutting_down"_s);
    }

    void onlyOwnersListUsers()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        QCOMPARE(bo->ask(R"({"type":"users"})"),
                 json(R"({"type":"error","message":"Only owners see the list of users","code":"forbidden","timestamp":T})"));
        QCOMPARE(chat.plain()->verdict(R"({"type":"users"})"), u"unauthorized"_s);
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Accounts)
#include "tst_accounts.moc"
