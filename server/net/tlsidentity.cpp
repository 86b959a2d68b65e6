#include "server/net/tlsidentity.h"

#include "server/net/openssl.h"

#include <QList>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace openssl;

namespace {

using Error = TlsIdentity::Error;
using Fault = TlsIdentity::Fault;

constexpr int ValidYears = 20;
constexpr int MinRsaBits = 2'048;
constexpr qsizetype MaxCommonName = 64; ///< characters (RFC 5280, ub-common-name)

Unexpected<Error> wrong(Fault fault, const QString &text) { return Unexpected(Error { fault, text }); }

BioPtr reader(const QByteArray &pem) { return BioPtr(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size()))); }

QByteArray taken(const BioPtr &memory)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return QByteArray(data, size);
}

/// A program without a terminal must not be asked for a passphrase.
int noPassphrase(char *, int, int, void *) { return -1; }

KeyPtr readKey(const QByteArray &pem)
{
    return KeyPtr(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, noPassphrase, nullptr));
}

/// The server's own first; empty when there is none, or something that is none.
std::vector<CertificatePtr> readCertificates(const QByteArray &pem)
{
    std::vector<CertificatePtr> certificates;
    const BioPtr bio = reader(pem);
    while (CertificatePtr next { PEM_read_bio_X509(bio.get(), nullptr, noPassphrase, nullptr) })
        certificates.push_back(std::move(next));
    const bool isEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return isEnd ? std::move(certificates) : std::vector<CertificatePtr>();
}

QByteArray subjectPublicKeyInfo(X509 *certificate)
{
    unsigned char *der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const QByteArray bytes = size > 0 ? QByteArray(reinterpret_cast<const char *>(der), size) : QByteArray();
    OPENSSL_free(der);
    return bytes;
}

/// `DNS:name,IP:address` as OpenSSL's configuration has it (x509v3_config(5)); a name that would mean more is left out.
QByteArray alternativeNames(const TlsIdentity::Subject &subject)
{
    QStringList names;
    for (const QString &name : subject.hostNames) {
        const bool isPlain = std::all_of(name.begin(), name.end(), [](QChar c) {
            return (c.unicode() < 128 && c.isLetterOrNumber()) || c == u'-' || c == u'.' || c == u'_';
        });
        if (isPlain && !name.isEmpty() && !names.contains(u"DNS:"_s + name))
            names.append(u"DNS:"_s + name);
    }
    for (QHostAddress address : subject.addresses) {
        address.setScopeId({});
        if (const QString text = u"IP:"_s + address.toString(); !names.contains(text))
            names.append(text);
    }
    return names.join(u',').toLatin1();
}

bool addExtension(X509 *certificate, int kind, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.constData());
    const bool isAdded = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return isAdded;
}

CertificatePtr signedBy(EVP_PKEY *key, const TlsIdentity::Subject &subject, const QDateTime &now)
{
    CertificatePtr certificate(X509_new());
    X509 *x = certificate.get();
    quint64 serial = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char *>(&serial), sizeof serial) != 1)
        return {};
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1 | 1); // positive, and not 0 (RFC 5280 §4.1.2.2)
    ASN1_TIME_set(X509_getm_notBefore(x), now.addDays(-1).toSecsSinceEpoch()); // for clocks that are late
    ASN1_TIME_set(X509_getm_notAfter(x), now.addYears(ValidYears).toSecsSinceEpoch());
    X509_set_pubkey(x, key);
    const QByteArray name = subject.hostNames.value(0, u"hearth"_s).left(MaxCommonName).toUtf8();
    X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(name.constData()), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    const QByteArray alternatives = alternativeNames(subject);
    const bool isComplete = addExtension(x, NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(x, NID_key_usage, "critical,digitalSignature") && addExtension(x, NID_ext_key_usage, "serverAuth")
        && (alternatives.isEmpty() || addExtension(x, NID_subject_alt_name, alternatives))
        && X509_sign(x, key, EVP_sha256()) > 0;
    return isComplete ? std::move(certificate) : CertificatePtr();
}

} // namespace

Result<TlsIdentity, Error> TlsIdentity::generate(const Subject &subject, const QDateTime &now)
{
    const KeyPtr key(EVP_EC_gen("P-256"));
    const CertificatePtr certificate = key ? signedBy(key.get(), subject, now) : CertificatePtr();
    if (!certificate)
        return wrong(Fault::Key, u"No key could be made (%1)."_s.arg(takeError()));
    const BioPtr keyPem(BIO_new(BIO_s_mem()));
    const BioPtr certificatePem(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(keyPem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(certificatePem.get(), certificate.get());
    return parse(taken(certificatePem), taken(keyPem));
}

Result<TlsIdentity, Error> TlsIdentity::parse(const QByteArray &certificates, const QByteArray &key)
{
    ERR_clear_error();
    const auto chain = readCertificates(certificates);
    if (chain.empty())
        return wrong(Fault::Certificate, u"This is no certificate in PEM."_s);
    const KeyPtr secret = readKey(key);
    if (!secret) {
        ERR_clear_error();
        return wrong(Fault::Key, u"This is no private key in PEM without a passphrase."_s);
    }
    // Those that every client knows, and that Qt can take the fingerprint of.
    const int kind = EVP_PKEY_get_base_id(secret.get());
    if (kind != EVP_PKEY_EC && (kind != EVP_PKEY_RSA || EVP_PKEY_get_bits(secret.get()) < MinRsaBits))
        return wrong(Fault::Key, u"An ECDSA key, or an RSA key of at least %1 bits, is expected."_s.arg(MinRsaBits));
    if (X509_check_private_key(chain.front().get(), secret.get()) != 1) {
        ERR_clear_error();
        return wrong(Fault::Mismatch, u"The key does not belong to the certificate."_s);
    }
    TlsIdentity identity;
    identity.m_certificates = certificates;
    identity.m_key = key;
    identity.m_fingerprint = Fingerprint::ofKey(subjectPublicKeyInfo(chain.front().get()));
    return identity;
}

} // namespace hearth
