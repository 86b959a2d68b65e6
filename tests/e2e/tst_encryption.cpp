#include "server/net/tlsidentity.h"
#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QSslKey>
#include <QTemporaryDir>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

QUrl encrypted(QUrl url)
{
    url.setScheme(u"wss"_s);
    return url;
}

Fingerprint keyOf(const ServerProcess &server)
{
    RawClient client(static_cast<quint16>(server.url().port()), Transport::Tls);
    return Fingerprint::ofKey(client.socket().peerCertificate().publicKey().toDer());
}

} // namespace

/// TLS as a server's administrator and its clients meet it, from outside.
class tst_Encryption : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_base->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write");
        return file.fileName();
    }
    [[nodiscard]] QString data() const { return m_base->filePath(u"data"_s); }

    std::unique_ptr<QTemporaryDir> m_base;

private slots:
    void init()
    {
        Test::init();
        m_base = std::make_unique<QTemporaryDir>();
    }

    void bothAreSpokenOnOnePort()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient anna(encrypted(server.url()));
        BareClient bo(server.url());
        QCOMPARE(anna.nextObject()["type"_L1], u"connected"_s);
        QCOMPARE(bo.nextObject()["type"_L1], u"connected"_s);
        anna.say(u"{\"type\":\"message\",\"content\":\"hi\",\"user\":\"anna\"}"_s);
        QCOMPARE(bo.next(u"message"_s)["content"_L1], u"hi"_s);
        QCOMPARE(anna.next(u"message"_s)["content"_L1], u"hi"_s);
        bo.say(u"{\"type\":\"message\",\"content\":\"%1\",\"user\":\"bo\"}"_s.arg(QString(16'000, u'x')));
        QCOMPARE(anna.next(u"message"_s)["content"_L1].toString().size(), 16'000);
        QCOMPARE(server.terminate(), 0);
        QTRY_COMPARE(anna.socket().closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    }

    void makesAKeyOnceAndTellsItsFingerprint()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        const Fingerprint key = keyOf(server);
        QVERIFY(server.errors().contains(u"event=key fingerprint=%1 words=\"%2\""_s.arg(key.toString(), key.words())));
        QCOMPARE(server.terminate(), 0);
        const QFileDevice::Permissions own = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
        QCOMPARE(QFile::permissions(data() + u"/tls.pem"_s), own);
        QVERIFY(server.start());
        QCOMPARE(keyOf(server), key);

        const QString words = u"Fingerprint: %1\nWords: %2\nLink: hearth://127.0.0.1:%3/?fp=%1\n"_s.arg(key.toString(), key.words());
        const QStringList command { u"--data"_s, data(), u"--bind"_s, u"127.0.0.1"_s, u"--port"_s, u"7400"_s, u"fingerprint"_s };
        const Ended asked = run(Hearthd, command); // the server, which knows where it listens
        QCOMPARE(asked.code, 0);
        QCOMPARE(asked.output, words.arg(server.url().port()));
        QCOMPARE(server.terminate(), 0);
        const Ended told = run(Hearthd, command);
        QCOMPARE(told.code, 0);
        QCOMPARE(told.output, words.arg(7400));
    }

    void requiredRefusesPlainClientsInWords()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start({ u"--config"_s, write(u"hearth.ini"_s, "[server]\ntls = required\n") }));
        RawClient plain(static_cast<quint16>(server.url().port()));
        plain.send(RawClient::request("/chat"));
        QVERIFY(plain.waitForClosed());
        const QByteArray answer = plain.received();
        QVERIFY2(answer.startsWith("HTTP/1.1 426 ") && answer.contains("speaks TLS only"), answer.constData());
        RawClient watcher(static_cast<quint16>(server.url().port()));
        watcher.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        QVERIFY(watcher.waitForClosed());
        QVERIFY(watcher.received().startsWith("HTTP/1.1 200 "));
        BareClient anna(encrypted(server.url()));
        QCOMPARE(anna.nextObject()["type"_L1], u"connected"_s);
    }

    void offMeansOff()
    {
        const QString off = write(u"hearth.ini"_s, "[server]\ntls = off\n");
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start({ u"--config"_s, off }));
        QVERIFY(!QFile::exists(data() + u"/tls.pem"_s));
        RawClient client(static_cast<quint16>(server.url().port()));
        client.send("\x16\x03\x01\x02garbage\r\n\r\n");
        QVERIFY(client.waitForClosed());
        QVERIFY(client.received().startsWith("HTTP/1.1 400 "));
        BareClient anna(server.url());
        QCOMPARE(anna.nextObject()["type"_L1], u"connected"_s);
        QCOMPARE(run(Hearthd, { u"--config"_s, off, u"--data"_s, data(), u"fingerprint"_s }).code, 1);
    }

    void aCertificateOfOnesOwn()
    {
        const TlsIdentity own = *TlsIdentity::generate({ { u"chat.example"_s }, {} }, QDateTime::currentDateTimeUtc());
        const QByteArray contents = "[tls]\ncertificate = " + write(u"own.crt"_s, own.certificates()).toUtf8() + "\nkey = "
            + write(u"own.key"_s, own.key()).toUtf8() + '\n';
        const QString file = write(u"hearth.ini"_s, contents);
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start({ u"--config"_s, file }));
        QCOMPARE(keyOf(server), own.fingerprint());
        QVERIFY(!QFile::exists(data() + u"/tls.pem"_s));
        const Ended told = run(Hearthd, { u"--config"_s, file, u"fingerprint"_s });
        QVERIFY(told.output.contains(own.fingerprint().toString()));
    }

    // ---- rainy ----

    void refusesFilesThatDoNotFit()
    {
        const TlsIdentity one = *TlsIdentity::generate({}, QDateTime::currentDateTimeUtc());
        const TlsIdentity other = *TlsIdentity::generate({}, QDateTime::currentDateTimeUtc());
        const QByteArray contents = "[tls]\ncertificate = " + write(u"own.crt"_s, one.certificates()).toUtf8() + "\n\nkey = "
            + write(u"own.key"_s, other.key()).toUtf8() + '\n';
        const QString file = write(u"hearth.ini"_s, contents);
        const Ended ended = run(Hearthd, { u"--config"_s, file, u"--check-config"_s });
        QCOMPARE(ended.code, 2);
        QCOMPARE(ended.errors, u"hearthd: %1:4: key: The key does not belong to the certificate.\n"_s.arg(file));
    }

    void aDamagedKeyIsNotReplaced()
    {
        QVERIFY(QDir().mkpath(data()));
        const QString file = write(u"data/tls.pem"_s, "garbage");
        const Ended ended = run(Hearthd, { u"--data"_s, data(), u"--bind"_s, u"127.0.0.1"_s, u"--port"_s, u"0"_s, u"--no-discovery"_s });
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.errors.startsWith(u"hearthd: %1: This is no certificate in PEM. Put back"_s.arg(file)), qPrintable(ended.errors));
        QCOMPARE(ended.errors.trimmed().count(u'\n'), 0);
        QFile untouched(file);
        QVERIFY(untouched.open(QIODevice::ReadOnly));
        QCOMPARE(untouched.readAll(), QByteArray("garbage"));
    }

    void thereIsNoFingerprintBeforeTheFirstStart()
    {
        const Ended told = run(Hearthd, { u"--data"_s, data(), u"fingerprint"_s });
        QCOMPARE(told.code, 1);
        QVERIFY(told.output.isEmpty());
        QVERIFY(told.errors.contains(u"There is no key in"_s));
        QVERIFY(!QFile::exists(data()));
    }
};

HEARTH_TEST_MAIN(tst_Encryption)
#include "tst_encryption.moc"
