#include "tests/chat/chattestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSignalSpy>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

ServerSettings keeping(int days)
{
    ServerSettings settings = unhurried();
    settings.keepDays = days;
    return settings;
}

void say(Chat &chat, Client &who, int messages)
{
    for (int i = 0; i < messages; ++i)
        who.say(R"({"type":"message","room":"lobby","content":"tea"})");
    chat.settle();
    who.forget();
}

QList<int> seqsIn(const QJsonObject &page, const QString &list)
{
    QList<int> seqs;
    for (const auto &entry : page.value(list).toArray())
        seqs.append(entry.toObject().value("seq"_L1).toInt());
    return seqs;
}

} // namespace

class tst_Retention : public test::Test
{
    Q_OBJECT

private slots:
    void serversSettingHoldsForAllRooms()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s); // seq 1
        const auto bo = chat.welcomed(u"bo"_s); // seq 2
        say(chat, *anna, 5);
        anna->say(R"({"type":"direct","user":"bo"})");
        const QString direct = anna->next(u"room"_s).value("room"_L1).toString();
        chat.passDays(31);
        say(chat, *anna, 2); // seq 8 and 9
        bo->forget();
        anna->forget();
        chat.retention().start();
        QSet<QString> told;
        for (int i = 0; i < 2; ++i) {
            const QJsonObject keep = bo->next();
            QCOMPARE(keep.value("type"_L1), u"keep"_s);
            QVERIFY(!keep.contains("keep_days"_L1));
            QCOMPARE(keep.value("first_seq"_L1), keep.value("room"_L1) == direct ? 3 : 8);
            told.insert(keep.value("room"_L1).toString());
        }
        QCOMPARE(told, (QSet<QString> { u"lobby"_s, direct }));
        const QJsonObject history = bo->ask(R"({"type":"history","room":"lobby"})");
        QCOMPARE(seqsIn(history, u"messages"_s), (QList<int> { 8, 9 }));
        QCOMPARE(history.value("has_more"_L1), false);
        const QJsonObject sync = bo->ask(R"({"type":"sync","room":"lobby","after":3})");
        QCOMPARE(sync.value("first_seq"_L1), 8);
        QCOMPARE(seqsIn(sync, u"events"_s), (QList<int> { 8, 9 }));
        QCOMPARE(bo->ask(R"({"type":"search","query":"tea"})").value("messages"_L1).toArray().size(), 2);
        // Who comes now hears of it with everything else.
        const auto cy = std::make_unique<Client>(chat.channel());
        QCOMPARE(cy->next().value("server"_L1).toObject().value("keep_days"_L1), 30);
        QCOMPARE(cy->hello(u"cy"_s).value("rooms"_L1).toArray().first().toObject().value("first_seq"_L1), 8);
    }

    /// The lobby belongs to nobody: the server's owner says how it is.
    void roomsSettingWins_data()
    {
        QTest::addColumn<int>("serverKeeps");
        QTest::addColumn<QByteArray>("keepDays");
        QTest::addColumn<bool>("expires");
        QTest::newRow("shorter than the server") << 60 << QByteArray("30") << true;
        QTest::newRow("longer than the server") << 30 << QByteArray("60") << false;
        QTest::newRow("for good") << 30 << QByteArray("0") << false;
        QTest::newRow("not for good") << 0 << QByteArray("30") << true;
        QTest::newRow("as the server") << 30 << QByteArray("null") << true;
    }
    void roomsSettingWins()
    {
        QFETCH(int, serverKeeps);
        QFETCH(QByteArray, keepDays);
        QFETCH(bool, expires);
        Chat chat(keeping(serverKeeps));
        const auto anna = chat.welcomed(u"anna"_s);
        say(chat, *anna, 3);
        QCOMPARE(anna->verdict(R"({"type":"set_keep","room":"lobby","keep_days":90})"), u"ack"_s); // other than all of them
        chat.settle();
        anna->forget();
        chat.passDays(31);
        QSignalSpy expired(&chat.retention(), &Retention::expired);
        QCOMPARE(anna->ask(R"({"type":"set_keep","id":7,"room":"lobby","keep_days":)" + keepDays + '}').value("type"_L1), u"ack"_s);
        const QJsonObject keep = anna->next();
        QCOMPARE(keep.value("type"_L1), u"keep"_s);
        QVERIFY(keepDays == "null" ? !keep.contains("keep_days"_L1) : keep.value("keep_days"_L1) == keepDays.toInt());
        QVERIFY(!keep.contains("first_seq"_L1));
        if (expires)
            QTRY_COMPARE(expired.size(), 1);
        chat.retention().start();
        for (int i = 0; i < 4; ++i)
            chat.settle();
        QCOMPARE(expired.size(), expires ? 1 : 0);
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"history","room":"lobby"})").value("messages"_L1).toArray().size(), expires ? 0 : 3);
    }

    /// The message is gone, and the setting changes before the edit that is younger has lost its words.
    void whatWasBegunIsEnded()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        say(chat, *anna, 2); // seq 2 and 3
        chat.passDays(31);
        QCOMPARE(anna->verdict(R"({"type":"edit","room":"lobby","seq":2,"content":"secret"})"), u"ack"_s);
        chat.settle();
        anna->forget();
        QSignalSpy expired(&chat.retention(), &Retention::expired);
        chat.retention().start();
        QCOMPARE(anna->verdict(R"({"type":"set_keep","room":"lobby","keep_days":0})"), u"ack"_s); // behind the first step
        QTRY_VERIFY(!expired.isEmpty());
        chat.settle();
        anna->forget();
        const QJsonArray events = anna->ask(R"({"type":"sync","room":"lobby","after":0})").value("events"_L1).toArray();
        QCOMPARE(events.size(), 1);
        QCOMPARE(events.first().toObject().value("type"_L1), u"edit"_s);
        QCOMPARE(events.first().toObject().value("seq"_L1), 4);
        QCOMPARE(events.first().toObject().value("content"_L1), QString());
    }

    void sameSettingAgainIsNoNews()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->ask(R"({"type":"set_keep","id":7,"room":"lobby","keep_days":3})"),
                 json(R"({"type":"ack","id":7,"room":"lobby","timestamp":T})"));
        QCOMPARE(anna->next(), json(R"({"type":"keep","room":"lobby","keep_days":3})"));
        QCOMPARE(anna->verdict(R"({"type":"set_keep","room":"lobby","keep_days":3})"), u"ack"_s);
        chat.settle();
        QCOMPARE(anna->heardTypes(), QStringList());
        const QJsonObject room = anna->ask(R"({"type":"rooms"})").value("rooms"_L1).toArray().first().toObject();
        QCOMPARE(room.value("keep_days"_L1), 3);
    }

    void subscribersHearOfIt()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"create_room","room":"ops"})");
        chat.settle();
        bo->forget();
        QCOMPARE(bo->verdict(R"({"type":"subscribe","resource":"room","id":"ops"})"), u"subscribed"_s);
        anna->say(R"({"type":"set_keep","room":"ops","keep_days":3})");
        const QJsonObject update = bo->next();
        QCOMPARE(update.value("type"_L1), u"update"_s);
        QCOMPARE(update.value("keep_days"_L1), 3);
    }

    void plainClientsHearNothing()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto plain = chat.plain();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"set_keep","room":"lobby","keep_days":3})"), u"ack"_s);
        QCOMPARE(anna->next().value("type"_L1), u"keep"_s);
        QCOMPARE(plain->heardTypes(), QStringList());
    }

    /// Steps of three events leave room between them.
    void nobodyWaitsForMoreThanAStep()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        say(chat, *anna, 30);
        chat.passDays(31);
        chat.retention().start();
        anna->say(R"({"type":"message","id":1,"room":"lobby","content":"now"})");
        QCOMPARE(anna->next().value("type"_L1), u"ack"_s);
        QCOMPARE(anna->next().value("type"_L1), u"message"_s);
        QCOMPARE(anna->next(), json(R"({"type":"keep","room":"lobby","first_seq":32})"));
    }

    void sentAgainIsAcknowledgedAgain()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        const QByteArray post = R"({"type":"message","room":"lobby","content":"once","client_id":"c1"})";
        const QJsonObject ack = anna->ask(post);
        QCOMPARE(anna->next().value("type"_L1), u"message"_s);
        chat.passDays(31);
        chat.retention().start();
        QCOMPARE(anna->next(), json(R"({"type":"keep","room":"lobby","first_seq":3})"));
        QCOMPARE(anna->ask(post), ack);
        chat.settle();
        QCOMPARE(anna->heardTypes(), QStringList());
    }

    void readMarksAndCountsGoOn()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        say(chat, *anna, 3); // seq 3 to 5
        chat.passDays(31);
        say(chat, *anna, 2); // seq 6 and 7
        bo->forget();
        chat.retention().start();
        QCOMPARE(bo->next(), json(R"({"type":"keep","room":"lobby","first_seq":6})"));
        const auto lobby = [&bo] { return bo->ask(R"({"type":"rooms"})").value("rooms"_L1).toArray().first().toObject(); };
        QCOMPARE(lobby().value("unread"_L1), 2);
        QCOMPARE(lobby().value("read_seq"_L1), 2);
        QCOMPARE(bo->ask(R"({"type":"read","room":"lobby","seq":4})").value("seq"_L1), 4);
        QCOMPARE(bo->ask(R"({"type":"read","room":"lobby","seq":3})").value("seq"_L1), 4);
        QCOMPARE(lobby().value("unread"_L1), 2);
    }

    // ---- rainy ----

    void othersMayNotSetIt_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArray>("room");
        QTest::addColumn<QString>("code");
        QTest::newRow("creator") << u"bo"_s << QByteArray("ops") << u"ack"_s;
        QTest::newRow("owner, a member") << u"anna"_s << QByteArray("lobby") << u"ack"_s;
        QTest::newRow("owner, no member") << u"anna"_s << QByteArray("ops") << u"forbidden"_s;
        QTest::newRow("member") << u"cy"_s << QByteArray("ops") << u"forbidden"_s;
        QTest::newRow("member of the lobby") << u"bo"_s << QByteArray("lobby") << u"forbidden"_s;
        QTest::newRow("no such room") << u"anna"_s << QByteArray("nowhere") << u"not_found"_s;
        QTest::newRow("plain client") << QString() << QByteArray("lobby") << u"forbidden"_s;
    }
    void othersMayNotSetIt()
    {
        QFETCH(QString, user);
        QFETCH(QByteArray, room);
        QFETCH(QString, code);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s); // owner
        const auto bo = chat.welcomed(u"bo"_s);
        const auto cy = chat.welcomed(u"cy"_s);
        const auto plain = chat.plain();
        plain->say(R"({"type":"message","content":"hi","user":"plain"})");
        bo->say(R"({"type":"create_room","room":"ops"})");
        chat.settle();
        cy->say(R"({"type":"join","room":"ops"})");
        chat.settle();
        Client &who = user == u"anna"_s ? *anna : user == u"bo"_s ? *bo : user == u"cy"_s ? *cy : *plain;
        who.forget();
        const QJsonObject answer = who.ask(R"({"type":"set_keep","room":")" + room + R"(","keep_days":3})");
        QCOMPARE(answer.value(answer.contains("code"_L1) ? "code"_L1 : "type"_L1), code);
        if (code == u"forbidden"_s)
            QVERIFY(!answer.value("message"_L1).toString().isEmpty());
    }

    void directRoomsFollowTheServer()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"direct","user":"bo"})");
        const QByteArray room = anna->next(u"room"_s).value("room"_L1).toString().toUtf8();
        chat.settle();
        anna->forget();
        const QJsonObject refused = anna->ask(R"({"type":"set_keep","room":")" + room + R"(","keep_days":3})");
        QCOMPARE(refused.value("code"_L1), u"forbidden"_s);
        QCOMPARE(refused.value("message"_L1), u"A direct conversation is kept as long as the server keeps messages"_s);
    }

    void aFullDiskIsTriedAgain()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        say(chat, *anna, 3);
        chat.passDays(31);
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        QCOMPARE(anna->verdict(R"({"type":"set_keep","room":"lobby","keep_days":3})"), u"storage_full"_s);
        chat.retention().start();
        chat.settle();
        QCOMPARE(anna->heardTypes(), QStringList());
        chat.store().takeWrites();
        chat.retention().start();
        QCOMPARE(anna->next(), json(R"({"type":"keep","room":"lobby","first_seq":5})"));
    }

    void stopsWhereItIs()
    {
        Chat chat(keeping(30));
        const auto anna = chat.welcomed(u"anna"_s);
        say(chat, *anna, 30);
        chat.passDays(31);
        chat.retention().start();
        chat.retention().stop();
        chat.settle();
        QCOMPARE(anna->heardTypes(), QStringList());
        QCOMPARE(anna->ask(R"({"type":"sync","room":"lobby","after":0})").value("first_seq"_L1), 4); // the step that was under way
        chat.retention().start();
        QCOMPARE(anna->next(), json(R"({"type":"keep","room":"lobby","first_seq":32})"));
    }
};

HEARTH_TEST_MAIN(tst_Retention)
#include "tst_retention.moc"
