#pragma once

#include "server/store/eventstore.h"

#include <memory>

namespace hearth::test {

/// Hands everything on to another store. For stores that do something else here and there.
class ForwardingStore : public EventStore
{
    Q_OBJECT

public:
    void addUser(const UserRecord &record, Completion<UserRecord> done) override;
    void setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done) override;
    void createRoom(const RoomRecord &room, const QList<UserName> &members, Completion<QList<RoomEvent>> done) override;
    void append(const AppendRequest &request, Completion<Appended> done) override;
    void markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done) override;
    void addNotification(const UserName &user, const Notification &notification, Completion<void> done) override;
    void takeNotifications(const UserName &user, int limit, Completion<QList<Notification>> done) override;
    void setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done) override;
    void expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done) override;
    void history(const RoomId &room, std::optional<Seq> before, int limit, Completion<HistoryPage> done) override;
    void sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done) override;
    void counts(const UserName &user, Completion<QList<RoomCounts>> done) override;
    void search(const SearchQuery &query, Completion<HistoryPage> done) override;
    void drain(std::function<void()> done) override;
    [[nodiscard]] AccountStore &accounts() override { return m_store->accounts(); }
    [[nodiscard]] InviteStore &invites() override { return m_store->invites(); }
    [[nodiscard]] ModerationStore &moderation() override { return m_store->moderation(); }

protected:
    explicit ForwardingStore(std::unique_ptr<EventStore> store) : m_store(std::move(store)) { }

private:
    std::unique_ptr<EventStore> m_store;
};

} // namespace hearth::test
