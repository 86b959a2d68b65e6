#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "tests/net/echochannel.h"
#include "tests/net/doorfigures.h"
#include "tests/net/iothreadcount.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTimer>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using test::RawClient;

namespace {

struct Door
{
    explicit Door(ListenerSettings settings = {}) : listener(local(std::move(settings)), router)
    {
        router.add(u"/echo"_s, channel);
        listener.setIoThreads(&threads);
        if (!listener.listen())
            qFatal("cannot listen");
    }
    static ListenerSettings local(ListenerSettings settings)
    {
        settings.addresses = { QHostAddress(QHostAddress::LocalHost) };
        settings.port = 0;
        return settings;
    }
    [[nodiscard]] DoorFigures figures() { return test::doorFigures(threads, listener); }

    IoThreads threads { test::ioThreadCount() };
    test::EchoChannel channel;
    Router router;
    Listener listener;
};

#ifdef Q_OS_UNIX
/// Lets this process open no more than `more` descriptors, for as long as it lives.
class FewDescriptors
{
public:
    explicit FewDescriptors(rlim_t more)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        const int next = ::open("/dev/null", O_RDONLY);
        ::close(next);
        const rlimit few { static_cast<rlim_t>(next) + more, m_before.rlim_max };
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    FewDescriptors(const FewDescriptors &) = delete;
    FewDescriptors &operator=(const FewDescriptors &) = delete;

private:
    rlimit m_before {};
};

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

    /// Who knocks again as soon as he was turned away is accepted a millisecond later. I/O threads refuse on their own, and the
    /// listener may hear of it at the next knock only: every second one rests at least.
    void restsAfterARefusal()
    {
        Door door({ .maxConnectionsPerAddress = 1 });
        RawClient inside(door.listener.port());
        inside.send(RawClient::request("/echo"));
        QTRY_COMPARE(door.channel.connectionCount(), 1);

        constexpr int Knocks = 200;
        int turnedAway = 0;
        qint64 took = 0;
        QElapsedTimer clock;
        QTcpSocket stranger;
        QEventLoop loop; // QTRY looks only every 10 ms
        const auto knock = [&] { stranger.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port()); };
        const auto knockAgain = [&] {
            took = clock.elapsed();
            if (++turnedAway == Knocks)
                loop.quit();
            else
                knock();
        };
        connect(&stranger, &QTcpSocket::disconnected, &loop, knockAgain, Qt::QueuedConnection);
        clock.start();
        knock();
        QTimer::singleShot(10s, &loop, &QEventLoop::quit);
        loop.exec();
        QCOMPARE(turnedAway, Knocks);
        const int rests = test::ioThreadCount() == 0 ? Knocks - 1 : Knocks / 2 - 1;
        QVERIFY2(took >= rests, qPrintable(u"%1 ms"_s.arg(took)));
    }

#ifdef Q_OS_UNIX
    /// Every 200 ms, and not in each turn.
    void outOfDescriptorsItTriesNowAndThen()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("It is the same listener.");
#ifdef __SANITIZE_ADDRESS__
        QSKIP("The sanitizers open a pipe to look at an object.");
#endif
        Door door;
        RawClient inside(door.listener.port());
        QTRY_COMPARE(door.figures().waiting, 1); // and then nobody waited
        QTcpSocket oneTooMany;
        oneTooMany.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port());
        QVERIFY(oneTooMany.waitForConnected()); // to the kernel's queue: the listener has not had its turn
        {
            const FewDescriptors none(0);
            static const QRegularExpression warning(u"event=accept-failed error=\"Too many open files\""_s);
            QTest::ignoreMessage(QtWarningMsg, warning);
            QTest::ignoreMessage(QtWarningMsg, warning);
            QTRY_COMPARE(door.figures().acceptFailures, 1U);
            QElapsedTimer clock;
            clock.start();
            QTRY_COMPARE(door.figures().acceptFailures, 2U);
            QVERIFY2(clock.elapsed() >= 150, qPrintable(u"%1 ms"_s.arg(clock.elapsed())));
            QCOMPARE(door.figures().waiting, 1);
        }
        QTRY_COMPARE(door.figures().waiting, 2);
    }
#endif

    /// More than are accepted, and upgraded, in one turn of the event loop.
    void letsACrowdIn()
    {
        Door door;
        constexpr std::size_t Count = 200;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (std::size_t i = 0; i < Count; ++i) {
            clients.push_back(std::make_unique<RawClient>(door.listener.port()));
            clients.back()->send(RawClient::request("/echo"));
        }
        QTRY_COMPARE(door.channel.connectionCount(), static_cast<qsizetype>(Count));
        QCOMPARE(door.figures().accepted, Count);
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

    void addressCapHolds()
    {
        Door door({ .maxConnectionsPerAddress = 2 });
        QSignalSpy closed(&door.channel, &Channel::closed);
        RawClient first(door.listener.port());
        first.upgrade();
        auto second = std::make_unique<RawClient>(door.listener.port());
        second->upgrade();
        RawClient third(door.listener.port());
        QVERIFY(third.waitForClosed());
        second.reset();
        QTRY_COMPARE(closed.size(), 1);
        RawClient fourth(door.listener.port());
        fourth.upgrade(); // there is room again
    }

    void theLongestWaitingMakesRoom()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("Each thread has places of its own.");
        Door door({ .maxWaiting = 2 });
        RawClient first(door.listener.port());
        RawClient second(door.listener.port());
        first.send("GET");
        RawClient third(door.listener.port());
        QVERIFY(first.waitForClosed());
        third.upgrade();
        second.upgrade();
    }

    /// One address that fills the doorway pushes out its own.
    void aCrowdMakesRoomItself()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("Each thread has places of its own.");
        Door door({ .maxWaiting = 3 });
        QTcpSocket other;
        QVERIFY(other.bind(QHostAddress(u"127.0.0.2"_s)));
        other.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port());
        QTRY_COMPARE(door.figures().waiting, 1);
        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < 10; ++i)
            crowd.push_back(std::make_unique<RawClient>(door.listener.port()));
        QTRY_COMPARE(door.figures().accepted, 11U);
        QVERIFY(crowd.front()->waitForClosed());
        other.write(RawClient::request("/echo"));
        QTRY_VERIFY(other.bytesAvailable() >= 12);
        QVERIFY(other.readAll().startsWith("HTTP/1.1 101"));
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
