#include "protocol/errorcode.h"

#include <QStringView>

#include <array>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

struct ErrorRow
{
    ErrorCode code;
    QLatin1StringView name;
    QLatin1StringView message;
};

// The messages up to "Unknown message type" are the seed's, word for word.
constexpr std::array ErrorRows {
    ErrorRow { ErrorCode::InvalidJson, "invalid_json"_L1, "Invalid JSON format"_L1 },
    ErrorRow { ErrorCode::InvalidMessage, "invalid_message"_L1, "Invalid message format"_L1 },
    ErrorRow { ErrorCode::UnknownType, "unknown_type"_L1, "Unknown message type"_L1 },
    ErrorRow { ErrorCode::Unsupported, "unsupported"_L1, "Binary frames are not supported"_L1 },
    ErrorRow { ErrorCode::Unauthorized, "unauthorized"_L1, "Authentication required"_L1 },
    ErrorRow { ErrorCode::NameTaken, "name_taken"_L1, "This name is taken"_L1 },
    ErrorRow { ErrorCode::InvalidName, "invalid_name"_L1, "This name is not allowed"_L1 },
    ErrorRow { ErrorCode::IdentityMismatch, "identity_mismatch"_L1,
               "This connection belongs to another name"_L1 },
    ErrorRow { ErrorCode::NotFound, "not_found"_L1, "No such room"_L1 },
    ErrorRow { ErrorCode::Forbidden, "forbidden"_L1, "This needs a right that you do not have"_L1 },
    ErrorRow { ErrorCode::Conflict, "conflict"_L1, "This id is already used for something else"_L1 },
    ErrorRow { ErrorCode::TooLarge, "too_large"_L1, "The message is too long"_L1 },
    ErrorRow { ErrorCode::RateLimited, "rate_limited"_L1, "Rate limit exceeded"_L1 },
    ErrorRow { ErrorCode::StorageFull, "storage_full"_L1,
               "The server cannot store anything at the moment"_L1 },
    ErrorRow { ErrorCode::SlowConsumer, "slow_consumer"_L1,
               "The connection does not read fast enough"_L1 },
    ErrorRow { ErrorCode::ShuttingDown, "shutting_down"_L1, "Server is shutting down"_L1 },
    ErrorRow { ErrorCode::Internal, "internal"_L1, "Internal server error"_L1 },
};

const ErrorRow &rowOf(ErrorCode code)
{
    for (const ErrorRow &row : ErrorRows) {
        if (row.code == code)
            return row;
    }
    Q_UNREACHABLE();
}

} // namespace

QLatin1StringView wireName(ErrorCode code) { return rowOf(code).name; }

QLatin1StringView defaultMessage(ErrorCode code) { return rowOf(code).message; }

std::optional<ErrorCode> errorCodeFromWire(QStringView name)
{
    for (const ErrorRow &row : ErrorRows) {
        if (row.name == name)
            return row.code;
    }
    return std::nullopt;
}

} // namespace hearth
