#pragma once

#include "server/store/directorylock.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace hearth {

/// A look into a data directory that may be in use: nothing is changed, and what SQLite makes beside the database
/// to read it is gone afterwards. While no server runs there the visit holds the lock, so that none begins with
/// files that are about to be taken away.
class Visit
{
public:
    explicit Visit(const QString &directory);
    /// Close every connection to the database before.
    ~Visit();
    Visit(const Visit &) = delete;
    Visit &operator=(const Visit &) = delete;

    [[nodiscard]] QString databasePath() const { return m_databasePath; }

private:
    QString m_databasePath;
    QStringList m_fresh; ///< what is not there yet and may be made by reading
    std::optional<DirectoryLock> m_lock;
};

} // namespace hearth
