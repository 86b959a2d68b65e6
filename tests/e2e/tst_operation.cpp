#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/testmain.h"

#include <QFile>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QUuid>

#include <array>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

/// What systemd would be: a datagram socket that is told how the process stands.
class Supervisor
{
public:
    /// `name` as it stands in NOTIFY_SOCKET.
    explicit Supervisor(const QByteArray &name) : m_descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
        if (name.startsWith('@'))
            address.sun_path[0] = '\0';
        const auto size = offsetof(sockaddr_un, sun_path) + static_cast<std::size_t>(name.size());
        if (::bind(m_descriptor, reinterpret_cast<const sockaddr *>(&address), static_cast<socklen_t>(size)) != 0)
            qFatal("no socket to listen on");
    }
    ~Supervisor() { ::close(m_descriptor); }
    Supervisor(const Supervisor &) = delete;
    Supervisor &operator=(const Supervisor &) = delete;

    /// The next datagram; empty when none has come in 15 s.
    QByteArray next()
    {
        std::array<char, 256> text {};
        ssize_t size = -1;
        const bool hasCome = QTest::qWaitFor([&] { return (size = ::recv(m_descriptor, text.data(), text.size(), 0)) >= 0; }, 15'000);
        return hasCome ? QByteArray(text.data(), size) : QByteArray();
    }

private:
    int m_descriptor;
};

QByteArray get(int port, const QByteArray &path)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(port));
    socket.write("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    QByteArray answer;
    const bool isOver = QTest::qWaitFor([&] {
        answer += socket.readAll();
        return socket.state() == QAbstractSocket::UnconnectedState;
    }, 15'000);
    return isOver ? answer : QByteArray();
}

} // namespace

/// What whoever runs the server relies on: its supervisor, its log, its figures.
class tst_Operation : public Test
{
    Q_OBJECT

private slots:
    void tellsItsSupervisor_data()
    {
        QTest::addColumn<bool>("isAbstract");
        QTest::newRow("socket in the file system") << false;
        QTest::newRow("abstract socket") << true;
    }
    void tellsItsSupervisor()
    {
        QFETCH(bool, isAbstract);
        QTemporaryDir data;
        const QString path = isAbstract ? u"@hearth-test-"_s + QUuid::createUuid().toString(QUuid::WithoutBraces)
                                        : data.filePath(u"notify"_s);
        Supervisor supervisor(path.toLocal8Bit());
        ServerProcess server(Hearthd, data.path());
        server.setEnvironment(u"NOTIFY_SOCKET"_s, path);
        QVERIFY(server.start());
        QCOMPARE(supervisor.next(), QByteArray("READY=1"));
        QCOMPARE(server.terminate(), 0);
        QCOMPARE(supervisor.next(), QByteArray("STOPPING=1"));
    }

    void tellsItsWatchdogThatItLives()
    {
        QTemporaryDir data;
        const QString path = data.filePath(u"notify"_s);
        Supervisor supervisor(path.toLocal8Bit());
        ServerProcess server(Hearthd, data.path());
        server.setEnvironment(u"NOTIFY_SOCKET"_s, path);
        server.setEnvironment(u"WATCHDOG_USEC"_s, u"100000"_s);
        QVERIFY(server.start());
        QCOMPARE(supervisor.next(), QByteArray("READY=1"));
        QCOMPARE(supervisor.next(), QByteArray("WATCHDOG=1"));
        QCOMPARE(supervisor.next(), QByteArray("WATCHDOG=1"));
    }

