#include "server/store/integrity.h"

#include "server/store/consistency.h"
#include "server/store/database.h"
#include "server/store/eventrow.h"
#include "server/store/schema.h"

#include <QFile>
#include <QFileInfo>
#include <QtEndian>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

// The header of a database file (sqlite.org/fileformat.html §1.3).
constexpr qsizetype SqliteHeaderSize = 100;
constexpr qsizetype UserVersionOffset = 60;
constexpr qsizetype ApplicationIdOffset = 68;

StoreOpenError damaged(const QString &path, const QString &what)
{
    return { StoreOpenError::Reason::Corrupt, path,
             u"The database %1 is damaged (%2). It was left as it is. Move it away and put a backup in its "
             u"place, or start with an empty data directory."_s.arg(path, what) };
}

} // namespace

std::optional<StoreOpenError> checkDatabaseHeader(const QString &path, int latestVersion)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return StoreOpenError { StoreOpenError::Reason::Failed, path,
                                u"The database %1 cannot be read (%2). Change its permissions."_s.arg(
                                    path, file.errorString()) };
    }
    const QByteArray header = file.read(SqliteHeaderSize);
    if (header.size() < SqliteHeaderSize || !header.startsWith(QByteArrayView("SQLite format 3\0", 16)))
        return damaged(path, u"it does not begin like a database"_s);
    const auto number = [&header](qsizetype offset) {
        return qFromBigEndian<qint32>(header.constData() + offset);
    };
    if (number(ApplicationIdOffset) != ApplicationId) {
        return StoreOpenError { StoreOpenError::Reason::Corrupt, path,
                                u"The file %1 is not a database of Hearth. It was left as it is. Name "
                                u"another data directory."_s.arg(path) };
    }
    if (number(UserVersionOffset) > latestVersion) {
        return StoreOpenError { StoreOpenError::Reason::NewerVersion, path,
                                u"The database %1 was written by a newer Hearth (schema %2; this one knows "
                                u"%3). It was left as it is. Start it with the newer version."_s
                                    .arg(path)
                                    .arg(number(UserVersionOffset))
                                    .arg(latestVersion) };
    }
    return std::nullopt;
}

namespace {

/// The first thing found wrong, in SQLite's words or ours; empty when all is well.
QString findDamage(Database &database, bool isThorough)
{
    const QString pragma = isThorough ? u"PRAGMA integrity_check(1)"_s : u"PRAGMA quick_check(1)"_s;
    const QString verdict = database.value(pragma).toString();
    if (verdict != "ok"_L1)
        return verdict.section(u'\n', 0, 0);
    QString damage;
    if (isThorough) {
        eachWrongChecksum(database, [&damage](qint64 room, qint64 seq) {
            damage = u"the checksum of event %1 in room %2 is wrong"_s.arg(seq).arg(room);
            return false;
        });
    }
    if (isThorough && damage.isEmpty()) {
        damage = contradictions(database).value(0);
        damage.chop(1); // its full stop
    }
    return damage;
}

} // namespace

void eachWrongChecksum(Database &database, const std::function<bool(qint64 room, qint64 seq)> &found)
{
    Statement rows(database, "SELECT " HEARTH_ROW_COLUMNS ", checksum FROM events");
    while (rows.next()) {
        const EventRow row = EventRow::read(rows);
        if (row.checksum() != rows.integer(11) && !found(row.roomId, row.seq))
            return;
    }
}

std::optional<StoreOpenError> checkDatabaseFile(const QString &path, int latestVersion, CheckDepth depth)
{
    if (auto error = checkDatabaseHeader(path, latestVersion))
        return error;
    // Reading a database in WAL mode makes two files beside it. What was not there before goes again, so that
    // a refused directory is exactly as it was.
    const QStringList companions { path + u"-wal"_s, path + u"-shm"_s };
    QStringList fresh;
    for (const QString &companion : companions) {
        if (!QFile::exists(companion))
            fresh.append(companion);
    }
    QString damage;
    try {
        Database database(path, Database::Mode::ReadOnly, std::chrono::milliseconds(5'000));
        damage = findDamage(database,
                            depth == CheckDepth::Thorough || QFileInfo(path).size() <= ThoroughCheckBytes);
    } catch (const SqlFailure &failure) {
        damage = failure.error().text;
    }
    for (const QString &companion : std::as_const(fresh))
        QFile::remove(companion);
    if (damage.isEmpty())
        return std::nullopt;
    return damaged(path, damage);
}

} // namespace hearth
