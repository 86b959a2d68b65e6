#pragma once

#include "server/net/channel.h"
#include "server/net/connection.h"
#include "server/net/frameparser.h"
#include "server/net/outgoingqueue.h"
#include "server/net/tcpwire.h"

#include <memory>

class QWebSocket;
class QWebSocketServer;

namespace hearth {

class FlushScheduler;
struct Traffic;
class WebSocketPipe;

/// A connection over a real socket: the wire, the parser that guards it, the queue that bounds it, and between
/// them the QWebSocket. Many members because each is one of these stations; none knows the others.
class WebSocketConnection final : public Connection
{
    Q_OBJECT

public:
    WebSocketConnection(Channel::Arrival arrival, const ChannelSettings &settings, FlushScheduler &scheduler,
                        Traffic &traffic);
    ~WebSocketConnection() override;

    /// Hands the request to Qt, which answers it in a later turn of the event loop.
    void beginUpgrade(QWebSocketServer &server);
    /// The QWebSocket that Qt made of it. Starts reading when `start()` is called.
    void completeUpgrade(std::unique_ptr<QWebSocket> socket);
    void start();

    [[nodiscard]] bool isOpen() const override { return m_state == State::Open; }
    [[nodiscard]] qint64 queuedBytes() const override { return m_queue.bytes(); }
    void send(const OutgoingFrame &frame) override;
    void close(CloseCode code, const QString &reason) override;
    void abort() override;
    void setMaxMessageSize(qint64 bytes) override { m_parser.setMaxMessageSize(bytes); }
    void tick(qint64 now) override;

    /// Sends what waits, as far as the kernel takes it.
    void flush();
    /// Reads what is there, up to a bound, and acts on it.
    void readWire();

signals:
    /// Qt refused the request; nothing else is told.
    void upgradeRefused();

private:
    enum class State {
        Upgrading,
        Open,
        Closing, ///< our close frame is queued; waits for the peer's
        Leaving, ///< nothing more to hear or say: what is queued goes out, then the socket
        Closed,
    };

    [[nodiscard]] TcpWire::Outcome flushQueue();
    void queueBytes(const QByteArray &bytes, Delivery delivery);
    void scheduleFlush();
    void becomeReadable();
    void feed(QByteArrayView bytes);
    bool handleFrame(FrameParser::Opcode opcode, const QByteArray &payload);
    void handlePeerClose(const QByteArray &payload);
    void fail(ConnectionFailure failure);
    void leave();
    void finish(quint16 code, const QString &reason);

    ChannelSettings m_settings;
    FlushScheduler &m_scheduler;
    Traffic &m_traffic;
    std::unique_ptr<TcpWire> m_wire;
    std::unique_ptr<WebSocketPipe> m_pipe;
    std::unique_ptr<QWebSocket> m_socket;
    FrameParser m_parser;
    OutgoingQueue m_queue;
    QByteArray m_early; ///< the request; then what came after it, before the upgrade was done
    QByteArray m_rest;
    std::shared_ptr<void> m_admission;

    State m_state = State::Upgrading;
    bool m_isFlushScheduled = false;
    bool m_isWaitingToWrite = false;
    quint16 m_closeCode = 1006;
    QString m_closeReason;
    // Monotonic milliseconds; 0: not running.
    qint64 m_now = 0;
    qint64 m_lastHeard = 0;
    qint64 m_pingedAt = 0;
    qint64 m_messageBegan = 0;
    qint64 m_closingSince = 0;
};

} // namespace hearth
