#pragma once

#include "server/store/eventstore.h"

#include <QVariant>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace hearth {

/// Thrown inside server/store only, from a statement that failed up to the transaction that it spoils.
class SqlFailure
{
public:
    /// What went wrong last.
    explicit SqlFailure(sqlite3 *database);
    explicit SqlFailure(StoreError error) : m_error(std::move(error)) { }
    [[nodiscard]] const StoreError &error() const { return m_error; }

private:
    StoreError m_error;
};

/// One connection to one SQLite file, for one thread at a time.
class Database
{
public:
    enum class Mode { ReadOnly, ReadWrite };

    /// Nobody asks SQLite how much memory it uses; counting it takes a lock for each piece, a twelfth of an append. For the beginning of a
    /// program, before there are threads that use SQLite (sqlite3_config()); where SQLite is in use already, nothing changes.
    static void countNoMemory();

    /// `path` is a file or `:memory:`. Throws SqlFailure.
    Database(const QString &path, Mode mode, std::chrono::milliseconds busyTimeout);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /// A statement prepared once and kept; `sql` must live as long as the database does (a literal).
    [[nodiscard]] sqlite3_stmt *prepared(std::string_view sql);
    /// Runs something without results.
    void execute(const QString &sql);
    /// The first column of the first row; invalid when there is none.
    [[nodiscard]] QVariant value(const QString &sql);

    void begin();
    void commit();
    void rollback() noexcept;

private:
    friend class Statement;
    struct Close
    {
        void operator()(sqlite3 *database) const;
        void operator()(sqlite3_stmt *statement) const;
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Close>;

    [[nodiscard]] Prepared prepare(std::string_view sql) const;

    std::unique_ptr<sqlite3, Close> m_database;
    std::map<std::string_view, Prepared> m_statements; ///< go before the database does
};

/// Binds values in order, runs the statement, and frees it again when it goes out of scope: an unfinished
/// SELECT would keep its snapshot of the WAL. One text can be in use once at a time.
class Statement
{
public:
    template <typename... Values>
    Statement(Database &database, std::string_view sql, const Values &...values)
        : m_database(database.m_database.get()), m_statement(database.prepared(sql))
    {
        int place = 0;
        (bind(++place, values), ...);
        run();
    }
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    bool next();
    [[nodiscard]] qint64 integer(int column) const;
    /// Null where the column is NULL.
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] qint64 insertedId() const;
    [[nodiscard]] int changedRows() const;

private:
    void bind(int place, qint64 value);
    void bind(int place, int value) { bind(place, static_cast<qint64>(value)); }
    /// A null QString is an empty text.
    void bind(int place, const QString &text);
    /// Null bytes are NULL.
    void bind(int place, const QByteArray &bytes);
    template <typename Value>
    void bind(int place, const std::optional<Value> &value)
    {
        if (value)
            bind(place, *value);
        else
            bindNull(place);
    }
    void bindNull(int place);
    void require(int code);
    void run();
    void step();

    sqlite3 *m_database;
    sqlite3_stmt *m_statement;
    bool m_hasRow = false;
    bool m_isAtFirst = true; ///< run() has fetched it
};

} // namespace hearth
