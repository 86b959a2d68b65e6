#pragma once

#include "server/net/connection.h"
#include "server/net/outgoingframe.h"

#include <variant>
#include <vector>

/// What a channel and its I/O threads tell each other: values only, in batches, one a turn of the event loop at most. Private
/// to net/.
namespace hearth::relay {

/// A connection's place in the table of its I/O thread. It is given to another one only after the channel has said `Forget`, which
/// comes after all that it had to say to the first: no order reaches the wrong connection, and none needs a look into a hash.
using Place = quint32;

/// Bytes of reports that an I/O thread may be ahead of the channel. Then it stops reading: what peers send stays with the
/// kernel, as it does when one thread has no time for them.
constexpr qint64 ReportWindow = 1'048'576;
/// Bytes of orders that a channel may be ahead of an I/O thread. Then it stops hearing, until they are carried out.
constexpr qint64 OrderWindow = 4 * 1'048'576;
/// What a report or an order counts for beside its own bytes: 65,536 orders fill the window.
constexpr qint64 Overhead = 64;

// ---- an I/O thread reports ----

struct Opened
{
    quint64 id = 0;
    ConnectionInfo info;
};
struct Text
{
    QString text;
};
struct Binary
{
    QByteArray bytes;
};
struct Pinged
{
    QByteArray payload;
};
struct Ponged
{
    QByteArray payload;
};
struct PeerClosing
{
};
struct Failed
{
    ConnectionFailure failure = ConnectionFailure::SocketError;
};
struct Closed
{
    quint16 code = 0;
    QString reason;
};

struct Report
{
    Place place = 0;
    std::variant<Opened, Text, Binary, Pinged, Ponged, PeerClosing, Failed, Closed> fact;
};

struct Reports
{
    std::vector<Report> reports;
    qint64 carriedOut = 0; ///< bytes of orders since the last time
};

[[nodiscard]] qint64 weightOf(const Report &report);

// ---- a channel orders ----

struct Order
{
    enum class Kind : quint8 {
        Send, ///< `index` of the frame
        SayLast, ///< likewise, to one that has failed
        Start, ///< the channel knows it: it may read
        SetMaxMessageSize, ///< `index` of the size
        Close, ///< `index` of the ending
        Abort,
        End, ///< which was put off
        Forget, ///< the place is free
    };
    Place place = 0;
    Kind kind = Kind::Send;
    quint32 index = 0;
};

struct Ending
{
    CloseCode code;
    QString reason;
};

struct Orders
{
    std::vector<Order> orders;
    std::vector<OutgoingFrame> frames; ///< each once, however many it is for
    std::vector<Ending> endings;
    std::vector<qint64> sizes;
    qint64 weight = 0;
    qint64 heard = 0; ///< bytes of reports since the last time
};

} // namespace hearth::relay
