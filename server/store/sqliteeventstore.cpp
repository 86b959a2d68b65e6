#include "server/store/sqliteeventstore.h"

#include "server/store/completionqueue.h"
#include "server/store/datadirectory.h"
#include "server/store/database.h"
#include "server/store/eventreader.h"
#include "server/store/integrity.h"
#include "server/store/readerthread.h"
#include "server/store/schema.h"
#include "server/store/sqliteaccountstore.h"
#include "server/store/sqliteinvitestore.h"
#include "server/store/sqlitemoderation.h"
#include "server/store/taskthread.h"
#include "server/telemetry/logvalue.h"

#include <QElapsedTimer>
#include <QFile>
#include <QLoggingCategory>
#include <QUuid>

#include <future>
#include <span>

Q_LOGGING_CATEGORY(lcStore, "hearth.store")

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Most writes in one transaction: bounds the time that a commit takes.
constexpr std::size_t MaxWritesPerCommit = 4'096;

/// How a transaction went.
struct CommitReport
{
    double seconds = 0;
    std::optional<StoreError> failure;
};

void configure(Database &database, SqliteSettings::Sync sync)
{
    database.execute(u"PRAGMA journal_mode = WAL"_s);
    database.execute(sync == SqliteSettings::Sync::Full ? u"PRAGMA synchronous = FULL"_s
                                                        : u"PRAGMA synchronous = NORMAL"_s);
    database.execute(u"PRAGMA foreign_keys = ON"_s);
    // What is taken out of the database is overwritten in its pages, and not only let go.
    database.execute(u"PRAGMA secure_delete = ON"_s);
}

/// Gives a new database its tables and its identity, an older one what it lacks.
void bringUpToDate(Database &database)
{
    migrate(database, migrations());
    database.execute(u"INSERT OR IGNORE INTO meta (key, value) VALUES ('server_id', '%1')"_s.arg(
        QUuid::createUuid().toString(QUuid::WithoutBraces)));
}

/// Makes the database aside and puts it in place when it is whole, so that a file of that name that is not
/// whole is always a damaged one.
void makeDatabaseFile(const DataDirectory &directory, const SqliteSettings &settings)
{
    const QString path = directory.unfinishedPath();
    for (const auto suffix : { ""_L1, "-wal"_L1, "-shm"_L1, "-journal"_L1 })
        QFile::remove(path + suffix);
    {
        // What was said is for the server's owner only; SQLite gives its other files the same permissions.
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            throw SqlFailure(StoreError { StoreError::Reason::Failed, file.errorString() });
    }
    {
        Database database(path, Database::Mode::ReadWrite, settings.busyTimeout);
        configure(database, SqliteSettings::Sync::Full);
        bringUpToDate(database);
    }
    QFile file(path);
    if (!file.rename(directory.databasePath()))
        throw SqlFailure(StoreError { StoreError::Reason::Failed, file.errorString() });
}

StoreOpenError cannotOpen(const QString &path, const StoreError &error)
{
    return { StoreOpenError::Reason::Failed, path,
             u"The database %1 cannot be opened: %2."_s.arg(path, error.text) };
}

} // namespace

class SqliteEventStore::Private
{
public:
    Private(const SqliteSettings &s, std::optional<DataDirectory> dir)
        : settings(s), directory(std::move(dir))
    {
        if (!settings.now)
            settings.now = [] { return QDateTime::currentDateTimeUtc(); };
        const auto queue = [this](std::function<void(Database &)> run, std::function<void(const StoreError *)> finish) {
            write({ [run = std::move(run)](Database &database, EventWriter &) { run(database); }, std::move(finish) });
        };
        moderation = std::make_unique<SqliteModeration>(
            queue, [this](ReadTask task) { read(ReadKind::Page, std::move(task)); }, settings.now);
        invites = std::make_unique<SqliteInviteStore>([this](WriteTask task) { write(std::move(task)); },
                                                      [this](std::span<const RoomEvent> events) { countEvents(events); }, settings.now);
    }

    /// Starts the threads; blocks until the writer has its database open.
    [[nodiscard]] Result<StoreState, StoreError> start();
    void end();

    void write(WriteTask task);
    void flush();
    enum class ReadKind { Page, Search };
    void read(ReadKind kind, ReadTask task);

    template <typename T, typename Call>
    void writeThen(Completion<T> done, Call call)
    {
        write(WriteTask::of<T>(std::move(done), [call = std::move(call)](Database &, EventWriter &w) { return call(w); }));
    }
    template <typename T, typename Call>
    void readThen(Completion<T> done, Call call, ReadKind kind = ReadKind::Page)
    {
        read(kind, [done = std::move(done), call = std::move(call)](Database &database) -> std::function<void()> {
            try {
                EventReader reader(database);
                return [done, result = call(reader)] { done(result); };
            } catch (const SqlFailure &failure) {
                return [done, error = failure.error()] { done(Unexpected(error)); };
            }
        });
    }

