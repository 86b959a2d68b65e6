#pragma once

#include "protocol/clientframes.h"
#include "protocol/errorcode.h"
#include "protocol/result.h"
#include "protocol/serverframes.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

/// Frames to JSON and back. The only place where the keys of the wire stand. Pure functions: any thread.
namespace hearth::codec {

/// Every way in which bytes can fail to be a frame. Each belongs to one `ErrorCode` (see `codeOf`).
enum class DecodeReason {
    NotJson,
    NotUtf8,
    TooDeep,
    DuplicateMember,
    LoneSurrogate,
    NulCharacter,
    TooManyMembers,
    NotAnObject,
    NumberOutOfRange,
    MissingMember,
    WrongType,
    OutOfRange,
    BadName, ///< a user name that cannot be one
    NoSuchRoom, ///< a room id that no room can have
    TooLong,
    UnknownType,
};

[[nodiscard]] ErrorCode codeOf(DecodeReason reason);

struct DecodeFailure
{
    DecodeReason reason = DecodeReason::NotJson;
    QString member; ///< the member at fault, if one is; never a value that the peer sent
    std::optional<RequestId> id; ///< of the request at fault, where it could still be read
    std::optional<ClientId> clientId; ///< likewise
    [[nodiscard]] ErrorCode code() const { return codeOf(reason); }
};

struct DecodeLimits
{
    int maxContentLength = limits::DefaultMaxContentLength; ///< code points; 0 lifts the limit
};

/// One text frame of a client. Unknown members are ignored; `history`, `sync` and `search` limits come
/// out clamped. Content over the limit is TooLong (`too_large`).
[[nodiscard]] Result<ClientRequest, DecodeFailure> decodeClient(QByteArrayView json,
                                                                const DecodeLimits &limits = {});

/// One text frame of a server: one message, or several when it is a `batch`. A frame of a type that this
/// version does not know is UnknownType, which a client ignores.
[[nodiscard]] Result<QList<ServerMessage>, DecodeFailure> decodeServer(QByteArrayView json);

/// Compact UTF-8 JSON, `type` first.
[[nodiscard]] QByteArray encode(const ClientRequest &request);
[[nodiscard]] QByteArray encode(const ServerMessage &message);
[[nodiscard]] inline QByteArray encode(const ServerFrame &frame) { return encode(ServerMessage{{}, frame}); }

/// Wraps frames that are already encoded: `{"type":"batch","messages":[…]}`.
[[nodiscard]] QByteArray encodeBatch(const QList<QByteArray> &frames);

/// RFC 3339 UTC with milliseconds: `2026-11-23T18:59:00.123Z`.
[[nodiscard]] QByteArray formatTimestamp(const QDateTime &time);
[[nodiscard]] std::optional<QDateTime> parseTimestamp(QStringView text);

} // namespace hearth::codec
