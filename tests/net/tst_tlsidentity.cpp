#include "server/net/tlsidentity.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QSslCertificate>
#include <QSslCertificateExtension>
#include <QSslKey>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using Fault = TlsIdentity::Fault;

Q_DECLARE_METATYPE(hearth::TlsIdentity::Fault)

namespace {

const QDateTime Now = QDateTime::fromString(u"2026-11-25T12:00:00Z"_s, Qt::ISODate);

TlsIdentity make(const TlsIdentity::Subject &subject = {})
{
    const auto made = TlsIdentity::generate(subject, Now);
    if (!made)
        qFatal("%s", qPrintable(made.error().text));
    return *made;
}

// Keys that are refused: `openssl genrsa 1024`, `genpkey -algorithm ed25519`, and one of the right kind with -aes-128-cbc.
const QByteArray ShortRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAJoCbM14a2QnrRA0\n"
    "zu8tKDWiaOgTImhpH6tECkyZfqd1vkLQVRdzRsTpcH5+6KMI4vNYGuNjU2trrTv0\n"
    "7X4fiF69RqPSig9+i/RmRIrenY3QjQCQbrV3MtN/b1GsWqa7c4YAIe9UxXZF4ria\n"
    "DmKzWmE3Ip9XY3CLRWaPbXhWUF8bAgMBAAECgYACdKlxeUsVFMDgskbeb3TlrgpI\n"
    "MQ3qZkq3+2TCpevsFaeL/zBsKE1nlGVTzwg8mUatJKmBGLNa0iO4AgbLbQtKmRrZ\n"
    "5qzMXq7Ef18ZP4/Kaq1j8eEKPcXUYXFmIGay98aV5n/iUlZZPjGFANcN1MZPdVuZ\n"
    "cKS/a08WpZjDyPvu0QJBAMj3gCc0FJZnW+ZNEG0jf4YmuR4e/99Xe9b2b2TCwneb\n"
    "9XG0T4Get06QwQ07bYGnCdBekietE46eoUdFXQev6MkCQQDELwvHF4AOU1eMEcis\n"
    "gafGpk92+Dkw8xFIft5otTLJN+tr8Hw/wax1yTje4IMTx19Sayy6kVtCGazcguY1\n"
    "dp7DAkB+0RAhrQ/AyYCIl+DhviDe+tieVVmKCp6vS9uHbg9hgx0jn3D8jreF8Hqi\n"
    "avnzcwESaFs6hlFtElUbsH3AOBVhAkAp67Okk0z1wrFOaO5sjjf/psIMNfZik036\n"
    "I8H6td1oSd6wbe7e4M+tS5YvaeIYc93WirhAFZdehIX/iKkQe4xpAkEApJb6+yS5\n"
    "pWHTK/3KN9kCCVtoBCszUWMtvbx5y0iCgFKmAAplK6c3eYzSeE1zCM63FLotDxMs\n"
    "ddtSxHIrgLxbsA==\n"
    "-----END PRIVATE KEY-----\n";
const QByteArray Ed25519Key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJCburNNRoExpAGQ740XgK2/9aRRH5LRRPe4GFlWsuEI\n"
    "-----END PRIVATE KEY-----\n";
const QByteArray EncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg4MG8duh9IYwICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEJAm/wFUZiqeHzWfvwTsK0cEgZCL\n"
    "kruT/QqYgDP+g83orgia4TvnYI8wqJ40QtWnf9QsS6TcUyKw2SxCob+5zV2sVo73\n"
    "e9+8TK29+wmIX/9haR15ANJ/aFJjyU5XdhELEbUnrfbiDdozZeuKjThKHXAL1vxH\n"
    "dY0Q55qSkwkdy3JJVDD7sxL6Ky2iwCmSiCV84zV5TEAdiso5599MA3KHiBN+Mgg=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

} // namespace

