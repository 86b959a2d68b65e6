#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <span>

namespace hearth {

/// A connected TCP socket without buffers of its own: what is read is handed out at once, and several pieces
/// leave in one system call. The platform-specific part of net/. Never blocks. Closes its descriptor when it
/// goes.
class TcpWire : public QObject
{
    Q_OBJECT

public:
    enum class Outcome {
        Done, ///< some bytes went through
        WouldBlock,
        Ended, ///< the peer has said its last byte
        Failed,
    };
    struct Transfer
    {
        Outcome outcome = Outcome::Failed;
        qsizetype bytes = 0;
    };

    /// Most pieces that one `write()` takes.
    static constexpr std::size_t MaxPieces = 64;

    /// Takes the descriptor of an accepted socket; switches it to non-blocking and TCP_NODELAY, and keep-alive
    /// on.
    explicit TcpWire(qintptr descriptor, QObject *parent = nullptr);
    ~TcpWire() override;

    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }
    [[nodiscard]] Transfer read(std::span<char> into);
    /// The pieces in order, as many bytes of them as the kernel takes.
    [[nodiscard]] Transfer write(std::span<const QByteArrayView> pieces);
    /// Sends FIN after what is on its way; reading goes on.
    void shutdownWriting();
    void close();
    /// Forgets what is on its way: the peer sees a reset.
    void abort();

    /// Whether `readable` is told.
    void setReading(bool isWanted);
    /// Whether `writable` is told.
    void setWriting(bool isWanted);

    struct Peer
    {
        QHostAddress address; ///< IPv4 as IPv4, even on a socket that takes both
        quint16 port = 0;
    };
    [[nodiscard]] Peer peer() const;

signals:
    void readable();
    void writable();

private:
    qintptr m_descriptor;
    std::unique_ptr<QSocketNotifier> m_readNotifier;
    std::unique_ptr<QSocketNotifier> m_writeNotifier;
};

} // namespace hearth
