#pragma once

#include "protocol/result.h"

#include <QString>

namespace hearth {

/// A new password from whoever types a command: the first line of `file`; without a file the first line of standard input,
/// and where that is a terminal, asked for twice, and not shown. Blocks. The error is one line.
[[nodiscard]] Result<QString, QString> readNewPassword(const QString &file);

} // namespace hearth
