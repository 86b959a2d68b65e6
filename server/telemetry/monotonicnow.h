#pragma once

#include <QDeadlineTimer>

namespace hearth {

/// Milliseconds of a clock that nobody sets. Any thread.
inline qint64 monotonicNow() { return QDeadlineTimer::current().deadline(); }

} // namespace hearth
