#pragma once

#include <QString>

namespace hearth {

/// The beginning of `text`, at most `maxLength` UTF-16 units of it, and never a part of what people see as one
/// character: a family of emoji, a letter with its marks. One that is longer than all of `maxLength` is cut between
/// code points.
[[nodiscard]] QString excerpt(const QString &text, qsizetype maxLength);

} // namespace hearth
