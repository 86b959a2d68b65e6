#include "server/store/schema.h"

#include "server/store/database.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Version 1. Times are milliseconds since 1970 UTC. `events` is the truth; `message_state`, `reactions` and
/// `mentions` are what has become of it, kept in the same transaction.
void createTables(Database &database)
{
    database.execute(u"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"_s);
    database.execute(uR"(
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            folded TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            token_hash BLOB,
            created_at INTEGER NOT NULL,
            last_seen INTEGER
        ))"_s);
    database.execute(uR"(
        CREATE TABLE rooms (
            id INTEGER PRIMARY KEY,
            room TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            topic TEXT NOT NULL,
            kind TEXT NOT NULL,
            creator INTEGER REFERENCES users,
            last_seq INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
        ))"_s);
    database.execute(uR"(
        CREATE TABLE members (
            room_id INTEGER NOT NULL REFERENCES rooms,
            user_id INTEGER NOT NULL REFERENCES users,
            joined_seq INTEGER NOT NULL,
            read_seq INTEGER NOT NULL,
            PRIMARY KEY (room_id, user_id)
        ) WITHOUT ROWID)"_s);
    database.execute(u"CREATE INDEX members_by_user ON members (user_id)"_s);
    database.execute(uR"(
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            room_id INTEGER NOT NULL REFERENCES rooms,
            seq INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            user_id INTEGER NOT NULL REFERENCES users,
            at INTEGER NOT NULL,
            target INTEGER,
            text TEXT,
            client_id TEXT,
            reply_to INTEGER,
            flag INTEGER,
            other_user INTEGER REFERENCES users,
            checksum INTEGER NOT NULL,
            UNIQUE (room_id, seq)
        ))"_s);
    database.execute(u"CREATE INDEX messages_by_room ON events (room_id, seq, user_id) WHERE kind = 1"_s);
    database.execute(
        u"CREATE UNIQUE INDEX events_by_client_id ON events (user_id, client_id) WHERE client_id IS NOT NULL"_s);
    database.execute(uR"(
        CREATE TABLE message_state (
            room_id INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            content TEXT NOT NULL,
            edited_at INTEGER,
            deleted INTEGER NOT NULL,
            PRIMARY KEY (room_id, seq),
            FOREIGN KEY (room_id, seq) REFERENCES events (room_id, seq)
        ) WITHOUT ROWID)"_s);
    database.execute(uR"(
        CREATE TABLE reactions (
            id INTEGER PRIMARY KEY,
            room_id INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            emoji TEXT NOT NULL,
            user_id INTEGER NOT NULL REFERENCES users,
            UNIQUE (room_id, seq, emoji, user_id),
            FOREIGN KEY (room_id, seq) REFERENCES events (room_id, seq)
        ))"_s);
    database.execute(uR"(
        CREATE TABLE mentions (
            user_id INTEGER NOT NULL REFERENCES users,
            room_id INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (user_id, room_id, seq)
        ) WITHOUT ROWID)"_s);
    database.execute(uR"(
        CREATE TABLE notifications (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users,
            kind TEXT NOT NULL,
            room TEXT,
            seq INTEGER,
            sender TEXT NOT NULL,
            content TEXT NOT NULL,
            at INTEGER NOT NULL
        ))"_s);
    database.execute(u"CREATE INDEX notifications_by_user ON notifications (user_id, id)"_s);
}

/// Version 2: what is said need not be kept for good. `keep_days` is the room's own setting (NULL: the server's, 0: for
/// good), `first_seq` the first event that still has its words; of those before it only the bare rows are left. The
/// indexes find what else is kept of a message; of the first one, only events that say something are in it.
void addRetention(Database &database)
{
    database.execute(u"ALTER TABLE rooms ADD COLUMN keep_days INTEGER"_s);
    database.execute(u"ALTER TABLE rooms ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1"_s);
    database.execute(u"CREATE INDEX words_by_target ON events (room_id, target) WHERE target IS NOT NULL AND text IS NOT NULL"_s);
    database.execute(u"CREATE INDEX mentions_by_message ON mentions (room_id, seq)"_s);
    database.execute(u"CREATE INDEX notifications_by_message ON notifications (room, seq) WHERE room IS NOT NULL"_s);
}

