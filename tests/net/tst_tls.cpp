#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "server/net/tlscontext.h"
#include "tests/net/echochannel.h"
#include "tests/net/doorfigures.h"
#include "tests/net/iothreadcount.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"
#include "tests/support/tlsclient.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslKey>

#include <openssl/ssl.h>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::RawClient;
using test::TlsClient;
using test::Transport;

namespace {

TlsIdentity makeIdentity()
{
    const auto made = TlsIdentity::generate({ { u"localhost"_s }, { QHostAddress(QHostAddress::LocalHost) } },
                                            QDateTime::currentDateTimeUtc());
    if (!made)
        qFatal("no identity");
    return *made;
}

/// An echo behind a door that speaks TLS.
struct Door
{
    explicit Door(ListenerSettings settings = {}, const ChannelSettings &channelSettings = {})
        : identity(makeIdentity()), channel(channelSettings), listener(local(std::move(settings), identity), router)
    {
        router.add(u"/echo"_s, channel);
        listener.setIoThreads(&threads);
        if (!listener.listen())
            qFatal("cannot listen");
    }
    static ListenerSettings local(ListenerSettings settings, const TlsIdentity &identity)
    {
        settings.addresses = { QHostAddress(QHostAddress::LocalHost) };
        settings.port = 0;
        settings.tls = TlsContext::make(identity).value_or(nullptr);
        return settings;
    }
    [[nodiscard]] DoorFigures figures() { return test::doorFigures(threads, listener); }
    [[nodiscard]] quint64 refused(DoorFigures::Refusal why)
    {
        return figures().refusals[static_cast<std::size_t>(why)];
    }
    TlsIdentity identity;
    IoThreads threads { test::ioThreadCount() };
    test::EchoChannel channel;
    Router router;
    Listener listener;
};

/// All that it says until it has said `end`.
QByteArray heardUntil(TlsClient &client, const QByteArray &end)
{
    QByteArray all;
    if (!QTest::qWaitFor([&] { return (all += client.received()).endsWith(end); }, 10'000))
        qWarning("it never came");
    return all;
}

} // namespace

class tst_Tls : public test::Test
{
    Q_OBJECT

private slots:
    void speaksWhatPlainSockets_data()
    {
        QTest::addColumn<Transport>("transport");
        QTest::newRow("plain") << Transport::Plain;
        QTest::newRow("TLS") << Transport::Tls;
    }
    /// On one port.
    void speaksWhatPlainSockets()
    {
        QFETCH(Transport, transport);
        Door door;
        QSignalSpy connected(&door.channel, &Channel::connected);
        RawClient client(door.listener.port(), transport);
        client.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        QCOMPARE(connected.first().first().value<Connection *>()->info().isEncrypted, transport == Transport::Tls);
        QVERIFY(connected.first().first().value<Connection *>()->info().peerAddress.isLoopback());
        client.send(RawClient::frame(0x81, "hello"));
        QCOMPARE(client.read(7), QByteArray("\x81\x05hello"));
        const QByteArray large(1'000'000, 'x'); // many records, and many turns
        client.send(RawClient::frame(0x82, large));
        QVERIFY(client.read(10 + large.size()).endsWith(large));
        client.send(RawClient::frame(0x88, QByteArray::fromHex("03e8")));
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), quint16(1000));
        QTRY_COMPARE(door.channel.connectionCount(), 0);
    }

    void showsTheKeyOfItsIdentity()
    {
        Door door;
        RawClient client(door.listener.port(), Transport::Tls);
        const QSslCertificate certificate = client.socket().peerCertificate();
        QCOMPARE(Fingerprint::ofKey(certificate.publicKey().toDer()), door.identity.fingerprint());
        QVERIFY(certificate.subjectAlternativeNames().contains(QSsl::DnsEntry, u"localhost"_s));
        QVERIFY(certificate.subjectAlternativeNames().contains(QSsl::IpAddressEntry, u"127.0.0.1"_s));
        QCOMPARE(client.socket().sessionProtocol(), QSsl::TlsV1_3);
    }

