#include "protocol/token.h"
#include "tests/chat/chattestkit.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;
using test::json;
using test::unhurried;
using test::withPassword;

namespace {

/// The values of `key` in an array of objects.
QStringList each(const QJsonValue &array, QLatin1StringView key)
{
    QStringList values;
    for (const QJsonValue &element : array.toArray())
        values.append(element.toObject().value(key).toVariant().toString());
    return values;
}

/// JSON with `%1` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray filled(const char *text, const QByteArray &value) { return QByteArray(text).replace("%1", value); }

/// The further member with which the next `hello` proves itself.
QByteArray tokenOf(const QJsonObject &welcome)
{
    return filled(R"(,"token":"%1")", welcome.value("token"_L1).toString().toUtf8());
}

QJsonObject roomIn(const QJsonObject &frame, const QString &room)
{
    for (const QJsonValue &element : frame.value("rooms"_L1).toArray()) {
        if (element.toObject().value("room"_L1) == room)
            return element.toObject();
    }
    return {};
}

} // namespace

/// Longer than other tests: it follows protocol.md from section 1 to section 4, and what it says of one class is
/// not to be looked for in two places.
class tst_ChatChannel : public test::Test
{
    Q_OBJECT

private slots:
    // ---- plain clients (section 1) ----

    void greetsWithWhatTheServerIs()
    {
        ServerSettings settings;
        settings.name = u"Tea chat"_s;
        settings.maxMessageSize = 2'000;
        settings.maxContentLength = 100;
        Chat chat(settings);
        Client client(chat.channel());
        QCOMPARE(client.next(), json(filled(R"({"type":"connected","message":"Connected to chat","timestamp":T,"protocol":1,
            "server":{"id":"the-server","name":"Tea chat","version":"%1"},"access":"open",
            "limits":{"max_message_size":2000,"max_content_length":100},"ping_interval_ms":30000})", HEARTH_VERSION)));
    }

    void speaksTheSeedsFrames()
    {
        Chat chat;
        const auto bo = chat.plain();
        const auto cy = chat.plain(); // a member before it has said anything
        QCOMPARE(bo->ask(R"({"type":"ping"})"), json(R"({"type":"pong","timestamp":T})"));
        bo->say(R"({"type":"message","content":"hi","user":"bo"})");
        const QJsonObject message = json(R"({"type":"message","content":"hi","user":"bo","timestamp":T,
                                             "room":"lobby","seq":1})");
        QCOMPARE(bo->next(), message);
        QCOMPARE(cy->next(), message);
        bo->say(R"({"type":"typing","user":"bo","is_typing":true})");
        const QJsonObject typing = json(R"({"type":"typing","user":"bo","is_typing":true,"timestamp":T,"room":"lobby"})");
        QCOMPARE(bo->next(), typing);
        QCOMPARE(cy->next(), typing);
    }

