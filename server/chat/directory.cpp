#include "server/chat/directory.h"

#include "server/chat/lookalikes.h"
#include "server/chat/token.h"

#include <QCryptographicHash>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

Directory::Directory(const StoreState &state) : m_sanctions(state.bans, state.mutes), m_invites(state.invites)
{
    for (const UserRecord &record : state.users)
        putUser(record);
    for (const RoomRecord &record : state.rooms)
        putRoom(record);
    for (const MembershipRecord &membership : state.memberships) {
        m_rooms[membership.room].members.insert(membership.user, membership);
        m_roomsOf[membership.user].append(membership.room);
    }
    for (const SessionRecord &session : state.sessions)
        putSession(session);
}

const UserRecord *Directory::user(const UserName &name) const
{
    const auto found = m_users.constFind(name);
    return found == m_users.constEnd() ? nullptr : &*found;
}

std::optional<UserName> Directory::lookAlike(const UserName &name) const
{
    if (user(name) != nullptr)
        return std::nullopt;
    const auto [begin, end] = m_owned.equal_range(skeletonOf(name));
    const auto found = std::find_if(begin, end, [&name](const UserName &owned) { return areLookAlikes(name, owned); });
    return found == end ? std::nullopt : std::optional(*found);
}

const Directory::Room *Directory::room(const RoomId &id) const
{
    const auto found = m_rooms.constFind(id);
    return found == m_rooms.constEnd() ? nullptr : &*found;
}

bool Directory::hasOwner() const
{
    return std::any_of(m_users.cbegin(), m_users.cend(), [](const UserRecord &user) { return user.role == Role::Owner; });
}

bool Directory::isMember(const RoomId &id, const UserName &name) const
{
    const Room *found = room(id);
    return found != nullptr && found->members.contains(name);
}

bool Directory::maySee(const RoomId &id, const std::optional<UserName> &name) const
{
    const Room *found = room(id);
    return found != nullptr
        && (found->record.kind == RoomKind::Public || (name && found->members.contains(*name)));
}

QList<RoomId> Directory::roomsOf(const UserName &name) const { return m_roomsOf.value(name); }

