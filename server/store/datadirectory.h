#pragma once

#include "server/store/directorylock.h"
#include "server/store/eventstore.h"

#include <memory>

namespace hearth {

/// The directory that one server keeps everything in: made when missing (for its owner only), locked for as
/// long as this lives.
class DataDirectory
{
public:
    /// Makes and locks it. The error names the directory and says what to do.
    [[nodiscard]] static Result<DataDirectory, StoreOpenError> claim(const QString &path);

    [[nodiscard]] QString databasePath() const;
    /// Where a new database is made before it takes its place: `databasePath()` is never half a one.
    [[nodiscard]] QString unfinishedPath() const;

private:
    DataDirectory(QString path, std::unique_ptr<DirectoryLock> lock);

    QString m_path;
    std::unique_ptr<DirectoryLock> m_lock;
};

} // namespace hearth