/// Version 3: accounts. A name belongs to somebody (`owned`) who has a password or is signed in on devices, each with a token
/// of its own; before, it had one token for all.
void addAccounts(Database &database)
{
    database.execute(u"ALTER TABLE users ADD COLUMN owned INTEGER NOT NULL DEFAULT 0"_s);
    database.execute(u"ALTER TABLE users ADD COLUMN password_hash BLOB"_s);
    database.execute(u"ALTER TABLE users ADD COLUMN removed INTEGER NOT NULL DEFAULT 0"_s);
    database.execute(uR"(
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users,
            token_hash BLOB NOT NULL,
            client TEXT NOT NULL,
            address TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_seen INTEGER NOT NULL
        ) WITHOUT ROWID)"_s);
    database.execute(u"CREATE INDEX sessions_by_user ON sessions (user_id)"_s);
    database.execute(uR"(
        INSERT INTO sessions (id, user_id, token_hash, client, address, created_at, last_seen)
        SELECT lower(hex(randomblob(8))), id, token_hash, '', '', created_at, coalesce(last_seen, created_at)
        FROM users WHERE length(token_hash) > 0)"_s);
    database.execute(u"UPDATE users SET owned = 1, token_hash = NULL WHERE length(token_hash) > 0"_s);
}

/// Version 4: moderation. Who is kept away or silent, what rooms allow, and who said so. Users and rooms stand here by name: what was
/// done outlives whom it was done to, and names that nobody owns can be banned too. Of a ban, one of `folded` and `address`
/// is there; the `room` of a mute is empty where it holds everywhere; `until` is NULL for good, `by_user` for the command
/// line.
void addModeration(Database &database)
{
    database.execute(uR"(
        CREATE TABLE bans (
            id INTEGER PRIMARY KEY,
            folded TEXT UNIQUE,
            user TEXT,
            address TEXT UNIQUE,
            by_user TEXT,
            at INTEGER NOT NULL,
            until INTEGER,
            reason TEXT NOT NULL,
            CHECK ((folded IS NULL) <> (address IS NULL))
        ))"_s);
    database.execute(uR"(
        CREATE TABLE mutes (
            id INTEGER PRIMARY KEY,
            folded TEXT NOT NULL,
            user TEXT NOT NULL,
            room TEXT NOT NULL,
            by_user TEXT,
            at INTEGER NOT NULL,
            until INTEGER,
            reason TEXT NOT NULL,
            UNIQUE (folded, room)
        ))"_s);
    database.execute(uR"(
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            by_user TEXT,
            deed TEXT NOT NULL,
            user TEXT,
            room TEXT,
            seq INTEGER,
            address TEXT NOT NULL,
            role TEXT,
            seconds INTEGER,
            until INTEGER,
            reason TEXT NOT NULL
        ))"_s);
    database.execute(u"ALTER TABLE rooms ADD COLUMN slow_mode_seconds INTEGER NOT NULL DEFAULT 0"_s);
    database.execute(u"ALTER TABLE rooms ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 0"_s);
}

/// Version 5: invites. The code is known by its hash alone; `until` is NULL for good, `max_uses` where it is used as often as
/// wanted, `by_user` for the command line. `number` is the order in which they were made.
void addInvites(Database &database)
{
    database.execute(uR"(
        CREATE TABLE invites (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            code_hash BLOB NOT NULL UNIQUE,
            room_id INTEGER REFERENCES rooms,
            role TEXT NOT NULL,
            by_user INTEGER REFERENCES users,
            note TEXT NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER,
            used INTEGER NOT NULL,
            max_uses INTEGER
        ))"_s);
}

} // namespace

const std::vector<Migration> &migrations()
{
    static const std::vector<Migration> steps { createTables, addRetention, addAccounts, addModeration, addInvites };
    return steps;
}

int schemaVersion(Database &database) { return database.value(u"PRAGMA user_version"_s).toInt(); }

void migrate(Database &database, const std::vector<Migration> &steps)
{
    for (auto version = static_cast<std::size_t>(schemaVersion(database)); version < steps.size(); ++version) {
        database.begin();
        try {
            steps[version](database);
            database.execute(u"PRAGMA application_id = %1"_s.arg(ApplicationId));
            database.execute(u"PRAGMA user_version = %1"_s.arg(version + 1));
            database.commit();
        } catch (const SqlFailure &) {
            database.rollback();
            throw;
        }
    }
}

} // namespace hearth
