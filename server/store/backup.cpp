#include "server/store/backup.h"

#include "server/store/database.h"
#include "server/store/datadirectory.h"
#include "server/store/integrity.h"
#include "server/store/schema.h"
#include "server/store/visit.h"

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#ifdef Q_OS_UNIX
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reported = Result<BackupReport, QString>;

/// What a rename or a new name changed is on the disk only after its directory is.
void syncDirectoryOf(const QString &path)
{
#ifdef Q_OS_UNIX
    const int descriptor
        = ::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
#else
    Q_UNUSED(path)
#endif
}

bool syncFile(const QString &path)
{
#ifdef Q_OS_UNIX
    QFile file(path);
    return file.open(QIODevice::ReadWrite) && ::fsync(file.handle()) == 0;
#else
    return QFile::exists(path);
#endif
}

/// A second name for the same file, so that the first one never points nowhere; a copy where there are none.
bool keepUnder(const QString &path, const QString &name)
{
#ifdef Q_OS_UNIX
    if (::link(QFile::encodeName(path).constData(), QFile::encodeName(name).constData()) == 0)
        return true;
#endif
    return QFile::copy(path, name);
}

/// Takes the place of what is there.
bool replace(const QString &from, const QString &to)
{
#ifdef Q_OS_UNIX
    return ::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0;
#else
    return (!QFile::exists(to) || QFile::remove(to)) && QFile::rename(from, to);
#endif
}

void removeDatabase(const QString &path)
{
    for (const auto suffix : { ""_L1, "-journal"_L1, "-wal"_L1, "-shm"_L1 })
        QFile::remove(path + suffix);
}

/// Copies into the new file `to`, which only its owner may read, and verifies the copy. Nothing of it is left when
/// that fails. A file that is there already is somebody else's.
Reported copyAndVerify(const QString &from, const QString &to, const CopyPacing &pacing)
{
    const auto failed = [&to](const QString &text) {
        removeDatabase(to);
        return Unexpected(text);
    };
    {
        QFile file(to);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return Unexpected(u"The file %1 cannot be made (%2)."_s.arg(to, file.errorString()));
    }
    if (const auto copied = copySnapshot(from, to, pacing); !copied)
        return failed(u"The database %1 cannot be copied to %2 (%3)."_s.arg(from, to, copied.error()));
    if (const auto error = checkDatabaseFile(to, static_cast<int>(migrations().size()), CheckDepth::Thorough))
        return failed(u"The copy of %1 is not whole. %2"_s.arg(from, error->text));
    if (!syncFile(to))
        return failed(u"The file %1 cannot be written to the disk."_s.arg(to));
    try {
        Database database(to, Database::Mode::ReadOnly, std::chrono::milliseconds(0));
        return BackupReport { countRows(database), QFileInfo(to).size(), {} };
    } catch (const SqlFailure &failure) {
        return failed(u"The copy %1 cannot be read (%2)."_s.arg(to, failure.error().text));
    }
}

/// Writes the journal of a killed server into its database. Where that cannot be done, both stay as they are.
void foldJournal(const QString &path)
{
    if (QFileInfo(path + u"-wal"_s).size() == 0)
        return;
    try {
        Database database(path, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        database.execute(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
    } catch (const SqlFailure &) {
        return;
    }
}

/// Gives the database another name beside its own one, and its journal that name alone.
bool keepAside(const QString &path, const QString &name)
{
    foldJournal(path);
    if (!keepUnder(path, name))
        return false;
    QFile::remove(path + u"-shm"_s); // an index of the journal, made anew when it is missing
    const QString journal = path + u"-wal"_s;
    return !QFile::exists(journal) || QFile::rename(journal, name + u"-wal"_s);
}

} // namespace

Reported backUp(const QString &directory, const QString &file, const CopyPacing &pacing)
{
    if (QFile::exists(file))
        return Unexpected(u"The file %1 is there already. Name another one, or move it away."_s.arg(file));
    const Visit visit(directory);
    const QString path = visit.databasePath();
    if (!QFile::exists(path))
        return Unexpected(u"The data directory %1 has no database."_s.arg(directory));
    if (const auto error = checkDatabaseHeader(path, static_cast<int>(migrations().size())))
        return Unexpected(error->text);
    // Of its own: another backup to the same place may be at work.
    const QString mark = QString::number(QRandomGenerator::system()->generate(), 16).rightJustified(8, u'0');
    const QString unfinished = file + u".part-"_s + mark;
    const Reported copied = copyAndVerify(path, unfinished, pacing);
    if (!copied)
        return copied;
    QFile part(unfinished);
    if (!part.rename(file)) { // never over another file
        removeDatabase(unfinished);
        return Unexpected(u"The backup cannot be called %1 (%2)."_s.arg(file, part.errorString()));
    }
    syncDirectoryOf(file);
    return copied;
}

Reported restore(const QString &file, const QString &directory, const QDateTime &now)
{
    if (!QFile::exists(file))
        return Unexpected(u"There is no file %1."_s.arg(file));
    if (const auto error = checkDatabaseFile(file, static_cast<int>(migrations().size()), CheckDepth::Thorough))
        return Unexpected(error->text);
    const auto claimed = DataDirectory::claim(directory);
    if (!claimed)
        return Unexpected(claimed.error().text);
    if (QFileInfo(file).canonicalFilePath() == QFileInfo(claimed->unfinishedPath()).canonicalFilePath())
        return Unexpected(u"The file %1 is where a restored database is made. Give it another name first."_s.arg(file));
    removeDatabase(claimed->unfinishedPath()); // of one that was broken off: the directory is ours alone
    Reported copied = copyAndVerify(file, claimed->unfinishedPath(), CopyPacing { .pagesPerStep = -1 });
    if (!copied)
        return copied;
    const QString path = claimed->databasePath();
    if (QFile::exists(path)) {
        copied->keptAside = path + u".before-restore-"_s + now.toString(u"yyyyMMdd-hhmmss"_s);
        if (QFile::exists(copied->keptAside) || !keepAside(path, copied->keptAside)) {
            removeDatabase(claimed->unfinishedPath());
            return Unexpected(u"The database %1 cannot be kept under the name %2. Nothing was restored."_s.arg(
                path, copied->keptAside));
        }
    } else if (QFile::exists(path + u"-wal"_s)) {
        removeDatabase(claimed->unfinishedPath());
        return Unexpected(u"The database %1 is missing although its journal %1-wal is there. Move that away first."_s
                              .arg(path));
    }
    if (!replace(claimed->unfinishedPath(), path))
        return Unexpected(u"The file %1 cannot be called %2."_s.arg(claimed->unfinishedPath(), path));
    syncDirectoryOf(path);
    return copied;
}

} // namespace hearth
