#pragma once

#include "protocol/result.h"

#include <QString>

#include <chrono>
#include <functional>

namespace hearth {

/// How fast a database is copied while others work on it.
struct CopyPacing
{
    int pagesPerStep = 256; ///< of 4 KiB each, as a rule
    std::chrono::milliseconds pause { 2 }; ///< between steps: the disk is the others' meanwhile
    std::function<void()> afterStep; ///< for tests
};

/// Copies the SQLite database `from` as it stands at one moment into the empty file `to`, which must be there,
/// and syncs it. The copy needs no file beside it. Blocks.
///
/// One read transaction spans the whole copy. So in WAL mode a writer neither waits for it nor makes it start
/// again; until it ends the journal is not reused, and grows by what is written meanwhile.
///
/// SQLite's backup interface (sqlite.org/backup.html) on two connections of its own. The error is
/// SQLite's words.
[[nodiscard]] Result<void, QString> copySnapshot(const QString &from, const QString &to, const CopyPacing &pacing);

} // namespace hearth
