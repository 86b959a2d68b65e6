#include "server/store/deedwriter.h"

#include "protocol/wirenames.h"
#include "server/store/eventrow.h"
#include "server/store/invitewriter.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reason = StoreError::Reason;

template <typename Name>
std::optional<QString> textOf(const std::optional<Name> &name)
{
    return name ? std::optional(name->toString()) : std::nullopt;
}

std::optional<QString> foldedOf(const std::optional<UserName> &name)
{
    return name ? std::optional(name->folded()) : std::nullopt;
}

std::optional<UserName> userOf(const Statement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(storedUser(row.text(column)));
}

/// Everywhere is an empty room: NULLs would not be unique.
QString placeOf(const AuditEntry &deed) { return deed.room ? deed.room->toString() : u""_s; }

std::optional<StoreError> unlessChanged(const Statement &statement, const QString &text)
{
    return statement.changedRows() > 0 ? std::nullopt : std::optional(StoreError { Reason::NotFound, text });
}

} // namespace

Result<AuditEntry, StoreError> DeedWriter::carryOut(AuditEntry deed, const QDateTime &now)
{
    deed.at = QDateTime::fromMSecsSinceEpoch(now.toMSecsSinceEpoch(), Qt::UTC);
    if (const auto refusal = apply(deed))
        return Unexpected(*refusal);
    log(deed);
    return deed;
}

std::optional<StoreError> DeedWriter::apply(const AuditEntry &deed)
{
    if (auto objection = objectionToChanging(deed))
        return objection;
    switch (deed.deed) {
    case Deed::SetRole:
        return setRole(deed.user.value(), deed.role.value());
    case Deed::Ban:
        ban(deed);
        return std::nullopt;
    case Deed::Unban: {
        const Statement gone(m_database, "DELETE FROM bans WHERE folded = ? OR address = ?", foldedOf(deed.user),
                             deed.user ? std::nullopt : std::optional(deed.address));
        return unlessChanged(gone, u"no such ban"_s);
    }
    case Deed::Mute:
        mute(deed);
        return std::nullopt;
    case Deed::Unmute: {
        const Statement gone(m_database, "DELETE FROM mutes WHERE folded = ? AND room = ?", foldedOf(deed.user), placeOf(deed));
        return unlessChanged(gone, u"not muted"_s);
    }
    case Deed::SlowMode: {
        const Statement set(m_database, "UPDATE rooms SET slow_mode_seconds = ? WHERE room = ?", deed.seconds.value(), placeOf(deed));
        return unlessChanged(set, u"no such room"_s);
    }
    case Deed::CloseRoom:
    case Deed::OpenRoom: {
        const Statement set(m_database, "UPDATE rooms SET is_closed = ? WHERE room = ?", deed.deed == Deed::CloseRoom ? 1 : 0,
                            placeOf(deed));
        return unlessChanged(set, u"no such room"_s);
    }
    case Deed::Kick:
    case Deed::DeleteMessage:
    case Deed::Admit:
    case Deed::TurnAway:
    case Deed::AddUser:
    case Deed::RemoveUser:
    case Deed::ResetPassword:
    case Deed::CreateInvite:
    case Deed::RevokeInvite:
    case Deed::UseInvite:
    case Deed::Other:
        break;
    }
    return std::nullopt;
}

std::optional<StoreError> DeedWriter::setRole(const UserName &user, Role role)
{
    qint64 userId = 0;
    {
        Statement known(m_database, "SELECT id FROM users WHERE folded = ? AND owned AND NOT removed", user.folded());
        if (!known.next())
            return StoreError { Reason::NotFound, u"no such user"_s };
        userId = known.integer(0);
    }
    if (role != Role::Owner && !hasOwnerBeside(m_database, userId))
        return StoreError { Reason::Forbidden, u"the last owner"_s };
    Statement(m_database, "UPDATE users SET role = ? WHERE id = ?", QString(wireName(role)), userId);
    if (moderates(role))
        liftMutes(user);
    else
        takeBackInvitesOf(m_database, user);
    if (role == Role::Moderator)
        takeBackInvitesOf(m_database, user, Role::Moderator); // those are for owners to make
    return std::nullopt;
}

void DeedWriter::liftMutes(const UserName &user) { Statement(m_database, "DELETE FROM mutes WHERE folded = ?", user.folded()); }

bool DeedWriter::isOwner(const std::optional<UserName> &user)
{
    if (!user)
        return true;
    Statement owner(m_database, "SELECT 1 FROM users WHERE folded = ? AND role = ?", user->folded(), QString(wireName(Role::Owner)));
    return owner.next();
}

std::optional<StoreError> DeedWriter::objectionToChanging(const AuditEntry &deed)
{
    const bool isAboutBan = deed.deed == Deed::Ban || deed.deed == Deed::Unban;
    if ((!isAboutBan && deed.deed != Deed::Mute && deed.deed != Deed::Unmute) || isOwner(deed.by))
        return std::nullopt;
    std::optional<UserName> by;
    {
        const auto address = deed.user ? std::nullopt : std::optional(deed.address);
        Statement held = isAboutBan
            ? Statement(m_database, "SELECT by_user FROM bans WHERE (folded = ? OR address = ?) AND coalesce(until > ?, 1)",
                        foldedOf(deed.user), address, deed.at.toMSecsSinceEpoch())
            : Statement(m_database, "SELECT by_user FROM mutes WHERE folded = ? AND room = ? AND coalesce(until > ?, 1)",
                        foldedOf(deed.user), placeOf(deed), deed.at.toMSecsSinceEpoch());
        if (!held.next())
            return std::nullopt;
        by = userOf(held, 0);
    }
    return isOwner(by) ? std::optional(StoreError { Reason::Forbidden, u"an owner did it"_s }) : std::nullopt;
}

