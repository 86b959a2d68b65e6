#include "tests/net/door.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QSignalSpy>

#ifdef Q_OS_UNIX
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Door;
using test::RawClient;

namespace {

#ifdef Q_OS_UNIX
bool hasOption(int descriptor, int level, int option)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, level, option, &value, &size) == 0 && value != 0;
}

/// This process's socket whose other end has that port; -1 without one.
int socketTo(quint16 port)
{
    constexpr int MostDescriptors = 1'024;
    for (int descriptor = 3; descriptor < MostDescriptors; ++descriptor) {
        sockaddr_in peer {};
        socklen_t size = sizeof peer;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&peer), &size) == 0 && peer.sin_family == AF_INET
            && peer.sin_port == htons(port))
            return descriptor;
    }
    return -1;
}
#endif

} // namespace

class tst_Listener : public test::Test
{
    Q_OBJECT

private slots:
    void framesSentWithTheRequestAreNotLost()
    {
        Door door;
        RawClient client(door.listener.port());
        client.send(RawClient::request("/echo") + RawClient::frame(0x81, "early"));
        QTRY_VERIFY(client.socket().state() == QTcpSocket::ConnectedState);
        QByteArray answer;
        QTRY_VERIFY((answer += client.received()).endsWith("\x81\x05" "early"));
        QVERIFY(answer.startsWith("HTTP/1.1 101 "));
    }

    void isKeptAliveAndDoesNotDelay()
    {
#ifdef Q_OS_UNIX
        Door door;
        RawClient client(door.listener.port());
        client.upgrade();
        const int accepted = socketTo(client.socket().localPort());
        QVERIFY(accepted >= 0);
        QVERIFY(hasOption(accepted, IPPROTO_TCP, TCP_NODELAY));
        QVERIFY(hasOption(accepted, SOL_SOCKET, SO_KEEPALIVE));
#else
        QSKIP("asks the kernel of a Unix");
#endif
    }

    void answersPlainHttpWhereAsked()
    {
        Door door;
        door.listener.setHttpHandler(u"/healthz"_s, [] { return HttpResponse { 200, "text/plain", "ok" }; });
        RawClient client(door.listener.port());
        client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(client.waitForClosed());
        const QByteArray answer = client.received();
        QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(answer.endsWith("\r\n\r\nok"));
    }

