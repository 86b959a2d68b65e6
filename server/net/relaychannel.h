#pragma once

#include "server/net/channel.h"
#include "server/net/relaymessages.h"

#include <unordered_map>

namespace hearth {

class ChannelRelay;
class IoThread;

/// A channel's far end on one I/O thread: the connections with their sockets, queues and time-outs. It tells the channel's own
/// thread what happens to them, and does what that orders, both in batches. Many members because both ways meet here. Lives on the
/// I/O thread.
class RelayChannel final : public Channel
{
    Q_OBJECT

public:
    /// For `channel`, the `lane`th one, which is asked whom it admits for as long as a door leads here (see FarDoors).
    RelayChannel(const ChannelSettings &settings, const Channel &channel, ChannelRelay &home, int lane, IoThread &thread);
    ~RelayChannel() override;

    [[nodiscard]] bool admits(const QHash<QString, QString> &parameters) const override { return m_channel.admits(parameters); }
    void carryOut(relay::Orders &orders);

protected:
    void onConnected(Connection &connection) override;
    void onText(Connection &from, const QString &text) override;
    void onBinary(Connection &from, const QByteArray &bytes) override;
    void onClosed(Connection &connection, quint16 code, const QString &reason) override;
    void onFailed(Connection &connection, ConnectionFailure failure) override;
    void start(WebSocketConnection &connection, QByteArrayView rest) override;
    void onPeerClosing(Connection &connection) override;
    bool event(QEvent *event) override;

private:
    struct Resident
    {
        WebSocketConnection *connection = nullptr; ///< nothing once it has closed
        QByteArray rest; ///< until it may read
    };

    /// Ends only when the channel has answered what came before, and had its last word.
    void putOffEnding(const Connection &connection);
    void report(const Connection &connection, decltype(relay::Report::fact) fact);
    void carryOut(const relay::Order &order, const relay::Orders &orders);
    void post();
    void tell();

    const Channel &m_channel; ///< admits() only
    ChannelRelay &m_home; ///< told by posted calls only
    int m_lane;
    IoThread &m_thread;
    std::vector<Resident> m_residents; ///< by place
    std::vector<relay::Place> m_free;
    std::unordered_map<const Connection *, relay::Place> m_places;
    relay::Reports m_reports; ///< for the end of the turn
    qint64 m_ahead = 0; ///< bytes of reports that the channel has not heard
    bool m_isPosted = false; ///< event() will be called
};

} // namespace hearth
