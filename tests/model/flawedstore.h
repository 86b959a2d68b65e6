#pragma once

#include "server/store/eventstore.h"

#include <QHash>

#include <memory>

namespace hearth::test {

/// A store with one planted mistake, to see that the model test finds it.
class FlawedStore final : public EventStore
{
    Q_OBJECT

public:
    enum class Flaw {
        None,
        UnreadOffByOne, ///< one too many where there is something unread
        EditIsForgotten, ///< acknowledged, told, and not to be seen in `history`
        NoDeduplication, ///< a client id that is known is a new message
        SwappedPage, ///< the last two events of a `sync` in the wrong order
        DroppedTail, ///< the last event of a `sync` is missing
        ReadGoesBack, ///< a read mark moves to where it is told to
    };

    FlawedStore(std::unique_ptr<EventStore> store, Flaw flaw) : m_store(std::move(store)), m_flaw(flaw) { }

    void addUser(const UserRecord &record, Completion<UserRecord> done) override { m_store->addUser(record, std::move(done)); }
    void updateUser(const UserRecord &record, Completion<UserRecord> done) override { m_store->updateUser(record, std::move(done)); }
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
    void search(const SearchQuery &query, Completion<HistoryPage> done) override { m_store->search(query, std::move(done)); }
    void drain(std::function<void()> done) override { m_store->drain(std::move(done)); }

private:
    std::unique_ptr<EventStore> m_store;
    Flaw m_flaw;
    QHash<std::pair<RoomId, Seq>, QString> m_firstWords; ///< of each message
    int m_strangers = 0; ///< client ids that were replaced
};

} // namespace hearth::test
