#include "server/store/snapshotcopy.h"

#include <QThread>

#include <memory>

#include <sqlite3.h>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int BusyTimeoutMs = 5'000;

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

QString wordsOf(sqlite3 *database) { return QString::fromUtf8(sqlite3_errmsg(database)); }

/// Nobody when it cannot be opened; then `error` says why.
Connection connectTo(const QString &path, int flags, QString &error)
{
    sqlite3 *raw = nullptr;
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &raw, flags, nullptr);
    Connection connection(raw, &sqlite3_close);
    if (code != SQLITE_OK) {
        error = wordsOf(raw);
        return { nullptr, &sqlite3_close };
    }
    sqlite3_busy_timeout(raw, BusyTimeoutMs);
    return connection;
}

bool execute(sqlite3 *database, const char *sql)
{
    return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

} // namespace

Result<void, QString> copySnapshot(const QString &from, const QString &to, const CopyPacing &pacing)
{
    QString error;
    const Connection source = connectTo(from, SQLITE_OPEN_READONLY, error);
    const Connection target = source ? connectTo(to, SQLITE_OPEN_READWRITE, error) : Connection(nullptr, &sqlite3_close);
    if (!target)
        return Unexpected(error);
    // The SELECT is what takes the snapshot: BEGIN alone waits for the first read.
    if (!execute(source.get(), "BEGIN; SELECT 1 FROM sqlite_master LIMIT 1"))
        return Unexpected(wordsOf(source.get()));
    sqlite3_backup *backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    if (backup == nullptr)
        return Unexpected(wordsOf(target.get()));
    int code = SQLITE_OK;
    while ((code = sqlite3_backup_step(backup, pacing.pagesPerStep)) == SQLITE_OK) {
        if (pacing.afterStep)
            pacing.afterStep();
        QThread::msleep(static_cast<unsigned long>(pacing.pause.count()));
    }
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE)
        return Unexpected(QString::fromUtf8(sqlite3_errstr(code)));
    // The copied header says WAL, which would want two more files at the first look at it.
    if (!execute(target.get(), "PRAGMA journal_mode = DELETE"))
        return Unexpected(wordsOf(target.get()));
    return {};
}

} // namespace hearth
