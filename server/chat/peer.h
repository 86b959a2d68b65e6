#pragma once

#include "protocol/clientframes.h"
#include "server/chat/ratelimits.h"
#include "server/net/connection.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <set>

namespace hearth {

/// A request behind one that is not decided, and how many bytes it came in.
struct WaitingRequest
{
    ClientRequest request;
    qsizetype bytes = 0;
};

/// What the chat knows of one connection. Many members because each is a fact of its own that several parts
/// of the chat ask for.
struct Peer
{
    Peer(Connection &c, const ServerSettings &settings)
        : connection(c), buckets(settings)
    {
    }

    [[nodiscard]] quint64 id() const { return connection.id(); }
    /// Whether others on the network can read what it is told.
    [[nodiscard]] bool isInTheClear() const
    {
        return !isConsole && !connection.info().isEncrypted && !connection.info().peerAddress.isLoopback();
    }

    Connection &connection;
    RoomId room; ///< where frames without a room go
    std::optional<UserName> user; ///< once it has named itself
    bool isWelcomed = false; ///< has said `hello` and was welcomed
    QString session; ///< the device that it has proved to be; empty without `hello`
    bool isDismissed = false; ///< was shown the door: what it asked for and is not decided yet does not count any more
    bool isConsole = false; ///< whoever administers this computer: has every right, no name, and is in no room
    bool hearsAll = false; ///< has said something that the seed's clients do not know
    bool isBatching = false;
    int failedHellos = 0;
    int subscriptions = 0;

    /// A request that changes who or where the peer is has not been decided yet; what follows it waits.
    bool isBusy = false;
    std::optional<RequestId> underWay; ///< the id of that request
    QList<WaitingRequest> waiting;
    qsizetype waitingBytes = 0;

    std::set<RoomId> rooms; ///< whose events it hears
    QList<QByteArray> batch; ///< frames held back for a moment
    qsizetype batchBytes = 0;
    Delivery batchDelivery = Delivery::Droppable; ///< Required as soon as one of them is

    RateBuckets buckets;
    TokenBucket excesses { RateSettings { 100, 10 } }; ///< refusals before it is shown the door
};

} // namespace hearth
