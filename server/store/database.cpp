#include "server/store/database.h"

#include <QUuid>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

// SQLite's primary result codes (sqlite.org/rescode.html).
constexpr int SqliteBusy = 5;
constexpr int SqliteLocked = 6;
constexpr int SqliteIoError = 10;
constexpr int SqliteFull = 13;
/// SQLITE_IOERR_WRITE: how a full disk can show itself too.
constexpr int SqliteIoErrorWrite = SqliteIoError | (3 << 8);

StoreError::Reason reasonOf(const QSqlError &error)
{
    const int code = error.nativeErrorCode().toInt();
    if (code == SqliteIoErrorWrite)
        return StoreError::Reason::StorageFull;
    switch (code & 0xff) {
    case SqliteFull:
        return StoreError::Reason::StorageFull;
    case SqliteBusy:
    case SqliteLocked:
        return StoreError::Reason::Busy;
    default:
        return StoreError::Reason::Failed;
    }
}

} // namespace

SqlFailure::SqlFailure(const QSqlError &error)
    : m_error { reasonOf(error), error.databaseText() + u" ("_s + error.nativeErrorCode() + u')' }
{
}

Database::Database(const QString &path, Mode mode, std::chrono::milliseconds busyTimeout)
    : m_name(QUuid::createUuid().toString()), m_database(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name))
{
    m_database.setDatabaseName(path);
    QString options = u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(busyTimeout.count());
    if (mode == Mode::ReadOnly)
        options += u";QSQLITE_OPEN_READONLY"_s;
    m_database.setConnectOptions(options);
    if (!m_database.open()) {
        const SqlFailure failure(m_database.lastError());
        m_database = {};
        QSqlDatabase::removeDatabase(m_name);
        throw failure;
    }
}

Database::~Database()
{
    m_statements.clear();
    m_database.close();
    m_database = {};
    QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery &Database::prepared(std::string_view sql)
{
    auto &query = m_statements[sql];
    if (query)
        return *query;
    auto fresh = std::make_unique<QSqlQuery>(m_database);
    fresh->setForwardOnly(true);
    if (!fresh->prepare(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size()))))
        throw SqlFailure(fresh->lastError());
    query = std::move(fresh);
    return *query;
}

void Database::execute(const QString &sql)
{
    QSqlQuery query(m_database);
    if (!query.exec(sql))
        throw SqlFailure(query.lastError());
}

QVariant Database::value(const QString &sql)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(sql))
        throw SqlFailure(query.lastError());
    return query.next() ? query.value(0) : QVariant();
}

void Database::rollback() noexcept
{
    // Fails where SQLite has rolled back by itself (SQLITE_FULL, for one): there is nothing to do then.
    QSqlQuery(m_database).exec(u"ROLLBACK"_s);
}

bool Statement::next()
{
    if (m_query.next())
        return true;
    if (m_query.lastError().isValid())
        throw SqlFailure(m_query.lastError());
    return false;
}

void Statement::run()
{
    if (!m_query.exec())
        throw SqlFailure(m_query.lastError());
}

} // namespace hearth
