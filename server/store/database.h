#pragma once

#include "server/store/eventstore.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace hearth {

/// Thrown inside server/store only, from a statement that failed up to the transaction that it spoils.
class SqlFailure
{
public:
    explicit SqlFailure(const QSqlError &error);
    [[nodiscard]] const StoreError &error() const { return m_error; }

private:
    StoreError m_error;
};

/// One connection to one SQLite file, for the thread that made it.
class Database
{
public:
    enum class Mode { ReadOnly, ReadWrite };

    /// `path` is a file or `:memory:`. Throws SqlFailure.
    Database(const QString &path, Mode mode, std::chrono::milliseconds busyTimeout);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /// A statement prepared once and kept; `sql` must live as long as the database does (a literal).
    [[nodiscard]] QSqlQuery &prepared(std::string_view sql);
    /// Runs something without results.
    void execute(const QString &sql);
    /// The first column of the first row; invalid when there is none.
    [[nodiscard]] QVariant value(const QString &sql);

    void begin() { execute(QStringLiteral("BEGIN IMMEDIATE")); }
    void commit() { execute(QStringLiteral("COMMIT")); }
    void rollback() noexcept;

private:
    QString m_name;
    QSqlDatabase m_database;
    std::map<std::string_view, std::unique_ptr<QSqlQuery>> m_statements;
};

/// Binds values in order, runs the statement, and frees it again when it goes out of scope: an unfinished
/// SELECT would keep its snapshot of the WAL.
class Statement
{
public:
    template <typename... Values>
    Statement(Database &database, std::string_view sql, const Values &...values)
        : m_query(database.prepared(sql))
    {
        int place = 0;
        (m_query.bindValue(place++, bindable(values)), ...);
        run();
    }
    ~Statement() { m_query.finish(); }
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    bool next();
    [[nodiscard]] qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    [[nodiscard]] QString text(int column) const { return m_query.value(column).toString(); }
    [[nodiscard]] bool isNull(int column) const { return m_query.isNull(column); }
    [[nodiscard]] QVariant value(int column) const { return m_query.value(column); }
    [[nodiscard]] qint64 insertedId() const { return m_query.lastInsertId().toLongLong(); }
    [[nodiscard]] int changedRows() const { return m_query.numRowsAffected(); }

private:
    /// Qt binds a null QString as NULL: an empty text is an empty text.
    [[nodiscard]] static QVariant bindable(const QString &text)
    {
        return text.isNull() ? QVariant(QStringLiteral("")) : QVariant(text);
    }
    template <typename Value>
    [[nodiscard]] static const Value &bindable(const Value &value)
    {
        return value;
    }
    void run();
    QSqlQuery &m_query;
};

} // namespace hearth
