#include "server/store/invitewriter.h"

#include "protocol/wirenames.h"
#include "server/store/accountwriter.h"
#include "server/store/deedwriter.h"
#include "server/store/eventrow.h"
#include "server/store/eventwriter.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reason = StoreError::Reason;

Unexpected<StoreError> refuse(Reason reason, const QString &text) { return Unexpected(StoreError { reason, text }); }

/// What cannot be read back lets nobody do more than a guest may.
Role storedRole(const QString &text) { return fromWire<Role>(text).value_or(Role::Guest); }

} // namespace

bool InviteWriter::mayMake(const InviteInfo &invite)
{
    if (!invite.by)
        return true; // the command line's
    Statement row(m_database,
                  "SELECT role FROM users u WHERE folded = ? AND owned AND NOT removed AND NOT EXISTS "
                  "(SELECT 1 FROM bans b WHERE b.folded = u.folded AND (b.until IS NULL OR b.until > ?))",
                  invite.by->folded(), m_now.toMSecsSinceEpoch());
    if (!row.next())
        return false;
    const Role role = storedRole(row.text(0));
    return role == Role::Owner || (role == Role::Moderator && invite.role != Role::Moderator);
}

auto InviteWriter::create(const InviteRecord &invite) -> Outcome<InviteInfo>
{
    InviteInfo info = invite.info;
    info.at = QDateTime::fromMSecsSinceEpoch(m_now.toMSecsSinceEpoch(), Qt::UTC);
    if (!mayMake(info))
        return refuse(Reason::Forbidden, u"whoever makes the invite may not"_s);
    std::optional<qint64> roomId;
    if (info.room) {
        Statement room(m_database, "SELECT id FROM rooms WHERE room = ?", info.room->toString());
        if (!room.next())
            return refuse(Reason::NotFound, u"no such room"_s);
        roomId = room.integer(0);
    }
    Statement(m_database, "DELETE FROM invites WHERE until <= ? OR used >= max_uses", info.at.toMSecsSinceEpoch());
    Statement(m_database,
              "INSERT INTO invites (id, code_hash, room_id, role, by_user, note, at, until, used, max_uses) "
              "VALUES (?, ?, ?, ?, (SELECT id FROM users WHERE folded = ?), ?, ?, ?, 0, ?)",
              info.id, invite.codeHash, roomId, QString(wireName(info.role)), info.by ? std::optional(info.by->folded()) : std::nullopt,
              info.note, info.at.toMSecsSinceEpoch(), milliseconds(info.until), info.maxUses);
    log({ .by = info.by, .deed = Deed::CreateInvite, .room = info.room, .role = info.role, .until = info.until, .reason = info.note });
    info.used = 0;
    return info;
}

auto InviteWriter::revoke(const QString &invite, const std::optional<UserName> &by) -> Outcome<void>
{
    const auto row = find(invite);
    if (!row)
        return refuse(Reason::NotFound, u"no such invite"_s);
    Statement(m_database, "DELETE FROM invites WHERE id = ?", invite);
    log({ .by = by, .deed = Deed::RevokeInvite, .room = row->room, .role = row->role });
    return {};
}

auto InviteWriter::enroll(const QString &invite, const UserRecord &record, const SessionRecord &session) -> Outcome<Enrolled>
{
    const auto row = findUsable(invite);
    if (!row)
        return Unexpected(row.error());
    const auto added = AccountWriter(m_database, m_events).addAccount(record, session, {});
    if (!added)
        return Unexpected(added.error());
    Enrolled enrolled { *added, {} };
    QList<RoomId> rooms { RoomId::lobby() };
    if (row->room && *row->room != RoomId::lobby())
        rooms.append(*row->room);
    for (const RoomId &room : rooms) {
        const auto joined = join(room, added->name);
        if (!joined)
            return Unexpected(joined.error());
        if (*joined) // a plain client may be a member already
            enrolled.joined.append(**joined);
    }
    countUse(invite, { .by = added->name, .room = row->room, .role = added->role });
    return enrolled;
}

auto InviteWriter::redeem(const QString &invite, const UserName &user) -> Outcome<Redeemed>
{
    const auto row = findUsable(invite);
    if (!row)
        return Unexpected(row.error());
    const auto current = roleOf(user);
    if (!current)
        return refuse(Reason::NotFound, u"no such account"_s);
    return give(invite, *row, user, *current);
}

auto InviteWriter::promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash) -> Outcome<Redeemed>
{
    auto row = findUsable(invite);
    if (!row)
        return Unexpected(row.error());
    const auto current = roleOf(guest);
    if (!current)
        return refuse(Reason::NotFound, u"no such account"_s);
    if (*current != Role::Guest)
        return refuse(Reason::Exists, u"has an account already"_s);
    if (row->role == Role::Guest)
        row->role = Role::Member;
    Statement(m_database, "UPDATE users SET password_hash = ? WHERE folded = ?", passwordHash, guest.folded());
    return give(invite, *row, guest, *current);
}

