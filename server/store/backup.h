#pragma once

#include "server/store/consistency.h"
#include "server/store/snapshotcopy.h"

#include <QDateTime>

namespace hearth {

struct BackupReport
{
    StoreCounts counts;
    qint64 bytes = 0;
    QString keptAside; ///< of a restore: where the database is that was there before; empty when there was none
};

/// Writes the database of a data directory, as it stands at one moment, into the one file `file`, while a server
/// runs there or not. The file appears only when it is whole, verified and on the disk. Refused when `file` is
/// there already. The error is one sentence for the administrator. Blocks.
[[nodiscard]] Result<BackupReport, QString> backUp(const QString &directory, const QString &file,
                                                   const CopyPacing &pacing = {});

/// Puts the backup `file` in the place of a data directory's database, after verifying it; makes the directory when
/// it is missing. What was there is kept under a name with the time `now`. Refused while a server runs there.
/// However it ends, the directory has either the old database or the new one. Blocks.
[[nodiscard]] Result<BackupReport, QString> restore(const QString &file, const QString &directory, const QDateTime &now);

} // namespace hearth
