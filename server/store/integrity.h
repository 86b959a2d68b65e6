#pragma once

#include "server/store/eventstore.h"

#include <functional>
#include <optional>

namespace hearth {

class Database;

/// Whether the first 100 bytes are those of a database of ours, of a version up to `latestVersion`.
[[nodiscard]] std::optional<StoreOpenError> checkDatabaseHeader(const QString &path, int latestVersion);

/// Calls `found` for each event whose checksum is not that of its columns, until it says false. Throws
/// SqlFailure.
void eachWrongChecksum(Database &database, const std::function<bool(qint64 room, qint64 seq)> &found);

/// BySize: thorough up to ThoroughCheckBytes.
enum class CheckDepth { BySize, Thorough };

/// Looks at a database file before anything writes to it: whether it is ours, whole, and of a version that
/// we know. Reads only; `latestVersion` is the newest schema that this program has. Nothing when all is well.
/// Nobody else may have it open: the files that SQLite makes beside it are taken away again.
[[nodiscard]] std::optional<StoreOpenError> checkDatabaseFile(const QString &path, int latestVersion,
                                                              CheckDepth depth = CheckDepth::BySize);

/// Up to this size in bytes every index, every event's checksum and what people read is verified at each start (about a
/// second for the largest); above it only the structure of the file is.
inline constexpr qint64 ThoroughCheckBytes = 64 * 1024 * 1024;

} // namespace hearth
