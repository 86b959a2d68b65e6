#include "tests/hostile/target.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QTimer>

#include <deque>
#include <memory>
#include <vector>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QByteArray Unlimited = "[limits]\nmessages_burst = 0\nrequests_burst = 0\ntyping_burst = 0\n";

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr qint64 MostGrowthKiB = 400'000; // freed memory stays in quarantine for a while
#else
constexpr qint64 MostGrowthKiB = 16'384;
#endif

} // namespace

/// Input that no decent client sends, at a real server: a row for each kind of it, with the answer that it must get. All of
/// it without TLS, and inside it.
class tst_Hostile : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] static Transport transport()
    {
        QFETCH_GLOBAL(Transport, transport);
        return transport;
    }

    // 16 MB: the cap, and what the kernel takes on either side.
    static constexpr int BusyMessages = 1'000;
    static constexpr int BusyContent = 16'000;

    [[nodiscard]] static bool speakInABusyRoom(Target &target)
    {
        BareClient speaker(target.url());
        if (speaker.nextObject()["type"_L1] != u"connected"_s)
            return false;
        const QString content(BusyContent, u'x');
        constexpr int AtOnce = 10;
        for (int i = 0; i < BusyMessages; i += AtOnce) {
            for (int k = 0; k < AtOnce; ++k)
                speaker.say(u"{\"type\":\"message\",\"user\":\"anna\",\"content\":\"%1\"}"_s.arg(content));
            for (int k = 0; k < AtOnce; ++k) {
                if (speaker.next(u"message"_s).isEmpty())
                    return false;
            }
        }
        return true;
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<Transport>("transport");
        QTest::newRow("plain") << Transport::Plain;
        QTest::newRow("TLS") << Transport::Tls;
    }

    // ---- handshake ----

    void handshakes_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("answer"); // how it begins; empty: nothing is said
        const QByteArray ws = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        const QByteArray key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        const QByteArray v13 = "Sec-WebSocket-Version: 13\r\n";
        const QByteArray host = "Host: localhost\r\n";
        QByteArray lines;
        for (int i = 0; i < 101; ++i)
            lines += "X-" + QByteArray::number(i) + ": x\r\n";
        QTest::newRow("POST") << QByteArray("POST /chat HTTP/1.1\r\n" + host + ws + key + v13 + "\r\n") << QByteArray("HTTP/1.1 400 ");
        QTest::newRow("HTTP/1.0") << QByteArray("GET /chat HTTP/1.0\r\n" + host + ws + key + v13 + "\r\n") << QByteArray("HTTP/1.1 400 ");
        QTest::newRow("no key") << QByteArray("GET /chat HTTP/1.1\r\n" + host + ws + v13 + "\r\n") << QByteArray("HTTP/1.1 400 ");
        QTest::newRow("version 8") << QByteArray("GET /chat HTTP/1.1\r\n" + host + ws + key + "Sec-WebSocket-Version: 8\r\n\r\n")
                                   << QByteArray("HTTP/1.1 400 ");
        QTest::newRow("unknown path") << RawClient::request("/nowhere") << QByteArray("HTTP/1.1 404 ");
        QTest::newRow("a room that there cannot be") << RawClient::request("/chat/Not%20A%20Room") << QByteArray("HTTP/1.1 404 ");
        QTest::newRow("a path that climbs") << RawClient::request("/chat/../../etc/passwd") << QByteArray("HTTP/1.1 404 ");
        QTest::newRow("foreign origin") << RawClient::request("/chat", "Origin: http://evil.example\r\n") << QByteArray("HTTP/1.1 403 ");
        QTest::newRow("origin null") << RawClient::request("/chat", "Origin: null\r\n") << QByteArray("HTTP/1.1 403 ");
        QTest::newRow("look-alike origin") << RawClient::request("/chat", "Origin: http://localhost.evil.example\r\n") << QByteArray("HTTP/1.1 403 ");
        QTest::newRow("head over 16 KiB") << RawClient::request("/chat", "X: " + QByteArray(17'000, 'x') + "\r\n") << QByteArray("HTTP/1.1 431 ");
        QTest::newRow("over 100 header lines") << RawClient::request("/chat", lines) << QByteArray("HTTP/1.1 431 ");
    }
    void handshakes()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, answer);
        Target target(transport());
        RawClient client(target.port(), target.transport());
        client.send(request);
        QVERIFY(client.waitForClosed());
        const QByteArray received = client.received();
        QVERIFY2(received.startsWith(answer), received.constData());
        if (request.contains("Version: 8"))
            QVERIFY(received.contains("Sec-WebSocket-Version: 13\r\n"));
        QVERIFY(target.greetsWithin(1'000 * Slack));
    }

    void framesBeforeTheAnswerWait()
    {
        Target target(transport());
        RawClient client(target.port(), target.transport());
        client.send(RawClient::request("/chat") + RawClient::frame(0x81, R"({"type":"ping"})"));
        QByteArray received;
        QTRY_VERIFY((received += client.received()).contains(R"("type":"pong")"));
        QVERIFY(received.startsWith("HTTP/1.1 101 "));
        QVERIFY(received.indexOf(R"("type":"connected")") < received.indexOf(R"("type":"pong")"));
    }

    /// All at once: each is shown the door in its time, and nobody else waits for them.
    void dawdlersAreShownTheDoor()
    {
        struct Dawdler
        {
            const char *what;
            QByteArray opening;
            QByteArray drip; ///< sent again and again
            qint64 mostMs;
            bool isUpgraded = false;
            std::unique_ptr<RawClient> client = {};
            qint64 endedAt = 0;
        };
        Target target(transport());
        std::vector<Dawdler> dawdlers;
        dawdlers.push_back({ "silent TCP", {}, {}, 6'000 });
        dawdlers.push_back({ "half a head", "GET /chat HTTP/1.1\r\n", {}, 6'000 });
        dawdlers.push_back({ "a byte at a time", "GET /chat HTTP/1.1\r\nX: ", "x", 6'000 });
        dawdlers.push_back({ "half a TLS hello", QByteArray("\x16\x03\x01\x02\x00", 5), {}, 6'000 });
        const QByteArray begun = RawClient::frame(0x81, QByteArray(200, 'x')).first(50);
        dawdlers.push_back({ "half a frame", begun, {}, 12'000, true });
        dawdlers.push_back({ "a frame that drips", begun, "x", 12'000, true });
        dawdlers.push_back({ "half a message", RawClient::frame(0x01, "x"), {}, 12'000, true });
        QElapsedTimer clock;
        clock.start();
        for (Dawdler &dawdler : dawdlers) {
            dawdler.client = std::make_unique<RawClient>(target.port(), target.transport());
            if (dawdler.isUpgraded)
                dawdler.client->upgrade("/chat");
            dawdler.client->send(dawdler.opening);
            connect(&dawdler.client->socket(), &QTcpSocket::disconnected, this, [&] { dawdler.endedAt = clock.elapsed(); });
        }
        QTimer drip;
        connect(&drip, &QTimer::timeout, this, [&] {
            for (const Dawdler &dawdler : dawdlers) {
                if (dawdler.endedAt == 0 && !dawdler.drip.isEmpty())
                    dawdler.client->send(dawdler.drip);
            }
        });
        drip.start(1'000);
        QVERIFY(target.greetsWithin(1'000 * Slack));
        QTRY_VERIFY_WITH_TIMEOUT(
            std::all_of(dawdlers.begin(), dawdlers.end(), [](const Dawdler &d) { return d.endedAt > 0; }), 30'000);
        for (const Dawdler &dawdler : dawdlers)
            QVERIFY2(dawdler.endedAt <= dawdler.mostMs + 1'000 * (Slack - 1), dawdler.what);
    }

    void tlsGarbageIsClosed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("a record of nonsense") << QByteArray("\x16\x03\x01\x02\x00\x01\x00garbage\r\n\r\n", 17).leftJustified(600, 'x');
        QTest::newRow("another version") << QByteArray("\x16\x09\x01\x02\x00\x01\x00garbage\r\n\r\n", 17);
        QTest::newRow("text") << QByteArray("\x16GET /chat HTTP/1.1\r\n\r\n");
    }
    void tlsGarbageIsClosed()
    {
        QFETCH(QByteArray, bytes);
        Target target(transport());
        RawClient client(target.port());
        client.send(bytes);
        QVERIFY(client.waitForClosed());
        const QByteArray answer = client.received();
        QVERIFY2(answer.isEmpty() || answer.startsWith('\x15'), answer.constData()); // an alert at the most
        QVERIFY(target.greetsWithin(1'000 * Slack));
    }

    void fortyThatHangUpInTheHelloHoldNobodyUp()
    {
        Target target(transport());
        for (int i = 0; i < 40; ++i) {
            RawClient client(target.port());
            client.send(QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
            client.socket().abort();
        }
        for (int i = 0; i < 40; ++i) { // when the whole hello is sent
            QSslSocket client;
            bool hasSpoken = false;
            connect(&client, &QSslSocket::encryptedBytesWritten, this, [&] { hasSpoken = true; });
            client.connectToHostEncrypted(u"127.0.0.1"_s, target.port());
            QTRY_VERIFY(hasSpoken || client.state() == QTcpSocket::ConnectedState);
            client.abort();
        }
        QVERIFY(target.greetsWithin(1'000 * Slack));
    }

    void aThousandFromOneAddressLeaveRoomForAnother()
    {
        constexpr int Cap = 20;
        Target target(transport(), "[limits]\nconnections_per_address = 20\n");
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        int open = 0;
        for (int i = 0; i < 1'000; ++i) {
            sockets.push_back(std::make_unique<QTcpSocket>());
            connect(sockets.back().get(), &QTcpSocket::connected, this, [&] { ++open; });
            connect(sockets.back().get(), &QTcpSocket::disconnected, this, [&] { --open; });
            sockets.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), target.port());
        }
        QElapsedTimer clock;
        QSslSocket other;
        QVERIFY(other.bind(QHostAddress(u"127.0.0.2"_s)));
        other.setPeerVerifyMode(QSslSocket::VerifyNone);
        clock.start();
        other.connectToHost(QHostAddress(QHostAddress::LocalHost), target.port());
        QByteArray received;
        connect(&other, &QTcpSocket::connected, this, [&] {
            if (target.transport() == Transport::Tls)
                other.startClientEncryption();
            other.write(RawClient::request("/chat"));
        });
        QTRY_VERIFY_WITH_TIMEOUT((received += other.readAll()).contains(R"("type":"connected")"), 10'000);
        QVERIFY(clock.elapsed() <= 1'000 * Slack);
        QTRY_COMPARE_WITH_TIMEOUT(open, Cap, 4'000); // sooner than the doorway's own time-out
    }

    /// Where everybody signs in, whoever does not goes: after a time, or when others of the address need the place.
    void strangersAreShownTheDoor_data()
    {
        QTest::addColumn<QByteArray>("limits");
        QTest::addColumn<std::size_t>("stay");
        QTest::newRow("no place") << QByteArray("strangers_per_address = 3\nsign_in_timeout = 0\n") << std::size_t { 3 };
        QTest::newRow("no time") << QByteArray("sign_in_timeout = 1\n") << std::size_t { 0 };
    }
    void strangersAreShownTheDoor()
    {
        QFETCH(QByteArray, limits);
        QFETCH(std::size_t, stay);
        Target target(transport(), "[server]\naccess = password\npassword = sesame\n[limits]\n" + limits);
        std::deque<std::unique_ptr<BareClient>> strangers;
        for (int i = 0; i < 5; ++i) {
            strangers.push_back(std::make_unique<BareClient>(target.url()));
            QCOMPARE(strangers.back()->nextObject()["type"_L1], u"connected"_s);
        }
        while (strangers.size() > stay) { // who came first goes first
            QTRY_VERIFY_WITH_TIMEOUT(strangers.front()->isClosed(), 10'000);
            QCOMPARE(strangers.front()->socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
            strangers.pop_front();
        }
        for (const auto &stranger : strangers) {
            stranger->say(u"{\"type\":\"ping\"}"_s);
            QCOMPARE(stranger->next(u"pong"_s)["type"_L1], u"pong"_s);
        }
    }

    // ---- frames ----

    void frames_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        const auto frame = [](quint8 first, const QByteArray &payload) { return RawClient::frame(first, payload); };
        QTest::newRow("RSV bit") << frame(0xc1, "hi") << 1002;
        QTest::newRow("reserved opcode") << frame(0x83, "") << 1002;
        QTest::newRow("fragmented control frame") << frame(0x09, "") << 1002;
        QTest::newRow("over-long control frame") << frame(0x89, QByteArray(126, 'x')) << 1002;
        QTest::newRow("non-minimal length") << QByteArray::fromHex("81fe000012345678") << 1002;
        QTest::newRow("negative length") << QByteArray::fromHex("81ff800000000000000012345678") << 1002;
        QTest::newRow("orphan continuation") << frame(0x80, "x") << 1002;
        QTest::newRow("text inside fragments") << frame(0x01, "a") + frame(0x81, "b") << 1002;
        QTest::newRow("not masked") << QByteArray::fromHex("81026869") << 1002;
        QTest::newRow("close code 1005 on the wire") << frame(0x88, QByteArray::fromHex("03ed")) << 1002;
        QTest::newRow("2 GiB announced") << QByteArray::fromHex("81ff000000008000000012345678") << 1009;
        QTest::newRow("over the limit in one frame") << frame(0x81, QByteArray(1'048'577, 'x')) << 1009;
        QTest::newRow("over the limit in fragments")
            << frame(0x01, QByteArray(1'048'576, 'x')) + frame(0x80, "x") << 1009;
        QByteArray empties = frame(0x01, "");
        for (int i = 0; i < 100'000; ++i)
            empties += frame(0x00, "");
        QTest::newRow("100,000 empty continuations") << empties << 1008;
        QTest::newRow("bad UTF-8") << frame(0x81, "\xff") << 1007;
        QTest::newRow("bad UTF-8 in the last fragment") << frame(0x01, "\xe2\x82") + frame(0x80, "x") << 1007;
    }
    void frames()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        Target target(transport());
        BareClient other(target.url());
        QCOMPARE(other.nextObject()["type"_L1], u"connected"_s);
        RawClient client(target.port(), target.transport());
        client.upgrade("/chat");
        const qint64 before = target.residentKiB();
        client.send(bytes);
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), quint16(code));
        if (bytes.size() < 64)
            QVERIFY2(target.residentKiB() - before < MostGrowthKiB, "what was announced was set aside");
        other.say(u"{\"type\":\"ping\"}"_s);
        QCOMPARE(other.next(u"pong"_s)["type"_L1], u"pong"_s);
    }

    void aCodePointMayBeCutByFragments()
    {
        Target target(transport());
        RawClient client(target.port(), target.transport());
        client.upgrade("/chat");
        const QByteArray text = R"({"type":"message","user":"bo","content":"€"})";
        const qsizetype inside = text.indexOf("€") + 1;
        client.send(RawClient::frame(0x01, text.first(inside)) + RawClient::frame(0x80, text.sliced(inside)));
        QByteArray received;
        QTRY_VERIFY((received += client.received()).contains(R"("content":"€")"));
    }

    void whoPingsWithoutReadingIsAborted()
    {
        Target target(transport(), Unlimited);
        RawClient client(target.port(), target.transport());
        client.upgrade("/chat");
        client.stopReading();
        const qint64 before = target.residentKiB();
        const QByteArray pings = RawClient::frame(0x89, QByteArray(125, 'x')).repeated(1'000);
        constexpr int Most = 400; // 52 MB
        int sent = 0;
        const auto isOver = [&] { return client.socket().state() != QTcpSocket::ConnectedState; };
        const auto isTaken = [&] { return client.socket().bytesToWrite() == 0 || isOver(); };
        do {
            client.send(pings);
        } while (++sent < Most && QTest::qWaitFor(isTaken, 10'000) && !isOver());
        client.resumeReading();
        QVERIFY(client.waitForClosed());
        QVERIFY2(client.received().size() < sent * 1'000 * 127, "all of them were answered");
        QVERIFY2(target.residentKiB() - before < MostGrowthKiB, "its answers were kept without bounds");
        QVERIFY(target.greetsWithin(1'000 * Slack));
    }

    void whoStopsReadingABusyRoomIsAborted()
    {
        Target target(transport(), Unlimited);
        RawClient slow(target.port(), target.transport());
        slow.upgrade("/chat");
        slow.stopReading();
        const qint64 before = target.residentKiB();
        QVERIFY(speakInABusyRoom(target));
        QVERIFY2(target.residentKiB() - before < MostGrowthKiB, "what it does not read was kept without bounds");
        slow.resumeReading();
        QVERIFY(slow.waitForClosed());
        QVERIFY(slow.received().size() < BusyMessages * BusyContent);
    }
    /// The same room with somebody who reads: what bench/undisturbed.py compares with.
    void whoReadsABusyRoomHearsAll()
    {
        Target target(transport(), Unlimited);
        RawClient reader(target.port(), target.transport());
        reader.upgrade("/chat");
        QVERIFY(speakInABusyRoom(target));
        qsizetype heard = 0;
        QTRY_VERIFY((heard += reader.received().size()) > BusyMessages * BusyContent);
        QCOMPARE(reader.socket().state(), QAbstractSocket::ConnectedState);
    }

    void whoDoesNotAnswerACloseIsAborted()
    {
        Target target(transport(), "[server]\naccess = password\npassword = sesame\n");
        RawClient client(target.port(), target.transport());
        client.upgrade("/chat");
        const QByteArray hello = RawClient::frame(0x81, R"({"type":"hello","user":"eve","password":"x"})");
        QElapsedTimer clock;
        clock.start();
        client.send(hello + hello + hello); // 1008 after the third
        QVERIFY(client.waitForClosed());
        QVERIFY2(clock.elapsed() >= 2'500 && clock.elapsed() <= 4'500 + 1'000 * (Slack - 1), qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(client.closeCode(), quint16(1008));
    }

    // ---- JSON and rights ----

    void requests_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("code");
        const QString invalid = u"invalid_message"_s;
        QTest::newRow("[]") << u"[]"_s << invalid;
        QTest::newRow("null") << u"null"_s << invalid;
        QTest::newRow("\"\"") << u"\"\""_s << invalid;
        QTest::newRow("1") << u"1"_s << invalid;
        QTest::newRow("nesting beyond 1,000") << QString(u"{\"type\":\"ping\",\"x\":"_s + QString(1'001, u'[') + QString(1'001, u']') + u'}')
                                              << u"invalid_json"_s;
        QTest::newRow("100,000 brackets") << QString(100'000, u'[') << u"invalid_json"_s;
        QTest::newRow("NUL") << u"{\"type\":\"message\",\"user\":\"bo\",\"content\":\"a\\u0000b\"}"_s << invalid;
        QTest::newRow("NUL byte") << u"{\"type\":\"message\",\"user\":\"bo\",\"content\":\"a"_s + QChar(0) + u"b\"}"_s << u"invalid_json"_s;
        QTest::newRow("NUL byte behind it") << u"{\"type\":\"message\",\"user\":\"bo\",\"content\":\"a\"}"_s + QChar(0) << u"invalid_json"_s;
        QTest::newRow("lone surrogate") << u"{\"type\":\"message\",\"user\":\"bo\",\"content\":\"\\ud800\"}"_s << u"invalid_json"_s;
        for (const QString &number : { u"1e999"_s, u"-1"_s, u"9223372036854775808"_s, u"1.5"_s, u"\"1\""_s }) {
            QTest::newRow(qPrintable(u"seq "_s + number))
                << u"{\"type\":\"sync\",\"room\":\"lobby\",\"after\":%1}"_s.arg(number) << invalid;
        }
        QTest::newRow("unknown type") << u"{\"type\":\"sudo\"}"_s << u"unknown_type"_s;
        QTest::newRow("bidi override in a name") << u"{\"type\":\"hello\",\"user\":\"a\u202Eb\"}"_s << u"invalid_name"_s;
        QTest::newRow("control character in a name") << u"{\"type\":\"hello\",\"user\":\"a\\u0007b\"}"_s << u"invalid_name"_s;
    }
    void requests()
    {
        QFETCH(QString, request);
        QFETCH(QString, code);
        Target target(transport());
        BareClient client(target.url());
        QCOMPARE(client.nextObject()["type"_L1], u"connected"_s);
        const auto said = [&client] {
            client.say(u"{\"type\":\"history\",\"room\":\"lobby\"}"_s);
            return client.next(u"history"_s)["messages"_L1].toArray();
        };
        const QJsonArray before = said();
        client.say(request);
        const QString answered = client.nextObject()["code"_L1].toString();
        QCOMPARE(answered, code);
        QCOMPARE(said(), before); // still there, and nothing stored
    }

    void namesThatFoldAlikeAreOne_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("alike");
        QTest::newRow("another case") << u"anna%1"_s << u"ANNA%1"_s;
        QTest::newRow("full width") << u"anna%1"_s << u"ａｎｎａ%1"_s;
        QTest::newRow("spaces around") << u"anna%1"_s << u" anna%1 "_s;
    }
    void namesThatFoldAlikeAreOne()
    {
        QFETCH(QString, name);
        QFETCH(QString, alike);
        Target target(transport());
        BareClient anna(target.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"%1\"}"_s.arg(name.arg(target.unused({}))));
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        BareClient eve(target.url());
        eve.say(u"{\"type\":\"hello\",\"user\":\"%1\"}"_s.arg(alike.arg(target.unused({}))));
        QCOMPARE(eve.next(u"error"_s)["code"_L1], u"name_taken"_s);
    }

    void aThousandMessagesASecondEndTheConnection()
    {
        Target target(transport());
        BareClient client(target.url());
        QCOMPARE(client.nextObject()["type"_L1], u"connected"_s);
        for (int i = 0; i < 1'000; ++i)
            client.say(u"{\"type\":\"message\",\"user\":\"bo\",\"content\":\"%1\"}"_s.arg(i));
        QCOMPARE(client.next(u"error"_s)["code"_L1], u"rate_limited"_s);
        QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 10'000);
        QCOMPARE(client.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    }

    void guessersAreThrottled()
    {
        Target target(transport(), "[server]\naccess = password\npassword = sesame\n");
        QString last;
        for (int i = 0; i < 11;) {
            BareClient eve(target.url());
            for (int j = 0; j < 3 && i < 11; ++j, ++i)
                eve.say(u"{\"type\":\"hello\",\"user\":\"eve\",\"password\":\"%1\"}"_s.arg(i));
            for (QJsonObject error = eve.next(u"error"_s); !error.isEmpty(); error = eve.hasHeard() ? eve.next(u"error"_s) : QJsonObject())
                last = error["code"_L1].toString();
            if (i < 11)
                QTRY_VERIFY(eve.isClosed());
        }
        QTRY_COMPARE(last, u"rate_limited"_s);
    }

    /// Not with what waits behind something that is not decided yet either, however long the closing takes.
    void whoIsBannedIsNotHeardAnyMore()
    {
        Target target(transport(), Unlimited);
        BareClient anna(target.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        RawClient bo(target.port(), target.transport()); // which answers no close frame
        bo.upgrade("/chat");
        const auto said = [](const QByteArray &json) { return RawClient::frame(0x81, json); };
        bo.send(said(R"({"type":"hello","user":"bo"})"));
        QCOMPARE(anna.next(u"member"_s)["user"_L1], u"bo"_s);
        const QByteArray last = said(R"({"type":"message","room":"lobby","content":"after the ban"})");
        bo.send(said(R"({"type":"join","room":"lobby"})").repeated(90) + last); // each join is a round through the store
        anna.say(u"{\"type\":\"ban\",\"user\":\"bo\"}"_s);
        QVERIFY(!anna.next(u"ack"_s).isEmpty());
        QVERIFY(bo.waitForClosed());
        anna.say(u"{\"type\":\"history\",\"room\":\"lobby\"}"_s);
        QCOMPARE(anna.next(u"history"_s)["messages"_L1].toArray().size(), 0);
    }

    void aPasswordOfTenMegabytesIsRefusedUnread()
    {
        Target target(transport(), "[server]\naccess = password\npassword = sesame\n[websocket]\nmax_message_size = 0\n");
        BareClient eve(target.url());
        QCOMPARE(eve.nextObject()["type"_L1], u"connected"_s);
        eve.say(u"{\"type\":\"hello\",\"user\":\"eve\",\"password\":\"%1\"}"_s.arg(QString(10'000'000, u'x')));
        QTRY_VERIFY(eve.isClosed()); // before it has come whole, whatever its members may say
        QCOMPARE(eve.socket().closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
        QVERIFY(target.greetsWithin(1'000 * Slack));
    }
};

HEARTH_TEST_MAIN(tst_Hostile)
#include "tst_hostile.moc"
