#include "server/net/tlscontext.h"

#include "server/net/openssl.h"

#include <QThread>

#include <algorithm>
#include <utility>

#include <openssl/pem.h>

namespace hearth {

using namespace openssl;

namespace {

/// Forward secrecy and authenticated encryption, for TLS 1.2; what 1.3 knows is all of that kind.
constexpr char Ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr int MaxThreads = 4; ///< for handshakes; half of the processor's, and one at least
constexpr unsigned char Http11[] = "\x08http/1.1"; // as ALPN writes it (RFC 7301 §3.1)

/// A client that names protocols and not ours means somebody else.
int chooseProtocol(SSL *, const unsigned char **chosen, unsigned char *size, const unsigned char *offered,
                   unsigned int offeredSize, void *)
{
    unsigned char *found = nullptr;
    const int outcome = SSL_select_next_proto(&found, size, Http11, sizeof Http11 - 1, offered, offeredSize);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool use(SSL_CTX *context, const TlsIdentity &identity)
{
    const QByteArray &pem = identity.certificates();
    const BioPtr certificates(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    const CertificatePtr own(PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr));
    const BioPtr keys(BIO_new_mem_buf(identity.key().constData(), static_cast<int>(identity.key().size())));
    const KeyPtr key(PEM_read_bio_PrivateKey(keys.get(), nullptr, nullptr, nullptr));
    if (SSL_CTX_use_certificate(context, own.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        return false;
    while (CertificatePtr next { PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr) }) {
        if (SSL_CTX_add1_chain_cert(context, next.get()) != 1)
            return false;
    }
    return true;
}

} // namespace

Result<std::shared_ptr<TlsContext>, QString> TlsContext::make(const TlsIdentity &identity)
{
    ERR_clear_error();
    ContextPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX *c = context.get();
    if (c == nullptr || SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(c, Ciphers) != 1
        || !use(c, identity))
        return Unexpected(takeError());
    ERR_clear_error(); // the end of the certificates
    // A peer that hangs up without goodbye is nothing to complain of: WebSocket says its own.
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(c, 0);
    // A connection at rest has no buffers; a record comes in with one system call.
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_alpn_select_cb(c, chooseProtocol, nullptr);
    return std::shared_ptr<TlsContext>(new TlsContext(context.release()));
}

TlsContext::TlsContext(ssl_ctx_st *context)
    : m_context(context, SSL_CTX_free), m_threads(std::clamp(QThread::idealThreadCount() / 2, 1, MaxThreads))
{
}

TlsContext::~TlsContext() = default;

ssl_st *TlsContext::newSession() const { return SSL_new(m_context.get()); }

void TlsContext::compute(HandshakeThreads::Step step) const { m_threads.start(std::move(step)); }

} // namespace hearth