class tst_TlsIdentity : public test::Test
{
    Q_OBJECT

private slots:
    void makesAKeyAndACertificate()
    {
        const TlsIdentity identity = make({ { u"kitchen"_s, u"localhost"_s },
                                            { QHostAddress(u"192.168.1.20"_s), QHostAddress(u"fd00::1"_s) } });
        const QSslCertificate certificate(identity.certificates());
        QCOMPARE(certificate.issuerDisplayName(), certificate.subjectDisplayName());
        QCOMPARE(certificate.subjectInfo(QSslCertificate::CommonName), QStringList { u"kitchen"_s });
        QCOMPARE(certificate.effectiveDate(), Now.addDays(-1));
        QCOMPARE(certificate.expiryDate(), Now.addYears(20));
        const auto names = certificate.subjectAlternativeNames();
        QCOMPARE(names.values(QSsl::DnsEntry).size(), 2);
        QVERIFY(names.contains(QSsl::DnsEntry, u"kitchen"_s));
        QVERIFY(names.contains(QSsl::IpAddressEntry, u"192.168.1.20"_s));
        QVERIFY(names.contains(QSsl::IpAddressEntry, u"fd00::1"_s) || names.contains(QSsl::IpAddressEntry, u"FD00:0:0:0:0:0:0:1"_s));
        const QSslKey key(identity.key(), QSsl::Ec);
        QVERIFY(!key.isNull());
        QCOMPARE(key.length(), 256);
        QCOMPARE(Fingerprint::ofKey(certificate.publicKey().toDer()), identity.fingerprint());
    }
    void eachIsAnother() { QVERIFY(make().fingerprint() != make().fingerprint()); }
    void isTheSameWhenReadAgain()
    {
        const TlsIdentity identity = make();
        const QByteArray both = identity.key() + identity.certificates();
        const auto again = TlsIdentity::parse(both, both);
        QVERIFY(again);
        QCOMPARE(again->fingerprint(), identity.fingerprint());
    }
    void namesThatMeanMoreAreLeftOut()
    {
        const TlsIdentity identity = make({ { u"a,IP:10.0.0.1"_s, u"küche"_s, u"b"_s }, {} });
        const auto names = QSslCertificate(identity.certificates()).subjectAlternativeNames();
        QCOMPARE(names.size(), 1);
        QVERIFY(names.contains(QSsl::DnsEntry, u"b"_s));
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("certificates");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<Fault>("fault");
        const TlsIdentity one = make();
        const TlsIdentity other = make();
        QTest::newRow("nothing") << QByteArray() << QByteArray() << Fault::Certificate;
        QTest::newRow("no certificate") << QByteArray("hello") << one.key() << Fault::Certificate;
        QTest::newRow("a key for a certificate") << one.key() << one.key() << Fault::Certificate;
        QTest::newRow("half a certificate") << one.certificates().first(200) << one.key() << Fault::Certificate;
        QTest::newRow("a broken second one") << QByteArray(one.certificates() + QByteArray(other.certificates()).replace("MI", "??")) << one.key()
                                             << Fault::Certificate;
        QTest::newRow("no key") << one.certificates() << QByteArray() << Fault::Key;
        QTest::newRow("a certificate for a key") << one.certificates() << one.certificates() << Fault::Key;
        QTest::newRow("half a key") << one.certificates() << one.key().first(100) << Fault::Key;
        QTest::newRow("another's key") << one.certificates() << other.key() << Fault::Mismatch;
        QTest::newRow("a short RSA key") << one.certificates() << ShortRsaKey << Fault::Key;
        QTest::newRow("a kind that Qt does not read") << one.certificates() << Ed25519Key << Fault::Key;
        QTest::newRow("a passphrase") << one.certificates() << EncryptedKey << Fault::Key;
    }
    void refuses()
    {
        QFETCH(QByteArray, certificates);
        QFETCH(QByteArray, key);
        QFETCH(Fault, fault);
        const auto parsed = TlsIdentity::parse(certificates, key);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().fault, fault);
        QVERIFY(parsed.error().text.endsWith(u'.'));
    }
};

HEARTH_TEST_MAIN(tst_TlsIdentity)
#include "tst_tlsidentity.moc"
