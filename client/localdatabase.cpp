#include "client/localdatabase.h"

#include <QDir>
#include <QFile>
#include <QSqlError>
#include <QUuid>

// The file itself. What is kept of accounts and of messages stands in files of their own.
namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int BusyTimeoutMs = 5'000;
constexpr int CacheKiB = 512; ///< of its pages that SQLite keeps: a page of messages is some ten of them, and the system keeps the file
constexpr auto FileName = "client.db"_L1;

/// What each version of the file adds to the one before. Steps that have been released are never changed.
const QList<QStringList> &schema()
{
    // server is `id:` and what the server calls itself, or `url:` and the address while it was never reached.
    static const QStringList first {
        u"CREATE TABLE account (id INTEGER PRIMARY KEY, server TEXT NOT NULL, user TEXT NOT NULL, "
        "url TEXT NOT NULL, server_name TEXT NOT NULL, server_version TEXT NOT NULL, token TEXT NOT NULL, "
        "role TEXT NOT NULL, used_at INTEGER NOT NULL, UNIQUE (server, user))"_s,
        u"CREATE TABLE room (account INTEGER NOT NULL, room TEXT NOT NULL, name TEXT NOT NULL, topic TEXT NOT NULL, "
        "kind TEXT NOT NULL, last_seq INTEGER NOT NULL, read_seq INTEGER NOT NULL, unread INTEGER NOT NULL, "
        "mentions INTEGER NOT NULL, peer TEXT NOT NULL, member_count INTEGER NOT NULL, is_member INTEGER NOT NULL, "
        "place INTEGER NOT NULL, PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE cache (account INTEGER NOT NULL, room TEXT NOT NULL, synced_to INTEGER NOT NULL, "
        "is_complete INTEGER NOT NULL, PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE message (account INTEGER NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, user TEXT NOT NULL, "
        "content TEXT NOT NULL, posted_at INTEGER NOT NULL, client_id TEXT NOT NULL, reply_to INTEGER NOT NULL, "
        "edited_at INTEGER NOT NULL, is_deleted INTEGER NOT NULL, reactions BLOB NOT NULL, "
        "PRIMARY KEY (account, room, seq)) WITHOUT ROWID"_s,
        u"CREATE TABLE draft (account INTEGER NOT NULL, room TEXT NOT NULL, text TEXT NOT NULL, "
        "PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, client_id TEXT NOT NULL, "
        "room TEXT NOT NULL, content TEXT NOT NULL, reply_to INTEGER NOT NULL, written_at INTEGER NOT NULL, "
        "error TEXT NOT NULL, UNIQUE (account, client_id))"_s,
    };
    // keep_days of a room is -1 where it does as the server does.
    static const QStringList retention {
        u"ALTER TABLE account ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0"_s,
        u"ALTER TABLE room ADD COLUMN keep_days INTEGER NOT NULL DEFAULT -1"_s,
        u"ALTER TABLE room ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1"_s,
        u"ALTER TABLE room ADD COLUMN creator TEXT NOT NULL DEFAULT ''"_s,
    };
    // The keys of the servers that were seen, for all names.
    static const QStringList keys {
        u"CREATE TABLE server_key (server TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID"_s,
    };
    // Which server, by its id, is known at an address without its room: until now the one that was last used there.
    static const QStringList addresses {
        u"CREATE TABLE address (url TEXT PRIMARY KEY, server TEXT NOT NULL) WITHOUT ROWID"_s,
        u"INSERT INTO address SELECT place, server FROM (SELECT CASE WHEN instr(url, '/chat/') > 0 "
        "THEN substr(url, 1, instr(url, '/chat/') + 4) ELSE url END AS place, substr(server, 4) AS server, max(used_at) "
        "FROM account WHERE substr(server, 1, 3) = 'id:' GROUP BY place)"_s,
    };
    static const QList<QStringList> versions { first, retention, keys, addresses };
    return versions;
}

} // namespace

LocalDatabase::LocalDatabase() : m_connection(QUuid::createUuid().toString()) { }

LocalDatabase::~LocalDatabase()
{
    m_database.close();
    m_database = {};
    QSqlDatabase::removeDatabase(m_connection);
}

LocalDatabase::Outcome<> LocalDatabase::open(const QString &directory)
{
    const bool isNew = !QDir(directory).exists();
    if (!QDir().mkpath(directory))
        return Unexpected(u"The directory %1 cannot be made."_s.arg(directory));
    // The file holds tokens and what was said: for its owner only.
    if (isNew)
        QFile::setPermissions(directory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QString path = QDir(directory).filePath(FileName);
    QFile file(path);
    if (!file.exists()) {
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return Unexpected(u"%1 cannot be made (%2)."_s.arg(path, file.errorString()));
        file.close();
    }
    m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    m_database.setDatabaseName(path);
    m_database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(BusyTimeoutMs));
    if (!m_database.open())
        return Unexpected(m_database.lastError().text());
    for (const QString &pragma : { u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s,
                                   u"PRAGMA secure_delete = ON"_s, u"PRAGMA cache_size = -%1"_s.arg(CacheKiB) }) {
        if (auto done = change(pragma); !done)
            return done;
    }
    return migrate();
}

LocalDatabase::Outcome<> LocalDatabase::migrate()
{
    auto query = run(u"PRAGMA user_version"_s);
    if (!query)
        return Unexpected(query.error());
    const int version = query->next() ? query->value(0).toInt() : 0;
    query->finish();
    if (version > schema().size())
        return Unexpected(u"It was written by a newer version of Hearth."_s);
    if (version == schema().size())
        return {};
    return transaction([this, version]() -> Outcome<> {
        for (const QStringList &statements : schema().sliced(version)) {
            for (const QString &statement : statements) {
                if (auto done = change(statement); !done)
                    return done;
            }
        }
        return change(u"PRAGMA user_version = %1"_s.arg(schema().size()));
    });
}

LocalDatabase::Outcome<> LocalDatabase::transaction(const std::function<Outcome<>()> &work)
{
    if (auto begun = change(u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    auto done = work();
    if (done)
        done = change(u"COMMIT"_s);
    if (!done)
        QSqlQuery(m_database).exec(u"ROLLBACK"_s); // where SQLite has rolled back by itself there is nothing to do
    return done;
}

LocalDatabase::Outcome<QSqlQuery> LocalDatabase::run(const QString &sql, const QVariantList &values)
{
    if (!m_database.isOpen())
        return Unexpected(u"The local store is not open."_s);
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    bool isRight = query.prepare(sql);
    for (const QVariant &value : values)
        query.addBindValue(value);
    isRight = isRight && query.exec();
    if (!isRight)
        return Unexpected(query.lastError().text());
    return query;
}

LocalDatabase::Outcome<> LocalDatabase::change(const QString &sql, const QVariantList &values)
{
    const auto query = run(sql, values);
    return query ? Outcome<>() : Outcome<>(Unexpected(query.error()));
}

} // namespace hearth
