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
        ForwardingStore::addUser(record, std::move(done));
}

void MoodyStore::setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done)
{
    if (!refuses<void>(done))
        ForwardingStore::setLastSeen(user, when, std::move(done));
}

template <typename T>
AccountStore *MoodyStore::Accounts::willing(const Completion<T> &done)
{
    return m_store.refuses<T>(done) ? nullptr : &m_store.ForwardingStore::accounts();
}

void MoodyStore::Accounts::addAccount(const UserRecord &record, const std::optional<SessionRecord> &session,
                                      const std::optional<AuditEntry> &deed, Completion<UserRecord> done)
{
    if (AccountStore *store = willing<UserRecord>(done))
        store->addAccount(record, session, deed, std::move(done));
}

void MoodyStore::Accounts::beginSession(const SessionRecord &session, Completion<void> done)
{
    if (AccountStore *store = willing<void>(done))
        store->beginSession(session, std::move(done));
}

void MoodyStore::Accounts::noteSession(const QString &session, const QString &address, const QDateTime &seen, Completion<void> done)
{
    if (AccountStore *store = willing<void>(done))
        store->noteSession(session, address, seen, std::move(done));
}

void MoodyStore::Accounts::endSession(const UserName &user, const QString &session, Completion<void> done)
{
    if (AccountStore *store = willing<void>(done))
        store->endSession(user, session, std::move(done));
}

void MoodyStore::Accounts::setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                                       const std::optional<AuditEntry> &deed, Completion<void> done)
{
    if (AccountStore *store = willing<void>(done))
        store->setPassword(user, passwordHash, keep, deed, std::move(done));
}

void MoodyStore::Accounts::removeUser(const UserName &user, const std::optional<UserName> &by, Completion<QList<RoomEvent>> done)
{
    if (AccountStore *store = willing<QList<RoomEvent>>(done))
        store->removeUser(user, by, std::move(done));
}

void MoodyStore::Invites::create(const InviteRecord &invite, Completion<InviteInfo> done)
{
    if (!m_store.refuses<InviteInfo>(done))
        m_store.ForwardingStore::invites().create(invite, std::move(done));
}

void MoodyStore::Invites::revoke(const QString &invite, const std::optional<UserName> &by, Completion<void> done)
{
    if (!m_store.refuses<void>(done))
        m_store.ForwardingStore::invites().revoke(invite, by, std::move(done));
}

void MoodyStore::Invites::enroll(const QString &invite, const UserRecord &record, const SessionRecord &session, Completion<Enrolled> done)
{
    if (!m_store.refuses<Enrolled>(done))
        m_store.ForwardingStore::invites().enroll(invite, record, session, std::move(done));
}

void MoodyStore::Invites::redeem(const QString &invite, const UserName &user, Completion<Redeemed> done)
{
    if (!m_store.refuses<Redeemed>(done))
        m_store.ForwardingStore::invites().redeem(invite, user, std::move(done));
}

void MoodyStore::Invites::promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash, Completion<Redeemed> done)
{
    if (!m_store.refuses<Redeemed>(done))
        m_store.ForwardingStore::invites().promote(invite, guest, passwordHash, std::move(done));
}

void MoodyStore::createRoom(const RoomRecord &room, const QList<UserName> &members,
                            Completion<QList<RoomEvent>> done)
{
    if (!refuses<QList<RoomEvent>>(done))
        ForwardingStore::createRoom(room, members, std::move(done));
}

void MoodyStore::append(const AppendRequest &request, Completion<Appended> done)
{
    if (!refuses<Appended>(done))
        ForwardingStore::append(request, std::move(done));
}

void MoodyStore::markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done)
{
    if (!refuses<Seq>(done))
        ForwardingStore::markRead(room, user, seq, std::move(done));
}

void MoodyStore::addNotification(const UserName &user, const Notification &notification, Completion<void> done)
{
    if (!refuses<void>(done))
        ForwardingStore::addNotification(user, notification, std::move(done));
}

void MoodyStore::takeNotifications(const UserName &user, int limit, Completion<QList<Notification>> done)
{
    if (!refuses<QList<Notification>>(done))
        ForwardingStore::takeNotifications(user, limit, std::move(done));
}

void MoodyStore::setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done)
{
    if (!refuses<void>(done))
        ForwardingStore::setKeepDays(room, days, std::move(done));
}

void MoodyStore::expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done)
{
    if (!refuses<Expired>(done))
        ForwardingStore::expire(room, cutoff, atMost, std::move(done));
}

void MoodyStore::Moderation::carryOut(const AuditEntry &deed, Completion<AuditEntry> done)
{
    if (!m_store.refuses<AuditEntry>(done))
        m_store.ForwardingStore::moderation().carryOut(deed, std::move(done));
}

void MoodyStore::Moderation::audit(std::optional<qint64> before, int limit, Completion<AuditPage> done)
{
    m_store.ForwardingStore::moderation().audit(before, limit, std::move(done));
}

} // namespace hearth::test
