#pragma once

#include "server/net/pooled.h"
#include "server/net/wire.h"

#include <memory>

namespace hearth {

class TcpWire;
class TlsContext;

/// TLS over a TCP socket, on the server's side. The first `read()`s begin the steps of the handshake, which another thread
/// computes, and give nothing until it is over; `readable` tells of that. OpenSSL reads and writes through this object, so what is kept for a peer is known: on the way out one record
/// (16 KiB) that the kernel has not taken whole, on the way in one record that has not come whole.
///
/// The flags say what it was asked for, and what it has to come back to.
class TlsWire final : public Wire, public Pooled<TlsWire>
{
    Q_OBJECT

public:
    /// `early` was read from the socket already. `context` must outlive the wire.
    TlsWire(std::unique_ptr<TcpWire> tcp, const TlsContext &context, const QByteArray &early, QObject *parent = nullptr);
    ~TlsWire() override;

    [[nodiscard]] bool isOpen() const override;
    [[nodiscard]] bool isEncrypted() const override { return true; }
    /// Whether the handshake is over.
    [[nodiscard]] bool isReady() const { return m_isReady; }
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
    struct Session;

    [[nodiscard]] Transfer shakeHands();
    void endStep();
    [[nodiscard]] Transfer readRecord(std::span<char> into);
    /// Sends what the kernel has not taken yet; whether all of it is gone.
    bool sendLeft();
    void watchWriting();
    void tellMore();

    std::unique_ptr<TcpWire> m_tcp;
    const TlsContext &m_context;
    std::shared_ptr<Session> m_session;
    bool m_isComputing = false; ///< a step of the handshake is computed: the session is the other thread's
    bool m_isReady = false;
    bool m_hasFailed = false; ///< nothing may be asked of OpenSSL any more
    bool m_hasMore = false; ///< OpenSSL has something that the socket will not tell of
    bool m_isReading = false;
    bool m_isWriting = false;
    bool m_isTelling = false; ///< tellMore() will be called
    bool m_isShutDown = false; ///< FIN follows what is left
};

} // namespace hearth
