#include "server/chat/server.h"
#include "server/store/database.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QNetworkInterface>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::RawClient;

namespace {

ServerSettings local(const QString &directory)
{
    ServerSettings settings;
    settings.bind = { QHostAddress(QHostAddress::LocalHost) };
    settings.port = 0;
    settings.dataDirectory = directory;
    return settings;
}

/// A whole answer.
QByteArray get(quint16 port, const QByteArray &path)
{
    RawClient client(port);
    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.waitForClosed() ? client.received() : QByteArray();
}

/// The value of one figure; -1 where it is missing.
double figure(const QByteArray &page, const QByteArray &name)
{
    const qsizetype at = page.indexOf('\n' + name + ' ');
    if (at < 0)
        return -1;
    const qsizetype value = at + name.size() + 2;
    return page.sliced(value, page.indexOf('\n', value) - value).toDouble();
}

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : 0;
}

} // namespace

/// What the server says of itself, over its own port.
class tst_Monitor : public test::Test
{
    Q_OBJECT

private slots:
    void saysOk()
    {
        Server server(local(u":memory:"_s));
        QVERIFY(server.start());
        const QByteArray answer = get(server.port(), "/healthz");
        QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer.constData());
        QVERIFY(answer.endsWith("\r\n\r\nok\n"));
    }

    void countsWhatHappens()
    {
        Server server(local(u":memory:"_s));
        QVERIFY(server.start());
        RawClient bo(server.port());
        bo.upgrade("/chat");
        bo.send(RawClient::frame(0x81, "{\"type\":\"message\",\"content\":\"hush\",\"user\":\"bo\"}"));
        bo.send(RawClient::frame(0x81, "{\"type\":\"dance\"}"));
        QByteArray heard;
        QTRY_VERIFY((heard += bo.received()).contains("unknown_type") && heard.contains("hush"));

        const QByteArray page = get(server.port(), "/metrics");
        QVERIFY(page.startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
        QCOMPARE(figure(page, "hearth_connections"), 1.0);
        QCOMPARE(figure(page, "hearth_connections_accepted_total"), 2.0); // and whoever asks
        QCOMPARE(figure(page, "hearth_users_online"), 1.0);
        QCOMPARE(figure(page, "hearth_rooms"), 1.0);
        QCOMPARE(figure(page, "hearth_messages_received_total"), 2.0);
        QCOMPARE(figure(page, "hearth_deliveries_total"), 3.0); // connected, the message, the error
        QCOMPARE(figure(page, "hearth_events_total{kind=\"message\"}"), 1.0);
        QCOMPARE(figure(page, "hearth_errors_total{code=\"unknown_type\"}"), 1.0);
        QCOMPARE(figure(page, "hearth_errors_total{code=\"internal\"}"), 0.0);
        QCOMPARE(figure(page, "hearth_store_available"), 1.0);
        QCOMPARE(figure(page, "hearth_store_waiting_writes"), 0.0);
        QVERIFY(figure(page, "hearth_store_commit_seconds_count") >= 1);
        QVERIFY(figure(page, "hearth_loop_turn_seconds_count") >= 1);
        QVERIFY(figure(page, "hearth_loop_longest_turn_seconds") > 0);
        QVERIFY(figure(page, "hearth_received_bytes_total") > 0);
        QVERIFY(figure(page, "hearth_sent_bytes_total") > 0);
        QVERIFY(figure(page, "hearth_start_time_seconds") > 1.7e9);
        QCOMPARE(figure(page, "hearth_build_info{version=\"" HEARTH_VERSION "\",qt=\"" + QByteArray(qVersion()) + "\"}"), 1.0);
    }

    void countsClosesByCodeWithoutBelievingPeers()
    {
        Server server(local(u":memory:"_s));
        QVERIFY(server.start());
        for (const QByteArray &code : { QByteArray("\x03\xe8"), QByteArray("\x0f\xa0"), QByteArray("\x0f\xa1") }) { // 1000, 4000, 4001
            RawClient client(server.port());
            client.upgrade("/chat");
            client.send(RawClient::frame(0x88, code));
            QVERIFY(client.waitForClosed());
        }
        const QByteArray page = get(server.port(), "/metrics");
        QCOMPARE(figure(page, "hearth_closes_total{code=\"1000\"}"), 1.0);
        QCOMPARE(figure(page, "hearth_closes_total{code=\"other\"}"), 2.0);
        QVERIFY(!page.contains("4000"));
    }

    /// The whole page: a name, a type and a help text for every figure, one value for each set of labels.
    void isWellFormed()
    {
        Server server(local(u":memory:"_s));
        QVERIFY(server.start());
        QByteArray page = get(server.port(), "/metrics");
        page = page.sliced(page.indexOf("\r\n\r\n") + 4);
        QVERIFY(page.endsWith('\n'));
        page.chop(1);
        const QRegularExpression comment(u"^# (HELP|TYPE) (hearth_[a-z_]+) (.+)$"_s);
        const QRegularExpression sample(u"^(hearth_[a-z_]+)(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? [0-9.e+-]+$"_s);
        QSet<QString> seen;
        QString name;
        for (const QByteArray &line : page.split('\n')) {
            const QString text = QString::fromUtf8(line);
            if (const auto match = comment.match(text); match.hasMatch()) {
                QVERIFY2(match.captured(1) == u"HELP" || match.captured(2) == name, line.constData());
                name = match.captured(2);
                QVERIFY2(!seen.contains(match.captured(1) + name), line.constData());
                seen.insert(match.captured(1) + name);
                continue;
            }
            const auto match = sample.match(text);
            QVERIFY2(match.hasMatch(), line.constData());
            QVERIFY2(match.captured(1).startsWith(name), line.constData());
            QVERIFY2(seen.contains(u"TYPE"_s + name), line.constData());
            const QString key = match.captured(1) + match.captured(2);
            QVERIFY2(!seen.contains(key), line.constData());
            seen.insert(key);
        }
    }

    void mayHaveAPortOfItsOwn()
    {
        ServerSettings settings = local(u":memory:"_s);
        settings.monitoringPort = freePort();
        Server server(settings);
        QVERIFY(server.start());
        QVERIFY(get(settings.monitoringPort, "/healthz").startsWith("HTTP/1.1 200 "));
        QVERIFY(get(settings.monitoringPort, "/metrics").startsWith("HTTP/1.1 200 "));
        QVERIFY(get(settings.monitoringPort, "/chat").startsWith("HTTP/1.1 404 "));
        QVERIFY(get(server.port(), "/healthz").startsWith("HTTP/1.1 404 "));
    }

    // ---- rainy ----

    void isNotThereForOthers()
    {
        QHostAddress outside;
        for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
            if (!address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol)
                outside = address;
        }
        if (outside.isNull())
            QSKIP("this computer has no address but its own");
        ServerSettings settings = local(u":memory:"_s);
        settings.bind = { outside };
        Server server(settings);
        QVERIFY(server.start());
        QTcpSocket socket;
        socket.connectToHost(outside, server.port());
        socket.write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        const QByteArray metrics = socket.readAll();
        QVERIFY2(metrics.startsWith("HTTP/1.1 404 "), metrics.constData());
        socket.connectToHost(outside, server.port());
        socket.write("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(socket.readAll(), metrics);
    }

    void saysThatTheStoreCannotCommitAndHeals()
    {
        QTemporaryDir directory;
        Server server(local(directory.path()));
        QVERIFY(server.start());
        QVERIFY(get(server.port(), "/healthz").endsWith("\r\n\r\nok\n"));
        Database other(directory.filePath(u"hearth.db"_s), Database::Mode::ReadWrite, std::chrono::milliseconds(5'000));
        other.begin();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"^event=commit-failed writes=[0-9]+ error=\".*\"$"_s));
        RawClient bo(server.port());
        bo.upgrade("/chat");
        bo.send(RawClient::frame(0x81, "{\"type\":\"message\",\"content\":\"x\",\"user\":\"bo\"}"));
        QByteArray heard;
        QTRY_VERIFY_WITH_TIMEOUT((heard += bo.received()).contains("storage_full"), 20'000);
        const auto sick = get(server.port(), "/healthz");
        QVERIFY2(sick.startsWith("HTTP/1.1 503 ") && sick.contains("\r\n\r\nThe store cannot commit: "), sick.constData());
        QCOMPARE(figure(get(server.port(), "/metrics"), "hearth_store_available"), 0.0);
        other.rollback();
        QTRY_VERIFY(get(server.port(), "/healthz").endsWith("\r\n\r\nok\n")); // although nobody writes
    }

    void saysThatItEnds()
    {
        ServerSettings settings = local(u":memory:"_s);
        settings.monitoringPort = freePort();
        Server server(settings);
        QVERIFY(server.start());
        RawClient bo(server.port()); // keeps it from ending at once: it does not answer the close frame
        bo.upgrade("/chat");
        server.drain();
        const QByteArray answer = get(settings.monitoringPort, "/healthz");
        QVERIFY2(answer.startsWith("HTTP/1.1 503 ") && answer.endsWith("\r\n\r\nThe server is shutting down.\n"), answer.constData());
    }

    void refusesAPortInUse()
    {
        QTcpServer occupant;
        QVERIFY(occupant.listen(QHostAddress::LocalHost));
        ServerSettings settings = local(u":memory:"_s);
        settings.monitoringPort = occupant.serverPort();
        Server server(settings);
        const auto started = server.start();
        QVERIFY(!started);
        QCOMPARE(started.error().reason, StartError::Reason::PortInUse);
    }
};

HEARTH_TEST_MAIN(tst_Monitor)
#include "tst_monitor.moc"
