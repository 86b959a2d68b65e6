#include "protocol/codec.h"

#include <QTimeZone>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

QString formatTimestamp(const QDateTime &time)
{
    // Qt::ISODateWithMs of a UTC time is RFC 3339 with three digits of milliseconds and a Z.
    return time.toUTC().toString(Qt::ISODateWithMs);
}

std::optional<QDateTime> parseTimestamp(QStringView text)
{
    if (text.size() < 20 || text.size() > 35)
        return std::nullopt;
    const QDateTime time = QDateTime::fromString(text.toString(), Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
        return std::nullopt;
    return time.toUTC();
}

} // namespace hearth::codec
