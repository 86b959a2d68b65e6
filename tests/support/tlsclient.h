#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpSocket>

struct ssl_ctx_st;
struct ssl_st;

namespace hearth::test {

/// A TLS client whose every record is in a test's hands: what OpenSSL wants to send is kept until it is sent, as the test
/// likes to cut it.
class TlsClient : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        int minVersion = 0; ///< OpenSSL's number; 0: any
        int maxVersion = 0;
        QByteArray alpn; ///< one protocol; empty: none is named
        qsizetype pieceSize = 0; ///< bytes a segment; 0: all at once
    };
    TlsClient(quint16 port, const Settings &settings);
    explicit TlsClient(quint16 port) : TlsClient(port, Settings {}) { }
    ~TlsClient() override;

    /// Whether the handshake came to its end.
    [[nodiscard]] bool shakeHands();
    /// Encrypts, and sends.
    void send(const QByteArray &bytes);
    /// Encrypts only; `sendKept()` sends it with what is kept already.
    void keep(const QByteArray &bytes);
    void sendKept(const QByteArray &more = {}); ///< `more` as it is, not encrypted
    /// A key update that asks for one in return (TLS 1.3), or a wish to renegotiate (TLS 1.2).
    void keepRekeying();
    [[nodiscard]] QByteArray received(); ///< decrypted
    void stopReading(); ///< takes little more from the kernel
    void resumeReading();
    [[nodiscard]] bool waitForClosed();
    [[nodiscard]] QByteArray protocol() const; ///< the one that ALPN agreed on
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }

private:
    void takeIn();

    QTcpSocket m_socket;
    qsizetype m_pieceSize;
    ssl_ctx_st *m_context;
    ssl_st *m_ssl;
};

} // namespace hearth::test
