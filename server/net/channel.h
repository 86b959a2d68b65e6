#pragma once

#include "server/net/connection.h"
#include "server/net/outgoingframe.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

class QWebSocket;

namespace hearth {

class TurnClock;
class WebSocketConnection;
class Wire;
struct Traffic;

/// How a channel keeps its connections honest. Zero lifts a limit or switches a timer off.
struct ChannelSettings
{
    std::chrono::milliseconds pingInterval { 30'000 }; ///< silence after which the peer is pinged
    std::chrono::milliseconds pingTimeout { 10'000 }; ///< silence after the ping that ends it
    std::chrono::milliseconds closeTimeout { 3'000 }; ///< wait for the peer's close frame
    std::chrono::milliseconds messageTimeout { 10'000 }; ///< a begun message must be whole by then
    qint64 maxMessageSize = 1'048'576; ///< bytes of one incoming message
    qint64 maxQueuedBytes = 1'048'576; ///< bytes waiting for one peer
    /// Bytes waiting for all of them; past it, who has more than an even share is treated as past its own cap.
    qint64 maxQueuedInAll = 268'435'456;
    QStringList subprotocols; ///< selected when the peer offers them
};

/// A path's connections. Bound to a path by `Router::add()`, it is told of the life of every connection
/// made there, and can answer one, some or all of them. Either subclass it and override the handlers, or
/// connect to its signals: both are told the same facts, handler first.
///
///     class EchoChannel : public hearth::Channel
///     {
///     protected:
///         void onText(Connection &from, const QString &text) override { from.sendText(text.toUtf8()); }
///     };
///
/// A channel lives on one thread, the listener's. Connections are passed as references to handlers and as
/// pointers to slots; they stay valid until `closed` has been told.
class Channel : public QObject
{
    Q_OBJECT

public:
    explicit Channel(const ChannelSettings &settings = {}, QObject *parent = nullptr);
    ~Channel() override;

    [[nodiscard]] const ChannelSettings &settings() const;
    /// Connections that are open now.
    [[nodiscard]] qsizetype connectionCount() const;
    /// What went through its connections since it was made.
    [[nodiscard]] const Traffic &traffic() const;
    /// The clock of the channel's thread, for whoever watches how long its turns take. Must outlive the channel.
    void setTurnClock(TurnClock *clock);
    /// A timer of a subclass has fired: a turn begins (see TurnClock).
    void enterTurn();
    void forEachConnection(const std::function<void(Connection &)> &visit) const;

    /// Puts a connection into a group, or takes it out. A group exists while somebody is in it; a
    /// connection that closes leaves all of its groups before `closed` is told.
    void addToGroup(const QString &group, Connection &connection);
    void removeFromGroup(const QString &group, Connection &connection);
    [[nodiscard]] qsizetype groupSize(const QString &group) const;

    /// Whether there is something at this path for these parameters; if not, the peer hears 404. With I/O threads it is
    /// asked on those (see IoThreads): it may look only at what never changes.
    [[nodiscard]] virtual bool admits(const QHash<QString, QString> &parameters) const;

    /// What the listener knows of a peer that asks for the upgrade.
    struct Arrival
    {
        std::unique_ptr<Wire> wire;
        QByteArray key; ///< its Sec-WebSocket-Key
        QByteArray rest; ///< what came after the request
        ConnectionInfo info;
        std::shared_ptr<void> admission; ///< held for as long as the connection lives
    };
    /// Performs the upgrade; `connected` follows in a later turn. Called by the listener.
    void accept(Arrival arrival);
    /// Takes a connection that is already up (the test kit's way in; `accept` ends here too).
    void adopt(std::unique_ptr<Connection> connection);

public slots:
    void send(hearth::Connection *to, const hearth::OutgoingFrame &frame);
    /// The same bytes to everybody in the group but `except`. Costs nothing per recipient but a place in
    /// its queue; the order in which one recipient hears things is the order of the calls.
    void broadcast(const QString &group, const hearth::OutgoingFrame &frame,
                   hearth::Connection *except = nullptr);
    void broadcastToAll(const hearth::OutgoingFrame &frame, hearth::Connection *except = nullptr);
    void close(hearth::Connection *connection, hearth::CloseCode code = CloseCode::Normal,
               const QString &reason = {});
    /// Closes every connection; `allClosed` follows when the last one is gone.
    void closeAll(hearth::CloseCode code, const QString &reason);

signals:
    void connected(hearth::Connection *connection);
    void textReceived(hearth::Connection *from, const QString &text);
    void binaryReceived(hearth::Connection *from, const QByteArray &bytes);
    void pinged(hearth::Connection *from, const QByteArray &payload); ///< already answered
    void ponged(hearth::Connection *from, const QByteArray &payload);
    /// The last thing heard of a connection. `code` is the peer's, or ours, or 1006 without a close frame.
    void closed(hearth::Connection *connection, quint16 code, const QString &reason);
    /// Something went wrong; `closed` follows.
    void failed(hearth::Connection *connection, hearth::ConnectionFailure failure);
    void allClosed();

protected:
    virtual void onConnected(Connection &connection);
    virtual void onText(Connection &from, const QString &text);
    virtual void onBinary(Connection &from, const QByteArray &bytes);
    virtual void onClosed(Connection &connection, quint16 code, const QString &reason);
    /// Called before the close frame of `failure` is queued, so that a last message can still be sent.
    virtual void onFailed(Connection &connection, ConnectionFailure failure);
    /// After `onConnected` of a real socket: lets it read. `rest` has come in already.
    virtual void start(WebSocketConnection &connection, QByteArrayView rest);
    /// The peer has begun to close, which is answered afterwards.
    virtual void onPeerClosing(Connection &connection);
    /// While it is held, nothing is read from anybody: what comes stays with the kernel. Needs a turn clock.
    void holdReading(bool isHeld);

private:
    void completeUpgrade(std::unique_ptr<const QWebSocket> answered);
    void completeAnswered();
    void open(Arrival arrival, const QByteArray &answer);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
