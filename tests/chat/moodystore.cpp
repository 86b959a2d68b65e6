#include "tests/chat/moodystore.h"

namespace hearth::test {

template <typename T>
bool MoodyStore::refuses(const Completion<T> &done)
{
    if (!m_mood)
        return false;
    QMetaObject::invokeMethod(this, [done, error = *m_mood] { done(Unexpected(error)); }, Qt::QueuedConnection);
    return true;
}

void MoodyStore::addUser(const UserRecord &record, Completion<UserRecord> done)
{
    if (!refuses<UserRecord>(done))
        m_store->addUser(record, std::move(done));
}

void MoodyStore::updateUser(const UserRecord &record, Completion<UserRecord> done)
{
    if (!refuses<UserRecord>(done))
        m_store->updateUser(record, std::move(done));
}

void MoodyStore::createRoom(const RoomRecord &room, const QList<UserName> &members,
                            Completion<QList<RoomEvent>> done)
{
    if (!refuses<QList<RoomEvent>>(done))
        m_store->createRoom(room, members, std::move(done));
}

void MoodyStore::append(const AppendRequest &request, Completion<Appended> done)
{
    if (!refuses<Appended>(done))
        m_store->append(request, std::move(done));
}

void MoodyStore::markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done)
{
    if (!refuses<Seq>(done))
        m_store->markRead(room, user, seq, std::move(done));
}

void MoodyStore::addNotification(const UserName &user, const Notification &notification, Completion<void> done)
{
    if (!refuses<void>(done))
        m_store->addNotification(user, notification, std::move(done));
}

void MoodyStore::takeNotifications(const UserName &user, int limit, Completion<QList<Notification>> done)
{
    if (!refuses<QList<Notification>>(done))
        m_store->takeNotifications(user, limit, std::move(done));
}

void MoodyStore::setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done)
{
    if (!refuses<void>(done))
        m_store->setKeepDays(room, days, std::move(done));
}

void MoodyStore::expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done)
{
    if (!refuses<Expired>(done))
        m_store->expire(room, cutoff, atMost, std::move(done));
}

void MoodyStore::history(const RoomId &room, std::optional<Seq> before, int limit, Completion<HistoryPage> done)
{
    m_store->history(room, before, limit, std::move(done));
}

void MoodyStore::sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done)
{
    m_store->sync(room, after, limit, std::move(done));
}

void MoodyStore::counts(const UserName &user, Completion<QList<RoomCounts>> done)
{
    m_store->counts(user, std::move(done));
}

void MoodyStore::search(const SearchQuery &query, Completion<HistoryPage> done)
{
    m_store->search(query, std::move(done));
}

void MoodyStore::drain(std::function<void()> done) { m_store->drain(std::move(done)); }

} // namespace hearth::test
