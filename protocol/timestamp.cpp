#include "protocol/codec.h"

#include <chrono>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

void putDigits(char *at, int count, int value)
{
    for (int i = count - 1; i >= 0; --i, value /= 10)
        at[i] = static_cast<char>('0' + value % 10);
}

} // namespace

QByteArray formatTimestamp(const QDateTime &time)
{
    using namespace std::chrono;
    const sys_time<milliseconds> at { milliseconds(time.toMSecsSinceEpoch()) };
    const sys_days day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss clock(at - day);
    const int year { date.year() };
    if (!time.isValid() || year < 1 || year > 9999)
        return time.toUTC().toString(Qt::ISODateWithMs).toLatin1();
    // RFC 3339 with three digits of milliseconds. By hand, because every frame has one and Qt's way asks a calendar and a
    // locale, which took half of the time that encoding a short frame needs.
    QByteArray text("0000-00-00T00:00:00.000Z");
    char *digits = text.data();
    putDigits(digits, 4, year);
    putDigits(digits + 5, 2, static_cast<int>(unsigned { date.month() }));
    putDigits(digits + 8, 2, static_cast<int>(unsigned { date.day() }));
    putDigits(digits + 11, 2, static_cast<int>(clock.hours().count()));
    putDigits(digits + 14, 2, static_cast<int>(clock.minutes().count()));
    putDigits(digits + 17, 2, static_cast<int>(clock.seconds().count()));
    putDigits(digits + 20, 3, static_cast<int>(clock.subseconds().count()));
    return text;
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