QList<RoomId> Directory::visibleRooms(const std::optional<UserName> &name) const
{
    QList<RoomId> ids;
    for (auto room = m_rooms.constBegin(); room != m_rooms.constEnd(); ++room) {
        if (maySee(room.key(), name))
            ids.append(room.key());
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

int Directory::roomsCreatedBy(const UserName &name) const
{
    return static_cast<int>(std::count_if(m_rooms.cbegin(), m_rooms.cend(), [&name](const Room &room) {
        return room.record.creator == name && room.record.kind != RoomKind::Direct;
    }));
}

std::optional<UserName> Directory::peerIn(const RoomId &id, const UserName &name) const
{
    const Room *found = room(id);
    if (found == nullptr || found->record.kind != RoomKind::Direct)
        return std::nullopt;
    for (const MembershipRecord &member : found->members) {
        if (member.user != name)
            return user(member.user)->name;
    }
    return std::nullopt;
}

RoomSummary Directory::summary(const RoomId &id, const std::optional<UserName> &name, const RoomCounts &counts) const
{
    const Room &room = *this->room(id);
    RoomSummary summary;
    summary.room = id;
    summary.name = room.record.name;
    summary.topic = room.record.topic;
    summary.kind = room.record.kind;
    summary.lastSeq = room.record.lastSeq;
    summary.keepDays = room.record.keepDays;
    summary.firstSeq = room.record.firstSeq;
    summary.slowModeSeconds = room.record.slowModeSeconds;
    summary.isClosed = room.record.isClosed;
    if (room.record.kind != RoomKind::Direct)
        summary.creator = room.record.creator;
    summary.memberCount = static_cast<int>(room.members.size());
    const auto membership = name ? room.members.constFind(*name) : room.members.constEnd();
    summary.isMember = membership != room.members.constEnd();
    if (summary.isMember) {
        summary.readSeq = membership->readSeq;
        summary.unread = counts.unread;
        summary.mentions = counts.mentions;
        summary.peer = peerIn(id, *name);
    }
    return summary;
}

const SessionRecord *Directory::session(const UserName &name, const QString &id) const
{
    const auto sessions = m_sessions.constFind(name);
    if (sessions == m_sessions.constEnd())
        return nullptr;
    const auto found = std::find_if(sessions->begin(), sessions->end(), [&id](const SessionRecord &s) { return s.id == id; });
    return found == sessions->end() ? nullptr : &*found;
}

const SessionRecord *Directory::sessionWith(const UserName &name, const QByteArray &tokenHash) const
{
    const auto sessions = m_sessions.constFind(name);
    if (sessions == m_sessions.constEnd())
        return nullptr;
    const auto found = std::find_if(sessions->begin(), sessions->end(),
                                    [&tokenHash](const SessionRecord &s) { return token::isSame(s.tokenHash, tokenHash); });
    return found == sessions->end() ? nullptr : &*found;
}

void Directory::putSession(const SessionRecord &session)
{
    QList<SessionRecord> &sessions = m_sessions[session.user];
    const auto known = std::find_if(sessions.begin(), sessions.end(), [&session](const SessionRecord &s) { return s.id == session.id; });
    if (known != sessions.end())
        *known = session;
    else
        sessions.append(session);
}

void Directory::endSession(const UserName &name, const QString &id)
{
    if (const auto sessions = m_sessions.find(name); sessions != m_sessions.end())
        sessions->removeIf([&id](const SessionRecord &s) { return s.id == id; });
}

void Directory::endSessions(const UserName &name, const std::optional<QString> &keep)
{
    if (const auto sessions = m_sessions.find(name); sessions != m_sessions.end())
        sessions->removeIf([&keep](const SessionRecord &s) { return s.id != keep; });
}

void Directory::putUser(const UserRecord &record)
{
    const UserRecord *known = user(record.name);
    if (record.isOwned && (known == nullptr || !known->isOwned))
        m_owned.insert(skeletonOf(record.name), record.name);
    m_users.insert(record.name, record);
}

void Directory::putRoom(const RoomRecord &record) { m_rooms[record.id].record = record; }

void Directory::apply(const RoomEvent &event)
{
    const auto found = m_rooms.find(event.room);
    if (found == m_rooms.end())
        return;
    found->record.lastSeq = std::max(found->record.lastSeq, event.seq);
    if (const auto *topic = std::get_if<TopicChanged>(&event.body))
        found->record.topic = topic->topic;
    const auto *membership = std::get_if<MembershipChanged>(&event.body);
    if (membership == nullptr)
        return;
    if (membership->change == MembershipChanged::Change::Left) {
        found->members.remove(event.user);
        m_roomsOf[event.user].removeOne(event.room);
    } else if (!found->members.contains(event.user)) {
        found->members.insert(event.user, { event.room, event.user, event.seq, event.seq });
        m_roomsOf[event.user].append(event.room);
    }
}

void Directory::apply(const AuditEntry &deed)
{
    m_sanctions.apply(deed);
    const bool isDemotion = deed.deed == Deed::SetRole && !moderates(*deed.role);
    if (deed.user && (isDemotion || deed.deed == Deed::Ban))
        m_invites.removeMadeBy(*deed.user);
    else if (deed.deed == Deed::SetRole && *deed.role == Role::Moderator)
        m_invites.removeMadeBy(*deed.user, Role::Moderator); // those are for owners to make
    if (deed.deed == Deed::SetRole) {
        if (const auto user = m_users.find(*deed.user); user != m_users.end())
            user->role = *deed.role;
        return;
    }
    const auto room = deed.room ? m_rooms.find(*deed.room) : m_rooms.end();
    if (room == m_rooms.end())
        return;
    if (deed.deed == Deed::SlowMode)
        room->record.slowModeSeconds = *deed.seconds;
    else if (deed.deed == Deed::CloseRoom || deed.deed == Deed::OpenRoom)
        room->record.isClosed = deed.deed == Deed::CloseRoom;
}

void Directory::setReadSeq(const RoomId &id, const UserName &name, Seq seq)
{
    const auto found = m_rooms.find(id);
    if (found == m_rooms.end())
        return;
    const auto member = found->members.find(name);
    if (member != found->members.end())
        member->readSeq = seq;
}

void Directory::setKeepDays(const RoomId &id, std::optional<int> days)
{
    if (const auto found = m_rooms.find(id); found != m_rooms.end())
        found->record.keepDays = days;
}

void Directory::setFirstSeq(const RoomId &id, Seq seq)
{
    if (const auto found = m_rooms.find(id); found != m_rooms.end())
        found->record.firstSeq = std::max(found->record.firstSeq, seq);
}

RoomId directRoomId(const UserName &a, const UserName &b)
{
    const auto [first, second] = std::minmax(a.folded(), b.folded());
    // A name has no line break: no two pairs make the same text.
    const QByteArray both = QString(first + u'\n' + second).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(both, QCryptographicHash::Sha256).toHex().first(32);
    return RoomId::parse(u"dm:"_s + QString::fromLatin1(hash)).value();
}

} // namespace hearth
