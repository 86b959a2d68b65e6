#pragma once

#include <QByteArrayView>
#include <QHostAddress>
#include <QObject>

#include <span>

namespace hearth {

/// A stream of bytes to a peer: what a connection reads from and writes to, whatever is underneath. Never blocks.
class Wire : public QObject
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

    using QObject::QObject;

    [[nodiscard]] virtual bool isOpen() const = 0;
    [[nodiscard]] virtual bool isEncrypted() const = 0;
    [[nodiscard]] virtual Transfer read(std::span<char> into) = 0;
    /// The pieces in order, as many bytes of them as can leave now.
    [[nodiscard]] virtual Transfer write(std::span<const QByteArrayView> pieces) = 0;
    /// Ends what we say after what is on its way; reading goes on.
    virtual void shutdownWriting() = 0;
    virtual void close() = 0;
    /// Forgets what is on its way: the peer sees a reset.
    virtual void abort() = 0;

    /// Whether `readable` is told.
    virtual void setReading(bool isWanted) = 0;
    /// Whether `writable` is told.
    virtual void setWriting(bool isWanted) = 0;

    struct Peer
    {
        QHostAddress address; ///< IPv4 as IPv4, even on a socket that takes both
        quint16 port = 0;
    };
    [[nodiscard]] virtual Peer peer() const = 0;

signals:
    void readable();
    void writable();
};

} // namespace hearth