    void versions_data()
    {
        QTest::addColumn<int>("version");
        QTest::addColumn<bool>("isSpoken");
        QTest::newRow("1.0") << TLS1_VERSION << false;
        QTest::newRow("1.1") << TLS1_1_VERSION << false;
        QTest::newRow("1.2") << TLS1_2_VERSION << true;
        QTest::newRow("1.3") << TLS1_3_VERSION << true;
    }
    void versions()
    {
        QFETCH(int, version);
        QFETCH(bool, isSpoken);
        Door door;
        TlsClient client(door.listener.port(), { .minVersion = version, .maxVersion = version });
        QCOMPARE(client.shakeHands(), isSpoken);
        if (!isSpoken) {
            QVERIFY(client.waitForClosed());
            QCOMPARE(door.refused(DoorFigures::Refusal::BrokenTls), 1U);
            return;
        }
        client.send(RawClient::request("/echo") + RawClient::frame(0x81, "early"));
        QVERIFY(heardUntil(client, "\x81\x05" "early").startsWith("HTTP/1.1 101 "));
    }

    void protocolsOfTheApplication_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isSpoken");
        QTest::newRow("none named") << QByteArray() << true;
        QTest::newRow("http/1.1") << QByteArray("http/1.1") << true;
        QTest::newRow("h2") << QByteArray("h2") << false;
    }
    void protocolsOfTheApplication()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, isSpoken);
        Door door;
        TlsClient client(door.listener.port(), { .alpn = name });
        QCOMPARE(client.shakeHands(), isSpoken);
        if (isSpoken)
            QCOMPARE(client.protocol(), name);
    }

    /// However the bytes come, they mean the same.
    void cuts_data()
    {
        QTest::addColumn<int>("pieceSize");
        QTest::newRow("a byte at a time") << 1;
        QTest::newRow("seven") << 7;
        QTest::newRow("all at once") << 0;
    }
    void cuts()
    {
        QFETCH(int, pieceSize);
        Door door;
        TlsClient client(door.listener.port(), { .pieceSize = pieceSize });
        QVERIFY(client.shakeHands());
        client.send(RawClient::request("/echo"));
        QVERIFY(heardUntil(client, "\r\n\r\n").startsWith("HTTP/1.1 101 "));
        client.send(RawClient::frame(0x81, "hello"));
        QCOMPARE(heardUntil(client, "hello"), QByteArray("\x81\x05hello"));
    }

    /// More than one read takes, of which the socket tells once only.
    void manyRecordsInOneSegment()
    {
        Door door;
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        client.keep(RawClient::request("/echo"));
        constexpr int Count = 500;
        for (int i = 0; i < Count; ++i)
            client.keep(RawClient::frame(0x81, QByteArray::number(1'000 + i)));
        client.sendKept();
        const QByteArray all = heardUntil(client, "1499");
        QCOMPARE(all.count("\x81\x04"), Count);
    }

    /// More than a socket takes at once, to a peer that does not read at first.
    void sendsALongAnswerWhole()
    {
        Door door;
        const QByteArray page = QByteArray("0123456789abcde\n").repeated(1'048'576);
        door.listener.setHttpHandler(u"/long"_s, [page] { return HttpResponse { 200, "text/plain", page }; });
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        client.stopReading();
        client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY(client.socket().bytesAvailable() > 0);
        client.resumeReading();
        QByteArray answer;
        QTRY_VERIFY((answer += client.received(), client.socket().state() == QTcpSocket::UnconnectedState));
        answer += client.received();
        QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(answer.sliced(answer.indexOf("\r\n\r\n") + 4) == page);
    }

    /// More handshakes than one turn computes.
    void letsACrowdIn()
    {
        Door door;
        std::vector<std::unique_ptr<QSslSocket>> crowd;
        for (int i = 0; i < 60; ++i) {
            crowd.push_back(std::make_unique<QSslSocket>());
            QSslSocket &socket = *crowd.back();
            socket.setPeerVerifyMode(QSslSocket::VerifyNone);
            connect(&socket, &QSslSocket::encrypted, this, [&socket] { socket.write(RawClient::request("/echo")); });
            socket.connectToHostEncrypted(u"127.0.0.1"_s, door.listener.port());
        }
        QTRY_COMPARE_WITH_TIMEOUT(door.channel.connectionCount(), 60, 20'000);
    }

    void requiredMeansThatPlainHearsWhy()
    {
        Door door({ .isTlsRequired = true });
        door.listener.setHttpHandler(u"/healthz"_s, [] { return HttpResponse { 200, "text/plain", "ok" }; }, HttpReach::Loopback);
        RawClient plain(door.listener.port());
        plain.send(RawClient::request("/echo"));
        QVERIFY(plain.waitForClosed());
        const QByteArray answer = plain.received();
        QVERIFY2(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\n"), answer.constData());
        QVERIFY(answer.contains("\r\nUpgrade: TLS/1.2\r\n"));
        QVERIFY(answer.endsWith("\r\n\r\nThis server speaks TLS only. Use wss:// in place of ws://.\n"));
        QCOMPARE(door.refused(DoorFigures::Refusal::NotEncrypted), 1U);
        RawClient watcher(door.listener.port()); // a program on this computer
        watcher.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(watcher.waitForClosed());
        QVERIFY(watcher.received().endsWith("ok"));
        RawClient encrypted(door.listener.port(), Transport::Tls);
        encrypted.upgrade();
    }

    // ---- rainy ----

    void garbageIsClosed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("a record of nonsense") << QByteArray("\x16\x03\x01\x00\x07garbage", 12);
        QTest::newRow("a hello of nonsense") << QByteArray("\x16\x03\x01\x00\x0b\x01\x00\x00\x07garbage", 16);
        QTest::newRow("no such version") << QByteArray("\x16\x09\x09\x00\x07garbage", 12);
        QTest::newRow("a record that is too long") << QByteArray("\x16\x03\x01\xff\xff\x01\x00\x00\x07garbage", 16);
        QTest::newRow("a hello that is too long") << QByteArray("\x16\x03\x01\x00\x0b\x01\xff\xff\xffgarbage", 16);
        QTest::newRow("an alert") << QByteArray("\x16\x03\x01\x00\x01\x01\x15\x03\x01\x00\x02\x02\x28", 13);
        QTest::newRow("text") << QByteArray("\x16GET /echo HTTP/1.1\r\n\r\n");
    }
    void garbageIsClosed()
    {
        QFETCH(QByteArray, bytes);
        Door door;
        RawClient client(door.listener.port());
        client.send(bytes);
        QVERIFY(client.waitForClosed());
        const QByteArray answer = client.received();
        QVERIFY2(answer.isEmpty() || answer.startsWith('\x15'), answer.toHex().constData()); // an alert at the most
        QCOMPARE(door.refused(DoorFigures::Refusal::BrokenTls), 1U);
        RawClient next(door.listener.port(), Transport::Tls);
        next.upgrade();
    }

    void dawdlersAreClosed_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("half a record's head") << QByteArray("\x16\x03", 2);
        QTest::newRow("half a hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    }
    void dawdlersAreClosed()
    {
        QFETCH(QByteArray, start);
        Door door({ .handshakeTimeout = std::chrono::milliseconds(60) });
        RawClient client(door.listener.port());
        client.send(start);
        QVERIFY(client.waitForClosed());
        QCOMPARE(door.refused(DoorFigures::Refusal::Timeout), 1U);
    }

    void whoIsSilentAfterTheHandshakeIsClosed()
    {
        Door door({ .handshakeTimeout = std::chrono::milliseconds(500) });
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        QVERIFY(client.waitForClosed());
        QCOMPARE(door.refused(DoorFigures::Refusal::Timeout), 1U);
    }

    void aHeadIsBoundedInsideToo()
    {
        Door door;
        RawClient client(door.listener.port(), Transport::Tls);
        client.send(RawClient::request("/echo", "X: " + QByteArray(17'000, 'x') + "\r\n"));
        QVERIFY(client.waitForClosed());
        QVERIFY(client.received().startsWith("HTTP/1.1 431 "));
    }

    void rekeyingWithoutEnd_data()
    {
        QTest::addColumn<int>("version");
        QTest::newRow("key updates") << TLS1_3_VERSION;
        QTest::newRow("renegotiation") << TLS1_2_VERSION;
    }
    void rekeyingWithoutEnd()
    {
        QFETCH(int, version);
        if (test::ioThreadCount() > 0)
            QSKIP("A turn of the loop here is not one of the server's, which has to answer each.");
        Door door;
        TlsClient client(door.listener.port(), { .minVersion = version, .maxVersion = version });
        QVERIFY(client.shakeHands());
        client.send(RawClient::request("/echo"));
        QVERIFY(heardUntil(client, "\r\n\r\n").startsWith("HTTP/1.1 101 "));
        QCOMPARE(door.channel.connectionCount(), 1);
        for (int i = 0; i < 200 && client.socket().state() == QTcpSocket::ConnectedState; ++i) {
            client.keepRekeying();
            client.sendKept();
            QCoreApplication::processEvents();
        }
        QTRY_COMPARE(door.channel.connectionCount(), 0);
    }

    void whatCameBeforeABrokenRecordCounts()
    {
        Door door;
        QSignalSpy heard(&door.channel, &Channel::textReceived);
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        client.send(RawClient::request("/echo"));
        QVERIFY(heardUntil(client, "\r\n\r\n").startsWith("HTTP/1.1 101 "));
        client.keep(RawClient::frame(0x81, "last words"));
        client.sendKept(QByteArray("\x17\x03\x03\x00\x20", 5) + QByteArray(32, 'x'));
        QTRY_COMPARE(door.channel.connectionCount(), 0);
        QCOMPARE(heard.size(), 1);
    }

    void afterOneKeyUpdateAllGoesOn()
    {
        Door door;
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        client.send(RawClient::request("/echo"));
        QVERIFY(heardUntil(client, "\r\n\r\n").startsWith("HTTP/1.1 101 "));
        client.keepRekeying();
        client.send(RawClient::frame(0x81, "hello"));
        QCOMPARE(heardUntil(client, "hello"), QByteArray("\x81\x05hello"));
    }

    /// What is kept for it is bounded under TLS as without.
    void slowPeersAreClosed()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Door door({}, settings);
        QSignalSpy connected(&door.channel, &Channel::connected);
        QSignalSpy failed(&door.channel, &Channel::failed);
        QSignalSpy closed(&door.channel, &Channel::closed);
        RawClient client(door.listener.port(), Transport::Tls);
        client.upgrade();
        client.stopReading();
        QTRY_COMPARE(connected.size(), 1);
        auto *connection = connected.first().first().value<Connection *>();
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

    /// What was half sent stays whole when frames behind it are left out.
    void droppedFramesLeaveNoHoleInTheStream()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Door door({}, settings);
        QSignalSpy connected(&door.channel, &Channel::connected);
        TlsClient client(door.listener.port());
        QVERIFY(client.shakeHands());
        client.send(RawClient::request("/echo"));
        QVERIFY(heardUntil(client, "\r\n\r\n").startsWith("HTTP/1.1 101 "));
        auto *connection = connected.first().first().value<Connection *>();
        const auto typing = OutgoingFrame::text(QByteArray(10'000, 't'), Delivery::Droppable);
        const auto message = OutgoingFrame::text(QByteArray(1'000, 'm'));
        constexpr int Rounds = 3'000; // more than the kernel takes
        for (int i = 0; i < Rounds && connection->isOpen(); ++i)
            connection->send(i % 60 == 0 ? message : typing);
        QVERIFY(connection->isOpen());
        connection->send(OutgoingFrame::text("done"));
        const QByteArray all = heardUntil(client, "\x81\x04" "done");
        // Frame by frame: each is one of the two, whole.
        qsizetype messages = 0;
        qsizetype place = 0;
        while (place < all.size() - 6) {
            const bool isTyping = all.sliced(place).startsWith(typing.wire());
            QVERIFY2(isTyping || all.sliced(place).startsWith(message.wire()), qPrintable(QString::number(place)));
            messages += isTyping ? 0 : 1;
            place += isTyping ? typing.wire().size() : message.wire().size();
        }
        QCOMPARE(messages, Rounds / 60);
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Tls)
#include "tst_tls.moc"
