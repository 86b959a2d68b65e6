#pragma once

#include "server/store/eventstore.h"

#include <optional>

namespace hearth {

/// Looks at a database file before anything writes to it: whether it is ours, whole, and of a version that
/// we know. Reads only; `latestVersion` is the newest schema that this program has. Nothing when all is well.
[[nodiscard]] std::optional<StoreOpenError> checkDatabaseFile(const QString &path, int latestVersion);

/// Up to this size in bytes every index and every event's checksum is verified at each start (about a second
/// for the largest); above it only the structure of the file is.
inline constexpr qint64 ThoroughCheckBytes = 64 * 1024 * 1024;

} // namespace hearth
