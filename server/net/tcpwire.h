#pragma once

#include "server/net/pooled.h"
#include "server/net/wire.h"

#include <QSocketNotifier>
#include <QString>

#include <memory>

namespace hearth {

/// A connected TCP socket without buffers of its own: what is read is handed out at once, and several pieces
/// leave in one system call. The platform-specific part of net/. Closes its descriptor when it goes.
class TcpWire final : public Wire, public Pooled<TcpWire>
{
    Q_OBJECT

public:
    struct Accepted
    {
        Outcome outcome; ///< Done, WouldBlock: nobody waits; Failed: the system has no descriptor or no memory for one more
        qintptr descriptor = -1;
        QString error; ///< the system's words
    };
    /// The next connection of a listening, non-blocking socket. Those that are gone already may be passed over (accept(2)).
    [[nodiscard]] static Accepted accept(qintptr listening);

    /// Takes the descriptor of an accepted socket.
    explicit TcpWire(qintptr descriptor, QObject *parent = nullptr);
    ~TcpWire() override;

    /// Switches it to non-blocking and TCP_NODELAY, and keep-alive on: before it is read or written; `peer()`
    /// may be asked before.
    void prepare();

    [[nodiscard]] bool isOpen() const override { return m_descriptor >= 0; }
    [[nodiscard]] bool isEncrypted() const override { return false; }
    [[nodiscard]] Transfer read(std::span<char> into) override;
    [[nodiscard]] Transfer write(std::span<const QByteArrayView> pieces) override;
    /// Sends FIN after what is on its way; reading goes on.
    void shutdownWriting() override;
    void close() override;
    void abort() override;
    void setReading(bool isWanted) override;
    void setWriting(bool isWanted) override;
    [[nodiscard]] Peer peer() const override;

private:
    qintptr m_descriptor;
    std::unique_ptr<QSocketNotifier> m_readNotifier;
    std::unique_ptr<QSocketNotifier> m_writeNotifier;
};

} // namespace hearth
