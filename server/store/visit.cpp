#include "server/store/visit.h"

#include <QDir>
#include <QFile>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

Visit::Visit(const QString &directory) : m_databasePath(QDir(directory).filePath(u"hearth.db"_s))
{
    if (!QFile::exists(m_databasePath))
        return;
    const QString lockPath = QDir(directory).filePath(u"hearth.lock"_s);
    for (const QString &path : { m_databasePath + u"-wal"_s, m_databasePath + u"-shm"_s, lockPath }) {
        if (!QFile::exists(path))
            m_fresh.append(path);
    }
    m_lock.emplace(lockPath);
}

Visit::~Visit()
{
    if (!m_lock || m_lock->outcome() != DirectoryLock::Outcome::Taken)
        return;
    for (const QString &path : std::as_const(m_fresh))
        QFile::remove(path);
}

} // namespace hearth
