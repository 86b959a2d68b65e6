#pragma once

#include "protocol/errorcode.h"
#include "server/net/outgoingframe.h"

#include <QHash>
#include <QHostAddress>
#include <QObject>
#include <QString>

#include <memory>

namespace hearth {

/// Why a connection went wrong on our side of the socket.
enum class ConnectionFailure : quint8 {
    SlowPeer, ///< its queue passed the cap
    ProtocolError, ///< it broke RFC 6455
    MessageTooBig,
    BadUtf8,
    PingTimeout, ///< it did not answer the heartbeat
    MessageTimeout, ///< half a message, then silence
    Flood, ///< endless fragments, pings or pongs
    SocketError,
};

/// What was known of a peer when its connection was made.
struct ConnectionInfo
{
    QString path; ///< as asked for, percent-decoded, without query
    QHash<QString, QString> parameters; ///< what the route's pattern caught: `room` → `ops`
    QHostAddress peerAddress;
    quint16 peerPort = 0;
    QString subprotocol; ///< selected, or empty
    bool isEncrypted = false;
};

class Connection;

/// What a connection tells of its peer; its channel listens. Virtual calls, because signals would take two kilobytes a
/// connection.
class ConnectionListener
{
public:
    virtual void heardText(Connection &from, const QString &text) = 0;
    virtual void heardBinary(Connection &from, const QByteArray &bytes) = 0;
    virtual void heardPing(Connection &from, const QByteArray &payload) = 0;
    virtual void heardPong(Connection &from, const QByteArray &payload) = 0;
    /// The peer begins to close; it is answered afterwards.
    virtual void heardClose(Connection &from) = 0;
    /// `hasClosed` follows.
    virtual void hasFailed(Connection &connection, ConnectionFailure failure) = 0;
    /// Exactly once, and the last thing.
    virtual void hasClosed(Connection &connection, quint16 code, const QString &reason) = 0;

protected:
    ~ConnectionListener() = default;
};

/// One peer of a channel. Owned by the channel, which deletes it after its `closed` has been told; a pointer
/// from a signal is good until then. Everything here belongs to the channel's thread.
///
/// Abstract, so that a channel can be tested with connections that need no socket
/// (see tests/support/channeltestkit.h).
class Connection : public QObject
{
    Q_OBJECT

public:
    /// Unique for the life of the process; never reused.
    [[nodiscard]] quint64 id() const { return m_id; }
    [[nodiscard]] const ConnectionInfo &info() const { return *m_info; }
    [[nodiscard]] QString parameter(const QString &name) const { return m_info->parameters.value(name); }

    /// False from the moment `close()` or `abort()` was called or the peer began to close.
    [[nodiscard]] virtual bool isOpen() const = 0;
    /// Bytes accepted for this peer that the kernel has not taken yet.
    [[nodiscard]] virtual qint64 queuedBytes() const = 0;

    /// Queues one message; it leaves when the event loop's turn ends. Ignored when not open. A queue past
    /// its cap first loses what is Droppable; when that is not enough the channel is told (`failed` with
    /// SlowPeer) and the peer is closed with 1008 and aborted after the close time-out.
    virtual void send(const OutgoingFrame &frame) = 0;
    /// Sends what is queued, then a close frame; aborts when the peer has not answered within 3 s.
    virtual void close(CloseCode code, const QString &reason) = 0;
    /// Drops the connection now, without a close frame.
    virtual void abort() = 0;
    /// Largest message that the peer may send from now on, in bytes (raised after `hello`).
    virtual void setMaxMessageSize(qint64 bytes) = 0;

    void sendText(const QByteArray &utf8) { send(OutgoingFrame::text(utf8)); }
    void sendBinary(const QByteArray &bytes) { send(OutgoingFrame::binary(bytes)); }

    /// The channel's clock has moved on: looks at its time-outs. `now` is in monotonic milliseconds.
    virtual void tick(qint64 now) { Q_UNUSED(now) }

    /// Who hears from now on; must be there before anything comes in, and outlive the connection.
    void setListener(ConnectionListener &listener) { m_listener = &listener; }

protected:
    explicit Connection(ConnectionInfo info, QObject *parent = nullptr);
    /// One that stands for another (see RelayedConnection) has its `id`.
    Connection(ConnectionInfo info, quint64 id);

    [[nodiscard]] ConnectionListener &listener() const { return *m_listener; }

private:
    quint64 m_id;
    ConnectionListener *m_listener = nullptr; ///< not owned
    /// Apart: a broadcast goes through connections and asks for none of it.
    std::unique_ptr<const ConnectionInfo> m_info;
};

} // namespace hearth
