#pragma once

#include "server/store/eventstore.h"

#include <QHash>
#include <QSet>

#include <memory>
#include <optional>

namespace hearth::test {

/// A store with one mistake planted in it, over one without. It exists so that the checker is seen to find each of them;
/// no product links it.
class FaultyStore final : public EventStore
{
    Q_OBJECT

public:
    enum class Mistake {
        AckBeforeCommit, ///< messages are answered at once, and committed half a second later
        NoDeduplication, ///< a `client_id` that was there before is stored again
        SwappedSeq, ///< two neighbouring events are told under each other's number
        DroppedTail, ///< `sync` leaves out the last event
        UnreadOffByOne,
    };
    [[nodiscard]] static std::optional<Mistake> mistakeOf(const QByteArray &name);

    FaultyStore(std::unique_ptr<EventStore> store, Mistake mistake, const StoreState &state);

    void addUser(const UserRecord &record, Completion<UserRecord> done) override;
    void updateUser(const UserRecord &record, Completion<UserRecord> done) override;
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

private:
    void appendLate(const AppendRequest &request, const Completion<Appended> &done, bool isAnsweredNow);
    void storeAgain(const AppendRequest &request, const Completion<Appended> &done);
    [[nodiscard]] bool has(Mistake mistake) const { return m_mistake == mistake; }

    std::unique_ptr<EventStore> m_store;
    Mistake m_mistake;
    QHash<RoomId, qint64> m_lastSeq; ///< that an answer before the commit gives out
    QSet<QString> m_seen; ///< user and client id
};

} // namespace hearth::test
