#include "server/chat/audience.h"

#include "protocol/codec.h"

#include <algorithm>
#include <utility>

// The people behind the peers, and who hears of them; the rest stands in audience.cpp.
namespace hearth {

bool Audience::Person::isInTheClear() const
{
    return std::any_of(peers.begin(), peers.end(), [](const Peer *peer) { return peer->isInTheClear(); });
}

QList<Peer *> Audience::peersOf(const UserName &user) const
{
    const auto person = m_people.constFind(user);
    if (person == m_people.constEnd())
        return {};
    return QList<Peer *>(person->peers.begin(), person->peers.end());
}

bool Audience::isWelcomed(const UserName &user) const
{
    const auto peers = peersOf(user);
    return std::any_of(peers.begin(), peers.end(), [](const Peer *peer) { return peer->isWelcomed && peer->connection.isOpen(); });
}

void Audience::setState(const UserName &user, PresenceState state)
{
    const auto person = m_people.find(user);
    if (person == m_people.end() || person->state == state)
        return;
    person->state = state;
    tellPresence(user, Delivery::Droppable);
}

MemberInfo Audience::memberInfo(const UserName &user) const
{
    MemberInfo info;
    info.user = user;
    if (const UserRecord *record = m_directory.user(user)) {
        info.user = record->name;
        info.role = record->role;
        info.lastSeen = record->lastSeen;
    }
    if (const auto person = m_people.constFind(user); person != m_people.constEnd()) {
        info.state = person->state;
        info.lastSeen = {};
        info.isInTheClear = person->isInTheClear();
    }
    return info;
}

QList<MemberInfo> Audience::membersOf(const RoomId &room) const
{
    QList<MemberInfo> members;
    const Directory::Room *known = m_directory.room(room);
    if (known != nullptr) {
        for (const MembershipRecord &membership : known->members)
            members.append(memberInfo(membership.user));
    }
    for (auto person = m_people.constBegin(); person != m_people.constEnd(); ++person) {
        if (person->rooms.contains(room) && !(known != nullptr && known->members.contains(person.key())))
            members.append(memberInfo(person.key()));
    }
    return members;
}

std::set<RoomId> Audience::roomsOf(const UserName &user) const
{
    const QList<RoomId> own = m_directory.roomsOf(user);
    std::set<RoomId> rooms(own.begin(), own.end());
    if (const auto person = m_people.constFind(user); person != m_people.constEnd())
        rooms.insert(person->rooms.keyBegin(), person->rooms.keyEnd());
    return rooms;
}

void Audience::addMembersOf(const RoomId &room, const UserName &except, QSet<Peer *> &audience) const
{
    const Directory::Room *known = m_directory.room(room);
    if (known == nullptr)
        return; // a plain client's, in which nobody has said anything yet
    for (const MembershipRecord &member : known->members) {
        const auto person = m_people.constFind(member.user);
        if (person == m_people.constEnd() || member.user == except)
            continue;
        for (Peer *peer : person->peers)
            audience.insert(peer);
    }
}

QSet<Peer *> Audience::acquaintances(const UserName &user, const std::set<RoomId> &left) const
{
    QSet<Peer *> audience;
    std::set<RoomId> rooms = roomsOf(user);
    rooms.insert(left.begin(), left.end());
    for (const RoomId &room : rooms)
        addMembersOf(room, user, audience);
    const auto subscribers = m_subscribers.constFind(subscriptionKey(Resource::User, user.toString()));
    if (subscribers != m_subscribers.constEnd())
        audience.unite(QSet<Peer *>(subscribers->begin(), subscribers->end()));
    return audience;
}

QByteArray Audience::presenceOf(const UserName &user) const
{
    const MemberInfo info = memberInfo(user);
    const QDateTime lastSeen = info.state == PresenceState::Offline ? m_now() : QDateTime();
    return codec::encode(Presence { info.user, info.state, lastSeen, info.isInTheClear });
}

void Audience::tellPresence(const UserName &user, Delivery delivery, const std::set<RoomId> &left)
{
    Said presence { presenceOf(user), delivery };
    for (Peer *peer : acquaintances(user, left)) {
        if (peer->hearsAll)
            send(*peer, presence);
    }
    tellUserChanged(user, delivery);
    const auto person = m_people.find(user);
    if (person == m_people.end())
        return;
    const std::set<RoomId> rooms = person->isInTheClear() ? roomsOf(user) : std::set<RoomId>();
    person->introducedIn = QSet<RoomId>(rooms.begin(), rooms.end());
}

void Audience::introduce(const UserName &user, const RoomId &room)
{
    const auto person = m_people.find(user);
    if (person == m_people.end() || !person->isInTheClear() || person->introducedIn.contains(room))
        return;
    person->introducedIn.insert(room);
    QSet<Peer *> audience;
    addMembersOf(room, user, audience);
    Said presence { presenceOf(user) };
    for (Peer *peer : std::as_const(audience)) {
        if (peer->hearsAll)
            send(*peer, presence);
    }
}

void Audience::tellRole(const UserName &user)
{
    Said updated { codec::encode(UserUpdated { memberInfo(user) }) };
    QSet<Peer *> audience = acquaintances(user, {});
    for (Peer *own : peersOf(user))
        audience.insert(own);
    for (Peer *peer : std::as_const(audience)) {
        if (peer->hearsAll)
            send(*peer, updated);
    }
}

void Audience::tellUserChanged(const UserName &user, Delivery delivery)
{
    const auto subscribers = m_subscribers.constFind(subscriptionKey(Resource::User, user.toString()));
    if (subscribers == m_subscribers.constEnd())
        return;
    Said updated { codec::encode(UserUpdated { memberInfo(user) }), delivery };
    for (Peer *peer : *subscribers)
        send(*peer, updated);
}

} // namespace hearth
