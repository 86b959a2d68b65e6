#include "server/store/database.h"

#include <sqlite3.h>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

StoreError::Reason reasonOf(int code)
{
    if (code == SQLITE_IOERR_WRITE) // how a full disk can show itself too
        return StoreError::Reason::StorageFull;
    switch (code & 0xff) { // the primary result code (sqlite.org/rescode.html)
    case SQLITE_FULL:
        return StoreError::Reason::StorageFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return StoreError::Reason::Busy;
    default:
        return StoreError::Reason::Failed;
    }
}

QString textOf(sqlite3_stmt *statement, int column)
{
    const auto *utf8 = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    return QString::fromUtf8(utf8, sqlite3_column_bytes(statement, column));
}

} // namespace

SqlFailure::SqlFailure(sqlite3 *database)
{
    const int code = database != nullptr ? sqlite3_extended_errcode(database) : SQLITE_NOMEM;
    const char *words = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    m_error = { reasonOf(code), u"%1 (%2)"_s.arg(QString::fromUtf8(words)).arg(code) };
}

void Database::Close::operator()(sqlite3 *database) const { sqlite3_close(database); }

void Database::Close::operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }

void Database::countNoMemory() { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

Database::Database(const QString &path, Mode mode, std::chrono::milliseconds busyTimeout)
{
    const int access = mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3 *opened = nullptr;
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &opened, access | SQLITE_OPEN_NOMUTEX, nullptr);
    m_database.reset(opened); // to be closed even when it did not open
    if (code != SQLITE_OK)
        throw SqlFailure(opened);
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, static_cast<int>(busyTimeout.count()));
}

Database::~Database() = default;

Database::Prepared Database::prepare(std::string_view sql) const
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(m_database.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr)
        != SQLITE_OK)
        throw SqlFailure(m_database.get());
    return Prepared(statement);
}

sqlite3_stmt *Database::prepared(std::string_view sql)
{
    auto found = m_statements.find(sql);
    if (found == m_statements.end())
        found = m_statements.emplace(sql, prepare(sql)).first;
    return found->second.get();
}

void Database::execute(const QString &sql)
{
    if (sqlite3_exec(m_database.get(), sql.toUtf8().constData(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw SqlFailure(m_database.get());
}

QVariant Database::value(const QString &sql)
{
    const QByteArray text = sql.toUtf8();
    const Prepared statement = prepare({ text.constData(), static_cast<std::size_t>(text.size()) });
    const int code = sqlite3_step(statement.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        throw SqlFailure(m_database.get());
    if (code == SQLITE_DONE || sqlite3_column_type(statement.get(), 0) == SQLITE_NULL)
        return {};
    if (sqlite3_column_type(statement.get(), 0) == SQLITE_INTEGER)
        return static_cast<qint64>(sqlite3_column_int64(statement.get(), 0));
    return textOf(statement.get(), 0);
}

void Database::begin() { Statement(*this, "BEGIN IMMEDIATE"); }

void Database::commit() { Statement(*this, "COMMIT"); }

void Database::rollback() noexcept
{
    // Fails where SQLite has rolled back by itself (SQLITE_FULL, for one): there is nothing to do then.
    sqlite3_exec(m_database.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::~Statement()
{
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
}

void Statement::require(int code)
{
    if (code != SQLITE_OK)
        throw SqlFailure(m_database);
}

void Statement::bind(int place, qint64 value) { require(sqlite3_bind_int64(m_statement, place, value)); }

void Statement::bind(int place, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    require(sqlite3_bind_text64(m_statement, place, utf8.constData(), static_cast<sqlite3_uint64>(utf8.size()), // never null
                                SQLITE_TRANSIENT, SQLITE_UTF8)); // NOLINT: a cast of SQLite's own
}

void Statement::bind(int place, const QByteArray &bytes)
{
    if (bytes.isNull())
        bindNull(place);
    else
        require(sqlite3_bind_blob64(m_statement, place, bytes.constData(), static_cast<sqlite3_uint64>(bytes.size()),
                                    SQLITE_TRANSIENT)); // NOLINT: as above
}

void Statement::bindNull(int place) { require(sqlite3_bind_null(m_statement, place)); }

void Statement::run()
{
    try {
        step();
    } catch (...) {
        sqlite3_reset(m_statement); // the destructor is not called
        sqlite3_clear_bindings(m_statement);
        throw;
    }
}

void Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        throw SqlFailure(m_database);
    m_hasRow = code == SQLITE_ROW;
}

bool Statement::next()
{
    if (m_hasRow && !std::exchange(m_isAtFirst, false))
        step();
    return m_hasRow;
}

qint64 Statement::integer(int column) const { return sqlite3_column_int64(m_statement, column); }

QString Statement::text(int column) const { return textOf(m_statement, column); }

QByteArray Statement::bytes(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    return QByteArray(data, sqlite3_column_bytes(m_statement, column));
}

bool Statement::isNull(int column) const { return sqlite3_column_type(m_statement, column) == SQLITE_NULL; }

qint64 Statement::insertedId() const { return sqlite3_last_insert_rowid(m_database); }

int Statement::changedRows() const { return sqlite3_changes(m_database); }

} // namespace hearth
