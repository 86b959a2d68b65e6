#pragma once

#include "server/net/relaymessages.h"

#include <QObject>
#include <QPointer>

#include <deque>
#include <memory>
#include <vector>

namespace hearth {

class Channel;
class IoThread;
class RelayChannel;
class RelayedConnection;

/// Between a channel and its far ends on the I/O threads: gives it a RelayedConnection for each connection there, tells it what
/// they report, and hands its orders over when the event loop's turn ends, one posted call a thread. Lives on the
/// channel's thread.
///
/// What comes in is heard in the order in which it came, for a bounded time a turn, and not at all while an I/O thread is far
/// behind with what it was told: it then stops reading, so that nothing grows without a bound.
class ChannelRelay final : public QObject
{
    Q_OBJECT

public:
    /// Makes a far end on each of the threads. `channel` may end before; the threads must not.
    ChannelRelay(Channel &channel, const std::vector<std::unique_ptr<IoThread>> &threads);
    ~ChannelRelay() override;

    /// Lets the far ends go. Then the threads have to be ended before this object is.
    void end();

    /// The far end on this thread: for that thread only.
    [[nodiscard]] Channel &farEnd(int lane) const;

    /// What the far end of this lane has to tell; posted by it.
    void hear(int lane, relay::Reports reports);

    // What connections ask for.
    void send(int lane, relay::Place place, relay::Order::Kind kind, const OutgoingFrame &frame);
    void close(int lane, relay::Place place, const relay::Ending &ending);
    void setMaxMessageSize(int lane, relay::Place place, qint64 bytes);
    void order(int lane, relay::Place place, relay::Order::Kind kind, quint32 index = 0);

protected:
    bool event(QEvent *event) override;

private:
    /// Touched by the I/O thread only.
    struct FarEnd
    {
        std::unique_ptr<RelayChannel> channel;
    };
    struct Lane
    {
        IoThread *thread = nullptr; ///< not owned
        std::shared_ptr<FarEnd> far;
        std::vector<RelayedConnection *> connections; ///< by place; the channel owns them
        relay::Orders orders; ///< for the end of the turn
        qint64 ahead = 0; ///< bytes of orders handed over and not carried out
        qint64 heard = 0; ///< bytes of reports that it has not been told of
    };
    struct Heard
    {
        int lane = 0;
        std::vector<relay::Report> reports;
        std::size_t next = 0; ///< those before it are told
    };

    [[nodiscard]] Lane &lane(int index) { return m_lanes[static_cast<std::size_t>(index)]; }
    [[nodiscard]] bool isAhead() const;
    void tellSome();
    void tell(int index, const relay::Report &report);
    void goOn();
    void post();
    void handOver();

    QPointer<Channel> m_channel;
    std::vector<Lane> m_lanes;
    std::deque<Heard> m_heard;
    bool m_isPosted = false; ///< event() will be called to hand over
    bool m_isGoingOn = false; ///< tellSome() will be called
};

} // namespace hearth
