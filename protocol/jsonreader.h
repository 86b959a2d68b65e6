#pragma once

// Private to the codec: RapidJSON shows through.

#include "protocol/codec.h"
#include "protocol/wirenames.h"

#include <rapidjson/document.h>

#include <functional>

namespace hearth::codec {

/// Parses one JSON object strictly: UTF-8 only, no nesting beyond MaxJsonDepth, no member twice, no lone
/// surrogate, no NUL in a string, nothing after it. The work is bounded by the size of the input.
[[nodiscard]] Result<rapidjson::Document, DecodeReason> parseObject(QByteArrayView json);

/// Takes a frame's members out of a JSON object. The first thing that is wrong is remembered and every
/// later call gives an empty value, so that a frame is read in one go and asked once whether it was whole.
class MemberReader
{
public:
    explicit MemberReader(const rapidjson::Value &object, const DecodeLimits &limits = {})
        : m_object(object), m_limits(limits)
    {
    }

    [[nodiscard]] const std::optional<DecodeFailure> &failure() const { return m_failure; }
    void fail(DecodeReason reason, QLatin1StringView member);

    /// Absent or null.
    [[nodiscard]] bool isAbsent(QLatin1StringView key) const { return find(key) == nullptr; }

    [[nodiscard]] QString text(QLatin1StringView key);
    [[nodiscard]] QString text(QLatin1StringView key, int maxLength, DecodeReason tooLong);
    [[nodiscard]] QString textOr(QLatin1StringView key, int maxLength, const QString &fallback);
    /// One line to be shown: no control characters.
    [[nodiscard]] QString lineOr(QLatin1StringView key, int maxLength, const QString &fallback);
    /// 1 … maxContentLength code points, verbatim.
    [[nodiscard]] QString content(QLatin1StringView key);
    [[nodiscard]] bool boolean(QLatin1StringView key);
    [[nodiscard]] bool booleanOr(QLatin1StringView key, bool fallback);
    [[nodiscard]] qint64 integer(QLatin1StringView key, qint64 min, qint64 max);
    [[nodiscard]] qint64 integerOr(QLatin1StringView key, qint64 min, qint64 max, qint64 fallback);
    /// Nothing, and no failure, where there is something else.
    [[nodiscard]] std::optional<qint64> wholeNumber(QLatin1StringView key) const;
    /// 1 … max; what is larger is clamped.
    [[nodiscard]] int limit(QLatin1StringView key, int max, int fallback);

    [[nodiscard]] RoomId room(QLatin1StringView key);
    [[nodiscard]] UserName user(QLatin1StringView key);
    [[nodiscard]] Seq seq(QLatin1StringView key, qint64 min = 1);
    [[nodiscard]] QDateTime time(QLatin1StringView key);
    [[nodiscard]] ClientId clientId(QLatin1StringView key);

    /// One of the spellings in wirenames.h.
    template <typename Enum>
    [[nodiscard]] Enum oneOf(QLatin1StringView key)
    {
        const auto value = fromWire<Enum>(text(key));
        if (!value)
            fail(DecodeReason::OutOfRange, key);
        return value.value_or(Enum {});
    }

    /// Nothing when absent or null, otherwise what `read` makes of it.
    template <typename Read>
    [[nodiscard]] auto optional(QLatin1StringView key, Read read)
        -> std::optional<std::invoke_result_t<Read, MemberReader &, QLatin1StringView>>
    {
        if (isAbsent(key))
            return std::nullopt;
        return std::invoke(read, *this, key);
    }

    /// Each object of an array; what is wrong inside is this reader's failure too.
    template <typename Read>
    [[nodiscard]] auto objects(QLatin1StringView key, Read read)
        -> QList<std::invoke_result_t<Read, MemberReader &>>
    {
        QList<std::invoke_result_t<Read, MemberReader &>> items;
        for (const rapidjson::Value &value : array(key)) {
            if (!value.IsObject()) {
                fail(DecodeReason::WrongType, key);
                break;
            }
            MemberReader inner(value, m_limits);
            items.append(std::invoke(read, inner));
            if (inner.failure()) {
                fail(inner.failure()->reason, key);
                break;
            }
        }
        return items;
    }
    template <typename Read>
    [[nodiscard]] auto object(QLatin1StringView key, Read read) -> std::invoke_result_t<Read, MemberReader &>
    {
        const rapidjson::Value *value = find(key);
        if (value == nullptr || !value->IsObject()) {
            fail(value == nullptr ? DecodeReason::MissingMember : DecodeReason::WrongType, key);
            return {};
        }
        MemberReader inner(*value, m_limits);
        auto result = std::invoke(read, inner);
        if (inner.failure())
            fail(inner.failure()->reason, key);
        return result;
    }
    [[nodiscard]] QStringList strings(QLatin1StringView key);
    [[nodiscard]] QList<UserName> users(QLatin1StringView key);
    /// The elements as they are; empty where there is no array.
    [[nodiscard]] rapidjson::Value::ConstArray array(QLatin1StringView key);

private:
    [[nodiscard]] const rapidjson::Value *find(QLatin1StringView key) const;

    const rapidjson::Value &m_object;
    DecodeLimits m_limits;
    std::optional<DecodeFailure> m_failure;
};

/// `id` of a request or reply. Wrong where it is neither a string nor an integer.
[[nodiscard]] std::optional<RequestId> readRequestId(MemberReader &in);

} // namespace hearth::codec
