#pragma once

#include <QString>

namespace hearth {

/// A value of a log line, `key=value`: as it is when it is one word, otherwise in quotes, with line breaks, other
/// control characters, quotes and backslashes escaped as in C and cut after 512 characters. So whatever a peer or the
/// system says stays one value of one line.
[[nodiscard]] QString logValue(const QString &text);

/// A whole line that somebody else wrote (Qt, a library) with its control characters escaped: one line stays one.
[[nodiscard]] QString logLine(const QString &text);

} // namespace hearth
