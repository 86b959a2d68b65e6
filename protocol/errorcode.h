#pragma once

#include <QLatin1StringView>
#include <QtGlobal>

#include <optional>

namespace hearth {

/// The `code` of an `error` frame (protocol.md §4).
enum class ErrorCode {
    InvalidJson,
    InvalidMessage,
    UnknownType,
    Unsupported,
    Unauthorized,
    NameTaken,
    InvalidName,
    IdentityMismatch,
    NotFound,
    Forbidden,
    Conflict,
    TooLarge,
    RateLimited,
    StorageFull,
    SlowConsumer,
    ShuttingDown,
    Internal,
};

/// As it stands on the wire: `invalid_json`.
[[nodiscard]] QLatin1StringView wireName(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> errorCodeFromWire(QStringView name);
/// The `message` that the protocol fixes for this code, or a plain sentence where it fixes none.
[[nodiscard]] QLatin1StringView defaultMessage(ErrorCode code);

/// WebSocket close codes that Hearth uses (RFC 6455 §7.4.1).
enum class CloseCode : quint16 {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    BadPayload = 1007,
    PolicyViolation = 1008,
    TooBig = 1009,
    InternalError = 1011,
};

} // namespace hearth
