#pragma once

// Private to the codec: RapidJSON shows through.

#include "protocol/codec.h"
#include "protocol/wirenames.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace hearth::codec {

/// Writes one JSON object, members in the order of the calls, `type` first.
class MemberWriter
{
public:
    explicit MemberWriter(QLatin1StringView type);

    void put(QLatin1StringView key, const QString &value);
    void put(QLatin1StringView key, QLatin1StringView value);
    void put(QLatin1StringView key, bool value);
    void put(QLatin1StringView key, qint64 value);
    void put(QLatin1StringView key, int value) { put(key, qint64 { value }); }
    void put(QLatin1StringView key, Seq value) { put(key, value.value()); }
    void put(QLatin1StringView key, const RoomId &value) { put(key, value.toString()); }
    void put(QLatin1StringView key, const UserName &value) { put(key, value.toString()); }
    void put(QLatin1StringView key, const ClientId &value) { put(key, value.toString()); }
    void put(QLatin1StringView key, const QDateTime &value) { put(key, QLatin1StringView(formatTimestamp(value))); }
    void put(QLatin1StringView key, const RequestId &value);
    void put(QLatin1StringView key, const QStringList &values);
    void put(QLatin1StringView key, const QList<UserName> &values);
    template <typename Enum>
        requires std::is_enum_v<Enum>
    void put(QLatin1StringView key, Enum value)
    {
        put(key, wireName(value));
    }
    /// Left out when there is nothing.
    template <typename T>
    void put(QLatin1StringView key, const std::optional<T> &value)
    {
        if (value)
            put(key, *value);
    }
    void putUnlessEmpty(QLatin1StringView key, const QString &value);
    void putUnlessNull(QLatin1StringView key, const QDateTime &value);

    /// `write` is called with each item, inside an object of its own.
    template <typename Item, typename Write>
    void putObjects(QLatin1StringView key, const QList<Item> &items, Write write)
    {
        m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        m_writer.StartArray();
        for (const Item &item : items) {
            m_writer.StartObject();
            write(*this, item);
            m_writer.EndObject();
        }
        m_writer.EndArray();
    }
    template <typename Write>
    void putObject(QLatin1StringView key, Write write)
    {
        m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
        m_writer.StartObject();
        write(*this);
        m_writer.EndObject();
    }

    /// Ends the object. Once.
    [[nodiscard]] QByteArray take();

private:
    void putText(const QString &text);

    rapidjson::StringBuffer m_buffer;
    rapidjson::Writer<rapidjson::StringBuffer> m_writer;
};

} // namespace hearth::codec
