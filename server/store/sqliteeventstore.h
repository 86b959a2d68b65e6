#pragma once

#include "server/store/eventstore.h"

#include <chrono>
#include <memory>

namespace hearth {

struct SqliteSettings
{
    /// Full: every commit is synced to disk before it is acknowledged. Normal: only checkpoints are, so a
    /// power cut can take back what was acknowledged (a kill of the process cannot).
    enum class Sync { Full, Normal };

    QString directory; ///< made when missing; `:memory:` keeps everything in memory (tests)
    Sync sync = Sync::Full;
    std::chrono::milliseconds busyTimeout { 5'000 }; ///< wait for somebody else's lock
    /// The clock that dates events; called on the writer's thread. Empty: the system's.
    std::function<QDateTime()> now;
};

/// `EventStore` on SQLite: one file `hearth.db` in WAL mode, written by one thread, read by two others (pages, searches), a
/// lock file so that two servers never share a directory, numbered migrations.
class SqliteEventStore final : public EventStore
{
    Q_OBJECT

public:
    /// Opens or makes the store, verifies it and brings it up to date; blocks until done. The object
    /// belongs to the calling thread.
    [[nodiscard]] static Result<std::unique_ptr<SqliteEventStore>, StoreOpenError>
    open(const SqliteSettings &settings, StoreState *state);

    /// Commits what is queued, then closes. Blocks.
    ~SqliteEventStore() override;

    void addUser(const UserRecord &record, Completion<UserRecord> done) override;
    void setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done) override;
    void createRoom(const RoomRecord &room, const QList<UserName> &members,
                    Completion<QList<RoomEvent>> done) override;
    void append(const AppendRequest &request, Completion<Appended> done) override;
    void markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done) override;
    void addNotification(const UserName &user, const Notification &notification,
                         Completion<void> done) override;
    void takeNotifications(const UserName &user, int limit,
                           Completion<QList<Notification>> done) override;
    void setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done) override;
    void expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done) override;
    void history(const RoomId &room, std::optional<Seq> before, int limit,
                 Completion<HistoryPage> done) override;
    void sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done) override;
    void counts(const UserName &user, Completion<QList<RoomCounts>> done) override;
    void search(const SearchQuery &query, Completion<HistoryPage> done) override;
    void drain(std::function<void()> done) override;
    [[nodiscard]] AccountStore &accounts() override;
    [[nodiscard]] InviteStore &invites() override;
    [[nodiscard]] ModerationStore &moderation() override;
    [[nodiscard]] StoreFigures figures() const override;
    void probe() override;

private:
    class Private;
    explicit SqliteEventStore(std::unique_ptr<Private> priv);
    std::unique_ptr<Private> d;
};

} // namespace hearth
