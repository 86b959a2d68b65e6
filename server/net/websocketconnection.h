#pragma once

#include "server/net/channel.h"
#include "server/net/connection.h"
#include "server/net/frameparser.h"
#include "server/net/outgoingqueue.h"
#include "server/net/pooled.h"
#include "server/net/wire.h"

#include <memory>
#include <optional>

namespace hearth {

class FlushScheduler;
struct Traffic;

/// A connection over a real socket, once its upgrade is answered: the wire, the parser that guards it and the queue that
/// bounds it. Many members because each is one of these stations or a clock; none knows the others.
class WebSocketConnection final : public Connection, public Pooled<WebSocketConnection>
{
    Q_OBJECT

public:
    /// `settings` are the channel's, and stay.
    WebSocketConnection(Channel::Arrival arrival, const ChannelSettings &settings, FlushScheduler &scheduler,
                        Traffic &traffic);
    ~WebSocketConnection() override;

    /// The first thing that the peer hears.
    void queueAnswer(const QByteArray &bytes) { queueBytes(bytes, Delivery::Required); }
    /// Begins to read; `rest` came in already.
    void start(QByteArrayView rest);

    [[nodiscard]] bool isOpen() const override { return m_state == State::Open; }
    [[nodiscard]] qint64 queuedBytes() const override { return m_queue.bytes(); }
    void send(const OutgoingFrame &frame) override;
    void close(CloseCode code, const QString &reason) override;
    void abort() override;
    void setMaxMessageSize(qint64 bytes) override { m_parser.setMaxMessageSize(bytes); }
    void tick(qint64 now) override;

    // For whoever cannot at once answer what the peer said before it failed or began to close, or have a last word (see
    // RelayChannel).
    /// While `hasFailed` or `heardClose` is told: does not end the connection yet. It hears nothing any more, and is let go after
    /// the close time-out if nobody calls `endNow()`.
    void putOffEnding();
    void sayLast(const OutgoingFrame &frame);
    /// What would have followed the failure, or answered the peer.
    void endNow();

    /// Sends what waits, as far as the kernel takes it.
    void flush();
    /// Of what a connection is made of, the bytes in front that a broadcast needs, about.
    static constexpr std::size_t BroadcastSize = 3 * CacheLine;
    /// `flush()` comes soon: first this object is fetched into the processor's cache, then what it points to.
    void prefetch() const;
    void prefetchParts() const;
    /// Reads what is there, up to a bound, and acts on it.
    void readWire();

private:
    enum class State {
        Open,
        Ending, ///< has failed, or the peer closes; its end is put off for what is said before it
        Closing, ///< our close frame is queued; waits for the peer's
        Leaving, ///< nothing more to hear or say: what is queued goes out, then the socket
        Closed,
    };

    [[nodiscard]] Wire::Outcome flushQueue();
    void queueBytes(const QByteArray &bytes, Delivery delivery);
    void scheduleFlush();
    void becomeReadable();
    void feed(QByteArrayView bytes);
    bool handleFrame(FrameParser::Opcode opcode, const QByteArray &payload);
    void handlePeerClose(const QByteArray &payload);
    [[nodiscard]] bool isControlFlood();
    void queueControl(FrameParser::Opcode opcode, const QByteArray &payload);
    void queueClose(quint16 code, const QString &reason);
    void fail(ConnectionFailure failure);
    /// As whoever has failed does, or whose peer closes.
    void end();
    [[nodiscard]] bool isOverCap(qint64 more) const;
    template <typename Change>
    auto changeQueue(Change change);
    void leave();
    void finish(quint16 code, const QString &reason);

    // What a broadcast reads and writes: see BroadcastSize.
    State m_state = State::Open;
    bool m_isFlushScheduled = false;
    bool m_isWaitingToWrite = false;
    bool m_isUncapped = false; ///< for a last word
    const ChannelSettings &m_settings;
    FlushScheduler &m_scheduler;
    Traffic &m_traffic;
    std::unique_ptr<Wire> m_wire;
    OutgoingQueue m_queue;

    FrameParser m_parser;
    std::shared_ptr<void> m_admission;
    quint16 m_closeCode = 1006;
    std::optional<ConnectionFailure> m_failure;
    int m_controls = 0; ///< pings and pongs since m_controlsSince
    QString m_closeReason;
    // Monotonic milliseconds; 0: not running.
    qint64 m_now = 0;
    qint64 m_lastHeard = 0;
    qint64 m_controlsSince = 0;
    qint64 m_pingedAt = 0;
    qint64 m_messageBegan = 0;
    qint64 m_closingSince = 0;
};

} // namespace hearth
