#pragma once

#include <QDateTime>
#include <QString>

namespace hearth {

/// A time as the commands print it: UTC, to the minute.
[[nodiscard]] QString timeText(const QDateTime &time);

/// What people wrote, so that it can neither steer a terminal nor make a line or a column of its own.
[[nodiscard]] QString inert(const QString &text);

} // namespace hearth