    void countEvents(std::span<const RoomEvent> events);
    void complete(std::function<void()> call); ///< the store object's thread

    SqliteEventStore *q = nullptr;
    SqliteAccountStore accounts { [this](WriteTask task) { write(std::move(task)); } };
    bool isDraining = false;
    std::unique_ptr<SqliteModeration> moderation;
    std::unique_ptr<SqliteInviteStore> invites;
    CompletionQueue completions;
    StoreFigures figures; ///< of the store object's thread: the writer's come with its completions

private:
    [[nodiscard]] bool isInMemory() const { return !directory; }
    [[nodiscard]] StoreState openWriter();
    [[nodiscard]] CommitReport commit(std::span<WriteTask> tasks);
    void runBatch(std::span<WriteTask> tasks);
    void finish(std::span<WriteTask> tasks, const CommitReport &report);
    void note(const CommitReport &report, std::size_t writes);

    SqliteSettings settings;
    std::optional<DataDirectory> directory; ///< nothing where everything is in memory
    std::vector<WriteTask> turn; ///< written since the event loop's turn began

    // Each made, used and ended by its own thread.
    std::unique_ptr<Database> writerDatabase;
    std::unique_ptr<EventWriter> writer;
    std::unique_ptr<TaskThread<WriteTask>> writerThread;
    // Searching takes its time; whoever wants a page does not wait for it.
    std::unique_ptr<ReaderThread> pageReader;
    std::unique_ptr<ReaderThread> searchReader;
};

StoreState SqliteEventStore::Private::openWriter()
{
    writerDatabase = std::make_unique<Database>(isInMemory() ? u":memory:"_s : directory->databasePath(),
                                                Database::Mode::ReadWrite, settings.busyTimeout);
    configure(*writerDatabase, settings.sync);
    bringUpToDate(*writerDatabase);
    writer = std::make_unique<EventWriter>(*writerDatabase, settings.now);
    return EventReader(*writerDatabase).state();
}

Result<StoreState, StoreError> SqliteEventStore::Private::start()
{
    using Opened = Result<StoreState, StoreError>;
    auto promise = std::make_shared<std::promise<Opened>>();
    auto opened = promise->get_future();
    const auto setUp = [this, promise] {
        try {
            promise->set_value(openWriter());
        } catch (const SqlFailure &failure) {
            writer.reset();
            promise->set_value(Unexpected(failure.error()));
        }
    };
    const auto tearDown = [this] {
        writer.reset();
        writerDatabase.reset();
    };
    writerThread = std::make_unique<TaskThread<WriteTask>>(
        MaxWritesPerCommit, setUp, [this](std::vector<WriteTask> tasks) { runBatch(tasks); }, tearDown);
    Opened result = opened.get();
    if (!result || isInMemory())
        return result;

    const auto tell = [this](std::function<void()> answer) {
        QMetaObject::invokeMethod(
            q, [this, answer = std::move(answer)] { complete(answer); }, Qt::QueuedConnection);
    };
    for (auto *reader : { &pageReader, &searchReader }) {
        *reader = std::make_unique<ReaderThread>(directory->databasePath(), settings.busyTimeout, tell);
        if (!(*reader)->isConnected())
            return Unexpected(StoreError { StoreError::Reason::Failed, u"it cannot be opened for reading"_s });
    }
    return result;
}

void SqliteEventStore::Private::end()
{
    flush();
    searchReader.reset();
    pageReader.reset();
    writerThread.reset();
}

void SqliteEventStore::Private::write(WriteTask task)
{
    if (isDraining) {
        QMetaObject::invokeMethod(
            q,
            [this, finish = std::move(task.finish)] {
                complete([finish] {
                    const StoreError closing { StoreError::Reason::Failed, u"the store is closing"_s };
                    finish(&closing);
                });
            },
            Qt::QueuedConnection);
        return;
    }
    if (turn.empty())
        QMetaObject::invokeMethod(q, [this] { flush(); }, Qt::QueuedConnection);
    turn.push_back(std::move(task));
    ++figures.waitingWrites;
}

void SqliteEventStore::Private::flush()
{
    if (!turn.empty())
        writerThread->enqueue(std::exchange(turn, {}));
}

