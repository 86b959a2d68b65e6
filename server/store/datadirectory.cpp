#include "server/store/datadirectory.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reason = StoreOpenError::Reason;

Unexpected<StoreOpenError> cannotClaim(Reason reason, const QString &path, const QString &text)
{
    return Unexpected(StoreOpenError { reason, path, text });
}

} // namespace

DataDirectory::DataDirectory(QString path, std::unique_ptr<DirectoryLock> lock)
    : m_path(std::move(path)), m_lock(std::move(lock))
{
}

Result<DataDirectory, StoreOpenError> DataDirectory::claim(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists()) {
        // Whoever forgot to mount a disk, or mistyped, must not get an empty chat in place of theirs.
        if (const QDir parent = info.dir(); !parent.exists()) {
            return cannotClaim(Reason::DirectoryMissing, path,
                               u"The data directory %1 does not exist, and neither does %2, which it would be in. Make it, "
                               u"or name another one."_s.arg(path, parent.path()));
        }
        if (!QDir().mkdir(path)) {
            return cannotClaim(Reason::DirectoryMissing, path,
                               u"The data directory %1 does not exist and cannot be made. Make it, or name "
                               u"another one."_s.arg(path));
        }
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    } else if (!info.isDir()) {
        return cannotClaim(Reason::DirectoryMissing, path,
                           u"The data directory %1 is not a directory. Name another one."_s.arg(path));
    }

    const QString lockPath = QDir(path).filePath(u"hearth.lock"_s);
    auto lock = std::make_unique<DirectoryLock>(lockPath);
    switch (lock->outcome()) {
    case DirectoryLock::Outcome::Taken:
        break;
    case DirectoryLock::Outcome::HeldByOther: {
        const QString who = lock->holder() > 0 ? u" (process %1)"_s.arg(lock->holder()) : QString();
        return cannotClaim(Reason::Locked, path,
                           u"The data directory %1 is in use by another Hearth server%2. Stop that one, or "
                           u"name another directory."_s.arg(path, who));
    }
    case DirectoryLock::Outcome::Failed:
        return cannotClaim(Reason::DirectoryReadOnly, path,
                           u"The data directory %1 cannot be written to (%2). Change its permissions, or "
                           u"name another directory."_s.arg(path, lock->errorText()));
    }
    return DataDirectory(path, std::move(lock));
}

QString DataDirectory::databasePath() const { return QDir(m_path).filePath(u"hearth.db"_s); }

QString DataDirectory::unfinishedPath() const { return QDir(m_path).filePath(u"hearth.db.new"_s); }

} // namespace hearth
