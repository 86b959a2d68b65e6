// The floor under every acknowledgement: a loop that inserts messages into one SQLite table as Hearth opens its own (WAL,
// synchronous=FULL), so many a commit, on the same disk. Nobody is told and nothing is looked up. With "rows" they are rows as
// Hearth's (server/store/schema.cpp): the same columns, indexes and references, and the room's row with each commit.
//
// usage: bench_bare_sqlite DIRECTORY SECONDS GROUP [rows]

#include <sqlite3.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

double seconds(clockid_t clock)
{
    timespec time {};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void giveUp(sqlite3 *database)
{
    std::fprintf(stderr, "bench_bare_sqlite: %s\n", sqlite3_errmsg(database));
    std::exit(1);
}

void execute(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        giveUp(database);
}

sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        giveUp(database);
    return statement;
}

void runOnce(sqlite3 *database, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        giveUp(database);
    sqlite3_reset(statement);
}

constexpr const char *BareTables = R"(
    CREATE TABLE events (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, seq INTEGER NOT NULL, user_id INTEGER NOT NULL,
        at INTEGER NOT NULL, text TEXT, client_id TEXT, UNIQUE (room_id, seq));
    CREATE UNIQUE INDEX by_client_id ON events (user_id, client_id);)";
constexpr const char *BareInsert = "INSERT INTO events (room_id, seq, user_id, at, text, client_id) VALUES (1, ?, 1, ?, ?, ?)";

constexpr const char *HearthTables = R"(
    PRAGMA foreign_keys=ON;
    PRAGMA secure_delete=ON;
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL, last_seq INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE events (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES rooms, seq INTEGER NOT NULL,
        kind INTEGER NOT NULL, user_id INTEGER NOT NULL REFERENCES users, at INTEGER NOT NULL, target INTEGER, text TEXT,
        client_id TEXT, reply_to INTEGER, flag INTEGER, other_user INTEGER REFERENCES users, checksum INTEGER NOT NULL,
        UNIQUE (room_id, seq));
    CREATE INDEX messages_by_room ON events (room_id, seq, user_id) WHERE kind = 1;
    CREATE UNIQUE INDEX events_by_client_id ON events (user_id, client_id) WHERE client_id IS NOT NULL;
    CREATE INDEX words_by_target ON events (room_id, target) WHERE target IS NOT NULL AND text IS NOT NULL;
    INSERT INTO users VALUES (1, 'bench');
    INSERT INTO rooms (id, name) VALUES (1, 'lobby');)";
constexpr const char *HearthInsert
    = "INSERT INTO events (room_id, seq, kind, user_id, at, text, client_id, checksum) VALUES (1, ?, 1, 1, ?, ?, ?, 4611686018427387904) "
      "ON CONFLICT (user_id, client_id) WHERE client_id IS NOT NULL DO NOTHING";

} // namespace

int main(int argc, char **argv)
{
    const bool isLikeHearth = argc == 5 && std::string(argv[4]) == "rows";
    if (argc != 4 && !isLikeHearth) {
        std::fprintf(stderr, "usage: bench_bare_sqlite DIRECTORY SECONDS GROUP [rows]\n");
        return 2;
    }
    const std::string path = std::string(argv[1]) + "/bare.db";
    const double duration = std::atof(argv[2]);
    const int group = std::atoi(argv[3]);
    sqlite3 *database = nullptr;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
        giveUp(database);
    execute(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    execute(database, isLikeHearth ? HearthTables : BareTables);
    sqlite3_stmt *begin = prepare(database, "BEGIN IMMEDIATE");
    sqlite3_stmt *insert = prepare(database, isLikeHearth ? HearthInsert : BareInsert);
    sqlite3_stmt *update = isLikeHearth ? prepare(database, "UPDATE rooms SET last_seq = ? WHERE id = 1") : nullptr;
    sqlite3_stmt *commit = prepare(database, "COMMIT");

    const std::string content(64, 'x'); // as hearth_load's
    const std::string run = std::to_string(static_cast<long long>(seconds(CLOCK_MONOTONIC) * 1e9)) + "-";
    long long count = 0;
    const double start = seconds(CLOCK_MONOTONIC);
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    while (seconds(CLOCK_MONOTONIC) - start < duration) {
        runOnce(database, begin);
        for (int i = 0; i < group; ++i) {
            const std::string client = run + std::to_string(++count);
            sqlite3_bind_int64(insert, 1, count);
            sqlite3_bind_int64(insert, 2, 1'764'000'000'000 + count);
            sqlite3_bind_text(insert, 3, content.c_str(), static_cast<int>(content.size()), SQLITE_STATIC);
            sqlite3_bind_text(insert, 4, client.c_str(), static_cast<int>(client.size()), SQLITE_TRANSIENT);
            runOnce(database, insert);
        }
        if (update != nullptr) {
            sqlite3_bind_int64(update, 1, count);
            runOnce(database, update);
        }
        runOnce(database, commit);
    }
    const double elapsed = seconds(CLOCK_MONOTONIC) - start;
    const double spent = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    for (sqlite3_stmt *statement : { begin, insert, update, commit })
        sqlite3_finalize(statement);
    sqlite3_close(database);
    std::printf("{\"acks_per_second\": %f, \"cpu_us_per_message\": %f}\n", static_cast<double>(count) / elapsed,
                1e6 * spent / static_cast<double>(count));
    return 0;
}
