#include "server/store/accountwriter.h"

#include "protocol/wirenames.h"
#include "server/store/deedwriter.h"
#include "server/store/eventrow.h"
#include "server/store/eventwriter.h"
#include "server/store/invitewriter.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reason = StoreError::Reason;

Unexpected<StoreError> refuse(Reason reason, const QString &text) { return Unexpected(StoreError { reason, text }); }

} // namespace

std::optional<AccountWriter::Account> AccountWriter::find(const UserName &user)
{
    Statement row(m_database, "SELECT id, name, owned, removed, created_at, last_seen FROM users WHERE folded = ?", user.folded());
    if (!row.next())
        return std::nullopt;
    return Account { row.integer(0), storedUser(row.text(1)), row.integer(2) != 0, row.integer(3) != 0, storedTime(row, 4), storedTime(row, 5) };
}

auto AccountWriter::findOwned(const UserName &user) -> Outcome<Account>
{
    const auto account = find(user);
    if (!account || !account->isOwned || account->isRemoved)
        return refuse(Reason::NotFound, u"no such account"_s);
    return *account;
}

void AccountWriter::insertSession(qint64 userId, const SessionRecord &session)
{
    Statement(m_database,
              "INSERT INTO sessions (id, user_id, token_hash, client, address, created_at, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
              session.id, userId, session.tokenHash, session.client, session.address, session.createdAt.toMSecsSinceEpoch(),
              session.lastSeen.toMSecsSinceEpoch());
}

void AccountWriter::log(AuditEntry deed, const UserName &user)
{
    deed.user = user;
    deed.at = m_events.now();
    DeedWriter(m_database).log(deed);
}

auto AccountWriter::addAccount(const UserRecord &record, const std::optional<SessionRecord> &session,
                               const std::optional<AuditEntry> &deed) -> Outcome<UserRecord>
{
    auto account = find(record.name);
    if (account && account->isOwned)
        return refuse(Reason::Exists, u"the name belongs to somebody"_s);
    if (!account) {
        const auto added = m_events.addUser(record);
        if (!added)
            return Unexpected(added.error());
        account = find(record.name);
    }
    UserRecord stored = record;
    stored.name = account->name;
    stored.isOwned = true;
    stored.createdAt = account->createdAt;
    stored.lastSeen = account->lastSeen;
    if (!hasOwnerBeside(m_database, account->id))
        stored.role = Role::Owner;
    Statement(m_database, "UPDATE users SET owned = 1, role = ?, password_hash = ? WHERE id = ?", QString(wireName(stored.role)),
              stored.passwordHash, account->id);
    if (session)
        insertSession(account->id, *session);
    if (deed) {
        AuditEntry entry = *deed;
        entry.role = stored.role;
        log(entry, stored.name);
    }
    if (moderates(stored.role))
        DeedWriter(m_database).liftMutes(stored.name);
    return stored;
}

auto AccountWriter::beginSession(const SessionRecord &session) -> Outcome<void>
{
    const auto account = findOwned(session.user);
    if (!account)
        return Unexpected(account.error());
    insertSession(account->id, session);
    return {};
}

auto AccountWriter::noteSession(const QString &session, const QString &address, const QDateTime &seen) -> Outcome<void>
{
    Statement(m_database, "UPDATE sessions SET address = ?, last_seen = ? WHERE id = ?", address, seen.toMSecsSinceEpoch(), session);
    return {};
}

auto AccountWriter::endSession(const UserName &user, const QString &session) -> Outcome<void>
{
    const auto account = findOwned(user);
    if (!account)
        return Unexpected(account.error());
    const Statement ended(m_database, "DELETE FROM sessions WHERE user_id = ? AND id = ?", account->id, session);
    m_events.peopleChanged();
    if (ended.changedRows() == 0)
        return refuse(Reason::NotFound, u"no such session"_s);
    return {};
}

auto AccountWriter::setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                                const std::optional<AuditEntry> &deed) -> Outcome<void>
{
    const auto account = findOwned(user);
    if (!account)
        return Unexpected(account.error());
    Statement(m_database, "UPDATE users SET password_hash = ? WHERE id = ?", passwordHash, account->id);
    Statement(m_database, "DELETE FROM sessions WHERE user_id = ? AND id IS NOT ?", account->id, keep);
    m_events.peopleChanged();
    if (deed)
        log(*deed, account->name);
    return {};
}

QList<RoomId> AccountWriter::roomsToLeave(qint64 userId)
{
    QList<RoomId> rooms;
    Statement rows(m_database,
                   "SELECT r.room FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ? AND r.kind <> ? ORDER BY r.id",
                   userId, QString(wireName(RoomKind::Direct)));
    while (rows.next())
        rooms.append(storedRoom(rows.text(0)));
    return rooms;
}

auto AccountWriter::removeUser(const UserName &user, const std::optional<UserName> &by) -> Outcome<QList<RoomEvent>>
{
    const auto account = findOwned(user);
    if (!account)
        return Unexpected(account.error());
    if (!hasOwnerBeside(m_database, account->id))
        return refuse(Reason::Forbidden, u"the last owner"_s);
    QList<RoomEvent> events;
    for (const RoomId &room : roomsToLeave(account->id)) {
        const auto left = m_events.append({ .room = room, .user = user, .body = MembershipChanged { MembershipChanged::Change::Left, by } });
        if (!left)
            return Unexpected(left.error());
        events.append(left->event);
    }
    Statement(m_database, "UPDATE users SET removed = 1, role = ?, password_hash = NULL WHERE id = ?", QString(wireName(Role::Guest)),
              account->id);
    Statement(m_database, "DELETE FROM sessions WHERE user_id = ?", account->id);
    m_events.peopleChanged();
    Statement(m_database, "DELETE FROM notifications WHERE user_id = ?", account->id);
    takeBackInvitesOf(m_database, user);
    log({ .by = by, .deed = Deed::RemoveUser }, account->name);
    return events;
}

} // namespace hearth
