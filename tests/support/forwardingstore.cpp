#include "tests/support/forwardingstore.h"

namespace hearth::test {

void ForwardingStore::addUser(const UserRecord &record, Completion<UserRecord> done)
{
    m_store->addUser(record, std::move(done));
}

void ForwardingStore::setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done)
{
    m_store->setLastSeen(user, when, std::move(done));
}

void ForwardingStore::createRoom(const RoomRecord &room, const QList<UserName> &members, Completion<QList<RoomEvent>> done)
{
    m_store->createRoom(room, members, std::move(done));
}

void ForwardingStore::append(const AppendRequest &request, Completion<Appended> done)
{
    m_store->append(request, std::move(done));
}

void ForwardingStore::markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done)
{
    m_store->markRead(room, user, seq, std::move(done));
}

void ForwardingStore::addNotification(const UserName &user, const Notification &notification, Completion<void> done)
{
    m_store->addNotification(user, notification, std::move(done));
}

void ForwardingStore::takeNotifications(const UserName &user, int limit, Completion<QList<Notification>> done)
{
    m_store->takeNotifications(user, limit, std::move(done));
}

void ForwardingStore::setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done)
{
    m_store->setKeepDays(room, days, std::move(done));
}

void ForwardingStore::expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done)
{
    m_store->expire(room, cutoff, atMost, std::move(done));
}

void ForwardingStore::history(const RoomId &room, std::optional<Seq> before, int limit, Completion<HistoryPage> done)
{
    m_store->history(room, before, limit, std::move(done));
}

void ForwardingStore::sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done)
{
    m_store->sync(room, after, limit, std::move(done));
}

void ForwardingStore::counts(const UserName &user, Completion<QList<RoomCounts>> done)
{
    m_store->counts(user, std::move(done));
}

void ForwardingStore::search(const SearchQuery &query, Completion<HistoryPage> done)
{
    m_store->search(query, std::move(done));
}

void ForwardingStore::drain(std::function<void()> done)
{
    m_store->drain(std::move(done));
}

} // namespace hearth::test