void SqliteEventStore::Private::read(ReadKind kind, ReadTask task)
{
    if (isInMemory()) {
        auto answer = std::make_shared<std::function<void()>>();
        write({ [answer, task = std::move(task)](Database &database, EventWriter &events) {
                   events.saveLastSeqs();
                   *answer = task(database);
               },
                [answer](const StoreError *failure) {
                    if (failure == nullptr)
                        (*answer)();
                } });
        return;
    }
    (kind == ReadKind::Search ? searchReader : pageReader)->enqueue(std::move(task));
}

CommitReport SqliteEventStore::Private::commit(std::span<WriteTask> tasks)
{
    QElapsedTimer clock;
    clock.start();
    const auto report = [&clock](std::optional<StoreError> failure) {
        return CommitReport { static_cast<double>(clock.nsecsElapsed()) / 1e9, std::move(failure) };
    };
    try {
        writerDatabase->begin();
        writer->beginTransaction();
    } catch (const SqlFailure &failure) {
        return report(failure.error());
    }
    try {
        for (const WriteTask &task : tasks)
            task.run(*writerDatabase, *writer);
        writer->saveLastSeqs();
        writerDatabase->commit();
        return report({});
    } catch (const SqlFailure &failure) {
        writerDatabase->rollback();
        writer->forget();
        return report(failure.error());
    }
}

void SqliteEventStore::Private::runBatch(std::span<WriteTask> tasks)
{
    const CommitReport report = commit(tasks);
    if (report.failure) {
        qCWarning(lcStore).noquote().nospace()
            << "event=commit-failed writes=" << tasks.size() << " error=" << logValue(report.failure->text);
    }
    if (report.failure && report.failure->reason == StoreError::Reason::Failed && tasks.size() > 1) {
        // One of them is at fault: the others need not share its end.
        for (WriteTask &task : tasks)
            runBatch({ &task, 1 });
        return;
    }
    finish(tasks, report);
}

void SqliteEventStore::Private::finish(std::span<WriteTask> tasks, const CommitReport &report)
{
    auto done = std::make_shared<std::vector<std::function<void(const StoreError *)>>>();
    done->reserve(tasks.size());
    for (WriteTask &task : tasks)
        done->push_back(std::move(task.finish));
    // One call for all of them: what they send shares a turn of the server's event loop.
    QMetaObject::invokeMethod(
        q,
        [this, done, report] {
            note(report, done->size());
            const auto failure = std::make_shared<const std::optional<StoreError>>(report.failure);
            for (auto &call : *done)
                completions.push([call = std::move(call), failure] { call(*failure ? &**failure : nullptr); });
            completions.deliver();
        },
        Qt::QueuedConnection);
}

/// On the store object's thread.
void SqliteEventStore::Private::note(const CommitReport &report, std::size_t writes)
{
    figures.waitingWrites -= static_cast<qsizetype>(writes);
    if (report.failure) {
        ++figures.failedCommits;
    } else {
        figures.commitSeconds.add(report.seconds);
        figures.writesPerCommit.add(static_cast<double>(writes));
        if (figures.failure)
            qCInfo(lcStore).nospace() << "event=commit-recovered";
    }
    figures.failure = report.failure;
}

void SqliteEventStore::Private::complete(std::function<void()> call)
{
    completions.push(std::move(call));
    completions.deliver();
}

void SqliteEventStore::Private::countEvents(std::span<const RoomEvent> events)
{
    for (const RoomEvent &event : events)
        ++figures.events[event.body.index()];
}

SqliteEventStore::SqliteEventStore(std::unique_ptr<Private> priv) : d(std::move(priv)) { d->q = this; }

SqliteEventStore::~SqliteEventStore() { d->end(); }

Result<std::unique_ptr<SqliteEventStore>, StoreOpenError>
SqliteEventStore::open(const SqliteSettings &settings, StoreState *state)
{
    std::optional<DataDirectory> directory;
    QString path = settings.directory;
    if (path != ":memory:"_L1) {
        auto claimed = DataDirectory::claim(path);
        if (!claimed)
            return Unexpected(claimed.error());
        directory = *std::move(claimed);
        path = directory->databasePath();
        try {
            if (!QFile::exists(path) && QFile::exists(path + "-wal"_L1)) {
                return Unexpected(StoreOpenError {
                    StoreOpenError::Reason::Corrupt, path,
                    u"The database %1 is missing although its journal is there. Put it back from a backup, "
                    u"or start with an empty data directory."_s.arg(path) });
            }
            if (!QFile::exists(path))
                makeDatabaseFile(*directory, settings);
        } catch (const SqlFailure &failure) {
            return Unexpected(cannotOpen(path, failure.error()));
        }
        if (auto error = checkDatabaseFile(path, static_cast<int>(migrations().size())))
            return Unexpected(*std::move(error));
    }
    std::unique_ptr<SqliteEventStore> store(
        new SqliteEventStore(std::make_unique<Private>(settings, std::move(directory))));
    auto opened = store->d->start();
    if (!opened)
        return Unexpected(cannotOpen(path, opened.error()));
    if (state != nullptr)
        *state = *std::move(opened);
    return store;
}