    void plainClientsHearNothingNew()
    {
        Chat chat;
        const auto plain = chat.plain();
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","content":"one","client_id":"c1"})");
        const double seq = anna->next(u"ack"_s).value("seq"_L1).toDouble();
        QCOMPARE(seq, 2.0); // 1 made her a member
        anna->say(R"({"type":"edit","room":"lobby","seq":2,"content":"two"})");
        anna->say(R"({"type":"react","room":"lobby","seq":2,"emoji":"👍","add":true})");
        anna->say(R"({"type":"delete","room":"lobby","seq":2})");
        anna->say(R"({"type":"announce","content":"tea"})");
        anna->leave();
        chat.settle();
        QCOMPARE(plain->heardTypes(), QStringList { u"message"_s });
    }

    void roomOfThePathIsWhereFramesGo()
    {
        Chat chat;
        const auto bo = chat.plain(u"ops"_s);
        const auto inLobby = chat.plain();
        QCOMPARE(roomIn(inLobby->ask(R"({"type":"rooms"})"), u"ops"_s), QJsonObject()); // not yet
        bo->say(R"({"type":"typing","user":"bo","is_typing":true})");
        QCOMPARE(bo->next().value("room"_L1), u"ops"_s);
        bo->say(R"({"type":"message","content":"one","user":"bo"})");
        bo->say(R"({"type":"message","content":"two"})");
        QCOMPARE(bo->next(), json(R"({"type":"message","content":"one","user":"bo","timestamp":T,"room":"ops","seq":1})"));
        QCOMPARE(bo->next().value("seq"_L1), 2);
        const auto late = chat.plain(u"ops"_s);
        bo->say(R"({"type":"message","content":"three"})");
        QCOMPARE(late->next().value("content"_L1), u"three"_s);
        const QJsonObject rooms = inLobby->ask(R"({"type":"rooms"})");
        QCOMPARE(roomIn(rooms, u"ops"_s).value("last_seq"_L1), 3);
        QVERIFY(inLobby->heardTypes().isEmpty());
    }

    void firstNameIsTheIdentity()
    {
        Chat chat;
        const auto bo = chat.plain();
        const auto other = chat.plain();
        bo->say(R"({"type":"message","content":"1","user":"Bo"})");
        QCOMPARE(bo->next().value("user"_L1), u"Bo"_s);
        bo->say(R"({"type":"message","content":"2","user":"BO"})"); // folds to the same
        QCOMPARE(bo->next().value("user"_L1), u"Bo"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","content":"3","user":"cy"})"), u"identity_mismatch"_s);
        QCOMPARE(bo->verdict(R"({"type":"typing","is_typing":true,"user":"cy"})"), u"identity_mismatch"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","content":"4"})"), u"message"_s);
        chat.settle();
        QCOMPARE(other->heardTypes().size(), 3);
    }

    void plainMessageMayAskForAnAck()
    {
        Chat chat;
        const auto bo = chat.plain();
        QCOMPARE(bo->ask(R"({"type":"message","content":"hi","user":"bo","client_id":"c1"})"),
                 json(R"({"type":"ack","client_id":"c1","room":"lobby","seq":1,"timestamp":T})"));
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"message"_s);
        QCOMPARE(bo->next().value("type"_L1), u"pong"_s);
        QCOMPARE(bo->ask(R"({"type":"message","content":"hi","id":7})"),
                 json(R"({"type":"ack","id":7,"room":"lobby","seq":2,"timestamp":T})"));
    }

    void forgedMembersAreIgnored()
    {
        Chat chat;
        const auto bo = chat.plain();
        QCOMPARE(bo->ask(R"({"type":"message","content":"hi","user":"bo","from":"anna","seq":99,"role":"owner",
                             "timestamp":"1999-01-01T00:00:00.000Z"})"),
                 json(R"({"type":"message","content":"hi","user":"bo","timestamp":T,"room":"lobby","seq":1})"));
    }

    void contentIsKeptVerbatim_data()
    {
        QTest::addColumn<QString>("content");
        QTest::newRow("spaces around") << u"  hi \t"_s;
        QTest::newRow("a space alone") << u" "_s;
        QTest::newRow("lines") << u"a\r\nb\n"_s;
        QTest::newRow("markup") << u"<img src=file:///etc/passwd> &amp; </script>"_s;
        QTest::newRow("SQL") << u"'; DROP TABLE events; --"_s;
        QTest::newRow("beyond the BMP") << u"👩‍👩‍👧‍👦 𝔘𝔫𝔦"_s;
        QTest::newRow("not composed") << u"u\u0308"_s;
        QTest::newRow("right to left") << u"\u202Eabc"_s;
    }
    void contentIsKeptVerbatim()
    {
        QFETCH(QString, content);
        Chat chat;
        const auto bo = chat.plain();
        const QJsonObject said { { u"type"_s, u"message"_s }, { u"content"_s, content }, { u"user"_s, u"bo"_s } };
        QCOMPARE(bo->ask(QJsonDocument(said).toJson()).value("content"_L1), content);
        const QJsonObject history = bo->ask(R"({"type":"history"})");
        QCOMPARE(each(history.value("messages"_L1), "content"_L1), QStringList { content });
    }

    void admits_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<bool>("isAdmitted");
        QTest::newRow("a room") << u"ops"_s << true;
        QTest::newRow("of 64 characters") << QString(64, u'a') << true;
        QTest::newRow("of 65 characters") << QString(65, u'a') << false;
        QTest::newRow("capital letters") << u"Ops"_s << false;
        QTest::newRow("a dot in front") << u".ops"_s << false;
        QTest::newRow("nothing") << QString(u""_s) << false;
        QTest::newRow("a direct room") << u"dm:00112233445566778899aabbccddeeff"_s << false;
    }
    void admits()
    {
        QFETCH(QString, room);
        QFETCH(bool, isAdmitted);
        Chat chat;
        QCOMPARE(chat.channel().admits({ { u"room"_s, room } }), isAdmitted);
        QVERIFY(chat.channel().admits({}));
    }

    void refusesWhatIsNoRequest_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const QByteArray &text, const char *code) {
            QTest::newRow(name) << text << QString::fromLatin1(code);
        };
        row("empty", "", "invalid_json");
        row("not JSON", "hi", "invalid_json");
        row("half an object", R"({"type":"ping")", "invalid_json");
        row("something after it", R"({"type":"ping"} x)", "invalid_json");
        row("nesting too deep", QByteArray(1'001, '[') + QByteArray(1'001, ']'), "invalid_json");
        row("a member twice", R"({"type":"ping","type":"ping"})", "invalid_json");
        row("a lone surrogate", R"({"type":"message","user":"bo","content":"\ud800"})", "invalid_json");
        row("an array", "[]", "invalid_message");
        row("null", "null", "invalid_message");
        row("a string", R"("")", "invalid_message");
        row("a number", "1", "invalid_message");
        row("no type", "{}", "invalid_message");
        row("a type that is a number", R"({"type":1})", "invalid_message");
        row("no content", R"({"type":"message","user":"bo"})", "invalid_message");
        row("no user", R"({"type":"message","content":"hi"})", "invalid_message");
        row("typing without a user", R"({"type":"typing","is_typing":true})", "invalid_message");
        row("content that is a number", R"({"type":"message","user":"bo","content":1})", "invalid_message");
        row("empty content", R"({"type":"message","user":"bo","content":""})", "invalid_message");
        row("NUL", R"({"type":"message","user":"bo","content":"a\u0000"})", "invalid_message");
        row("typing maybe", R"({"type":"typing","user":"bo","is_typing":"yes"})", "invalid_message");
        row("empty client_id", R"({"type":"message","user":"bo","content":"a","client_id":""})", "invalid_message");
        row("client_id of 65",
            filled(R"({"type":"message","user":"bo","content":"a","client_id":"%1"})", QByteArray(65, 'c')), "invalid_message");
        row("seq below 0", R"({"type":"sync","after":-1})", "invalid_message");
        row("seq of 2 to the 63", R"({"type":"sync","after":9223372036854775808})", "invalid_message");
        row("seq beyond all", R"({"type":"sync","after":1e999})", "invalid_message");
        row("limit of 0", R"({"type":"history","limit":0})", "invalid_message");
        row("unknown type", R"({"type":"dance"})", "unknown_type");
        row("a server's type", R"({"type":"welcome","user":"bo"})", "unknown_type");
        row("no name", R"({"type":"message","user":"","content":"hi"})", "invalid_name");
        row("a name of 33", filled(R"({"type":"message","content":"hi","user":"%1"})", QByteArray(33, 'n')),
            "invalid_name");
        row("a name with an at sign", R"({"type":"message","user":"a@b","content":"hi"})", "invalid_name");
        row("a name that turns text around", R"({"type":"hello","user":"a\u202eb"})", "invalid_name");
        row("a name with a bell", R"({"type":"hello","user":"a\u0007b"})", "invalid_name");
        row("a room that cannot be", R"({"type":"history","room":"../etc"})", "not_found");
        row("content too long", R"({"type":"message","user":"bo","content":"123456789"})", "too_large");
    }
    void refusesWhatIsNoRequest()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        ServerSettings settings = unhurried();
        settings.maxContentLength = 8;
        Chat chat(settings);
        const auto client = chat.plain();
        const QJsonObject error = client->ask(text);
        QCOMPARE(error.value("type"_L1), u"error"_s);
        QCOMPARE(error.value("code"_L1), code);
        QCOMPARE(error.value("timestamp"_L1), QString::fromLatin1(test::Noon));
        const QHash<QString, QString> words { { u"invalid_json"_s, u"Invalid JSON format"_s },
                                              { u"invalid_message"_s, u"Invalid message format"_s },
                                              { u"unknown_type"_s, u"Unknown message type"_s },
                                              { u"not_found"_s, u"No such room"_s } };
        if (words.contains(code))
            QCOMPARE(error.value("message"_L1), words.value(code));
        QVERIFY(!error.value("message"_L1).toString().isEmpty());
        QCOMPARE(client->verdict(R"({"type":"ping"})"), u"pong"_s); // stays open
        const QJsonObject sync = client->ask(R"({"type":"sync","after":0})");
        QCOMPARE(sync.value("last_seq"_L1), 0); // and nothing was stored
    }

    void errorsNameTheRequest()
    {
        ServerSettings settings = unhurried();
        settings.maxContentLength = 3;
        Chat chat(settings);
        const auto client = chat.plain();
        const QJsonObject error = client->ask(R"({"type":"message","id":"r1","client_id":"c1","user":"bo","content":"long"})");
        QCOMPARE(error.value("code"_L1), u"too_large"_s);
        QCOMPARE(error.value("id"_L1), u"r1"_s);
        QCOMPARE(error.value("client_id"_L1), u"c1"_s);
        QCOMPARE(client->ask(R"({"type":"dance","id":-5})").value("id"_L1), -5);
        QCOMPARE(client->ask(R"({"type":"ping","id":"x"})"), json(R"({"type":"pong","id":"x","timestamp":T})"));
        // Counted in characters, not in UTF-16 units.
        QCOMPARE(client->verdict(R"({"type":"message","user":"bo","content":"👍👍👍"})"), u"message"_s);
    }

    void binaryIsNotSupported()
    {
        Chat chat;
        const auto client = chat.plain();
        client->sayBinary("bytes");
        QCOMPARE(client->next().value("code"_L1), u"unsupported"_s);
        QCOMPARE(client->verdict(R"({"type":"ping"})"), u"pong"_s);
    }

    // ---- session (section 2) ----

    void helloYieldsATokenAndTheFirstIsOwner()
    {
        Chat chat;
        const auto anna = chat.plain();
        QJsonObject welcome = anna->ask(R"({"type":"hello","id":1,"user":"anna","client":{"name":"x","version":"1"}})");
        QCOMPARE(welcome.take("token"_L1).toString().size(), 43);
        QCOMPARE(welcome, json(R"({"type":"welcome","id":1,"user":"anna","role":"owner","timestamp":T,"rooms":[
            {"room":"lobby","name":"Lobby","topic":"","kind":"public","last_seq":1,"read_seq":1,"unread":0,"mentions":0,
             "member":true,"member_count":1}],"users":[]})"));
        const auto bo = chat.plain();
        welcome = bo->hello(u"bo"_s);
        QCOMPARE(welcome.value("role"_L1), u"guest"_s);
        QCOMPARE(welcome.value("users"_L1).toArray(),
                 QJsonArray { json(R"({"user":"anna","state":"online","role":"owner"})") });
        QCOMPARE(anna->next(u"member"_s),
                 json(R"({"type":"member","room":"lobby","seq":2,"user":"bo","timestamp":T,"change":"joined"})"));
    }

    void tokenOwnsItsName()
    {
        Chat chat;
        const auto anna = chat.plain();
        const QByteArray token = tokenOf(anna->hello(u"anna"_s));
        const auto other = chat.plain();
        for (const QByteArray name : { "anna", "ANNA", " anna ", "ａｎｎａ" }) {
            QCOMPARE(other->verdict(filled(R"({"type":"hello","user":"%1"})", name)), u"name_taken"_s);
            QCOMPARE(other->verdict(filled(R"({"type":"message","content":"hi","user":"%1"})", name)), u"name_taken"_s);
        }
        QCOMPARE(other->verdict(R"({"type":"hello","user":"anna","token":"wrong"})"), u"unauthorized"_s);
        QCOMPARE(other->verdict(R"({"type":"hello","user":"anna","token":""})"), u"unauthorized"_s);
        const QJsonObject welcome = other->hello(u"ANNA"_s, token);
        QCOMPARE(welcome.value("user"_L1), u"anna"_s);
        QVERIFY(token.contains(welcome.value("token"_L1).toString().toUtf8()));
        QCOMPARE(welcome.value("token"_L1).toString().size(), 43);
    }

    void tokenSurvivesARestart()
    {
        QTemporaryDir directory;
        QByteArray token;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            token = tokenOf(chat.plain()->hello(u"anna"_s));
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        const auto client = chat.plain();
        QCOMPARE(client->verdict(R"({"type":"hello","user":"anna"})"), u"name_taken"_s);
        const QJsonObject welcome = client->hello(u"anna"_s, token);
        QCOMPARE(welcome.value("role"_L1), u"owner"_s);
        QCOMPARE(roomIn(welcome, u"lobby"_s).value("last_seq"_L1), 1);
    }

    void plainClientMayClaimItsName()
    {
        Chat chat;
        const auto bo = chat.plain();
        bo->say(R"({"type":"message","content":"hi","user":"Bo"})");
        QCOMPARE(bo->next().value("type"_L1), u"message"_s);
        const auto other = chat.plain();
        QCOMPARE(other->verdict(R"({"type":"hello","user":"bo"})"), u"name_taken"_s); // in use
        QCOMPARE(bo->verdict(R"({"type":"hello","user":"cy"})"), u"identity_mismatch"_s);
        const QJsonObject welcome = bo->hello(u"bo"_s);
        QCOMPARE(welcome.value("user"_L1), u"Bo"_s);
        QVERIFY(welcome.contains("token"_L1));
        QCOMPARE(other->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"name_taken"_s);
    }

    void nameOnItsWayIsTaken()
    {
        Chat chat;
        const auto first = chat.plain();
        const auto second = chat.plain();
        const auto third = chat.plain();
        first->say(R"({"type":"hello","user":"anna"})"); // not decided yet
        QCOMPARE(second->verdict(R"({"type":"hello","user":"ANNA"})"), u"name_taken"_s);
        QCOMPARE(third->verdict(R"({"type":"message","content":"hi","user":"anna"})"), u"name_taken"_s);
        QCOMPARE(first->next().value("type"_L1), u"welcome"_s);
    }

    void whoGoesDuringTheFirstHelloIsInTheLobbyAllTheSame()
    {
        Chat chat;
        const QByteArray more = filled(R"(,"token":"%1")", token::generate().toLatin1());
        const auto anna = chat.plain();
        anna->say(R"({"type":"hello","user":"anna")" + more + '}');
        anna->leave();
        chat.settle();
        const QJsonObject welcome = chat.plain()->hello(u"anna"_s, more);
        QCOMPARE(welcome["rooms"_L1].toArray().size(), 1);
        QCOMPARE(welcome["rooms"_L1][0]["room"_L1].toString(), u"lobby"_s);
    }

    void helloAgainIsWelcomedAgain()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QVERIFY(!anna->hello(u"anna"_s).contains("token"_L1));
        QCOMPARE(anna->verdict(R"({"type":"hello","user":"bo"})"), u"identity_mismatch"_s);
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"identity_mismatch"_s);
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi"})"), u"message"_s); // heard once
        chat.settle();
        QVERIFY(anna->heardTypes().isEmpty());
    }

    void whatFollowsAHelloWaitsForIt()
    {
        Chat chat(withPassword(u"tea"_s));
        const auto anna = chat.plain();
        anna->say(R"({"type":"hello","id":1,"user":"anna","password":"tea"})");
        anna->say(R"({"type":"message","id":2,"content":"one"})");
        anna->say(R"({"type":"ping","id":3})");
        QList<int> order;
        while (order.size() < 3) {
            if (const QJsonObject frame = anna->next(); frame.contains("id"_L1))
                order.append(frame.value("id"_L1).toInt());
        }
        QCOMPARE(order.first(), 1);
        QCOMPARE(order, (QList<int> { 1, 3, 2 })); // an ack waits for the disk, a pong does not
    }

    void threeFailedHellosClose()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto other = chat.plain();
        for (int i = 0; i < 2; ++i)
            QCOMPARE(other->verdict(R"({"type":"hello","user":"anna","token":"wrong"})"), u"unauthorized"_s);
        QVERIFY(other->isOpen());
        QCOMPARE(other->ask(R"({"type":"hello","id":3,"user":"anna","token":"wrong"})"),
                 json(R"({"type":"error","id":3,"code":"unauthorized","message":"Authentication required","timestamp":T,"detail":"name"})"));
        QCOMPARE(other->closeCode(), 1008);
    }

    void namesThatAreTakenDoNotClose()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto other = chat.plain();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(other->verdict(R"({"type":"hello","user":"anna"})"), u"name_taken"_s);
        QVERIFY(other->isOpen());
    }

    void passwordServerWantsHelloFirst()
    {
        Chat chat(withPassword(u"tea"_s));
        Client bo(chat.channel());
        QCOMPARE(bo.next().value("access"_L1), u"password"_s);
        QCOMPARE(bo.verdict(R"({"type":"ping"})"), u"pong"_s);
        for (const QByteArray request :
             { R"({"type":"message","content":"hi","user":"bo"})", R"({"type":"typing","is_typing":true,"user":"bo"})",
               R"({"type":"rooms"})", R"({"type":"history","room":"lobby"})", R"({"type":"who"})",
               R"({"type":"join","room":"lobby"})", R"({"type":"search","query":"x"})",
               R"({"type":"subscribe","resource":"room","id":"lobby"})" })
            QCOMPARE(bo.verdict(request), u"unauthorized"_s);
        const auto anna = chat.welcomed(u"anna"_s, R"(,"password":"tea")");
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi"})"), u"message"_s);
        chat.settle();
        QVERIFY(bo.heardTypes().isEmpty());
        QCOMPARE(bo.hello(u"bo"_s, R"(,"password":"tea")").value("role"_L1), u"member"_s);
    }

    void passwordOpensTheDoor_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("empty") << QByteArray(R"(,"password":"")");
        QTest::newRow("wrong") << QByteArray(R"(,"password":"coffee")");
        QTest::newRow("another case") << QByteArray(R"(,"password":"Tea")");
        QTest::newRow("longer") << QByteArray(R"(,"password":"tea ")");
        QTest::newRow("a token instead") << QByteArray(R"(,"token":"tea")");
    }
    void passwordOpensTheDoor()
    {
        QFETCH(QByteArray, more);
        Chat chat(withPassword(u"tea"_s));
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"hello","user":"bo")" + more + '}'), u"unauthorized"_s);
        QCOMPARE(bo->hello(u"bo"_s, R"(,"password":"tea")").value("role"_L1), u"owner"_s);
    }

    void tokenAloneIsNoPassword()
    {
        Chat chat(withPassword(u"tea"_s));
        const auto anna = chat.plain();
        const QByteArray token = tokenOf(anna->hello(u"anna"_s, R"(,"password":"tea")"));
        const auto other = chat.plain();
        QCOMPARE(other->verdict(R"({"type":"hello","user":"anna")" + token + '}'), u"unauthorized"_s);
        QCOMPARE(other->verdict(R"({"type":"hello","user":"anna","password":"tea"})"), u"name_taken"_s);
        other->hello(u"anna"_s, R"(,"password":"tea")" + token);
    }

    void guessersAreThrottled()
    {
        Chat chat(withPassword(u"tea"_s));
        int refused = 0;
        QJsonObject last;
        while (refused < 11) {
            const auto guesser = chat.plain();
            while (guesser->isOpen() && refused < 11) {
                last = guesser->ask(R"({"type":"hello","user":"bo","password":"x"})");
                ++refused;
                if (refused <= 10)
                    QCOMPARE(last.value("code"_L1), u"unauthorized"_s);
            }
        }
        QCOMPARE(last.value("code"_L1), u"rate_limited"_s);
        QVERIFY(last.value("retry_after_ms"_L1).toInt() > 0);
        const auto same = chat.plain(); // the right word does not help at once
        QCOMPARE(same->verdict(R"({"type":"hello","user":"bo","password":"tea"})"), u"rate_limited"_s);
        Client elsewhere(chat.channel(), {}, u"127.0.0.2"_s);
        elsewhere.hello(u"bo"_s, R"(,"password":"tea")");
    }

    // ---- people ----

    void whoIsInTheClearIsShownSo()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        Client bo(chat.channel(), {}, u"192.0.2.7"_s);
        const QByteArray token = tokenOf(bo.hello(u"bo"_s));
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"online","encrypted":false})"));
        QCOMPARE(anna->ask(R"({"type":"who","room":"lobby"})")[u"members"_s].toArray(),
                 json(R"({"m":[{"user":"anna","state":"online","role":"owner"},)"
                      R"({"user":"bo","state":"online","role":"guest","encrypted":false}]})")[u"m"_s].toArray());
        // A second connection, which nobody reads: one is enough.
        Client encrypted(chat.channel());
        encrypted.hello(u"bo"_s, token);
        bo.leave();
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"online"})"));
        Client again(chat.channel(), {}, u"192.0.2.7"_s);
        again.hello(u"bo"_s, token);
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"online","encrypted":false})"));
        again.leave();
        encrypted.leave();
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"online"})"));
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"offline","last_seen":T})"));
    }

    /// To members of a room who know nobody there from elsewhere, too.
    void whoComesInTheClearIsToldOnce_data()
    {
        QTest::addColumn<QByteArrayList>("said"); // by bo, in #tea
        QTest::addColumn<QByteArray>("invite"); // by anna, into #ops
        QTest::addColumn<QString>("path"); // of another connection of bo's
        QTest::addColumn<QStringList>("heard"); // by anna
        const QByteArray plain = R"({"type":"message","user":"bo","content":"hi"})";
        const QByteArray join = R"({"type":"join","room":"ops"})";
        const QByteArrayList inNoRoom { R"({"type":"hello","user":"bo"})", R"({"type":"leave","room":"lobby"})" };
        const QStringList joined { u"member"_s, u"user_joined"_s, u"presence"_s };
        QTest::newRow("joins") << QByteArrayList { plain, join } << QByteArray() << u"tea"_s << joined;
        QTest::newRow("joins, welcomed") << inNoRoom + QByteArrayList { join } << QByteArray() << QString() << joined;
        QTest::newRow("is invited") << inNoRoom << QByteArray(R"({"type":"invite","room":"ops","user":"bo"})") << QString()
                                    << QStringList { u"ack"_s } + joined;
        QTest::newRow("comes by its path") << QByteArrayList { plain } << QByteArray() << u"ops"_s
                                           << QStringList { u"user_joined"_s, u"presence"_s, u"typing"_s };
        QTest::newRow("joins, then comes by its path") << QByteArrayList { plain, join } << QByteArray() << u"ops"_s
                                                       << joined + QStringList { u"typing"_s };
    }
    void whoComesInTheClearIsToldOnce()
    {
        QFETCH(QByteArrayList, said);
        QFETCH(QByteArray, invite);
        QFETCH(QString, path);
        QFETCH(QStringList, heard);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"ops"})"), u"room"_s);
        QCOMPARE(anna->verdict(R"({"type":"leave","room":"lobby"})"), u"left"_s);
        Client bo(chat.channel(), u"tea"_s, u"192.0.2.7"_s);
        for (const QByteArray &frame : said) {
            bo.say(frame);
            chat.settle();
        }
        if (!invite.isEmpty())
            anna->say(invite);
        chat.settle();
        if (!path.isEmpty()) {
            Client another(chat.channel(), path, u"192.0.2.7"_s);
            another.say(R"({"type":"typing","user":"bo","is_typing":true})");
            chat.settle();
        }
        QStringList types;
        for (const QByteArray &frame : anna->takeHeard()) {
            types.append(json(frame)["type"_L1].toString());
            if (types.last() == "presence"_L1)
                QCOMPARE(json(frame), json(R"({"type":"presence","user":"bo","state":"online","encrypted":false})"));
        }
        QCOMPARE(types, heard);
    }
    void whoComesBackInTheClearIsToldAgain()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"ops"})"), u"room"_s);
        Client bo(chat.channel(), u"tea"_s, u"192.0.2.7"_s);
        bo.say(R"({"type":"message","user":"bo","content":"hi"})");
        for (int times = 0; times < 2; ++times) {
            bo.say(R"({"type":"join","room":"ops"})");
            chat.settle();
            QVERIFY(anna->heardTypes().contains(u"presence"_s));
            bo.say(R"({"type":"leave","room":"ops"})");
            chat.settle();
            QVERIFY(!anna->heardTypes().contains(u"presence"_s));
        }
    }
    /// One connection is where others are, another is what can be read.
    void whoCanBeReadElsewhereIsInTheClearHere()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"ops"})"), u"room"_s);
        Client here(chat.channel(), u"ops"_s);
        here.say(R"({"type":"typing","user":"bo","is_typing":true})");
        chat.settle();
        anna->forget();
        Client elsewhere(chat.channel(), u"tea"_s, u"192.0.2.7"_s);
        elsewhere.say(R"({"type":"typing","user":"bo","is_typing":true})");
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"online","encrypted":false})"));
        elsewhere.leave();
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"online"})"));
    }
    void whoListensUnnamedIsToldOf()
    {
        ServerSettings settings = unhurried();
        settings.listenersInterval = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"tea"})"), u"room"_s);
        Client first(chat.channel(), {}, u"192.0.2.7"_s);
        QCOMPARE(anna->next(u"listeners"_s), json(R"({"type":"listeners","room":"lobby","unencrypted":1})"));
        QCOMPARE(anna->lastDelivery(), Delivery::Required); // nobody shall write on believing that it is encrypted
        Client tea(chat.channel(), u"tea"_s, u"192.0.2.9"_s);
        QCOMPARE(anna->next(u"listeners"_s), json(R"({"type":"listeners","room":"tea","unencrypted":1})"));
        const auto here = chat.plain(); // what goes to the server's own computer, nobody else can read
        Client second(chat.channel(), {}, u"192.0.2.8"_s);
        QCOMPARE(anna->next(u"listeners"_s), json(R"({"type":"listeners","room":"lobby","unencrypted":2})"));
        QCOMPARE(here->heardTypes(), QStringList()); // the seed does not know of it

        Client bo(chat.channel());
        bo.say(R"({"type":"hello","user":"bo"})");
        QCOMPARE(bo.next(u"welcome"_s)["user"_L1], u"bo"_s);
        QCOMPARE(bo.next(u"listeners"_s), json(R"({"type":"listeners","room":"lobby","unencrypted":2})"));
        bo.say(R"({"type":"join","room":"tea"})");
        QCOMPARE(bo.next(u"listeners"_s), json(R"({"type":"listeners","room":"tea","unencrypted":1})"));

        first.say(R"({"type":"typing","user":"cy","is_typing":true})"); // has a name now, to be shown beside
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"online"})"));
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"cy","state":"online","encrypted":false})"));
        QCOMPARE(anna->next(u"listeners"_s), json(R"({"type":"listeners","room":"lobby","unencrypted":1})"));
        second.leave();
        QCOMPARE(anna->next(u"listeners"_s), json(R"({"type":"listeners","room":"lobby","unencrypted":0})"));
    }
    /// A slow reader misses whether somebody is here, but not whether they can be read.
    void newsOfEncryptionIsNotLeftOut()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto heard = [&anna] {
            const QJsonObject presence = anna->next(u"presence"_s);
            return std::pair(presence.contains("encrypted"_L1), anna->lastDelivery());
        };
        Client bo(chat.channel(), {}, u"192.0.2.7"_s);
        const QByteArray token = tokenOf(bo.hello(u"bo"_s));
        QCOMPARE(heard(), std::pair(true, Delivery::Required));
        QCOMPARE(bo.verdict(R"({"type":"presence","state":"away"})"), u"ack"_s);
        QCOMPARE(heard(), std::pair(true, Delivery::Droppable));
        Client encrypted(chat.channel());
        encrypted.hello(u"bo"_s, token);
        bo.leave();
        QCOMPARE(heard(), std::pair(false, Delivery::Required));
        encrypted.leave();
        QCOMPARE(heard(), std::pair(false, Delivery::Droppable));
        // It says nothing, and has a name.
        const QByteArray cys = R"({"type":"message","user":"cy","content":"x","reply_to":999})";
        Client visitor(chat.channel(), {}, u"192.0.2.8"_s);
        visitor.say(cys);
        QCOMPARE(heard(), std::pair(true, Delivery::Required));
        visitor.say(R"({"type":"join","room":"lobby"})");
        Client elsewhere(chat.channel(), u"tea"_s, u"192.0.2.8"_s);
        elsewhere.say(cys);
        chat.settle();
        visitor.leave();
        anna->forget();
        Client again(chat.channel(), {}, u"192.0.2.8"_s);
        again.say(cys);
        QCOMPARE(anna->next(), json(R"({"type":"user_joined","room":"lobby","user":"cy","timestamp":T})"));
        QCOMPARE(anna->lastDelivery(), Delivery::Required); // who is not known to be there is not shown
        again.leave();
        elsewhere.leave();
        QCOMPARE(heard(), std::pair(false, Delivery::Required));
    }

    void presenceGoesToThoseWhoShareARoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        auto bo = chat.welcomed(u"bo"_s);
        QCOMPARE(anna->heardTypes(), (QStringList { u"member"_s, u"user_joined"_s, u"presence"_s }));
        QCOMPARE(bo->verdict(R"({"type":"presence","state":"busy"})"), u"ack"_s);
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"busy"})"));
        bo->leave();
        QCOMPARE(anna->next(), json(R"({"type":"user_left","room":"lobby","user":"bo","timestamp":T})"));
        QCOMPARE(anna->next(), json(R"({"type":"presence","user":"bo","state":"offline","last_seen":T})"));
        chat.settle();
        const QJsonObject who = anna->ask(R"({"type":"who","room":"lobby"})");
        QCOMPARE(who, json(R"({"type":"members","room":"lobby","members":[
            {"user":"anna","state":"online","role":"owner"},
            {"user":"bo","state":"offline","role":"guest","last_seen":T}]})"));
        QCOMPARE(anna->verdict(R"({"type":"presence","state":"offline"})"), u"invalid_message"_s);
    }

    void severalConnectionsAreOnePerson()
    {
        Chat chat;
        QSignalSpy online(&chat.channel(), &ChatChannel::onlineUserCountChanged);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto first = chat.plain();
        const QByteArray token = tokenOf(first->hello(u"bo"_s));
        chat.settle();
        anna->forget();
        const auto second = chat.welcomed(u"bo"_s, token);
        first->leave();
        QVERIFY(anna->heardTypes().isEmpty());
        QCOMPARE(chat.channel().onlineUserCount(), 2);
        second->leave();
        QCOMPARE(anna->heardTypes(), (QStringList { u"user_left"_s, u"presence"_s }));
        QCOMPARE(chat.channel().onlineUserCount(), 1);
        QCOMPARE(online.size(), 3);
        QCOMPARE(online.last().first().toInt(), 1);
    }

    void guestIsAmongThoseInTheRoom()
    {
        Chat chat;
        const auto bo = chat.plain();
        bo->say(R"({"type":"message","content":"hi","user":"bo"})");
        QCOMPARE(bo->next().value("type"_L1), u"message"_s);
        const QJsonObject who = bo->ask(R"({"type":"who"})");
        QCOMPARE(each(who.value("members"_L1), "user"_L1), QStringList { u"bo"_s });
        bo->leave();
        const auto cy = chat.plain();
        QCOMPARE(cy->ask(R"({"type":"who"})").value("members"_L1).toArray().size(), 0);
    }

    void presenceOfAGuestGoesToItsRoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        bo->say(R"({"type":"typing","is_typing":true,"user":"bo"})");
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"online"})"));
        anna->forget();
        bo->leave();
        QCOMPARE(anna->next(u"presence"_s), json(R"({"type":"presence","user":"bo","state":"offline","last_seen":T})"));
    }

    // ---- rooms (section 3) ----

    void createsARoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"create_room","id":"r","room":"ops","name":"Ops","topic":"Tea","kind":"public"})"),
                 json(R"({"type":"room","id":"r","room":"ops","name":"Ops","topic":"Tea","kind":"public","last_seq":1,
                          "read_seq":1,"unread":0,"mentions":0,"member":true,"member_count":1,"created_by":"anna"})"));
        QCOMPARE(bo->verdict(R"({"type":"create_room","room":"ops"})"), u"conflict"_s);
        const QJsonObject rooms = bo->ask(R"({"type":"rooms"})");
        QCOMPARE(each(rooms.value("rooms"_L1), "room"_L1), (QStringList { u"lobby"_s, u"ops"_s }));
        QCOMPARE(roomIn(rooms, u"ops"_s).value("member"_L1), false);
        QCOMPARE(anna->ask(R"({"type":"create_room","room":"plain"})").value("name"_L1), u"plain"_s);
    }

    void joinsAndLeaves()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->forget();
        anna->say(R"({"type":"create_room","room":"ops"})");
        QCOMPARE(anna->next().value("type"_L1), u"room"_s);

        QCOMPARE(bo->ask(R"({"type":"join","id":5,"room":"ops"})"),
                 json(R"({"type":"joined","id":5,"room":"ops","last_seq":2,"members":[
                     {"user":"anna","state":"online","role":"owner"},{"user":"bo","state":"online","role":"guest"}]})"));
        QCOMPARE(anna->next(), json(R"({"type":"member","room":"ops","seq":2,"user":"bo","timestamp":T,"change":"joined"})"));
        QCOMPARE(anna->next(), json(R"({"type":"user_joined","room":"ops","user":"bo","timestamp":T})"));
        QCOMPARE(bo->ask(R"({"type":"join","room":"ops"})").value("last_seq"_L1), 2); // twice is once

        QCOMPARE(bo->ask(R"({"type":"leave","id":6,"room":"ops"})"), json(R"({"type":"left","id":6,"room":"ops"})"));
        QCOMPARE(anna->next(), json(R"({"type":"user_left","room":"ops","user":"bo","timestamp":T})"));
        QCOMPARE(anna->next(), json(R"({"type":"member","room":"ops","seq":3,"user":"bo","timestamp":T,"change":"left"})"));
        QCOMPARE(bo->verdict(R"({"type":"leave","room":"ops"})"), u"left"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","room":"ops","content":"hi"})"), u"forbidden"_s);
        anna->say(R"({"type":"message","room":"ops","content":"gone"})");
        QCOMPARE(anna->next().value("seq"_L1), 4);
        chat.settle();
        QVERIFY(bo->heardTypes().isEmpty()); // of a room that one is not a member of
    }

    void membershipIsThePersonsNotTheConnections()
    {
        Chat chat;
        const auto laptop = chat.plain();
        const QByteArray token = tokenOf(laptop->hello(u"anna"_s));
        const auto phone = chat.welcomed(u"anna"_s, token);
        chat.settle();
        laptop->forget();
        laptop->say(R"({"type":"create_room","room":"ops"})");
        QCOMPARE(phone->next().value("type"_L1), u"room"_s);
        QCOMPARE(laptop->next().value("type"_L1), u"room"_s);
        laptop->say(R"({"type":"message","room":"ops","content":"hi"})");
        QCOMPARE(phone->next().value("content"_L1), u"hi"_s);
        phone->say(R"({"type":"leave","room":"ops"})");
        QCOMPARE(laptop->next(u"left"_s), json(R"({"type":"left","room":"ops"})"));
        chat.settle();
        phone->forget();
        QCOMPARE(laptop->verdict(R"({"type":"message","room":"ops","content":"hi"})"), u"forbidden"_s);
    }

    void invitesIntoAPrivateRoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        chat.settle();
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"create_room","room":"den","kind":"private"})").value("kind"_L1), u"private"_s);
        QCOMPARE(anna->ask(R"({"type":"invite","id":1,"room":"den","user":"bo"})"),
                 json(R"({"type":"ack","id":1,"room":"den","seq":2,"timestamp":T})"));
        QCOMPARE(anna->next(),
                 json(R"({"type":"member","room":"den","seq":2,"user":"bo","timestamp":T,"change":"joined","by":"anna"})"));
        const QJsonObject opened = bo->next();
        QCOMPARE(opened.value("type"_L1), u"room"_s);
        QCOMPARE(opened.value("room"_L1), u"den"_s);
        bo->say(R"({"type":"message","room":"den","content":"hi"})");
        QCOMPARE(anna->next(u"message"_s).value("content"_L1), u"hi"_s);
        QCOMPARE(anna->ask(R"({"type":"invite","room":"den","user":"nobody"})").value("message"_L1), u"No such user"_s);
    }

    void topicIsTheCreatorsAndModerators()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s); // owner
        const auto bo = chat.welcomed(u"bo"_s);
        const auto cy = chat.welcomed(u"cy"_s);
        bo->forget();
        QCOMPARE(bo->verdict(R"({"type":"create_room","room":"ops"})"), u"room"_s);
        cy->forget();
        QCOMPARE(cy->verdict(R"({"type":"join","room":"ops"})"), u"joined"_s);
        QCOMPARE(cy->verdict(R"({"type":"set_topic","room":"ops","topic":"Tea"})"), u"forbidden"_s);
        chat.settle();
        bo->forget();
        QCOMPARE(bo->ask(R"({"type":"set_topic","room":"ops","topic":"Tea"})"),
                 json(R"({"type":"ack","room":"ops","seq":3,"timestamp":T})"));
        QCOMPARE(cy->next(u"topic"_s),
                 json(R"({"type":"topic","room":"ops","seq":3,"user":"bo","timestamp":T,"topic":"Tea"})"));
        QCOMPARE(bo->next().value("type"_L1), u"topic"_s);
        QCOMPARE(bo->ask(R"({"type":"set_topic","room":"ops","topic":"Tea"})").value("seq"_L1), 3); // no event
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"set_topic","room":"ops","topic":"Mine"})"), u"forbidden"_s); // no member
        QCOMPARE(anna->verdict(R"({"type":"join","room":"ops"})"), u"joined"_s);
        QCOMPARE(anna->verdict(R"({"type":"set_topic","room":"ops","topic":"Mine"})"), u"ack"_s);
    }

    void roomsPerUserAreLimited()
    {
        ServerSettings settings = unhurried();
        settings.roomsPerUser = 2;
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"a"})"), u"room"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"b"})"), u"room"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"c"})"), u"forbidden"_s);
    }

    void directRoomIsForTwo()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        const auto cy = chat.welcomed(u"cy"_s);
        chat.settle();
        for (Client *client : { anna.get(), bo.get(), cy.get() })
            client->forget();
        const QJsonObject opened = anna->ask(R"({"type":"direct","id":1,"user":"BO"})");
        const QString room = opened.value("room"_L1).toString();
        QVERIFY(QRegularExpression(u"^dm:[0-9a-f]{32}$"_s).match(room).hasMatch());
        QCOMPARE(opened.value("kind"_L1), u"direct"_s);
        QCOMPARE(opened.value("peer"_L1), u"bo"_s);
        QCOMPARE(opened.value("id"_L1), 1);
        const QJsonObject heard = bo->next();
        QCOMPARE(heard.value("type"_L1), u"room"_s);
        QCOMPARE(heard.value("room"_L1), room);
        QCOMPARE(heard.value("peer"_L1), u"anna"_s);
        QCOMPARE(bo->ask(R"({"type":"direct","user":"anna"})").value("room"_L1), room); // the same one

        anna->say(filled(R"({"type":"message","room":"%1","content":"psst"})", room.toUtf8()));
        QCOMPARE(bo->next(u"message"_s).value("content"_L1), u"psst"_s);
        const QJsonObject notification = bo->next(u"notification"_s);
        QCOMPARE(notification.value("kind"_L1), u"direct"_s);
        QCOMPARE(notification.value("room"_L1), room);
        QCOMPARE(cy->verdict(filled(R"({"type":"history","room":"%1"})", room.toUtf8())), u"not_found"_s);
        QCOMPARE(cy->verdict(filled(R"({"type":"join","room":"%1"})", room.toUtf8())), u"not_found"_s);
    }

    void directRoomRefuses_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("code");
        QTest::newRow("with oneself") << QByteArray(R"({"type":"direct","user":"anna"})") << u"forbidden"_s;
        QTest::newRow("with nobody") << QByteArray(R"({"type":"direct","user":"nobody"})") << u"not_found"_s;
        QTest::newRow("with a plain client") << QByteArray(R"({"type":"direct","user":"plain"})") << u"not_found"_s;
        QTest::newRow("leaving it") << QByteArray(R"({"type":"leave","room":"%1"})") << u"forbidden"_s;
        QTest::newRow("a third one") << QByteArray(R"({"type":"invite","room":"%1","user":"cy"})") << u"forbidden"_s;
        QTest::newRow("a topic") << QByteArray(R"({"type":"set_topic","room":"%1","topic":"x"})") << u"forbidden"_s;
        QTest::newRow("creating one") << QByteArray(R"({"type":"create_room","room":"%1"})") << u"invalid_message"_s;
    }
    void directRoomRefuses()
    {
        QFETCH(QByteArray, request);
        QFETCH(QString, code);
        Chat chat;
        const auto bo = chat.welcomed(u"bo"_s);
        const auto cy = chat.welcomed(u"cy"_s);
        const auto plain = chat.plain();
        plain->say(R"({"type":"message","content":"hi","user":"plain"})");
        QCOMPARE(plain->next().value("type"_L1), u"message"_s);
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"direct","user":"bo"})");
        const QString room = anna->next(u"room"_s).value("room"_L1).toString();
        anna->forget();
        QCOMPARE(anna->verdict(request.replace("%1", room.toUtf8())), code);
    }

    /// What one may not know of answers with the bytes of what is not there.
    void privateRoomIsNotThere_data()
    {
        QTest::addColumn<QByteArray>("request");
        const auto row = [](const char *name, const QByteArray &members) {
            QTest::newRow(name) << filled(R"({"type":"%1","id":1,)", name) + members + R"("room":"%1"})";
        };
        row("message", R"("content":"hi","client_id":"c1",)");
        row("typing", R"("is_typing":true,)");
        row("edit", R"("seq":2,"content":"hi",)");
        row("delete", R"("seq":2,)");
        row("react", R"("seq":2,"emoji":"👍",)");
        row("history", {});
        row("sync", R"("after":0,)");
        row("read", R"("seq":2,)");
        row("join", {});
        row("leave", {});
        row("who", {});
        row("search", R"("query":"secret",)");
        row("invite", R"("user":"bo",)");
        row("set_topic", R"("topic":"x",)");
        row("set_keep", R"("keep_days":1,)");
        QTest::newRow("subscribe") << QByteArray(R"({"type":"subscribe","resource":"room","id":"%1"})");
    }
    void privateRoomIsNotThere()
    {
        QFETCH(QByteArray, request);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        const auto plain = chat.plain(); // the lobby's, in whose path it is not
        plain->say(R"({"type":"message","content":"hi","user":"plain"})");
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        anna->say(R"({"type":"message","room":"den","content":"secret"})");
        chat.settle();
        anna->forget();
        bo->forget();
        plain->forget();
        for (Client *client : { bo.get(), plain.get() }) {
            client->say(QByteArray(request).replace("%1", "den"));
            QByteArray hidden = client->nextBytes();
            client->say(QByteArray(request).replace("%1", "nix"));
            const QByteArray missing = client->nextBytes();
            QCOMPARE(hidden.replace(R"("id":"den")", R"("id":"nix")"), missing); // what was subscribed to
            QVERIFY2(missing.contains(client == bo.get() ? R"("message":"No such room","code":"not_found")" : "\"code\":\""),
                     missing.constData());
        }
        chat.settle();
        QVERIFY(!anna->heardTypes().contains(u"typing"_s));
        const QJsonObject sync = anna->ask(R"({"type":"sync","room":"den","after":0})");
        QCOMPARE(sync.value("last_seq"_L1), 2);
    }

    void privateRoomIsInNobodysList()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->forget();
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        chat.settle();
        QCOMPARE(each(bo->ask(R"({"type":"rooms"})").value("rooms"_L1), "room"_L1), QStringList { u"lobby"_s });
        const auto plain = chat.plain();
        QCOMPARE(each(plain->ask(R"({"type":"rooms"})").value("rooms"_L1), "room"_L1), QStringList { u"lobby"_s });
        const auto atItsPath = chat.plain(u"den"_s);
        QCOMPARE(atItsPath->verdict(R"({"type":"message","content":"hi","user":"x"})"), u"not_found"_s);
        anna->say(R"({"type":"message","room":"den","content":"psst"})");
        chat.settle();
        QVERIFY(atItsPath->heardTypes().isEmpty());
    }

    void roomThatBecomesPrivateLosesItsListeners()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto listener = chat.plain(u"den"_s); // before there is such a room
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        anna->say(R"({"type":"message","room":"den","content":"psst"})");
        chat.settle();
        QVERIFY(listener->heardTypes().isEmpty());
    }

    void strangerIsNotQuickerThanAPrivateRoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto stranger = chat.plain(u"den"_s);
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        stranger->say(R"({"type":"message","content":"I am in","user":"bo"})"); // before it is committed
        chat.settle();
        const QJsonObject sync = anna->next(u"room"_s);
        QCOMPARE(sync.value("kind"_L1), u"private"_s);
        anna->say(R"({"type":"history","room":"den"})");
        QCOMPARE(anna->next(u"history"_s).value("messages"_L1).toArray().size(), 0);
    }

    // ---- messages ----

    void ackComesBeforeTheEcho()
    {
        Chat chat;
        const auto bo = chat.welcomed(u"bo"_s);
        const auto anna = chat.welcomed(u"anna"_s);
        chat.settle();
        bo->forget();
        anna->say(R"({"type":"message","id":9,"room":"lobby","content":"hi","client_id":"c1"})");
        QCOMPARE(anna->next(), json(R"({"type":"ack","id":9,"client_id":"c1","room":"lobby","seq":3,"timestamp":T})"));
        const QJsonObject message = json(R"({"type":"message","room":"lobby","seq":3,"user":"anna","timestamp":T,
                                             "content":"hi","client_id":"c1"})");
        QCOMPARE(anna->next(), message);
        QCOMPARE(bo->next(), message);
        anna->say(R"({"type":"message","content":"no ack","reply_to":3})");
        QCOMPARE(anna->next(), json(R"({"type":"message","room":"lobby","seq":4,"user":"anna","timestamp":T,
                                        "content":"no ack","reply_to":3})"));
    }

    void retryGetsTheSameAckAndNoEcho()
    {
        Chat chat;
        const auto anna = chat.plain();
        const QByteArray token = tokenOf(anna->hello(u"anna"_s));
        const QByteArray message = R"({"type":"message","room":"lobby","content":"hi","client_id":"c1"})";
        const QJsonObject ack = anna->ask(message);
        QCOMPARE(ack.value("seq"_L1), 2);
        QCOMPARE(anna->next().value("type"_L1), u"message"_s);
        QCOMPARE(anna->ask(message), ack);
        anna->leave();
        const auto again = chat.welcomed(u"anna"_s, token);
        QCOMPARE(again->ask(message), ack);
        chat.settle();
        QVERIFY(again->heardTypes().isEmpty());
        QCOMPARE(again->ask(R"({"type":"sync","after":0})").value("last_seq"_L1), 2);
    }

    void retryIsOfOneUserAndOneContent()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        chat.settle();
        anna->forget();
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi","client_id":"c1"})"), u"ack"_s);
        QCOMPARE(anna->next().value("type"_L1), u"message"_s);
        const QJsonObject conflict = anna->ask(R"({"type":"message","id":2,"content":"other","client_id":"c1"})");
        QCOMPARE(conflict.value("code"_L1), u"conflict"_s);
        QCOMPARE(conflict.value("client_id"_L1), u"c1"_s);
        QCOMPARE(conflict.value("id"_L1), 2);
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi","client_id":"c1","reply_to":3})"), u"conflict"_s);
        bo->forget();
        QCOMPARE(bo->ask(R"({"type":"message","content":"hi","client_id":"c1"})").value("seq"_L1), 4);
    }

    void retryOfWhatIsStillOnItsWay()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        for (int i = 0; i < 3; ++i)
            anna->say(R"({"type":"message","content":"hi","client_id":"c1"})");
        chat.settle();
        QCOMPARE(anna->heardTypes(), (QStringList { u"ack"_s, u"message"_s, u"ack"_s, u"ack"_s }));
    }

    void refusesMessages_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const QByteArray &request, const QString &code) {
            QTest::newRow(name) << request << code;
        };
        row("a reply to nothing", R"({"type":"message","content":"hi","client_id":"x","reply_to":99})", u"not_found"_s);
        row("a reply to no message", R"({"type":"message","content":"hi","client_id":"x","reply_to":1})", u"not_found"_s);
        row("not a member", R"({"type":"message","room":"ops","content":"hi"})", u"forbidden"_s);
        row("typing, not a member", R"({"type":"typing","room":"ops","is_typing":true})", u"forbidden"_s);
        row("reading, not a member", R"({"type":"read","room":"ops","seq":1})", u"forbidden"_s);
        row("reacting, not a member", R"({"type":"react","room":"ops","seq":1,"emoji":"👍"})", u"forbidden"_s);
        row("an edit of nothing", R"({"type":"edit","seq":99,"content":"x"})", u"not_found"_s);
        row("an edit of no message", R"({"type":"edit","seq":1,"content":"x"})", u"not_found"_s);
        row("an edit of another's", R"({"type":"edit","seq":3,"content":"x"})", u"forbidden"_s);
        row("an empty edit", R"({"type":"edit","seq":3,"content":""})", u"invalid_message"_s);
        row("a deletion of another's", R"({"type":"delete","seq":3})", u"forbidden"_s);
        row("a deletion of nothing", R"({"type":"delete","seq":99})", u"not_found"_s);
        row("a reaction to nothing", R"({"type":"react","seq":99,"emoji":"👍"})", u"not_found"_s);
        row("a reaction to a deleted one", R"({"type":"react","seq":4,"emoji":"👍"})", u"not_found"_s);
        row("an edit of a deleted one", R"({"type":"edit","seq":4,"content":"x"})", u"not_found"_s);
        row("a reaction of spaces", R"({"type":"react","seq":3,"emoji":" "})", u"invalid_message"_s);
        row("an announcement", R"({"type":"announce","content":"hi"})", u"forbidden"_s);
    }
    void refusesMessages()
    {
        QFETCH(QByteArray, request);
        QFETCH(QString, code);
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"create_room","room":"ops"})");
        anna->say(R"({"type":"message","content":"one"})"); // seq 3
        chat.settle();
        bo->say(R"({"type":"message","content":"two"})"); // seq 4
        chat.settle();
        bo->say(R"({"type":"delete","seq":4})");
        chat.settle();
        bo->forget();
        anna->forget();
        QCOMPARE(bo->verdict(request), code);
        chat.settle();
        QVERIFY(anna->heardTypes().isEmpty());
        QCOMPARE(anna->ask(R"({"type":"sync","after":0})").value("last_seq"_L1), 5);
    }

    void editsDeletesAndReacts()
    {
        Chat chat;
        const auto bo = chat.welcomed(u"bo"_s); // owner
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","content":"one"})");
        chat.settle();
        anna->forget();
        bo->forget();
        QCOMPARE(anna->ask(R"({"type":"edit","id":1,"seq":3,"content":"two"})"),
                 json(R"({"type":"ack","id":1,"room":"lobby","seq":4,"timestamp":T})"));
        const QJsonObject edit = json(R"({"type":"edit","room":"lobby","seq":4,"user":"anna","timestamp":T,"target":3,
                                          "content":"two"})");
        QCOMPARE(anna->next(), edit);
        QCOMPARE(bo->next(), edit);
        QCOMPARE(bo->ask(R"({"type":"react","seq":3,"emoji":"👍"})").value("seq"_L1), 5);
        QCOMPARE(anna->next(), json(R"({"type":"reaction","room":"lobby","seq":5,"user":"bo","timestamp":T,"target":3,
                                        "emoji":"👍","add":true})"));
        QCOMPARE(bo->next().value("type"_L1), u"reaction"_s);
        QCOMPARE(bo->ask(R"({"type":"react","seq":3,"emoji":"👍"})").value("type"_L1), u"ack"_s); // is there already
        QCOMPARE(bo->ask(R"({"type":"history"})").value("messages"_L1).toArray(),
                 QJsonArray { json(R"({"type":"message","room":"lobby","seq":3,"user":"anna","timestamp":T,"content":"two",
                     "edited_at":T,"reactions":[{"emoji":"👍","count":1,"users":["bo"]}]})") });
        QCOMPARE(bo->ask(R"({"type":"react","seq":3,"emoji":"👍","add":false})").value("seq"_L1), 6);
        QCOMPARE(anna->next().value("add"_L1), false);
        bo->forget();
        QCOMPARE(bo->verdict(R"({"type":"edit","seq":3,"content":"mine"})"), u"forbidden"_s); // nobody's but the author's
        QCOMPARE(bo->ask(R"({"type":"delete","seq":3})").value("seq"_L1), 7); // the owner may
        QCOMPARE(anna->next(), json(R"({"type":"delete","room":"lobby","seq":7,"user":"bo","timestamp":T,"target":3})"));
        chat.settle();
        bo->forget();
        QCOMPARE(bo->verdict(R"({"type":"delete","seq":3})"), u"ack"_s);
        QCOMPARE(bo->ask(R"({"type":"history"})").value("messages"_L1).toArray(),
                 QJsonArray { json(R"({"type":"message","room":"lobby","seq":3,"user":"anna","timestamp":T,"content":"",
                     "deleted":true})") });
        chat.settle();
        QVERIFY(anna->heardTypes().isEmpty());
    }

    void historyPagesBackwards()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        for (int i = 0; i < 5; ++i)
            anna->say(R"({"type":"message","content":"m"})"); // 2 … 6
        chat.settle();
        anna->forget();
        QJsonObject page = anna->ask(R"({"type":"history","id":1,"room":"lobby","limit":2})");
        QCOMPARE(page.value("id"_L1), 1);
        QCOMPARE(each(page.value("messages"_L1), "seq"_L1), (QStringList { u"5"_s, u"6"_s }));
        QCOMPARE(page.value("has_more"_L1), true);
        page = anna->ask(R"({"type":"history","room":"lobby","before":5,"limit":1000000000})");
        QCOMPARE(each(page.value("messages"_L1), "seq"_L1), (QStringList { u"2"_s, u"3"_s, u"4"_s }));
        QCOMPARE(page.value("has_more"_L1), false);
    }

    void limitsAreClamped()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        for (int i = 0; i < 510; ++i)
            anna->say(R"({"type":"message","content":"m"})");
        chat.settle();
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"history"})").value("messages"_L1).toArray().size(), 50);
        QCOMPARE(anna->ask(R"({"type":"history","limit":1000000000})").value("messages"_L1).toArray().size(), 500);
        QCOMPARE(anna->ask(R"({"type":"sync","after":0,"limit":1000000000})").value("events"_L1).toArray().size(), 500);
        QCOMPARE(anna->ask(R"({"type":"search","query":"m"})").value("messages"_L1).toArray().size(), 20);
        QCOMPARE(anna->ask(R"({"type":"search","query":"m","limit":1000000000})").value("messages"_L1).toArray().size(),
                 100);
    }

    void syncCatchesUpWithoutAGap()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","content":"one"})");
        chat.settle();
        anna->say(R"({"type":"edit","seq":2,"content":"two"})");
        anna->say(R"({"type":"message","content":"three","client_id":"c"})");
        chat.settle();
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"sync","id":1,"room":"lobby","after":1,"limit":2})"),
                 json(R"({"type":"sync","id":1,"room":"lobby","last_seq":4,"has_more":true,"events":[
                     {"type":"message","room":"lobby","seq":2,"user":"anna","timestamp":T,"content":"one"},
                     {"type":"edit","room":"lobby","seq":3,"user":"anna","timestamp":T,"target":2,"content":"two"}]})"));
        const QJsonObject rest = anna->ask(R"({"type":"sync","room":"lobby","after":3})");
        QCOMPARE(each(rest.value("events"_L1), "seq"_L1), QStringList { u"4"_s });
        QCOMPARE(rest.value("has_more"_L1), false);
        QVERIFY(anna->ask(R"({"type":"sync","after":99})").value("events"_L1).toArray().isEmpty());
    }

    void syncGivesTheBytesThatWereHeard()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","content":"one","client_id":"c1"})");
        QVERIFY(anna->nextBytes().contains("ack"));
        const QByteArray heard = anna->nextBytes();
        anna->say(R"({"type":"sync","after":1})");
        QVERIFY(anna->nextBytes().contains(heard));
    }

    void readMarksAreTheUsersOwn()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto first = chat.plain();
        const QByteArray token = tokenOf(first->hello(u"bo"_s));
        anna->say(R"({"type":"message","content":"one"})"); // 3
        anna->say(R"({"type":"message","content":"two @bo"})"); // 4
        chat.settle();
        const auto second = chat.plain();
        QJsonObject lobby = roomIn(second->hello(u"bo"_s, token), u"lobby"_s);
        QCOMPARE(lobby.value("read_seq"_L1), 2);
        QCOMPARE(lobby.value("unread"_L1), 2);
        QCOMPARE(lobby.value("mentions"_L1), 1);
        chat.settle();
        first->forget();
        second->forget();
        anna->forget();
        QCOMPARE(first->ask(R"({"type":"read","id":1,"room":"lobby","seq":3})"),
                 json(R"({"type":"ack","id":1,"room":"lobby","seq":3,"timestamp":T})"));
        QCOMPARE(second->next(), json(R"({"type":"read","room":"lobby","seq":3})"));
        QCOMPARE(first->ask(R"({"type":"read","room":"lobby","seq":1})").value("seq"_L1), 3); // never back
        QCOMPARE(first->ask(R"({"type":"read","room":"lobby","seq":99})").value("seq"_L1), 4); // never beyond
        lobby = roomIn(first->ask(R"({"type":"rooms"})"), u"lobby"_s);
        QCOMPARE(lobby.value("unread"_L1), 0);
        QCOMPARE(lobby.value("mentions"_L1), 0);
        chat.settle();
        QVERIFY(anna->heardTypes().isEmpty());
        QVERIFY(first->heardTypes().isEmpty());
        const auto plain = chat.plain();
        QCOMPARE(plain->verdict(R"({"type":"read","seq":1})"), u"unauthorized"_s);
    }

    void typingNeedsNoName()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        chat.settle();
        anna->forget();
        bo->say(R"({"type":"typing","room":"lobby","is_typing":false})");
        QCOMPARE(anna->next(), json(R"({"type":"typing","user":"bo","is_typing":false,"timestamp":T,"room":"lobby"})"));
    }

    void searchKeepsToWhatOneMayRead()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"create_room","room":"den","kind":"private"})");
        chat.settle();
        anna->say(R"({"type":"message","room":"den","content":"100% tea"})");
        anna->say(R"({"type":"message","content":"100% coffee"})");
        bo->say(R"({"type":"message","content":"1000 cups"})");
        chat.settle();
        anna->forget();
        bo->forget();
        const auto found = [](Client &client, const QByteArray &request) {
            return each(client.ask(request).value("messages"_L1), "content"_L1);
        };
        QCOMPARE(found(*bo, R"({"type":"search","query":"100%"})"), QStringList { u"100% coffee"_s });
        QCOMPARE(found(*anna, R"({"type":"search","query":"100%"})").size(), 2);
        QCOMPARE(found(*anna, R"({"type":"search","query":"TEA","room":"den"})"), QStringList { u"100% tea"_s });
        QCOMPARE(found(*anna, R"({"type":"search","query":"100","from":"BO"})"), QStringList { u"1000 cups"_s });
        QVERIFY(found(*anna, R"({"type":"search","query":"x\u0027 OR 1=1 --"})").isEmpty());
        QCOMPARE(anna->verdict(R"({"type":"search","query":" "})"), u"invalid_message"_s);
        const auto plain = chat.plain();
        QVERIFY(found(*plain, R"({"type":"search","query":"tea"})").isEmpty());
    }

    void plainClientThatTypedMayJoin()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"create_room","room":"ops"})");
        chat.settle();
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"typing","is_typing":true,"user":"bo"})"), u"typing"_s); // named, nothing said
        bo->say(R"({"type":"join","room":"ops"})");
        QCOMPARE(bo->next().value("type"_L1), u"joined"_s);
        bo->say(R"({"type":"create_room","room":"own"})");
        QCOMPARE(bo->next().value("type"_L1), u"room"_s);
    }

    void guestsRoomsWantAName()
    {
        Chat chat;
        const auto bo = chat.plain();
        for (const QByteArray request : { R"({"type":"join","room":"lobby"})", R"({"type":"leave","room":"lobby"})",
                                          R"({"type":"create_room","room":"ops"})", R"({"type":"edit","seq":1,"content":"x"})",
                                          R"({"type":"delete","seq":1})", R"({"type":"react","seq":1,"emoji":"x"})",
                                          R"({"type":"direct","user":"anna"})", R"({"type":"announce","content":"x"})",
                                          R"({"type":"invite","room":"lobby","user":"x"})",
                                          R"({"type":"presence","state":"away"})" })
            QCOMPARE(bo->verdict(request), u"unauthorized"_s);
        bo->say(R"({"type":"message","content":"hi","user":"bo"})");
        QCOMPARE(bo->next().value("type"_L1), u"message"_s);
        QCOMPARE(bo->verdict(R"({"type":"create_room","room":"den","kind":"private"})"), u"unauthorized"_s);
        QCOMPARE(bo->verdict(R"({"type":"create_room","room":"ops"})"), u"room"_s);
        bo->say(R"({"type":"message","room":"ops","content":"hi"})");
        QCOMPARE(bo->next(u"message"_s).value("room"_L1), u"ops"_s);
    }

    // ---- notifications ----

    void mentionsAreToldAtOnce()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        const auto cy = chat.welcomed(u"cy"_s);
        chat.settle();
        for (Client *client : { anna.get(), bo.get(), cy.get() })
            client->forget();
        anna->say(R"({"type":"message","content":"@Bo, @anna: tea? @nobody"})");
        QCOMPARE(bo->next().value("type"_L1), u"message"_s);
        QCOMPARE(bo->next(), json(R"({"type":"notification","kind":"mention","room":"lobby","seq":4,"user":"anna",
                                      "content":"@Bo, @anna: tea? @nobody","timestamp":T})"));
        chat.settle();
        QCOMPARE(anna->heardTypes(), QStringList { u"message"_s });
        QCOMPARE(cy->heardTypes(), QStringList { u"message"_s });
    }

    void mentionsWaitForThoseWhoAreAway()
    {
        QTemporaryDir directory;
        QByteArray token;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto anna = chat.welcomed(u"anna"_s);
            const auto bo = chat.plain();
            token = tokenOf(bo->hello(u"bo"_s));
            anna->say(R"({"type":"direct","user":"bo"})");
            const QByteArray room = anna->next(u"room"_s).value("room"_L1).toString().toUtf8();
            bo->leave();
            anna->say(R"({"type":"message","content":"@bo one"})");
            anna->say(filled(R"({"type":"message","room":"%1","content":"two"})", room));
            anna->say(R"({"type":"message","content":"not for him"})");
            anna->say(R"({"type":"message","content":"three @bo"})");
            chat.settle();
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        const auto bo = chat.plain();
        bo->hello(u"bo"_s, token);
        const QJsonObject first = bo->next();
        QCOMPARE(first.value("type"_L1), u"notification"_s);
        QCOMPARE(first.value("kind"_L1), u"mention"_s);
        QCOMPARE(first.value("content"_L1), u"@bo one"_s);
        const QJsonObject second = bo->next();
        QCOMPARE(second.value("kind"_L1), u"direct"_s);
        QCOMPARE(second.value("content"_L1), u"two"_s);
        QCOMPARE(bo->next().value("content"_L1), u"three @bo"_s);
        bo->leave();
        const auto again = chat.plain();
        again->hello(u"bo"_s, token);
        chat.settle();
        QVERIFY(again->heardTypes().isEmpty()); // once
    }

    void mentionsWaitForThoseWhoHaveSaidGoodbye()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = tokenOf(bo->hello(u"bo"_s));
        bo->sayGoodbye();
        anna->say(R"({"type":"message","content":"@bo one"})");
        chat.settle();
        bo->leave();
        const auto again = chat.plain();
        again->hello(u"bo"_s, token);
        QCOMPARE(again->next(u"notification"_s).value("content"_L1), u"@bo one"_s);
    }

    void manyNotificationsComeInOrder()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const QByteArray token = tokenOf(bo->hello(u"bo"_s));
        bo->leave();
        for (int i = 0; i < 250; ++i)
            anna->say(filled(R"({"type":"message","content":"@bo %1"})", QByteArray::number(i)));
        chat.settle();
        const auto again = chat.plain();
        again->hello(u"bo"_s, token);
        for (int i = 0; i < 250; ++i)
            QCOMPARE(again->next(u"notification"_s).value("content"_L1), u"@bo %1"_s.arg(i));
    }

    void announcementsReachEverybodyWhoKnowsThem()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        const auto plain = chat.plain();
        const auto more = chat.plain(); // without hello, but no client of the seed's
        QCOMPARE(more->ask(R"({"type":"who","id":1})").value("type"_L1), u"members"_s);
        chat.settle();
        anna->forget();
        QCOMPARE(anna->ask(R"({"type":"announce","id":1,"content":"Tea is ready"})"),
                 json(R"({"type":"ack","id":1,"timestamp":T})"));
        const QJsonObject notification = json(R"({"type":"notification","kind":"system","user":"anna",
                                                  "content":"Tea is ready","timestamp":T})");
        QCOMPARE(anna->next(), notification);
        QCOMPARE(bo->next(), notification);
        QCOMPARE(more->next(), notification);
        QVERIFY(plain->heardTypes().isEmpty());
        QCOMPARE(bo->verdict(R"({"type":"announce","content":"Mine"})"), u"forbidden"_s);
    }

    // ---- subscriptions ----

    void subscribesToARoom()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"create_room","room":"ops","name":"Ops"})");
        chat.settle();
        const auto bo = chat.welcomed(u"bo"_s);
        QCOMPARE(bo->ask(R"({"type":"subscribe","resource":"room","id":"ops"})"),
                 json(R"({"type":"subscribed","resource":"room","id":"ops"})"));
        anna->say(R"({"type":"message","room":"ops","content":"hi"})");
        QCOMPARE(bo->next(), json(R"({"type":"update","resource":"room","id":"ops","room":"ops","name":"Ops","topic":"",
            "kind":"public","last_seq":2,"read_seq":0,"unread":0,"mentions":0,"member":false,"member_count":1,"created_by":"anna"})"));
        QCOMPARE(bo->ask(R"({"type":"unsubscribe","resource":"room","id":"ops"})"),
                 json(R"({"type":"unsubscribed","resource":"room","id":"ops"})"));
        anna->say(R"({"type":"message","room":"ops","content":"hi"})");
        chat.settle();
        QVERIFY(bo->heardTypes().isEmpty());
    }

    void subscribesToAUser()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto plain = chat.plain();
        QCOMPARE(plain->verdict(R"({"type":"subscribe","resource":"user","id":"ANNA"})"), u"subscribed"_s);
        anna->say(R"({"type":"presence","state":"away"})");
        QCOMPARE(plain->next(), json(R"({"type":"presence","user":"anna","state":"away"})"));
        QCOMPARE(plain->next(), json(R"({"type":"update","resource":"user","id":"anna","user":"anna","state":"away",
                                         "role":"owner"})"));
        anna->leave();
        QCOMPARE(plain->next(u"update"_s).value("state"_L1), u"offline"_s);
    }

    void refusesSubscriptions_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("code");
        QTest::newRow("no such room") << QByteArray(R"({"type":"subscribe","resource":"room","id":"nix"})") << u"not_found"_s;
        QTest::newRow("no room at all") << QByteArray(R"({"type":"subscribe","resource":"room","id":"a b"})") << u"not_found"_s;
        QTest::newRow("no such user") << QByteArray(R"({"type":"subscribe","resource":"user","id":"nix"})") << u"not_found"_s;
        QTest::newRow("no user at all") << QByteArray(R"({"type":"subscribe","resource":"user","id":"@"})") << u"not_found"_s;
        QTest::newRow("no such thing") << QByteArray(R"({"type":"subscribe","resource":"cat","id":"x"})") << u"invalid_message"_s;
        QTest::newRow("nothing") << QByteArray(R"({"type":"subscribe","resource":"room"})") << u"invalid_message"_s;
        QTest::newRow("no subscription") << QByteArray(R"({"type":"unsubscribe","resource":"room","id":"nix"})")
                                         << u"unsubscribed"_s;
    }
    void refusesSubscriptions()
    {
        QFETCH(QByteArray, request);
        QFETCH(QString, code);
        Chat chat;
        QCOMPARE(chat.plain()->verdict(request), code);
    }

    void subscriptionsAreLimited()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        for (int i = 0; i < 101; ++i)
            anna->say(filled(R"({"type":"create_room","room":"r%1"})", QByteArray::number(i)));
        for (int i = 0; i < 101; ++i)
            QCOMPARE(anna->next().value("type"_L1), i < 100 ? u"room"_s : u"error"_s); // as many as one may create
        for (int i = 0; i < 100; ++i) {
            const QByteArray request = filled(R"({"type":"subscribe","resource":"room","id":"r%1"})", QByteArray::number(i));
            QCOMPARE(anna->verdict(request), u"subscribed"_s);
            QCOMPARE(anna->verdict(request), u"subscribed"_s); // twice is once
        }
        QCOMPARE(anna->verdict(R"({"type":"subscribe","resource":"room","id":"lobby"})"), u"forbidden"_s);
        QCOMPARE(anna->verdict(R"({"type":"unsubscribe","resource":"room","id":"r0"})"), u"unsubscribed"_s);
        QCOMPARE(anna->verdict(R"({"type":"subscribe","resource":"room","id":"lobby"})"), u"subscribed"_s);
    }

    // ---- batches ----

    void batchesForThoseWhoAsk()
    {
        ServerSettings settings = unhurried();
        settings.batchSize = 3;
        settings.batchTimeout = std::chrono::hours(1); // never in this test
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s, R"(,"features":["batch","unknown"])");
        for (int i = 0; i < 4; ++i)
            anna->say(R"({"type":"message","content":"m"})");
        const QJsonObject batch = bo->next();
        QCOMPARE(batch.value("type"_L1), u"batch"_s);
        QCOMPARE(each(batch.value("messages"_L1), "seq"_L1), (QStringList { u"3"_s, u"4"_s, u"5"_s }));
        chat.settle();
        QVERIFY(bo->heardTypes().isEmpty()); // one waits
        const QJsonObject rest = bo->ask(R"({"type":"ping"})"); // an answer takes it along, behind it
        QCOMPARE(each(rest.value("messages"_L1), "type"_L1), (QStringList { u"message"_s, u"pong"_s }));
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"pong"_s); // one frame needs no batch
    }

    void aBatchOfSignsMayBeDropped()
    {
        ServerSettings settings = unhurried();
        settings.batchTimeout = std::chrono::hours(1); // never in this test
        settings.batchSize = 2;
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s, R"(,"features":["batch"])");
        bo->forget();
        const QByteArray typing = R"({"type":"typing","is_typing":true})";
        anna->say(typing);
        anna->say(typing);
        QCOMPARE(bo->lastDelivery(), Delivery::Droppable);
        anna->say(typing);
        anna->say(R"({"type":"message","content":"m"})");
        chat.settle();
        QCOMPARE(bo->lastDelivery(), Delivery::Required);
    }

    void batchDoesNotWaitForLong()
    {
        ServerSettings settings = unhurried();
        settings.batchTimeout = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s, R"(,"features":["batch"])");
        anna->say(R"({"type":"message","content":"one"})");
        QCOMPARE(bo->next().value("content"_L1), u"one"_s);
        bo->say(R"({"type":"leave","room":"lobby"})");
        QCOMPARE(bo->next(u"left"_s).value("room"_L1), u"lobby"_s);
        anna->say(R"({"type":"message","content":"two"})");
        chat.settle();
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"pong"_s);
    }

    void batcherMayLeaveWithFramesHeld()
    {
        ServerSettings settings = unhurried();
        settings.batchTimeout = std::chrono::milliseconds(1);
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s, R"(,"features":["batch"])");
        const auto cy = chat.welcomed(u"cy"_s, R"(,"features":["batch"])");
        anna->say(R"({"type":"message","content":"one"})");
        chat.settle();
        bo->leave();
        anna->say(R"({"type":"message","content":"two"})");
        anna->say(R"({"type":"message","content":"three"})");
        QStringList contents;
        while (!contents.contains(u"three"_s)) {
            const QJsonObject frame = cy->next();
            contents += frame.contains("messages"_L1) ? each(frame.value("messages"_L1), "content"_L1)
                                                      : QStringList { frame.value("content"_L1).toString() };
        }
        contents.removeAll(QString()); // that bo left
        QCOMPARE(contents, (QStringList { u"one"_s, u"two"_s, u"three"_s }));
    }

    // ---- limits and failures (section 4) ----

    void messagesAreLimited()
    {
        ServerSettings settings = unhurried();
        settings.messages = { 2, 0.001 };
        Chat chat(settings);
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(R"({"type":"message","content":"1","user":"bo"})"), u"message"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","content":"2"})"), u"message"_s);
        const QJsonObject error = bo->ask(R"({"type":"message","id":3,"client_id":"c3","content":"3"})");
        QCOMPARE(error.value("code"_L1), u"rate_limited"_s);
        QCOMPARE(error.value("message"_L1), u"Rate limit exceeded"_s);
        QCOMPARE(error.value("id"_L1), 3);
        QCOMPARE(error.value("client_id"_L1), u"c3"_s);
        QVERIFY(error.value("retry_after_ms"_L1).toInt() > 0);
        QVERIFY(error.value("retry_after_ms"_L1).toInt() <= 1'000'000);
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"pong"_s); // a purse of its own
        QCOMPARE(bo->verdict(R"({"type":"typing","is_typing":true})"), u"typing"_s);
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"message","content":"1","user":"cy"})"), u"message"_s);
    }

    void limitIsThePersonsOverAllConnections()
    {
        ServerSettings settings = unhurried();
        settings.messages = { 2, 0.001 };
        Chat chat(settings);
        const auto first = chat.plain();
        const QByteArray token = tokenOf(first->hello(u"anna"_s));
        const auto second = chat.welcomed(u"anna"_s, token);
        chat.settle();
        first->forget();
        QCOMPARE(first->verdict(R"({"type":"message","content":"1","client_id":"1"})"), u"ack"_s);
        (void)second->next();
        QCOMPARE(second->verdict(R"({"type":"message","content":"2","client_id":"2"})"), u"ack"_s);
        chat.settle();
        first->forget();
        QCOMPARE(first->verdict(R"({"type":"message","content":"3"})"), u"rate_limited"_s);
        first->leave();
        second->leave();
        const auto third = chat.welcomed(u"anna"_s, token);
        QCOMPARE(third->verdict(R"({"type":"message","content":"3"})"), u"rate_limited"_s);
    }

    void strangersDoNotSpendAnothersLimit()
    {
        ServerSettings settings = unhurried();
        settings.messages = { 2, 0.001 };
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto stranger = chat.plain();
        for (int i = 0; i < 2; ++i)
            QCOMPARE(stranger->verdict(R"({"type":"message","content":"x","user":"anna"})"), u"name_taken"_s);
        anna->say(R"({"type":"message","content":"hi"})");
        QCOMPARE(anna->next().value("type"_L1), u"message"_s);
    }

    void everythingElseIsLimited_data()
    {
        QTest::addColumn<QByteArray>("request"); // empty: a binary frame
        QTest::newRow("ping") << QByteArray(R"({"type":"ping"})");
        QTest::newRow("rooms") << QByteArray(R"({"type":"rooms"})");
        QTest::newRow("typing") << QByteArray(R"({"type":"typing","is_typing":true,"user":"bo"})");
        QTest::newRow("a message without a user") << QByteArray(R"({"type":"message","content":"x"})");
        QTest::newRow("not JSON") << QByteArray("x");
        QTest::newRow("unknown type") << QByteArray(R"({"type":"dance"})");
        QTest::newRow("binary") << QByteArray();
        QTest::newRow("hello") << QByteArray(R"({"type":"hello","user":"anna"})");
    }
    void everythingElseIsLimited()
    {
        QFETCH(QByteArray, request);
        ServerSettings settings = unhurried();
        settings.messages = settings.typing = settings.requests = { 2, 0.001 };
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.plain();
        const auto ask = [&] {
            if (request.isEmpty())
                bo->sayBinary("x");
            else
                bo->say(request);
            return bo->next().value("code"_L1).toString();
        };
        QVERIFY(ask() != u"rate_limited"_s);
        QVERIFY(ask() != u"rate_limited"_s);
        QCOMPARE(ask(), u"rate_limited"_s);
        QVERIFY(bo->isOpen());
    }

    void floodCloses()
    {
        ServerSettings settings = unhurried();
        settings.messages = { 20, 5 };
        Chat chat(settings);
        const auto bo = chat.plain();
        int said = 0;
        while (bo->isOpen() && said < 1'000) {
            bo->say(R"({"type":"message","content":"x","user":"bo"})");
            ++said;
        }
        QCOMPARE(bo->closeCode(), 1008);
        QVERIFY(said > 100); // not at once
        chat.settle();
        const QStringList heard = bo->heardTypes();
        QVERIFY(heard.count(u"error"_s) >= 100);
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"ping"})"), u"pong"_s);
    }

    void aBurstBehindAHelloIsAnswered()
    {
        Chat chat;
        const auto anna = chat.plain();
        anna->say(R"({"type":"hello","user":"anna"})");
        for (int i = 0; i < 1'000; ++i)
            anna->say(filled(R"({"type":"message","content":"m","client_id":"c%1"})", QByteArray::number(i)));
        QCOMPARE(anna->next().value("type"_L1), u"welcome"_s);
        for (int i = 0; i < 1'000; ++i)
            QCOMPARE(anna->next(u"ack"_s).value("client_id"_L1), u"c%1"_s.arg(i));
    }

    void tooMuchBehindAnUndecidedRequestCloses_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("most");
        QTest::newRow("many small ones") << 10 << 10'000;
        QTest::newRow("large ones") << 1'000'000 << 4;
    }
    void tooMuchBehindAnUndecidedRequestCloses()
    {
        QFETCH(int, size);
        QFETCH(int, most);
        Chat chat;
        const auto anna = chat.plain();
        const QByteArray ping = filled(R"({"type":"ping","x":"%1"})", QByteArray(size, 'x'));
        anna->say(R"({"type":"hello","user":"anna"})");
        for (int i = 0; i < most; ++i)
            anna->say(ping);
        QVERIFY(anna->isOpen());
        anna->say(ping);
        QCOMPARE(anna->closeCode(), 1008);
        chat.settle(); // nobody is there for what comes back
    }

    void fullStorageIsSaidAndHeals()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        chat.settle();
        anna->forget();
        chat.store().refuseWrites(StoreError::Reason::StorageFull);
        const QJsonObject error = anna->ask(R"({"type":"message","id":1,"content":"hi","client_id":"c1"})");
        QCOMPARE(error.value("code"_L1), u"storage_full"_s);
        QCOMPARE(error.value("id"_L1), 1);
        QCOMPARE(error.value("client_id"_L1), u"c1"_s);
        QCOMPARE(anna->verdict(R"({"type":"create_room","room":"ops"})"), u"storage_full"_s);
        QCOMPARE(anna->verdict(R"({"type":"join","room":"lobby"})"), u"storage_full"_s);
        QCOMPARE(anna->verdict(R"({"type":"read","seq":1})"), u"storage_full"_s);
        QCOMPARE(anna->verdict(R"({"type":"history"})"), u"history"_s); // reads go on
        const auto cy = chat.plain();
        QCOMPARE(cy->verdict(R"({"type":"hello","user":"cy"})"), u"storage_full"_s);
        QVERIFY(bo->heardTypes().isEmpty());
        chat.store().takeWrites();
        QCOMPARE(anna->verdict(R"({"type":"message","content":"hi","client_id":"c1"})"), u"ack"_s);
        QCOMPARE(bo->next().value("content"_L1), u"hi"_s);
        QCOMPARE(cy->hello(u"cy"_s).value("user"_L1), u"cy"_s); // the name is free still
    }

    void failureOfTheStoreIsInternal()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        chat.store().refuseWrites(StoreError::Reason::Failed);
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^event=internal-error reference=[0-9a-f]+ error=\"bad mood\"$"_s));
        QJsonObject error = anna->ask(R"({"type":"message","id":1,"content":"hi"})");
        QVERIFY(!error.take("reference"_L1).toString().isEmpty());
        QCOMPARE(error, json(R"({"type":"error","id":1,"code":"internal","message":"Internal server error","timestamp":T})"));
        QCOMPARE(anna->verdict(R"({"type":"ping"})"), u"pong"_s);
    }

    void slowConsumerIsTold()
    {
        Chat chat;
        const auto bo = chat.plain();
        bo->stopReading();
        QCOMPARE(bo->next().value("code"_L1), u"slow_consumer"_s);
    }

    void shutsDownInOrder()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","id":1,"content":"accepted"})");
        anna->say(R"({"type":"create_room","id":2,"room":"ops"})");
        anna->say(R"({"type":"ping","id":3})"); // waits behind it
        chat.channel().stopTaking();
        anna->say(R"({"type":"message","id":4,"client_id":"c4","content":"late"})");
        QCOMPARE(anna->next(), json(R"({"type":"error","id":3,"code":"shutting_down","message":"Server is shutting down",
                                        "timestamp":T})"));
        QCOMPARE(anna->next(), json(R"({"type":"error","id":4,"code":"shutting_down","message":"Server is shutting down",
                                        "timestamp":T,"client_id":"c4"})"));
        QCOMPARE(anna->next(), json(R"({"type":"ack","id":1,"room":"lobby","seq":2,"timestamp":T})"));
        QCOMPARE(anna->next().value("content"_L1), u"accepted"_s);
        QCOMPARE(anna->next().value("id"_L1), 2);
        Client late(chat.channel());
        QCOMPARE(late.next().value("type"_L1), u"connected"_s);
        QCOMPARE(late.closeCode(), 1001);
    }

    void whoLeavesMidRequestIsForgotten_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("hello") << QByteArray(R"({"type":"hello","user":"anna"})");
        QTest::newRow("message") << QByteArray(R"({"type":"message","content":"hi"})");
        QTest::newRow("create_room") << QByteArray(R"({"type":"create_room","room":"ops"})");
        QTest::newRow("join") << QByteArray(R"({"type":"join","room":"lobby"})");
        QTest::newRow("leave") << QByteArray(R"({"type":"leave","room":"lobby"})");
        QTest::newRow("direct") << QByteArray(R"({"type":"direct","user":"bo"})");
        QTest::newRow("history") << QByteArray(R"({"type":"history"})");
        QTest::newRow("sync") << QByteArray(R"({"type":"sync","after":0})");
        QTest::newRow("search") << QByteArray(R"({"type":"search","query":"x"})");
        QTest::newRow("rooms") << QByteArray(R"({"type":"rooms"})");
        QTest::newRow("read") << QByteArray(R"({"type":"read","seq":1})");
        QTest::newRow("edit") << QByteArray(R"({"type":"edit","seq":1,"content":"x"})");
        QTest::newRow("invite") << QByteArray(R"({"type":"invite","room":"lobby","user":"bo"})");
    }
    void whoLeavesMidRequestIsForgotten()
    {
        QFETCH(QByteArray, request);
        Chat chat;
        const auto bo = chat.welcomed(u"bo"_s);
        const auto anna = request.contains("hello") ? chat.plain() : chat.welcomed(u"anna"_s);
        anna->say(request);
        anna->leave();
        chat.settle();
        QVERIFY(anna->heardTypes().isEmpty());
        QCOMPARE(chat.channel().onlineUserCount(), 1);
        bo->forget();
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"pong"_s);
    }

    void acceptedMessageOutlivesItsSender()
    {
        Chat chat;
        const auto bo = chat.welcomed(u"bo"_s);
        const auto anna = chat.welcomed(u"anna"_s);
        anna->say(R"({"type":"message","content":"last words"})");
        anna->leave();
        QCOMPARE(bo->next(u"message"_s).value("content"_L1), u"last words"_s);
    }

    void nameOfAClientThatLeftMidHelloIsConsistentAfterARestart()
    {
        QTemporaryDir directory;
        QString before;
        {
            Chat chat(unhurried(), { .directory = directory.path() });
            const auto bo = chat.plain();
            QCOMPARE(bo->verdict(R"({"type":"message","content":"hi","user":"bo"})"), u"message"_s);
            bo->say(R"({"type":"hello","user":"bo"})");
            bo->leave(); // before its token is stored
            chat.settle();
            before = chat.plain()->verdict(R"({"type":"hello","user":"bo"})");
            chat.settle();
        }
        Chat chat(unhurried(), { .directory = directory.path() });
        const QString after = chat.plain()->verdict(R"({"type":"hello","user":"bo"})");
        QCOMPARE(after, before);
    }

    void aTokenThatTheClientBringsOwnsAFreeName()
    {
        Chat chat;
        const QByteArray token = "0123456789abcdefghijklmnopqrstuvwxyzABCDE-_";
        {
            const auto lost = chat.plain();
            lost->say(filled(R"({"type":"hello","user":"bo","token":"%1"})", token));
            lost->leave(); // the answer never arrives
            chat.settle();
        }
        const auto bo = chat.plain();
        QCOMPARE(bo->verdict(filled(R"({"type":"hello","user":"bo","token":"%1"})", token)), u"welcome"_s);
        QCOMPARE(chat.plain()->verdict(R"({"type":"hello","user":"bo"})"), u"name_taken"_s);
    }

    void whatIsNoTokenOwnsNothing()
    {
        Chat chat;
        const auto bo = chat.plain();
        const QString token = bo->ask(R"({"type":"hello","user":"bo","token":"short"})").value("token"_L1).toString();
        QCOMPARE(token.size(), 43);
        QCOMPARE(chat.plain()->verdict(R"({"type":"hello","user":"bo","token":"short"})"), u"unauthorized"_s);
    }

    void aRepeatIsAcknowledgedAfterLeavingToo()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"create_room","room":"ops"})");
        chat.settle();
        bo->say(R"({"type":"join","room":"ops"})");
        bo->say(R"({"type":"message","room":"ops","content":"x","client_id":"c1"})");
        const QJsonObject first = bo->next(u"ack"_s);
        bo->say(R"({"type":"leave","room":"ops"})");
        chat.settle();
        bo->forget();
        QCOMPARE(bo->ask(R"({"type":"message","room":"ops","content":"x","client_id":"c1"})"), first);
        QCOMPARE(bo->verdict(R"({"type":"message","room":"ops","content":"y","client_id":"c1"})"), u"conflict"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","room":"ops","content":"x","client_id":"c2"})"), u"forbidden"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","room":"none","content":"x","client_id":"c2"})"), u"not_found"_s);
    }

    void aHiddenRoomKnowsOfNoConflict()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        const auto bo = chat.welcomed(u"bo"_s);
        anna->say(R"({"type":"create_room","room":"ops","kind":"private"})");
        bo->say(R"({"type":"message","room":"lobby","content":"x","client_id":"c1"})");
        chat.settle();
        bo->forget();
        const QJsonObject hidden = bo->ask(R"({"type":"message","room":"ops","content":"y","client_id":"c1"})");
        QCOMPARE(hidden, json(R"({"type":"error","code":"not_found","message":"No such room","timestamp":T,"client_id":"c1"})"));
        QCOMPARE(bo->ask(R"({"type":"message","room":"none","content":"y","client_id":"c1"})"), hidden);
    }

    void guestsRoomsCountToo()
    {
        ServerSettings settings = unhurried();
        settings.roomsPerUser = 1;
        Chat chat(settings);
        QCOMPARE(chat.plain(u"one"_s)->verdict(R"({"type":"message","content":"x","user":"bo"})"), u"message"_s);
        chat.settle();
        QCOMPARE(chat.plain(u"two"_s)->verdict(R"({"type":"message","content":"x","user":"bo"})"), u"forbidden"_s);
        QCOMPARE(chat.plain(u"one"_s)->verdict(R"({"type":"message","content":"x","user":"bo"})"), u"message"_s);
    }

    void searchBeforeWantsItsRoom()
    {
        Chat chat;
        QCOMPARE(chat.welcomed(u"bo"_s)->verdict(R"({"type":"search","query":"x","before":5})"), u"invalid_message"_s);
    }

    /// Long lists are made one a turn of the event loop for each client, so that nobody holds it up with many.
    void listsComeOneATurnAndInOrder()
    {
        Chat chat;
        const auto anna = chat.welcomed(u"anna"_s);
        anna->forget();
        anna->say(R"({"type":"who","id":1})");
        anna->say(R"({"type":"who","id":2})");
        anna->say(R"({"type":"ping","id":3})");
        QCOMPARE(anna->heardTypes(), QStringList { u"members"_s });
        QCOMPARE(anna->next().value("id"_L1), 2);
        QCOMPARE(anna->next().value("id"_L1), 3);
    }
};

HEARTH_SERVER_TEST_MAIN(tst_ChatChannel)
#include "tst_chatchannel.moc"
