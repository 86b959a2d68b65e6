#include "app/configuration.h"
#include "server/net/tlsidentity.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

Result<void, ConfigError> apply(const QByteArray &contents, ServerSettings &settings)
{
    const auto entries = parseIni(contents, u"hearth.ini"_s);
    if (!entries)
        return Unexpected(entries.error());
    return applyEntries(*entries, u"hearth.ini"_s, settings);
}

} // namespace

class tst_Configuration : public test::Test
{
    Q_OBJECT

private slots:
    void takesEverySetting()
    {
        ServerSettings settings;
        const auto applied = apply(R"(
[server]
name = Anna's chat
bind = 127.0.0.1, ::1
port = 8080
data = /var/lib/hearth
access = password
password = pass # word
discovery = false
io_threads = 2
tls = required
[websocket]
ping_interval = 15
ping_timeout = 2.5
max_message_size = 2000
max_queued_bytes = 3000
max_queued_in_all = 40000
handshake_timeout = 0.25
allowed_origins = https://a.example, http://b.example
batch_size = 7
batch_timeout = 0.05
[limits]
messages_burst = 1
messages_per_second = 2.5
typing_burst = 3
typing_per_second = 4
requests_burst = 5
requests_per_second = 6
joins_burst = 7
joins_per_second = 8
rooms_burst = 9
rooms_per_second = 10
bytes_burst = 11
bytes_per_second = 12
sign_ins_burst = 14
sign_ins_per_second = 15
new_users_burst = 16
new_users_per_second = 17
address_factor = 13
connections = 100
connections_per_address = 10
strangers_per_address = 18
sign_in_timeout = 1.5
max_content_length = 500
rooms_per_user = 9
[store]
sync = normal
keep = 30 days

[monitoring]
port = 9090
bind = 10.0.0.1
)",
                                   settings);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().toString()));
        QCOMPARE(settings.name, u"Anna's chat"_s);
        QCOMPARE(settings.bind, (QList<QHostAddress> { QHostAddress(u"127.0.0.1"_s), QHostAddress(u"::1"_s) }));
        QCOMPARE(settings.port, quint16(8080));
        QCOMPARE(settings.dataDirectory, u"/var/lib/hearth"_s);
        QCOMPARE(settings.access, Access::Password);
        QCOMPARE(settings.password, u"pass # word"_s);
        QVERIFY(!settings.discovery);
        QCOMPARE(settings.ioThreads, 2);
        QCOMPARE(settings.tls, TlsMode::Required);
        QVERIFY(settings.pingInterval == 15s);
        QVERIFY(settings.pingTimeout == 2'500ms);
        QCOMPARE(settings.maxMessageSize, 2'000);
        QCOMPARE(settings.maxQueuedBytes, 3'000);
        QCOMPARE(settings.maxQueuedInAll, 40'000);
        QVERIFY(settings.handshakeTimeout == 250ms);
        QCOMPARE(settings.allowedOrigins, (QStringList { u"https://a.example"_s, u"http://b.example"_s }));
        QCOMPARE(settings.batchSize, 7);
        QVERIFY(settings.batchTimeout == 50ms);
        QCOMPARE(settings.messages.burst, 1.0);
        QCOMPARE(settings.messages.perSecond, 2.5);
        QCOMPARE(settings.typing.burst, 3.0);
        QCOMPARE(settings.typing.perSecond, 4.0);
        QCOMPARE(settings.requests.burst, 5.0);
        QCOMPARE(settings.requests.perSecond, 6.0);
        QCOMPARE(settings.joins.burst, 7.0);
        QCOMPARE(settings.joins.perSecond, 8.0);
        QCOMPARE(settings.newRooms.burst, 9.0);
        QCOMPARE(settings.newRooms.perSecond, 10.0);
        QCOMPARE(settings.bytes.burst, 11.0);
        QCOMPARE(settings.bytes.perSecond, 12.0);
        QCOMPARE(settings.signIns.burst, 14.0);
        QCOMPARE(settings.signIns.perSecond, 15.0);
        QCOMPARE(settings.newUsers.burst, 16.0);
        QCOMPARE(settings.newUsers.perSecond, 17.0);
        QCOMPARE(settings.strangersPerAddress, 18);
        QVERIFY(settings.signInTimeout == 1'500ms);
        QCOMPARE(settings.addressFactor, 13);
        QCOMPARE(settings.connections, 100);
        QCOMPARE(settings.connectionsPerAddress, 10);
        QCOMPARE(settings.maxContentLength, 500);
        QCOMPARE(settings.roomsPerUser, 9);
        QVERIFY(!settings.syncFull);
        QCOMPARE(settings.keepDays, 30);
        QCOMPARE(settings.monitoringPort, 9'090);
        QCOMPARE(settings.monitoringBind, QList<QHostAddress> { QHostAddress(u"10.0.0.1"_s) });
    }

    void everySettingHasOneName()
    {
        QSet<QString> names;
        for (const Setting &setting : allSettings())
            names.insert(setting.section + u'/' + setting.key);
        QCOMPARE(static_cast<std::size_t>(names.size()), allSettings().size());
    }

    void leavesOutWhatIsNotSaid()
    {
        ServerSettings settings;
        settings.name = u"Before"_s;
        QVERIFY(apply("[server]\nport = 1\n", settings));
        QCOMPARE(settings.name, u"Before"_s);
        QCOMPARE(settings.port, quint16(1));
        QVERIFY(apply("", settings));
        QCOMPARE(settings.port, quint16(1));
    }

    void edges_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("port 0") << QByteArray("[server]\nport = 0\n");
        QTest::newRow("port 65535") << QByteArray("[server]\nport = 65535\n");
        QTest::newRow("no I/O threads") << QByteArray("[server]\nio_threads = 0\n");
        QTest::newRow("16 I/O threads") << QByteArray("[server]\nio_threads = 16\n");
        QTest::newRow("bind any") << QByteArray("[server]\nbind = any\n");
        QTest::newRow("name of 64") << "[server]\nname = " + QByteArray(64, 'x');
        QTest::newRow("name with emoji") << QByteArray("[server]\nname = Bücher 📚\n");
        QTest::newRow("no origins") << QByteArray("[websocket]\nallowed_origins =\n");
        QTest::newRow("no pings") << QByteArray("[websocket]\nping_interval = 0\n");
        QTest::newRow("a day") << QByteArray("[websocket]\nping_interval = 86400\n");
        QTest::newRow("batch of 1") << QByteArray("[websocket]\nbatch_size = 1\n");
        QTest::newRow("no rate") << QByteArray("[limits]\nmessages_per_second = 0\n");
        QTest::newRow("keep for good") << QByteArray("[store]\nkeep = forever\n");
        QTest::newRow("keep a day") << QByteArray("[store]\nkeep = 1 day\n");
        QTest::newRow("keep a hundred years") << QByteArray("[store]\nkeep = 36500  days\n");
        QTest::newRow("password before access") << QByteArray("[server]\npassword = x\naccess = password\n");
        QTest::newRow("password of 1024") << "[server]\naccess = password\npassword = " + QByteArray(1'024, 'x');
    }
    void edges()
    {
        QFETCH(QByteArray, contents);
        ServerSettings settings;
        const auto applied = apply(contents, settings);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().toString()));
    }

    void readsAFile()
    {
        QTemporaryDir directory;
        QFile file(directory.filePath(u"hearth.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[server]\nport = 1234\n");
        file.close();
        ServerSettings settings;
        QVERIFY(readConfiguration(file.fileName(), settings));
        QCOMPARE(settings.port, quint16(1'234));
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::addColumn<QString>("place"); // line: key
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const QByteArray &contents, const QString &place, const QString &text) {
            QTest::newRow(name) << contents << place << text;
        };
        const QString port = u"A whole number from 0 to 65535 is expected, not \"%1\"."_s;
        row("port of letters", "[server]\nport = http\n", u"2: port"_s, port.arg(u"http"_s));
        row("port too large", "[server]\n\nport = 65536\n", u"3: port"_s, port.arg(65536));
        row("port below 0", "[server]\nport = -1\n", u"2: port"_s, port.arg(-1));
        row("half a port", "[server]\nport = 1.5\n", u"2: port"_s, port.arg(1.5));
        row("hexadecimal port", "[server]\nport = 0x50\n", u"2: port"_s, port.arg(u"0x50"_s));
        row("no port", "[server]\nport =\n", u"2: port"_s, port.arg(QString()));
        row("port beyond all numbers", "[server]\nport = 99999999999999999999\n", u"2: port"_s,
            port.arg(u"99999999999999999999"_s));
        row("port and a comment", "[server]\nport = 1 # mine\n", u"2: port"_s, port.arg(u"1 # mine"_s));
        row("no name", "[server]\nname =\n", u"2: name"_s, u"A name of 1 to 64 printable characters is expected."_s);
        row("name too long", "[server]\nname = " + QByteArray(65, 'x'), u"2: name"_s,
            u"A name of 1 to 64 printable characters is expected."_s);
        row("name with a bell", "[server]\nname = a\ab\n", u"2: name"_s,
            u"A name of 1 to 64 printable characters is expected."_s);
        const QString bind = u"Addresses of this computer with commas between them, or any, are expected, not \"%1\"."_s;
        row("bind to a host name", "[server]\nbind = localhost\n", u"2: bind"_s, bind.arg(u"localhost"_s));
        row("bind to half a list", "[server]\nbind = 127.0.0.1,\n", u"2: bind"_s, bind.arg(QString()));
        row("bind to nothing", "[server]\nbind =\n", u"2: bind"_s, bind.arg(QString()));
        row("no data directory", "[server]\ndata =\n", u"2: data"_s, u"A directory is expected."_s);
        row("access of another word", "[server]\naccess = Open\n", u"2: access"_s,
            u"open, password or accounts is expected, not \"Open\"."_s);
        row("access by no password", "[server]\nport = 1\naccess = password\n", u"3: access"_s,
            u"access = password needs a password in [server]."_s);
        row("empty password", "[server]\npassword =\n", u"2: password"_s,
            u"A password of 1 to 1024 characters is expected."_s);
        row("password too long", "[server]\npassword = " + QByteArray(1'025, 'x'), u"2: password"_s,
            u"A password of 1 to 1024 characters is expected."_s);
        row("discovery of yes", "[server]\ndiscovery = yes\n", u"2: discovery"_s,
            u"true or false is expected, not \"yes\"."_s);
        const QString seconds = u"Seconds from 0 to 86400 are expected, not \"%1\"."_s;
        row("time below 0", "[websocket]\nping_interval = -1\n", u"2: ping_interval"_s, seconds.arg(-1));
        row("time with a unit", "[websocket]\nping_timeout = 10s\n", u"2: ping_timeout"_s, seconds.arg(u"10s"_s));
        row("time of two days", "[websocket]\nhandshake_timeout = 172800\n", u"2: handshake_timeout"_s,
            seconds.arg(172'800));
        row("time that is no number", "[websocket]\nbatch_timeout = nan\n", u"2: batch_timeout"_s,
            seconds.arg(u"nan"_s));
        row("time without end", "[websocket]\nbatch_timeout = inf\n", u"2: batch_timeout"_s, seconds.arg(u"inf"_s));
        row("message size over 1 GiB", "[websocket]\nmax_message_size = 1073741825\n", u"2: max_message_size"_s,
            u"A whole number from 0 to 1073741824 is expected, not \"1073741825\"."_s);
        row("too many I/O threads", "[server]\nio_threads = 17\n", u"2: io_threads"_s,
            u"A whole number from 0 to 16 is expected, not \"17\"."_s);
        row("batch of none", "[websocket]\nbatch_size = 0\n", u"2: batch_size"_s,
            u"A whole number from 1 to 1000 is expected, not \"0\"."_s);
        row("origin without a scheme", "[websocket]\nallowed_origins = https://a.example, b.example\n",
            u"2: allowed_origins"_s, u"Origins like https://chat.example are expected, not \"b.example\"."_s);
        const QString rate = u"A number from 0 (no limit) to 1000000000 is expected, not \"%1\"."_s;
        row("rate below 0", "[limits]\nmessages_burst = -0.5\n", u"2: messages_burst"_s, rate.arg(-0.5));
        row("rate of many", "[limits]\ntyping_per_second = many\n", u"2: typing_per_second"_s, rate.arg(u"many"_s));
        row("rate with a comma", "[limits]\nrequests_burst = 1,5\n", u"2: requests_burst"_s, rate.arg(u"1,5"_s));
        row("rate beyond all", "[limits]\nrequests_per_second = 1e10\n", u"2: requests_per_second"_s,
            rate.arg(u"1e10"_s));
        row("connections below 0", "[limits]\nconnections = -1\n", u"2: connections"_s,
            u"A whole number from 0 to 1000000000 is expected, not \"-1\"."_s);
        row("monitoring on a port too high", "[monitoring]\nport = 65536\n", u"2: port"_s,
            u"A whole number from 0 to 65535 is expected, not \"65536\"."_s);
        row("monitoring on a host name", "[monitoring]\nbind = localhost\n", u"2: bind"_s, bind.arg(u"localhost"_s));
        row("TLS of sometimes", "[server]\ntls = on\n", u"2: tls"_s, u"required, optional or off is expected, not \"on\"."_s);
        row("a certificate alone", "[tls]\ncertificate = a.pem\n", u"2: certificate"_s, u"A certificate needs its key in [tls]."_s);
        row("a key alone", "[tls]\n\nkey = a.pem\n", u"3: key"_s, u"A key needs its certificate in [tls]."_s);
        row("no file of a certificate", "[tls]\nkey = b.pem\ncertificate =\n", u"3: certificate"_s, u"A file is expected."_s);
        row("a certificate that is not there", "[tls]\nkey = /nonexistent/b.pem\ncertificate = /nonexistent/a.pem\n", u"3: certificate"_s,
            u"The file cannot be read (No such file or directory)."_s);
        row("sync of sometimes", "[store]\nsync = off\n", u"2: sync"_s, u"full or normal is expected, not \"off\"."_s);
        const QString keep = u"forever, or 1 day to 36500 days, is expected, not \"%1\"."_s;
        row("keep without a unit", "[store]\nkeep = 30\n", u"2: keep"_s, keep.arg(30));
        row("keep of no days", "[store]\nkeep = 0 days\n", u"2: keep"_s, keep.arg(u"0 days"_s));
        row("keep of less", "[store]\nkeep = -1 days\n", u"2: keep"_s, keep.arg(u"-1 days"_s));
        row("keep of too many days", "[store]\nkeep = 36501 days\n", u"2: keep"_s, keep.arg(u"36501 days"_s));
        row("keep of weeks", "[store]\nkeep = 2 weeks\n", u"2: keep"_s, keep.arg(u"2 weeks"_s));
        row("keep of words", "[store]\nkeep = never\n", u"2: keep"_s, keep.arg(u"never"_s));
        row("keep of nothing", "[store]\nkeep =\n", u"2: keep"_s, keep.arg(QString()));
        row("unknown key", "[server]\nname = x\nprot = 1\n", u"3: prot"_s, u"There is no such setting in [server]."_s);
        row("key of another section", "[limits]\nport = 1\n", u"2: port"_s, u"There is no such setting in [limits]."_s);
        row("key in another case", "[server]\nPort = 1\n", u"2: Port"_s, u"There is no such setting in [server]."_s);
        row("unknown section", "[sever]\nport = 1\n", u"1: [sever]"_s, u"There is no such section."_s);
        row("the first of two errors", "[server]\nport = x\nname =\n", u"2: port"_s, port.arg(u"x"_s));
    }
    void refuses()
    {
        QFETCH(QByteArray, contents);
        QFETCH(QString, place);
        QFETCH(QString, text);
        ServerSettings settings;
        settings.port = 4'321;
        const auto applied = apply(contents, settings);
        QVERIFY(!applied);
        QCOMPARE(applied.error().toString(), u"hearth.ini:%1: %2"_s.arg(place, text));
        QCOMPARE(settings.port, quint16(4'321));
    }

    void refusesAnUnknownSectionWithoutKeys()
    {
        ServerSettings settings;
        QVERIFY(!apply("[sever]\n[server]\nport = 1\n", settings));
    }

    void refusedFileChangesNothing()
    {
        ServerSettings settings;
        QVERIFY(!apply("[server]\nname = New\nport = 1\naccess = password\n", settings));
        QCOMPARE(settings.name, u"Hearth"_s);
        QCOMPARE(settings.port, limits::DefaultPort);
        QCOMPARE(settings.access, Access::Open);
    }

    void passwordsAreNotRepeated()
    {
        ServerSettings settings;
        const auto applied = apply("[server]\npassword = " + QByteArray("secret").repeated(200), settings);
        QVERIFY(!applied);
        QVERIFY(!applied.error().toString().contains(u"secret"_s));
    }

    void certificateFiles_data()
    {
        QTest::addColumn<QByteArray>("certificate");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QString>("problem"); // line: key: text
        const auto make = [] { return *TlsIdentity::generate({}, QDateTime::currentDateTimeUtc()); };
        const TlsIdentity one = make();
        const TlsIdentity other = make();
        QTest::newRow("a pair") << one.certificates() << one.key() << QString();
        QTest::newRow("both in each") << QByteArray(one.key() + one.certificates()) << QByteArray(one.certificates() + one.key()) << QString();
        QTest::newRow("no certificate") << one.key() << one.key() << u":2: certificate: This is no certificate in PEM."_s;
        QTest::newRow("no key") << one.certificates() << one.certificates()
                                << u":3: key: This is no private key in PEM without a passphrase."_s;
        QTest::newRow("another's key") << one.certificates() << other.key() << u":3: key: The key does not belong to the certificate."_s;
    }
    void certificateFiles()
    {
        QFETCH(QByteArray, certificate);
        QFETCH(QByteArray, key);
        QFETCH(QString, problem);
        QTemporaryDir directory;
        const auto write = [&](const QString &name, const QByteArray &bytes) {
            QFile file(directory.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
        };
        const QByteArray contents = "[tls]\ncertificate = " + write(u"a.pem"_s, certificate).toUtf8() + "\nkey = "
            + write(u"b.pem"_s, key).toUtf8() + '\n';
        ServerSettings settings;
        const auto applied = apply(contents, settings);
        QCOMPARE(applied ? QString() : applied.error().toString(), problem.isEmpty() ? problem : u"hearth.ini"_s + problem);
        QCOMPARE(settings.tlsKey.isEmpty(), !problem.isEmpty());
    }

    void missingFile()
    {
        QTemporaryDir directory;
        ServerSettings settings;
        const QString path = directory.filePath(u"missing.ini"_s);
        const auto read = readConfiguration(path, settings);
        QVERIFY(!read);
        QCOMPARE(read.error().toString(), path + u": The file cannot be read (No such file or directory)."_s);
    }

    void applySettingByName()
    {
        ServerSettings settings;
        QVERIFY(applySetting(settings, u"server"_s, u"port"_s, u"1"_s));
        QCOMPARE(settings.port, quint16(1));
        QCOMPARE(applySetting(settings, u"server"_s, u"nothing"_s, u"1"_s).error(),
                 u"There is no such setting in [server]."_s);
    }
};

HEARTH_TEST_MAIN(tst_Configuration)
#include "tst_configuration.moc"