void SqliteEventStore::addUser(const UserRecord &record, Completion<UserRecord> done)
{
    d->writeThen(std::move(done), [record](EventWriter &writer) { return writer.addUser(record); });
}

void SqliteEventStore::setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done)
{
    d->writeThen(std::move(done), [user, when](EventWriter &writer) { return writer.setLastSeen(user, when); });
}

AccountStore &SqliteEventStore::accounts() { return d->accounts; }

InviteStore &SqliteEventStore::invites() { return *d->invites; }

void SqliteEventStore::createRoom(const RoomRecord &room, const QList<UserName> &members,
                                  Completion<QList<RoomEvent>> done)
{
    const auto counted = [this, done = std::move(done)](const Result<QList<RoomEvent>, StoreError> &made) {
        if (made)
            d->countEvents(*made);
        done(made);
    };
    d->writeThen<QList<RoomEvent>>(counted, [room, members](EventWriter &writer) { return writer.createRoom(room, members); });
}

void SqliteEventStore::append(const AppendRequest &request, Completion<Appended> done)
{
    auto counted = [this, done = std::move(done)](const Result<Appended, StoreError> &appended) {
        if (appended && !appended->isRepeat && !appended->isNoop)
            d->countEvents({ &appended->event, 1 });
        done(appended);
    };
    // A copy of its own: one of something constant is constant, and would be copied again wherever it is moved.
    d->writeThen<Appended>(std::move(counted), [own = request](EventWriter &writer) { return writer.append(own); });
}

void SqliteEventStore::markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done)
{
    d->writeThen(std::move(done),
                 [room, user, seq](EventWriter &writer) { return writer.markRead(room, user, seq); });
}

void SqliteEventStore::addNotification(const UserName &user, const Notification &notification,
                                       Completion<void> done)
{
    d->writeThen(std::move(done), [user, notification](EventWriter &writer) {
        return writer.addNotification(user, notification);
    });
}

void SqliteEventStore::takeNotifications(const UserName &user, int limit,
                                         Completion<QList<Notification>> done)
{
    d->writeThen(std::move(done),
                 [user, limit](EventWriter &writer) { return writer.takeNotifications(user, limit); });
}

void SqliteEventStore::setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done)
{
    d->writeThen(std::move(done), [room, days](EventWriter &writer) { return writer.setKeepDays(room, days); });
}

void SqliteEventStore::expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done)
{
    d->writeThen(std::move(done),
                 [room, cutoff, atMost](EventWriter &writer) { return writer.expire(room, cutoff, atMost); });
}

void SqliteEventStore::history(const RoomId &room, std::optional<Seq> before, int limit,
                               Completion<HistoryPage> done)
{
    d->readThen(std::move(done), [room, before, limit](EventReader &reader) {
        return reader.history(room, before, limit);
    });
}

void SqliteEventStore::sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done)
{
    d->readThen(std::move(done),
                [room, after, limit](EventReader &reader) { return reader.sync(room, after, limit); });
}

void SqliteEventStore::counts(const UserName &user, Completion<QList<RoomCounts>> done)
{
    auto result = std::make_shared<std::optional<Result<QList<RoomCounts>, StoreError>>>();
    d->write({ [result, user](Database &database, EventWriter &) { *result = EventReader(database).counts(user); },
               [this, result, user, done = std::move(done)](const StoreError *failure) {
                   // What spoiled the transaction does not concern a reader.
                   if (failure != nullptr)
                       d->readThen(done, [user](EventReader &reader) { return reader.counts(user); });
                   else
                       done(**result);
               } });
}

void SqliteEventStore::search(const SearchQuery &query, Completion<HistoryPage> done)
{
    d->readThen(std::move(done), [query](EventReader &reader) { return reader.search(query); },
                Private::ReadKind::Search);
}

void SqliteEventStore::drain(std::function<void()> done)
{
    d->write({ [](Database &, EventWriter &) {}, [done = std::move(done)](const StoreError *) { done(); } });
    d->isDraining = true;
}

ModerationStore &SqliteEventStore::moderation() { return *d->moderation; }

StoreFigures SqliteEventStore::figures() const { return d->figures; }

void SqliteEventStore::probe()
{
    if (d->isDraining)
        return;
    // An UPDATE writes its row although nothing in it changes.
    d->write({ [](Database &database, EventWriter &) { database.execute(u"UPDATE meta SET value = value"_s); },
               [](const StoreError *) {} });
}

} // namespace hearth
