#pragma once

#include "server/net/wire.h"

#include <memory>

struct bio_st;
struct ssl_st;

namespace hearth {

class TcpWire;
class TlsContext;

/// TLS over a TCP socket, on the server's side. The handshake is done by the first `read()`s, which give nothing until it
/// is over. OpenSSL reads and writes through this object, so what is kept for a peer is known: on the way out one record
/// (16 KiB) that the kernel has not taken whole, on the way in one record that has not come whole.
///
/// The flags say what it was asked for, and what it has to come back to.
class TlsWire final : public Wire
{
    Q_OBJECT

public:
    /// `early` was read from the socket already.
    TlsWire(std::unique_ptr<TcpWire> tcp, const TlsContext &context, const QByteArray &early, QObject *parent = nullptr);
    ~TlsWire() override;

    [[nodiscard]] bool isOpen() const override;
    [[nodiscard]] bool isEncrypted() const override { return true; }
    /// Whether the handshake is over.
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] Transfer read(std::span<char> into) override;
    [[nodiscard]] Transfer write(std::span<const QByteArrayView> pieces) override;
    void shutdownWriting() override;
    void close() override;
    void abort() override;
    void setReading(bool isWanted) override;
    void setWriting(bool isWanted) override;
    [[nodiscard]] Peer peer() const override;

private:
    struct Callbacks;

    [[nodiscard]] Transfer readRecord(std::span<char> into);
    /// Sends what the kernel has not taken yet; whether all of it is gone.
    bool sendLeft();
    void watchWriting();
    void tellMore();

    std::unique_ptr<TcpWire> m_tcp;
    ssl_st *m_ssl; ///< owned
    QByteArray m_early; ///< read and not yet given to OpenSSL
    QByteArray m_left; ///< encrypted, and not taken by the kernel
    qsizetype m_readBudget = 0; ///< bytes that OpenSSL may still take from the socket in this call
    int m_handshakeMessages = 0; ///< that came
    bool m_hasFailed = false;
    bool m_hasMore = false; ///< OpenSSL has something that the socket will not tell of
    bool m_isReading = false;
    bool m_isWriting = false;
    bool m_isTelling = false; ///< tellMore() will be called
    bool m_isShutDown = false; ///< FIN follows what is left
};

} // namespace hearth
