#pragma once

#include "server/net/connection.h"

#include <QtGlobal>

#include <array>

namespace hearth {

/// What goes through the connections of a channel, counted since it was made, but for two that tell of now. Plain integers: all of it happens on the
/// channel's thread, and counting must cost nothing where a frame goes to thousands.
struct Traffic
{
    static constexpr quint16 FirstCloseCode = 1000;
    static constexpr quint16 LastCloseCode = 1014; ///< the codes that RFC 6455 and its registry know
    static constexpr std::size_t FailureCount = static_cast<std::size_t>(ConnectionFailure::SocketError) + 1;

    quint64 framesQueued = 0; ///< one for each connection that a frame was for
    quint64 messagesReceived = 0; ///< whole ones, text and binary
    quint64 bytesSent = 0; ///< taken by the kernel
    quint64 bytesReceived = 0;
    qint64 bytesQueued = 0; ///< that wait for all peers now; a frame counts for each queue that shares it
    qint64 connections = 0; ///< there are now, those that are closing too
    std::array<quint64, FailureCount> failures {};
    /// Closed connections by code; the last place is for all codes that a peer may have made up.
    std::array<quint64, LastCloseCode - FirstCloseCode + 2> closes {};

    void countClose(quint16 code)
    {
        const bool isKnown = code >= FirstCloseCode && code <= LastCloseCode;
        ++closes[isKnown ? static_cast<std::size_t>(code - FirstCloseCode) : closes.size() - 1];
    }
    void countFailure(ConnectionFailure failure) { ++failures[static_cast<std::size_t>(failure)]; }
    void add(const Traffic &other);
};

/// How sockets fared at the door, before they belonged to a channel.
struct DoorFigures
{
    enum class Refusal {
        ConnectionLimit, ///< as many in all as the settings allow
        AddressLimit, ///< as many from this address
        Crowded, ///< made room in the doorway for somebody new
        Timeout, ///< did not say in time what it wants
        BadRequest, ///< 400
        ForeignOrigin, ///< 403
        NotFound, ///< 404
        NotWebSocket, ///< 426
        HeadTooLarge, ///< 431
        NotEncrypted, ///< 426: TLS is required
        BrokenTls, ///< what began as TLS was none, or none that is spoken here
    };
    static constexpr std::size_t RefusalCount = static_cast<std::size_t>(Refusal::BrokenTls) + 1;

    quint64 accepted = 0;
    quint64 acceptFailures = 0;
    std::array<quint64, RefusalCount> refusals {};
    qsizetype waiting = 0; ///< in the doorway now

    void count(Refusal refusal) { ++refusals[static_cast<std::size_t>(refusal)]; }
    void add(const DoorFigures &other);
};

/// One word each, for logs and figures: `slow-peer`.
[[nodiscard]] QLatin1StringView wordFor(ConnectionFailure failure);
[[nodiscard]] QLatin1StringView wordFor(DoorFigures::Refusal refusal);

} // namespace hearth
