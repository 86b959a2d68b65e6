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

    // ---- rainy ----

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
