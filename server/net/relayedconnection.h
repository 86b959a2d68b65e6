#pragma once

#include "server/net/relaymessages.h"

namespace hearth {

class ChannelRelay;

/// A connection whose socket is on an I/O thread, as its channel sees it. What it is asked to do is done there a little later,
/// in the order in which it was asked. So it is not known here how much waits for the peer: `queuedBytes()` is 0.
class RelayedConnection final : public Connection
{
    Q_OBJECT

public:
    /// `relay` must outlive it.
    RelayedConnection(const relay::Opened &opened, ChannelRelay &relay, int lane, relay::Place place);

    /// False as well from when a failure or the end was told.
    [[nodiscard]] bool isOpen() const override { return m_state == State::Open; }
    [[nodiscard]] qint64 queuedBytes() const override { return 0; }
    void send(const OutgoingFrame &frame) override;
    void close(CloseCode code, const QString &reason) override;
    void abort() override;
    void setMaxMessageSize(qint64 bytes) override;

    // What the I/O thread reports.
    void tell(const relay::Text &said);
    void tell(const relay::Binary &said);
    void tell(const relay::Pinged &said);
    void tell(const relay::Ponged &said);
    void tell(const relay::PeerClosing &);
    void tell(const relay::Failed &what);
    void tell(const relay::Closed &how);

private:
    enum class State {
        Open,
        Failing, ///< its channel is told of it, and may say a last word
        Closing,
        Closed,
    };

    ChannelRelay &m_relay;
    int m_lane;
    relay::Place m_place;
    State m_state = State::Open;
};

} // namespace hearth
