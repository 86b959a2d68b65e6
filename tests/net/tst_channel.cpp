#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "server/net/traffic.h"
#include "server/net/turnclock.h"
#include "tests/net/echochannel.h"
#include "tests/net/iothreadcount.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTimer>
#include <QWebSocket>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::FakeConnection;
using test::RawClient;

Q_DECLARE_METATYPE(hearth::ConnectionFailure)

namespace {

/// A channel behind a listener on a free port of 127.0.0.1.
struct Served
{
    explicit Served(const ChannelSettings &settings = {}) : channel(settings), listener(listenerSettings(), router)
    {
        router.add(u"/echo"_s, channel);
        router.add(u"/echo/:word"_s, channel);
        listener.setIoThreads(&threads);
        if (!listener.listen())
            qFatal("cannot listen");
    }
    static ListenerSettings listenerSettings()
    {
        return { .addresses = { QHostAddress(QHostAddress::LocalHost) }, .port = 0 };
    }
    [[nodiscard]] QUrl url(const QString &path = u"/echo"_s) const
    {
        return QUrl(u"ws://127.0.0.1:%1%2"_s.arg(listener.port()).arg(path));
    }

    IoThreads threads { test::ioThreadCount() };
    test::EchoChannel channel;
    Router router;
    Listener listener;
};

/// What a request is answered with that says something in the same breath. The echo of that has come too.
QByteArray upgradeAnswer(const Served &served, const QByteArray &key)
{
    RawClient client(served.listener.port());
    client.send(RawClient::request("/echo").replace("dGhlIHNhbXBsZSBub25jZQ==", key) + RawClient::frame(0x81, "hello"));
    QByteArray received;
    if (!QTest::qWaitFor([&] { return (received += client.received()).endsWith("\x81\x05hello"); }, 10'000))
        qFatal("not answered: %s", received.constData());
    return received.first(received.indexOf("\r\n\r\n") + 4);
}

} // namespace

class tst_Channel : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        qRegisterMetaType<Connection *>();
        qRegisterMetaType<ConnectionFailure>();
    }

    // ---- with fake connections ----

    void tellsTheLifeOfAConnection()
    {
        Channel channel;
        QSignalSpy connected(&channel, &Channel::connected);
        QSignalSpy text(&channel, &Channel::textReceived);
        QSignalSpy binary(&channel, &Channel::binaryReceived);
        QSignalSpy closed(&channel, &Channel::closed);
        auto &peer = FakeConnection::join(channel);
        QCOMPARE(connected.size(), 1);
        QCOMPARE(channel.connectionCount(), 1);
        peer.say(u"hi"_s);
        QCOMPARE(text.takeFirst().at(1).toString(), u"hi"_s);
        peer.sayBinary("bytes");
        QCOMPARE(binary.takeFirst().at(1).toByteArray(), "bytes");
        peer.leave(4000, u"bye"_s);
        QCOMPARE(closed.first().at(1).toInt(), 4000);
        QCOMPARE(closed.first().at(2).toString(), u"bye"_s);
        QCOMPARE(channel.connectionCount(), 0);
    }

    void broadcastsToAGroup()
    {
        Channel channel;
        auto &anna = FakeConnection::join(channel);
        auto &bo = FakeConnection::join(channel);
        auto &cy = FakeConnection::join(channel);
        channel.addToGroup(u"ops"_s, anna);
        channel.addToGroup(u"ops"_s, bo);
        channel.addToGroup(u"ops"_s, bo); // twice is once
        channel.broadcast(u"ops"_s, OutgoingFrame::text("one"));
        channel.broadcast(u"ops"_s, OutgoingFrame::text("two"), &anna);
        channel.broadcast(u"nobody"_s, OutgoingFrame::text("three"));
        channel.broadcastToAll(OutgoingFrame::text("all"), &bo);
        QCOMPARE(anna.takeHeard(), (QByteArrayList { "one", "all" }));
        QCOMPARE(bo.takeHeard(), (QByteArrayList { "one", "two" }));
        QCOMPARE(cy.takeHeard(), (QByteArrayList { "all" }));
        channel.removeFromGroup(u"ops"_s, bo);
        channel.broadcast(u"ops"_s, OutgoingFrame::text("four"));
        QVERIFY(bo.takeHeard().isEmpty());
        anna.leave();
        QCOMPARE(channel.groupSize(u"ops"_s), 0);
    }

