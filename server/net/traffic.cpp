#include "server/net/traffic.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void Traffic::add(const Traffic &other)
{
    framesQueued += other.framesQueued;
    messagesReceived += other.messagesReceived;
    bytesSent += other.bytesSent;
    bytesReceived += other.bytesReceived;
    bytesQueued += other.bytesQueued;
    connections += other.connections;
    for (std::size_t i = 0; i < failures.size(); ++i)
        failures[i] += other.failures[i];
    for (std::size_t i = 0; i < closes.size(); ++i)
        closes[i] += other.closes[i];
}

void DoorFigures::add(const DoorFigures &other)
{
    accepted += other.accepted;
    acceptFailures += other.acceptFailures;
    for (std::size_t i = 0; i < refusals.size(); ++i)
        refusals[i] += other.refusals[i];
    waiting += other.waiting;
}

QLatin1StringView wordFor(ConnectionFailure failure)
{
    switch (failure) {
    case ConnectionFailure::SlowPeer:
        return "slow-peer"_L1;
    case ConnectionFailure::ProtocolError:
        return "protocol-error"_L1;
    case ConnectionFailure::MessageTooBig:
        return "message-too-big"_L1;
    case ConnectionFailure::BadUtf8:
        return "bad-utf8"_L1;
    case ConnectionFailure::PingTimeout:
        return "ping-timeout"_L1;
    case ConnectionFailure::MessageTimeout:
        return "message-timeout"_L1;
    case ConnectionFailure::Flood:
        return "fragment-flood"_L1;
    case ConnectionFailure::SocketError:
        return "socket-error"_L1;
    }
    Q_UNREACHABLE();
}

QLatin1StringView wordFor(DoorFigures::Refusal refusal)
{
    using Refusal = DoorFigures::Refusal;
    switch (refusal) {
    case Refusal::ConnectionLimit:
        return "connection-limit"_L1;
    case Refusal::AddressLimit:
        return "address-limit"_L1;
    case Refusal::Crowded:
        return "crowded"_L1;
    case Refusal::Timeout:
        return "timeout"_L1;
    case Refusal::BadRequest:
        return "bad-request"_L1;
    case Refusal::ForeignOrigin:
        return "foreign-origin"_L1;
    case Refusal::NotFound:
        return "not-found"_L1;
    case Refusal::NotWebSocket:
        return "not-websocket"_L1;
    case Refusal::HeadTooLarge:
        return "head-too-large"_L1;
    case Refusal::NotEncrypted:
        return "not-encrypted"_L1;
    case Refusal::BrokenTls:
        return "broken-tls"_L1;
    }
    Q_UNREACHABLE();
}

} // namespace hearth
