#include "protocol/codec.h"

#include <QTimeZone>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

void putDigits(QString &text, qsizetype at, qsizetype count, int value)
{
    for (qsizetype i = at + count - 1; i >= at; --i, value /= 10)
        text[i] = QChar(u'0' + value % 10);
}

} // namespace

QString formatTimestamp(const QDateTime &time)
{
    const QDateTime utc = time.toUTC();
    const QDate date = utc.date();
    const QTime clock = utc.time();
    if (date.year() < 1 || date.year() > 9999) // an invalid one has the year 0
        return utc.toString(Qt::ISODateWithMs);
    // RFC 3339 with three digits of milliseconds. By hand, because every frame has one and Qt's way asks a calendar and a
    // locale, which took half of the time that encoding a short frame needs.
    QString text = u"0000-00-00T00:00:00.000Z"_s;
    putDigits(text, 0, 4, date.year());
    putDigits(text, 5, 2, date.month());
    putDigits(text, 8, 2, date.day());
    putDigits(text, 11, 2, clock.hour());
    putDigits(text, 14, 2, clock.minute());
    putDigits(text, 17, 2, clock.second());
    putDigits(text, 20, 3, clock.msec());
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