    /// More than a socket takes at once, to a peer that does not read at first.
    void sendsALongAnswerWhole()
    {
        Door door;
        const QByteArray page = QByteArray("0123456789abcde\n").repeated(1'048'576);
        door.listener.setHttpHandler(u"/long"_s, [page] { return HttpResponse { 200, "text/plain", page }; });
        QTcpSocket client;
        client.setReadBufferSize(4'096);
        client.connectToHost(QHostAddress::LocalHost, door.listener.port());
        client.write("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(client.bytesAvailable(), 4'096);
        client.setReadBufferSize(0);
        QByteArray answer;
        QTRY_VERIFY((answer += client.readAll(), client.state() == QTcpSocket::UnconnectedState));
        QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(answer.sliced(answer.indexOf("\r\n\r\n") + 4) == page);
    }

    void answersPagesForThisComputerToThisComputer()
    {
        Door door;
        door.listener.setHttpHandler(u"/metrics"_s, [] { return HttpResponse { 200, "text/plain", "n 1\n" }; }, HttpReach::Loopback);
        RawClient client(door.listener.port());
        client.send("GET /metrics?x=y HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(client.waitForClosed());
        QVERIFY(client.received().endsWith("\r\n\r\nn 1\n"));
    }

    void countsWhoCame()
    {
        Door door({ .maxConnectionsPerAddress = 2 });
        RawClient first(door.listener.port());
        first.upgrade();
        RawClient lost(door.listener.port());
        lost.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(lost.waitForClosed());
        QTRY_COMPARE(door.figures().waiting, 0); // its place is free again
        RawClient second(door.listener.port());
        second.upgrade();
        RawClient third(door.listener.port());
        QVERIFY(third.waitForClosed());
        const DoorFigures figures = door.figures();
        QCOMPARE(figures.accepted, 4U);
        QCOMPARE(figures.refusals[static_cast<std::size_t>(DoorFigures::Refusal::NotFound)], 1U);
        QCOMPARE(figures.refusals[static_cast<std::size_t>(DoorFigures::Refusal::AddressLimit)], 1U);
        QCOMPARE(figures.waiting, 0);
        QCOMPARE(figures.acceptFailures, 0U);
    }

    void sameOriginIsWelcome_data()
    {
        QTest::addColumn<QByteArray>("origin");
        QTest::newRow("own") << QByteArray("http://localhost");
        QTest::newRow("own, other case") << QByteArray("HTTP://LocalHost");
        QTest::newRow("named in the settings") << QByteArray("https://chat.example");
    }
    void sameOriginIsWelcome()
    {
        QFETCH(QByteArray, origin);
        Door door({ .allowedOrigins = { u"https://chat.example"_s } });
        RawClient client(door.listener.port());
        client.send(RawClient::request("/echo", "Origin: " + origin + "\r\n"));
        QVERIFY(client.read(12).startsWith("HTTP/1.1 101"));
    }

    void onlyOwnNamesAreOrigins_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("an address") << QByteArray("192.0.2.1:7373") << QByteArray("101");
        QTest::newRow("an address, IPv6") << QByteArray("[2001:db8::1]:7373") << QByteArray("101");
        QTest::newRow("a computer's name") << QByteArray("anna-pc:7373") << QByteArray("101");
        QTest::newRow("multicast DNS") << QByteArray("anna-pc.local:7373") << QByteArray("101");
        QTest::newRow("somebody's domain that leads here") << QByteArray("evil.example:7373") << QByteArray("403");
        QTest::newRow("one that looks like an address") << QByteArray("127.0.0.1.evil.example") << QByteArray("403");
    }
    /// A page that came from there and connects to the same name: the browser takes us for its own server.
    void onlyOwnNamesAreOrigins()
    {
        QFETCH(QByteArray, host);
        QFETCH(QByteArray, status);
        Door door;
        RawClient client(door.listener.port());
        client.send(RawClient::request("/echo", "Origin: http://" + host + "\r\n").replace("Host: localhost", "Host: " + host));
        QCOMPARE(client.read(12), "HTTP/1.1 " + status);
    }

    void oddButLegalHeadsAreWelcome_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::newRow("a line of 12 KiB") << QByteArray("Cookie: " + QByteArray(12 * 1024, 'c') + "\r\n");
        QTest::newRow("two Connection lines") << QByteArray("Connection: keep-alive\r\n");
    }
    void oddButLegalHeadsAreWelcome()
    {
        QFETCH(QByteArray, more);
        Door door;
        RawClient client(door.listener.port());
        QByteArray request = RawClient::request("/echo");
        request.insert(request.indexOf("\r\n") + 2, more); // in front of the others
        client.send(request);
        QVERIFY(client.read(12).startsWith("HTTP/1.1 101"));
    }

    // ---- rainy ----

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("status");
        const QByteArray ws = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        const QByteArray key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        const QByteArray v13 = "Sec-WebSocket-Version: 13\r\n";
        const QByteArray host = "Host: localhost\r\n";
        QTest::newRow("unknown path") << RawClient::request("/nowhere") << QByteArray("404");
        QTest::newRow("unknown path without upgrade")
            << QByteArray("GET / HTTP/1.1\r\n" + host + "\r\n") << QByteArray("404");
        QTest::newRow("POST") << QByteArray("POST /echo HTTP/1.1\r\n" + host + ws + key + v13 + "\r\n") << QByteArray("400");
        QTest::newRow("HTTP/1.0") << QByteArray("GET /echo HTTP/1.0\r\n" + host + ws + key + v13 + "\r\n") << QByteArray("400");
        QTest::newRow("no host") << QByteArray("GET /echo HTTP/1.1\r\n" + ws + key + v13 + "\r\n") << QByteArray("400");
        QTest::newRow("no key") << QByteArray("GET /echo HTTP/1.1\r\n" + host + ws + v13 + "\r\n") << QByteArray("400");
        QTest::newRow("short key") << QByteArray("GET /echo HTTP/1.1\r\n" + host + ws + "Sec-WebSocket-Key: abcd\r\n" + v13 + "\r\n")
                                   << QByteArray("400");
        QTest::newRow("version 8") << QByteArray("GET /echo HTTP/1.1\r\n" + host + ws + key + "Sec-WebSocket-Version: 8\r\n\r\n")
                                   << QByteArray("400");
        QTest::newRow("no upgrade") << QByteArray("GET /echo HTTP/1.1\r\n" + host + "\r\n") << QByteArray("426");
        QTest::newRow("foreign origin") << RawClient::request("/echo", "Origin: http://evil.example\r\n") << QByteArray("403");
        QTest::newRow("null origin") << RawClient::request("/echo", "Origin: null\r\n") << QByteArray("403");
        QTest::newRow("look-alike origin") << RawClient::request("/echo", "Origin: http://localhost.evil.example\r\n")
                                           << QByteArray("403");
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01\x02garbage\r\n\r\n") << QByteArray("400");
        QTest::newRow("head too large") << QByteArray("GET /echo HTTP/1.1\r\nX: " + QByteArray(17'000, 'x')) << QByteArray("431");
    }
    void refusals()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, status);
        Door door;
        QSignalSpy connected(&door.channel, &Channel::connected);
        RawClient client(door.listener.port());
        client.send(request);
        QVERIFY(client.waitForClosed());
        const QByteArray answer = client.received();
        QVERIFY2(answer.startsWith("HTTP/1.1 " + status + ' '), answer.constData());
        if (status == "400" && request.contains("Version: 8"))
            QVERIFY(answer.contains("Sec-WebSocket-Version: 13\r\n"));
        QCOMPARE(connected.size(), 0);
    }

    void dawdlersAreClosed_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("silence") << QByteArray();
        QTest::newRow("half a head") << QByteArray("GET /echo HTTP/1.1\r\n");
    }
    void dawdlersAreClosed()
    {
        QFETCH(QByteArray, start);
        Door door({ .handshakeTimeout = std::chrono::milliseconds(60) });
        RawClient client(door.listener.port());
        client.send(start);
        QVERIFY(client.waitForClosed());
        QVERIFY(client.received().isEmpty());
    }

    void portInUseIsSaid()
    {
        Door door;
        Router router;
        Listener other({ .addresses = { QHostAddress(QHostAddress::LocalHost) }, .port = door.listener.port() }, router);
        const auto listening = other.listen();
        QVERIFY(!listening);
        QCOMPARE(listening.error().reason, ListenError::Reason::AddressInUse);
        QCOMPARE(listening.error().port, door.listener.port());
    }

    void stopsAccepting()
    {
        Door door;
        RawClient waiting(door.listener.port());
        waiting.send("GET");
        QTRY_VERIFY(waiting.socket().bytesToWrite() == 0);
        door.listener.stopAccepting();
        QVERIFY(waiting.waitForClosed());
    }
};

HEARTH_SERVER_TEST_MAIN(tst_Listener)
#include "tst_listener.moc"
