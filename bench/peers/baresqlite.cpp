// The floor under every acknowledgement: a loop that inserts messages into one SQLite table as Hearth opens its own (WAL,
// synchronous=FULL), so many a commit, on the same disk. Nobody is told and nothing is looked up.
//
// usage: bench_bare_sqlite DIRECTORY SECONDS GROUP

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

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: bench_bare_sqlite DIRECTORY SECONDS GROUP\n");
        return 2;
    }
    const std::string path = std::string(argv[1]) + "/bare.db";
    const double duration = std::atof(argv[2]);
    const int group = std::atoi(argv[3]);
    sqlite3 *database = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK)
        giveUp(database);
    execute(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "CREATE TABLE events (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
                      " user_id INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT, client_id TEXT, UNIQUE (room_id, seq));"
                      "CREATE UNIQUE INDEX by_client_id ON events (user_id, client_id);");
    sqlite3_stmt *insert = nullptr;
    if (sqlite3_prepare_v2(database, "INSERT INTO events (room_id, seq, user_id, at, text, client_id) VALUES (1, ?, 1, ?, ?, ?)",
                           -1, &insert, nullptr)
        != SQLITE_OK)
        giveUp(database);

    const std::string content(100, 'x');
    long long count = 0;
    const double start = seconds(CLOCK_MONOTONIC);
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    while (seconds(CLOCK_MONOTONIC) - start < duration) {
        execute(database, "BEGIN IMMEDIATE");
        for (int i = 0; i < group; ++i) {
            const std::string client = "bare-" + std::to_string(++count);
            sqlite3_bind_int64(insert, 1, count);
            sqlite3_bind_int64(insert, 2, 1'764'000'000'000 + count);
            sqlite3_bind_text(insert, 3, content.c_str(), static_cast<int>(content.size()), SQLITE_STATIC);
            sqlite3_bind_text(insert, 4, client.c_str(), static_cast<int>(client.size()), SQLITE_TRANSIENT);
            if (sqlite3_step(insert) != SQLITE_DONE)
                giveUp(database);
            sqlite3_reset(insert);
        }
        execute(database, "COMMIT");
    }
    const double elapsed = seconds(CLOCK_MONOTONIC) - start;
    const double spent = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    sqlite3_finalize(insert);
    sqlite3_close(database);
    std::printf("{\"acks_per_second\": %f, \"cpu_us_per_message\": %f}\n", static_cast<double>(count) / elapsed,
                1e6 * spent / static_cast<double>(count));
    return 0;
}
