#include "tests/support/tlsclient.h"

#include <QHostAddress>
#include <QTest>

#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace hearth::test {

TlsClient::TlsClient(quint16 port, const Settings &settings)
    : m_pieceSize(settings.pieceSize), m_context(SSL_CTX_new(TLS_client_method()))
{
    SSL_CTX_set_security_level(m_context, 0); // old versions are to be refused by the server, not by us
    SSL_CTX_set_cipher_list(m_context, "ALL");
    SSL_CTX_set_min_proto_version(m_context, settings.minVersion);
    SSL_CTX_set_max_proto_version(m_context, settings.maxVersion);
    m_ssl = SSL_new(m_context);
    SSL_set_bio(m_ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (!settings.alpn.isEmpty()) {
        const QByteArray list = QByteArray(1, static_cast<char>(settings.alpn.size())) + settings.alpn;
        SSL_set_alpn_protos(m_ssl, reinterpret_cast<const unsigned char *>(list.constData()), static_cast<unsigned int>(list.size()));
    }
    SSL_set_connect_state(m_ssl);
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::ConnectedState; }, 10'000))
        qFatal("cannot connect");
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(&m_socket, &QTcpSocket::readyRead, this, &TlsClient::takeIn);
}

TlsClient::~TlsClient()
{
    SSL_free(m_ssl);
    SSL_CTX_free(m_context);
}

bool TlsClient::shakeHands()
{
    const auto isOver = [this] {
        ERR_clear_error();
        const int outcome = SSL_do_handshake(m_ssl);
        const bool isWaiting = outcome <= 0 && SSL_get_error(m_ssl, outcome) == SSL_ERROR_WANT_READ;
        sendKept();
        return !isWaiting || m_socket.state() == QTcpSocket::UnconnectedState;
    };
    return QTest::qWaitFor(isOver, 10'000) && SSL_is_init_finished(m_ssl) == 1;
}

void TlsClient::keep(const QByteArray &bytes)
{
    if (SSL_write(m_ssl, bytes.constData(), static_cast<int>(bytes.size())) <= 0)
        qFatal("cannot encrypt");
}

void TlsClient::send(const QByteArray &bytes)
{
    keep(bytes);
    sendKept();
}

void TlsClient::sendKept(const QByteArray &more)
{
    QByteArray bytes(static_cast<qsizetype>(BIO_ctrl_pending(SSL_get_wbio(m_ssl))), Qt::Uninitialized);
    if (!bytes.isEmpty())
        BIO_read(SSL_get_wbio(m_ssl), bytes.data(), static_cast<int>(bytes.size()));
    bytes += more;
    const qsizetype size = m_pieceSize == 0 ? bytes.size() : m_pieceSize;
    for (qsizetype place = 0; place < bytes.size(); place += size) {
        m_socket.write(bytes.sliced(place, std::min(size, bytes.size() - place)));
        m_socket.flush();
        if (m_pieceSize != 0)
            QCoreApplication::processEvents(); // the server is in this thread
    }
}

void TlsClient::keepRekeying()
{
    if (SSL_version(m_ssl) == TLS1_3_VERSION)
        SSL_key_update(m_ssl, SSL_KEY_UPDATE_REQUESTED);
    else
        SSL_renegotiate(m_ssl);
    SSL_do_handshake(m_ssl);
}

void TlsClient::takeIn()
{
    const QByteArray bytes = m_socket.readAll();
    BIO_write(SSL_get_rbio(m_ssl), bytes.constData(), static_cast<int>(bytes.size()));
}

void TlsClient::stopReading()
{
    m_socket.disconnect(this);
    m_socket.setReadBufferSize(1);
}

void TlsClient::resumeReading()
{
    connect(&m_socket, &QTcpSocket::readyRead, this, &TlsClient::takeIn);
    m_socket.setReadBufferSize(0);
    takeIn();
}

QByteArray TlsClient::received()
{
    QByteArray all;
    std::array<char, 16'384> chunk;
    for (;;) {
        ERR_clear_error();
        const int count = SSL_read(m_ssl, chunk.data(), static_cast<int>(chunk.size()));
        if (count <= 0)
            return all;
        all.append(chunk.data(), count);
    }
}

bool TlsClient::waitForClosed()
{
    return QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::UnconnectedState; }, 10'000);
}

QByteArray TlsClient::protocol() const
{
    const unsigned char *name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(m_ssl, &name, &size);
    return QByteArray(reinterpret_cast<const char *>(name), static_cast<qsizetype>(size));
}

} // namespace hearth::test