bool hasOwnerBeside(Database &database, qint64 userId)
{
    Statement owner(database, "SELECT 1 FROM users WHERE role = ? AND id <> ? LIMIT 1", QString(wireName(Role::Owner)), userId);
    return owner.next();
}

void DeedWriter::ban(const AuditEntry &deed)
{
    Statement(m_database, "DELETE FROM bans WHERE until <= ?", deed.at.toMSecsSinceEpoch());
    Statement(m_database,
              "INSERT OR REPLACE INTO bans (folded, user, address, by_user, at, until, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
              foldedOf(deed.user), textOf(deed.user), deed.user ? std::nullopt : std::optional(deed.address), textOf(deed.by),
              deed.at.toMSecsSinceEpoch(), milliseconds(deed.until), deed.reason);
    if (deed.user)
        takeBackInvitesOf(m_database, *deed.user);
}

void DeedWriter::mute(const AuditEntry &deed)
{
    Statement(m_database, "DELETE FROM mutes WHERE until <= ?", deed.at.toMSecsSinceEpoch());
    Statement(m_database,
              "INSERT OR REPLACE INTO mutes (folded, user, room, by_user, at, until, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
              foldedOf(deed.user), textOf(deed.user), placeOf(deed), textOf(deed.by), deed.at.toMSecsSinceEpoch(),
              milliseconds(deed.until), deed.reason);
}

void DeedWriter::log(AuditEntry &deed)
{
    const auto seq = deed.seq ? std::optional(deed.seq->value()) : std::nullopt;
    const auto role = deed.role ? std::optional(QString(wireName(*deed.role))) : std::nullopt;
    const Statement insert(m_database,
                           "INSERT INTO audit (at, by_user, deed, user, room, seq, address, role, seconds, until, reason) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           deed.at.toMSecsSinceEpoch(), textOf(deed.by), QString(wireName(deed.deed)), textOf(deed.user),
                           textOf(deed.room), seq, deed.address, role, deed.seconds, milliseconds(deed.until), deed.reason);
    deed.id = insert.insertedId();
}

void DeedWriter::logDeletion(AuditEntry deed, qint64 deleterId, qint64 roomId, Seq seq)
{
    {
        Statement author(m_database,
                         "SELECT u.name FROM events e JOIN users u ON u.id = e.user_id "
                         "WHERE e.room_id = ? AND e.seq = ? AND (e.user_id <> ? OR ?)",
                         roomId, seq.value(), deleterId, deed.by ? 0 : 1);
        if (!author.next())
            return;
        deed.user = storedUser(author.text(0));
    }
    deed.seq = seq;
    log(deed);
}

AuditPage readAudit(Database &database, std::optional<qint64> before, int limit)
{
    Statement rows(database,
                   "SELECT id, at, by_user, deed, user, room, seq, address, role, seconds, until, reason FROM audit "
                   "WHERE id < coalesce(?, 9223372036854775807) ORDER BY id DESC LIMIT ?",
                   before, limit + 1);
    AuditPage page;
    while (rows.next()) {
        if (page.entries.size() == limit) {
            page.hasMore = true;
            break;
        }
        AuditEntry entry;
        entry.id = rows.integer(0);
        entry.at = storedTime(rows, 1);
        entry.by = userOf(rows, 2);
        entry.deed = fromWire<Deed>(rows.text(3)).value_or(Deed::Other);
        entry.user = userOf(rows, 4);
        if (!rows.isNull(5))
            entry.room = storedRoom(rows.text(5));
        if (!rows.isNull(6))
            entry.seq = Seq(rows.integer(6));
        entry.address = rows.text(7);
        if (!rows.isNull(8))
            entry.role = fromWire<Role>(rows.text(8));
        if (!rows.isNull(9))
            entry.seconds = static_cast<int>(rows.integer(9));
        entry.until = storedTime(rows, 10);
        entry.reason = rows.text(11);
        page.entries.append(entry);
    }
    return page;
}

QList<BanInfo> readBans(Database &database)
{
    Statement rows(database, "SELECT user, address, by_user, at, until, reason FROM bans ORDER BY id");
    QList<BanInfo> bans;
    while (rows.next())
        bans.append({ userOf(rows, 0), rows.text(1), userOf(rows, 2), storedTime(rows, 3), storedTime(rows, 4), rows.text(5) });
    return bans;
}

QList<MuteInfo> readMutes(Database &database)
{
    Statement rows(database, "SELECT user, room, by_user, at, until, reason FROM mutes ORDER BY id");
    QList<MuteInfo> mutes;
    while (rows.next()) {
        MuteInfo mute { storedUser(rows.text(0)), {}, userOf(rows, 2), storedTime(rows, 3), storedTime(rows, 4), rows.text(5) };
        if (const QString room = rows.text(1); !room.isEmpty())
            mute.room = storedRoom(room);
        mutes.append(mute);
    }
    return mutes;
}

} // namespace hearth