std::optional<Role> InviteWriter::roleOf(const UserName &user)
{
    Statement known(m_database, "SELECT role FROM users WHERE folded = ? AND owned AND NOT removed", user.folded());
    return known.next() ? std::optional(storedRole(known.text(0))) : std::nullopt;
}

auto InviteWriter::give(const QString &invite, const Row &row, const UserName &user, Role current) -> Outcome<Redeemed>
{
    Redeemed redeemed;
    if (isAbove(row.role, current))
        redeemed.role = row.role;
    if (row.room && !isMember(*row.room, user)) {
        const auto joined = join(*row.room, user);
        if (!joined)
            return Unexpected(joined.error());
        redeemed.joined = *joined;
    }
    if (redeemed.role) {
        Statement(m_database, "UPDATE users SET role = ? WHERE folded = ?", QString(wireName(row.role)), user.folded());
        if (moderates(row.role))
            DeedWriter(m_database).liftMutes(user);
    }
    if (redeemed.isUse())
        countUse(invite, { .by = user, .room = redeemed.joined ? row.room : std::nullopt, .role = redeemed.role });
    return redeemed;
}

std::optional<InviteWriter::Row> InviteWriter::find(const QString &invite)
{
    Statement row(m_database,
                  "SELECT i.role, r.room, i.max_uses IS NOT NULL AND i.used >= i.max_uses FROM invites i "
                  "LEFT JOIN rooms r ON r.id = i.room_id WHERE i.id = ?",
                  invite);
    if (!row.next())
        return std::nullopt;
    return Row { storedRole(row.text(0)), row.isNull(1) ? std::nullopt : std::optional(storedRoom(row.text(1))), row.integer(2) != 0 };
}

auto InviteWriter::findUsable(const QString &invite) -> Outcome<Row>
{
    const auto row = find(invite);
    if (!row || row->isUsedUp)
        return refuse(Reason::NotFound, u"no such invite"_s);
    return *row;
}

bool InviteWriter::isMember(const RoomId &room, const UserName &user)
{
    Statement member(m_database,
                     "SELECT 1 FROM members m JOIN rooms r ON r.id = m.room_id JOIN users u ON u.id = m.user_id "
                     "WHERE r.room = ? AND u.folded = ?",
                     room.toString(), user.folded());
    return member.next();
}

auto InviteWriter::join(const RoomId &room, const UserName &user) -> Outcome<std::optional<RoomEvent>>
{
    const auto joined = m_events.append({ .room = room, .user = user, .body = MembershipChanged {} });
    if (!joined)
        return Unexpected(joined.error());
    return joined->isNoop ? std::nullopt : std::optional(joined->event);
}

void InviteWriter::countUse(const QString &invite, AuditEntry deed)
{
    Statement(m_database, "UPDATE invites SET used = used + 1 WHERE id = ?", invite);
    deed.deed = Deed::UseInvite;
    log(std::move(deed));
}

void InviteWriter::log(AuditEntry deed)
{
    deed.at = m_now;
    DeedWriter(m_database).log(deed);
}

void takeBackInvitesOf(Database &database, const UserName &user, std::optional<Role> role)
{
    Statement(database, "DELETE FROM invites WHERE by_user = (SELECT id FROM users WHERE folded = ?) AND role = coalesce(?, role)",
              user.folded(), role ? std::optional(QString(wireName(*role))) : std::nullopt);
}

QList<InviteRecord> readInvites(Database &database)
{
    Statement rows(database,
                   "SELECT i.id, r.room, i.role, u.name, i.note, i.at, i.until, i.used, i.max_uses, i.code_hash FROM invites i "
                   "LEFT JOIN rooms r ON r.id = i.room_id LEFT JOIN users u ON u.id = i.by_user ORDER BY i.number");
    QList<InviteRecord> invites;
    while (rows.next()) {
        InviteInfo info { rows.text(0), {}, storedRole(rows.text(2)), {}, rows.text(4), storedTime(rows, 5), storedTime(rows, 6),
                          static_cast<int>(rows.integer(7)), {} };
        if (!rows.isNull(1))
            info.room = storedRoom(rows.text(1));
        if (!rows.isNull(3))
            info.by = storedUser(rows.text(3));
        if (!rows.isNull(8))
            info.maxUses = static_cast<int>(rows.integer(8));
        invites.append({ info, rows.bytes(9) });
    }
    return invites;
}

} // namespace hearth
