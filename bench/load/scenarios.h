#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>

namespace bench {

/// What one run is to do.
struct Options
{
    std::string scenario; ///< saturated, paced, connect, durable
    std::uint16_t port = 0;
    pid_t server = 0; ///< whose processor time and memory are counted
    std::string path = "/chat";
    std::string frame = "typing"; ///< or message
    int members = 500; ///< in each room
    int rooms = 1;
    int idle = 0; ///< connections in a room of their own that hear and say nothing
    int deliveriesPerSecond = 50'000; ///< paced
    int senders = 8; ///< paced, in one room: who speaks, in turn
    int durablePerSecond = 0; ///< paced: messages that a full session writes in a room of its own, every other half second
    int addresses = 0; ///< from which the clients come; 0: from one
    std::string password; ///< of the server: each says hello with it
    int inFlight = 64; ///< saturated, durable: messages on their way at a time
    int seconds = 5; ///< of measuring, after one of warming up; SIGTERM ends it sooner
    int payload = 64; ///< characters of content in a message
    bool announces = false; ///< paced: `measuring` on standard error when everybody is there
};

/// Named figures, printed as one JSON object by `main`.
using Figures = std::map<std::string, double>;

/// As many messages as come back: processor time a delivery.
[[nodiscard]] Figures runSaturated(const Options &options);
/// A fixed number of deliveries a second: processor time a delivery, p50 and p99 of the way from the
/// sender's send() to each receiver's recv(). With durable messages these are of the halves in which they are written, "without_…" of
/// the others, and "durable_…" of the messages: how many were acknowledged in a second, and how long it took.
[[nodiscard]] Figures runPaced(const Options &options);
/// `members` connects as fast as they go: seconds, processor time and memory a connection.
[[nodiscard]] Figures runConnect(const Options &options);
/// Acknowledged messages a second from one full session, and how long an ack takes.
[[nodiscard]] Figures runDurable(const Options &options);

} // namespace bench
