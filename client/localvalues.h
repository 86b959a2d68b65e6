#pragma once

#include "protocol/ids.h"

#include <QDateTime>
#include <QVariant>

/// How values stand in the local database; private to it.
namespace hearth::localvalues {

/// Qt binds a null QString as NULL.
[[nodiscard]] inline QVariant bound(const QString &text) { return text.isNull() ? QVariant(QLatin1String("")) : QVariant(text); }

[[nodiscard]] inline qint64 toStored(const QDateTime &time) { return time.isValid() ? time.toMSecsSinceEpoch() : 0; }

[[nodiscard]] inline QDateTime toTime(const QVariant &stored)
{
    const qint64 ms = stored.toLongLong();
    return ms == 0 ? QDateTime() : QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
}

[[nodiscard]] inline UserName userFrom(const QString &text) { return UserName::parse(text).value_or(UserName()); }

} // namespace hearth::localvalues