    void doesNotMindASupervisorThatIsNotThere()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        server.setEnvironment(u"NOTIFY_SOCKET"_s, data.filePath(u"nobody"_s));
        server.setEnvironment(u"WATCHDOG_USEC"_s, u"never"_s);
        QVERIFY(server.start());
        QCOMPARE(server.terminate(), 0);
    }

    void saysHowItFares()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        const QByteArray health = get(server.url().port(), "/healthz");
        QVERIFY2(health.startsWith("HTTP/1.1 200 OK\r\n") && health.endsWith("\r\n\r\nok\n"), health.constData());
        BareClient bo(server.url());
        bo.say(u"{\"type\":\"message\",\"content\":\"hush hush\",\"user\":\"bo-the-secret\"}"_s);
        QVERIFY(!bo.next(u"message"_s).isEmpty());
        const QByteArray metrics = get(server.url().port(), "/metrics");
        QVERIFY(metrics.contains("\nhearth_connections 1\n"));
        QVERIFY(metrics.contains("\nhearth_events_total{kind=\"message\"} 1\n"));
        QVERIFY(!metrics.contains("hush") && !metrics.contains("secret"));
    }

    void tellsHowItsThreadsFare()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start({ u"--io-threads"_s, u"2"_s }));
        BareClient anna(server.url());
        QVERIFY(!anna.next(u"connected"_s).isEmpty());
        BareClient bo(server.url());
        bo.say(u"{\"type\":\"message\",\"content\":\"hi\",\"user\":\"bo\"}"_s);
        QVERIFY(!anna.next(u"message"_s).isEmpty());
        const QByteArray metrics = get(server.url().port(), "/metrics");
        QVERIFY(metrics.contains("\nhearth_connections 2\n"));
        QVERIFY(metrics.contains("\nhearth_messages_received_total 1\n"));
        QVERIFY(metrics.contains("\nhearth_io_connections{thread=\"0\"} 1\n"));
        QVERIFY(metrics.contains("\nhearth_io_connections{thread=\"1\"} 1\n"));
        QVERIFY(metrics.contains("\nhearth_io_turn_seconds_count{thread=\"1\"} "));
    }

    /// Whatever a peer sends, each line of the log is one of ours.
    void aPeerCannotWriteItsOwnLines()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        server.setEnvironment(u"QT_LOGGING_RULES"_s, u"qt.websockets*=true"_s);
        QVERIFY(server.start({ u"--log-level"_s, u"debug"_s }));
        const int port = server.url().port();
        const QByteArray forged = "x\n2026-01-01T00:00:00.000 info hearth.server event=forged";
        const QByteArray encoded = QByteArray(forged).toPercentEncoding();

        get(port, '/' + encoded);
        get(port, "/chat/" + encoded);
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(port));
        socket.write("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX: " + forged
                     + "\r\nSec-WebSocket-Protocol: " + encoded + "\r\n\r\n");
        socket.write(forged);

        BareClient bo(server.url());
        const QString word = u"a\\nevent=forged\\r\\u0085event=forged\\u2028event=forged"_s;
        for (const QString &text : { u"{\"type\":\"hello\",\"user\":\"%1\",\"token\":\"%1\",\"id\":\"%1\"}"_s, u"{\"type\":\"%1\"}"_s,
                                     u"{\"type\":\"message\",\"content\":\"%1\",\"user\":\"bo\",\"client_id\":\"%1\"}"_s,
                                     u"{\"type\":\"create_room\",\"room\":\"ops\",\"name\":\"%1\",\"topic\":\"%1\"}"_s,
                                     u"{\"type\":\"search\",\"query\":\"%1\"}"_s, u"%1"_s }) {
            bo.say(text.arg(word));
        }
        bo.say(u"{\"type\":\"message\",\"content\":\"%1\",\"user\":\"bo\"}"_s.arg(word));
        QVERIFY(!bo.next(u"message"_s).isEmpty());
        bo.socket().close(QWebSocketProtocol::CloseCodeNormal, u"a\nevent=forged"_s);
        QTRY_VERIFY(bo.isClosed());
        QCOMPARE(server.terminate(), 0);

        const QString log = server.errors();
        QVERIFY(log.contains(u"event=open connection="_s)); // it did say something
        QVERIFY2(!log.contains(u"forged"_s), qPrintable(log)); // not even inside a value: nobody's words are logged
        const QRegularExpression ours(u"^[0-9-]+T[0-9:.]+ (debug|info|warning|critical) hearth\\.[a-z]+ event=[a-z-]+"
                                      "( [a-z]+=([^ \"=]+|\"([^\"\\\\]|\\\\.)*\"))*$"_s);
        for (const QString &line : log.trimmed().split(u'\n'))
            QVERIFY2(ours.match(line).hasMatch(), qPrintable(line));
    }
};

HEARTH_TEST_MAIN(tst_Operation)
#include "tst_operation.moc"
