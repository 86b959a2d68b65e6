#include "protocol/jsonwriter.h"

#include <QStringEncoder>
#include <QVarLengthArray>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

MemberWriter::MemberWriter(QLatin1StringView type) : m_writer(m_buffer)
{
    m_writer.StartObject();
    put("type"_L1, type);
}

void MemberWriter::put(QLatin1StringView key, const QString &value)
{
    m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    putText(value);
}

void MemberWriter::put(QLatin1StringView key, QLatin1StringView value)
{
    m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    m_writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void MemberWriter::put(QLatin1StringView key, bool value)
{
    m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    m_writer.Bool(value);
}

void MemberWriter::put(QLatin1StringView key, qint64 value)
{
    m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    m_writer.Int64(value);
}

void MemberWriter::put(QLatin1StringView key, const RequestId &value)
{
    std::visit([&](const auto &id) { put(key, id); }, value);
}

void MemberWriter::put(QLatin1StringView key, const QStringList &values)
{
    m_writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    m_writer.StartArray();
    for (const QString &value : values)
        putText(value);
    m_writer.EndArray();
}

void MemberWriter::put(QLatin1StringView key, const QList<UserName> &values)
{
    QStringList names;
    names.reserve(values.size());
    for (const UserName &value : values)
        names.append(value.toString());
    put(key, names);
}

void MemberWriter::putUnlessEmpty(QLatin1StringView key, const QString &value)
{
    if (!value.isEmpty())
        put(key, value);
}

void MemberWriter::putUnlessNull(QLatin1StringView key, const QDateTime &value)
{
    if (!value.isNull())
        put(key, value);
}

/// Not by way of a QByteArray: texts are short and many, and each would be allocated.
void MemberWriter::putText(const QString &text)
{
    QStringEncoder encoder(QStringEncoder::Utf8);
    QVarLengthArray<char, 512> utf8(encoder.requiredSpace(text.size()));
    const char *end = encoder.appendToBuffer(utf8.data(), text);
    m_writer.String(utf8.constData(), static_cast<rapidjson::SizeType>(end - utf8.constData()));
}

QByteArray MemberWriter::take()
{
    m_writer.EndObject();
    return { m_buffer.GetString(), static_cast<qsizetype>(m_buffer.GetSize()) };
}

} // namespace hearth::codec