    void closesAll()
    {
        Channel channel;
        auto &anna = FakeConnection::join(channel);
        FakeConnection::join(channel);
        QSignalSpy allClosed(&channel, &Channel::allClosed);
        const QPointer<FakeConnection> watch(&anna);
        channel.closeAll(CloseCode::GoingAway, u"bye"_s);
        QTRY_COMPARE(allClosed.size(), 1);
        QTRY_VERIFY(!watch);
    }

    // ---- with real sockets ----

    void echoesTextAndBinary()
    {
        Served served;
        QWebSocket client;
        QSignalSpy text(&client, &QWebSocket::textMessageReceived);
        QSignalSpy binary(&client, &QWebSocket::binaryMessageReceived);
        QSignalSpy connected(&client, &QWebSocket::connected);
        client.open(served.url());
        QTRY_COMPARE(connected.size(), 1);
        const QString large(500'000, u'ä');
        client.sendTextMessage(u"hi"_s);
        client.sendTextMessage(large);
        client.sendBinaryMessage(QByteArray("\0\xff", 2));
        QTRY_COMPARE(text.size(), 2);
        QCOMPARE(text.at(0).first().toString(), u"hi"_s);
        QCOMPARE(text.at(1).first().toString(), large);
        QTRY_COMPARE(binary.size(), 1);
        QCOMPARE(binary.first().first().toByteArray(), QByteArray("\0\xff", 2));
    }

    void handsOverParameters()
    {
        Served served;
        QSignalSpy connected(&served.channel, &Channel::connected);
        QWebSocket client;
        client.open(served.url(u"/echo/caf%C3%A9"_s));
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
        QCOMPARE(connection->parameter(u"word"_s), u"café"_s);
        QCOMPARE(connection->info().peerAddress, QHostAddress(QHostAddress::LocalHost));
        QCOMPARE(connection->info().path, u"/echo/café"_s);
    }

    void selectsASubprotocol()
    {
        ChannelSettings settings;
        settings.subprotocols = { u"hearth.v1"_s };
        Served served(settings);
        RawClient client(served.listener.port());
        client.send(RawClient::request("/echo", "Sec-WebSocket-Protocol: other, hearth.v1\r\n"));
        QByteArray answer;
        QTRY_VERIFY((answer += client.received()).endsWith("\r\n\r\n"));
        QVERIFY2(answer.contains("Sec-WebSocket-Protocol: hearth.v1\r\n"), answer.constData());
    }

    /// Qt answers the first one; the others come within a second, for all that is known.
    void answersManyKeys()
    {
        Served served;
        const QByteArray first = upgradeAnswer(served, "dGhlIHNhbXBsZSBub25jZQ==");
        QVERIFY2(first.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), first.constData());
        for (int i = 0; i < 3; ++i) {
            const QByteArray other = upgradeAnswer(served, "AAAAAAAAAAAAAAAAAAAAAA==");
            QVERIFY2(other.contains("Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n"), other.constData());
            QCOMPARE(other.count("\r\n"), first.count("\r\n"));
        }
    }

    void tellsPingsAndCloses()
    {
        Served served;
        QSignalSpy pinged(&served.channel, &Channel::pinged);
        QSignalSpy closed(&served.channel, &Channel::closed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(RawClient::frame(0x89, "are you there"));
        QCOMPARE(client.read(15), QByteArray("\x8a\x0d" "are you there"));
        QTRY_COMPARE(pinged.size(), 1);
        QCOMPARE(pinged.first().at(1).toByteArray(), "are you there");
        client.send(RawClient::frame(0x88, QByteArray::fromHex("0fa0") + "bye"));
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), 4000);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(closed.first().at(1).toInt(), 4000);
        QCOMPARE(closed.first().at(2).toString(), u"bye"_s);
    }

    void closesWithCodeAndReason()
    {
        Served served;
        QSignalSpy connected(&served.channel, &Channel::connected);
        QWebSocket client;
        QSignalSpy disconnected(&client, &QWebSocket::disconnected);
        client.open(served.url());
        QTRY_COMPARE(connected.size(), 1);
        served.channel.close(connected.first().first().value<Connection *>(), CloseCode::GoingAway, u"later"_s);
        QTRY_COMPARE(disconnected.size(), 1);
        QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
        QCOMPARE(client.closeReason(), u"later"_s);
    }

    void saysOfAReasonWhatFitsIntoACloseFrame()
    {
        Served served;
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
        served.channel.close(connection, CloseCode::GoingAway, QString(62, u'ä')); // 124 bytes; 123 cut one in two
        QCOMPARE(client.read(126), "\x88\x7c\x03\xe9" + QString(61, u'ä').toUtf8());
    }

    void answersControlFrames_data()
    {
        QTest::addColumn<quint8>("firstByte");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("ping") << quint8(0x89) << QByteArray("hello") << QByteArray("\x8a\x05hello");
        QTest::newRow("ping without payload") << quint8(0x89) << QByteArray() << QByteArray("\x8a\x00", 2);
        QTest::newRow("largest ping") << quint8(0x89) << QByteArray(125, 'x') << "\x8a\x7d" + QByteArray(125, 'x');
        QTest::newRow("close") << quint8(0x88) << QByteArray("\x0f\xa0" "bye") << QByteArray("\x88\x05\x0f\xa0" "bye");
        QTest::newRow("close without code") << quint8(0x88) << QByteArray() << QByteArray("\x88\x02\x03\xe8");
    }
    void answersControlFrames()
    {
        QFETCH(quint8, firstByte);
        QFETCH(QByteArray, payload);
        QFETCH(QByteArray, answer);
        Served served;
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(RawClient::frame(firstByte, payload));
        QCOMPARE(client.read(answer.size()), answer);
    }

    void pingsAQuietPeer()
    {
        ChannelSettings settings;
        settings.pingInterval = std::chrono::milliseconds(50);
        settings.pingTimeout = std::chrono::seconds(30);
        Served served(settings);
        QSignalSpy ponged(&served.channel, &Channel::ponged);
        QWebSocket client;
        client.open(served.url());
        QTRY_VERIFY(ponged.size() >= 2);
        QVERIFY(client.isValid());
    }

    void broadcastKeepsOrderUnderLoad()
    {
        Served served;
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        served.channel.addToGroup(u"ops"_s, *connected.first().first().value<Connection *>());
        QByteArray expected;
        for (int i = 0; i < 5'000; ++i) {
            const auto frame = OutgoingFrame::text(QByteArray::number(i));
            expected += frame.wire();
            served.channel.broadcast(u"ops"_s, frame);
        }
        QCOMPARE(client.read(expected.size()), expected);
    }

    void aByteOrderMarkIsText()
    {
        Served served;
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(RawClient::frame(0x81, "\xef\xbb\xbfhi"));
        QCOMPARE(client.read(7), QByteArray("\x81\x05\xef\xbb\xbfhi"));
    }

    void onePeerMayBurstPastItsCapWhileItReads()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
        const QByteArray payload(40'000, 'x');
        for (int i = 0; i < 5; ++i) // the kernel takes this much at once
            connection->sendText(payload);
        QVERIFY(connection->isOpen());
        QCOMPARE(client.read(5 * 40'004).size(), 5 * 40'004);
    }

    void oneFrameMayBeLargerThanTheCap()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
        connection->sendText(QByteArray(100, 'x'));
        connection->sendText(QByteArray(30'000'000, 'y')); // more than the kernel takes at once
        QVERIFY(connection->isOpen());
        QCOMPARE(client.read(102 + 30'000'010).size(), 102 + 30'000'010);
        QVERIFY(connection->isOpen());
    }

    // ---- rainy ----

    /// Though nothing is in front of it.
    void noFrameIsLargerThanWhatMayWaitForAll()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        settings.maxQueuedInAll = 40'000'000;
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient other(served.listener.port());
        other.upgrade();
        RawClient greedy(served.listener.port());
        greedy.upgrade();
        QTRY_COMPARE(connected.size(), 2);
        greedy.stopReading();
        auto *connection = connected.last().first().value<Connection *>();
        connection->sendText(QByteArray(50'000'000, 'x'));
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::SlowPeer);
    }

    void slowPeerIsClosedAndAborted()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        settings.closeTimeout = std::chrono::milliseconds(50);
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        QSignalSpy failed(&served.channel, &Channel::failed);
        QSignalSpy closed(&served.channel, &Channel::closed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.socket().setReadBufferSize(1'000); // reads no more than that
        QTRY_COMPARE(connected.size(), 1);
        const QPointer<Connection> connection = connected.first().first().value<Connection *>();
        const auto frame = OutgoingFrame::text(QByteArray(50'000, 'x'));
        for (int i = 0; i < 1'000 && connection->isOpen(); ++i) {
            connection->send(frame);
            QVERIFY(connection->queuedBytes() <= 100'000 + 60'000);
        }
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::SlowPeer);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(closed.first().at(1).toInt(), 1008);
    }

    /// Who reads keeps its place; who does not is given up long before its own cap.
    void tooMuchForAllIsTheFaultOfWhoHasMost()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("How much waits is known there, not here.");
        ChannelSettings settings;
        settings.maxQueuedBytes = 0;
        settings.maxQueuedInAll = 2'000'000;
        settings.closeTimeout = std::chrono::milliseconds(50);
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        QSignalSpy failed(&served.channel, &Channel::failed);
        std::array<RawClient, 3> clients { RawClient(served.listener.port()), RawClient(served.listener.port()),
                                           RawClient(served.listener.port()) };
        for (RawClient &client : clients)
            client.upgrade();
        clients[0].socket().setReadBufferSize(1'000);
        clients[1].socket().setReadBufferSize(1'000);
        QTRY_COMPARE(connected.size(), 3);
        QList<QPointer<Connection>> connections;
        for (const auto &arguments : connected)
            connections.append(arguments.first().value<Connection *>());
        const auto sendTo = [&](int who, qsizetype size) { connections[who]->send(OutgoingFrame::text(QByteArray(size, 'x'))); };
        while (connections[0]->queuedBytes() < 600'000)
            sendTo(0, 50'000); // less than a third
        for (int i = 0; i < 1'000 && connections[1]->isOpen(); ++i)
            sendTo(1, 50'000);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed.first().first().value<Connection *>(), connections[1].data());
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::SlowPeer);
        QVERIFY(served.channel.traffic().bytesQueued < 2'000'000);
        QVERIFY(connections[0]->isOpen());
        sendTo(2, 10'000);
        clients[2].read(10'004);
        QVERIFY(connections[2]->isOpen());
        QTRY_COMPARE(served.channel.connectionCount(), 2);
        for (RawClient &client : clients)
            client.socket().abort();
        QTRY_COMPARE(served.channel.traffic().connections, 0);
        QCOMPARE(served.channel.traffic().bytesQueued, 0);
    }

    void droppableFramesGoFirst()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("What waits is on another thread, and told of later.");
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient client(served.listener.port());
        client.upgrade();
        client.socket().setReadBufferSize(1'000);
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
        const auto typing = OutgoingFrame::text(QByteArray(10'000, 't'), Delivery::Droppable);
        for (int i = 0; i < 3'000; ++i)
            connection->send(typing);
        QVERIFY(connection->isOpen());
        QVERIFY(connection->queuedBytes() <= 100'000);
        connection->send(OutgoingFrame::text(QByteArray(50'000, 'm')));
        QVERIFY(connection->isOpen());
    }

    void violations_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::newRow("not masked") << QByteArray::fromHex("81026869") << 1002;
        QTest::newRow("orphan continuation") << RawClient::frame(0x80, "x") << 1002;
        QTest::newRow("bad UTF-8") << RawClient::frame(0x81, "\xff") << 1007;
        QTest::newRow("over the limit") << RawClient::frame(0x81, QByteArray(1'001, 'x')) << 1009;
        QTest::newRow("2 GiB announced") << QByteArray::fromHex("82ff000000008000000012345678") << 1009;
        QTest::newRow("close code 1005") << RawClient::frame(0x88, QByteArray::fromHex("03ed")) << 1002;
        QTest::newRow("close code 999") << RawClient::frame(0x88, QByteArray::fromHex("03e7")) << 1002;
        QTest::newRow("close frame of one byte") << RawClient::frame(0x88, "x") << 1002;
        QTest::newRow("close reason not UTF-8")
            << RawClient::frame(0x88, QByteArray::fromHex("03e8ff")) << 1007;
        QTest::newRow("close without a code") << RawClient::frame(0x88, "") << 1000;
        QTest::newRow("close code 1014") << RawClient::frame(0x88, QByteArray::fromHex("03f6")) << 1014;
    }
    void violations()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        ChannelSettings settings;
        settings.maxMessageSize = 1'000;
        Served served(settings);
        QSignalSpy text(&served.channel, &Channel::textReceived);
        QSignalSpy closed(&served.channel, &Channel::closed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(bytes);
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), code);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(text.size(), 0);
    }

    void mutePeerIsClosed()
    {
        ChannelSettings settings;
        settings.pingInterval = std::chrono::milliseconds(20);
        settings.pingTimeout = std::chrono::milliseconds(40);
        Served served(settings);
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient client(served.listener.port());
        client.upgrade();
        QVERIFY(client.waitForClosed()); // it never answers
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::PingTimeout);
        QCOMPARE(client.closeCode(), 1008);
    }

    void halfAMessageIsNotWaitedForLong()
    {
        ChannelSettings settings;
        settings.messageTimeout = std::chrono::milliseconds(50);
        Served served(settings);
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(RawClient::frame(0x81, "whole").first(8));
        QVERIFY(client.waitForClosed());
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::MessageTimeout);
        QCOMPARE(client.closeCode(), 1008);
    }

    void pingsBetweenFragmentsGiveNoTime()
    {
        ChannelSettings settings;
        settings.messageTimeout = std::chrono::milliseconds(200);
        Served served(settings);
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.send(RawClient::frame(0x01, "begun"));
        QTimer pinging;
        connect(&pinging, &QTimer::timeout, this, [&client] { client.send(RawClient::frame(0x89, "")); });
        pinging.start(20);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::MessageTimeout);
    }

    void pingsWithoutEnd_data()
    {
        QTest::addColumn<int>("opcode");
        QTest::newRow("pings") << 0x89;
        QTest::newRow("pongs") << 0x8a;
    }
    /// Whoever reads all answers, too.
    void pingsWithoutEnd()
    {
        QFETCH(int, opcode);
        Served served;
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient client(served.listener.port());
        client.upgrade();
        const QByteArray frame = RawClient::frame(static_cast<quint8>(opcode), "");
        client.send(frame.repeated(900)); // within what is meant well
        client.send(RawClient::frame(0x81, "hello"));
        QByteArray heard;
        QTRY_VERIFY((heard += client.received()).endsWith("hello"));
        QVERIFY(failed.isEmpty());
        client.send(frame.repeated(3'000));
        QVERIFY(client.waitForClosed());
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().at(1).value<ConnectionFailure>(), ConnectionFailure::Flood);
        QCOMPARE(client.closeCode(), 1008);
    }

    void unansweredCloseEndsInAnAbort()
    {
        ChannelSettings settings;
        settings.closeTimeout = std::chrono::milliseconds(50);
        Served served(settings);
        QSignalSpy connected(&served.channel, &Channel::connected);
        QSignalSpy closed(&served.channel, &Channel::closed);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        served.channel.closeAll(CloseCode::GoingAway, {});
        QVERIFY(client.waitForClosed());
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(closed.first().at(1).toInt(), 1001);
    }

    void channelMayDieFirst()
    {
        auto served = std::make_unique<Served>();
        QSignalSpy connected(&served->channel, &Channel::connected);
        RawClient up(served->listener.port());
        up.upgrade();
        RawClient waiting(served->listener.port());
        waiting.send("GET /echo");
        QTRY_COMPARE(connected.size(), 1);
        served.reset();
        QVERIFY(up.waitForClosed());
        QVERIFY(waiting.waitForClosed());
    }

    // ---- turns of the event loop ----

    /// What is said at once by many is heard in several turns when each takes its time, in the order of what each said.
    void readsForABoundedTimeInOneTurn()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("The clock of this thread is not theirs.");
        constexpr qint64 SixMilliseconds = 6'000'000; // more than a turn reads
        qint64 time = 1;
        TurnClock clock([&time] { return time; });
        Served served;
        served.channel.setTurnClock(&clock);
        QStringList heard;
        connect(&served.channel, &Channel::textReceived, this, [&](Connection *, const QString &text) {
            heard.append(text);
            time += SixMilliseconds;
        });
        constexpr int Count = 5;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < Count; ++i) {
            clients.push_back(std::make_unique<RawClient>(served.listener.port()));
            clients.back()->upgrade();
        }
        for (int i = 0; i < Count; ++i) {
            clients[static_cast<std::size_t>(i)]->send(RawClient::frame(0x81, "a") + RawClient::frame(0x81, "b"));
            clients[static_cast<std::size_t>(i)]->socket().flush();
        }
        QTRY_COMPARE(heard.size(), 2 * Count);
        for (const auto &client : clients)
            QCOMPARE(client->read(6), QByteArray("\x81\x01" "a" "\x81\x01" "b"));
        // One connection a turn, with its two frames.
        QCOMPARE(clock.turns().largest(), 0.012);
        QTRY_COMPARE(clock.turns().sum(), 0.012 * Count);
    }

    void forgetsWhoWasPutOffAndLeft()
    {
        qint64 time = 1;
        TurnClock clock([&time] { return time; });
        Served served;
        served.channel.setTurnClock(&clock);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>(served.listener.port()));
            clients.back()->upgrade();
        }
        int heard = 0;
        connect(&served.channel, &Channel::textReceived, this, [&] {
            ++heard;
            time += 6'000'000;
            served.channel.forEachConnection([](Connection &connection) { connection.abort(); });
        });
        for (const auto &client : clients) {
            client->send(RawClient::frame(0x81, "a"));
            client->socket().flush();
        }
        QTRY_COMPARE(served.channel.connectionCount(), 0);
        QCOMPARE(heard, 1);
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Channel)
#include "tst_channel.moc"
