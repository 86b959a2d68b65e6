#include "server/chat/roomdesk.h"

#include "protocol/wirenames.h"

#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Change = MembershipChanged::Change;
using Reach = Audience::Reach;

void RoomDesk::list(Peer &peer, const Id &id)
{
    const auto send = [this, id](Peer &to, const QList<RoomCounts> &counts) {
        const auto who = viewer(to);
        RoomsListed listed;
        for (const RoomId &room : m_chat.directory.visibleRooms(who)) {
            const auto own = std::find_if(counts.begin(), counts.end(), [&room](const RoomCounts &c) { return c.room == room; });
            listed.rooms.append(m_chat.directory.summary(room, who, own == counts.end() ? RoomCounts {} : *own));
        }
        m_chat.audience.reply(to, id, listed);
    };
    if (!peer.isWelcomed) {
        send(peer, {});
        pause(peer);
        return;
    }
    m_chat.store.counts(*peer.user, then<QList<RoomCounts>>(peer, [this, id, send](Peer *back, const auto &counts) {
        if (back == nullptr)
            return;
        if (counts)
            send(*back, *counts);
        else
            refuse(*back, id, counts.error());
    }));
}

void RoomDesk::create(Peer &peer, const Id &id, const CreateRoom &frame)
{
    if (!isNamed(peer, id) || (frame.kind == RoomKind::Private && !isWelcomed(peer, id)))
        return;
    if (!isHeard(peer, id, {}) || !mayCreate(peer, id))
        return;
    remember(peer);
    const UserName creator = *peer.user;
    const RoomRecord record { frame.room, frame.name.isEmpty() ? frame.room.toString() : frame.name, frame.topic,
                              frame.kind, creator, {} };
    block(peer);
    m_making.insert(frame.room);
    m_chat.store.createRoom(record, { creator }, then<QList<RoomEvent>>(peer, [this, id, record, creator](Peer *back, const auto &made) {
        m_making.remove(record.id);
        if (made)
            announceNewRoom(record, *made, creator, back, id);
        else if (back != nullptr && made.error().reason == StoreError::Reason::Exists)
            refuse(*back, id, ErrorCode::Conflict, u"A room of that name exists"_s);
        else if (back != nullptr)
            refuse(*back, id, made.error());
        unblock(back);
    }));
}

bool RoomDesk::mayCreate(Peer &peer, const Id &id, const std::optional<ClientId> &clientId)
{
    const int most = m_chat.settings.roomsPerUser;
    if (most <= 0 || m_chat.directory.roomsCreatedBy(*peer.user) < most)
        return true;
    refuse(peer, id, ErrorCode::Forbidden, u"You have created as many rooms as this server allows"_s, {}, clientId);
    return false;
}

void RoomDesk::announceNewRoom(const RoomRecord &room, const QList<RoomEvent> &events, const UserName &creator,
                               Peer *requester, const Id &id)
{
    m_chat.directory.putRoom(room);
    for (const RoomEvent &event : events)
        m_chat.directory.apply(event);
    m_chat.audience.dismissStrangers(room.id);
    if (requester != nullptr)
        m_chat.audience.reply(*requester, id, RoomOpened { m_chat.directory.summary(room.id, creator) });
    for (const MembershipRecord &member : m_chat.directory.room(room.id)->members)
        bringIn(member.user, room.id, requester);
    if (requester != nullptr && !requester->isWelcomed)
        m_chat.audience.enter(*requester, room.id);
    m_chat.audience.tellRoomChanged(room.id);
    qCInfo(lcChat).noquote().nospace() << "event=room-created kind=" << wireName(room.kind);
}

void RoomDesk::createForGuest(const Peer &peer)
{
    if (m_chat.directory.room(peer.room) != nullptr)
        return;
    const RoomRecord record { peer.room, peer.room.toString(), {}, RoomKind::Public, peer.user, {} };
    m_chat.store.createRoom(record, {}, [this, record](const auto &made) {
        if (made)
            m_chat.directory.putRoom(record);
    });
}

void RoomDesk::join(Peer &peer, const Id &id, const JoinRoom &frame)
{
    if (!isNamed(peer, id))
        return;
    const auto room = visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    block(peer);
    remember(peer);
    const AppendRequest request { .room = *room, .user = *peer.user, .body = MembershipChanged { Change::Joined, {} } };
    m_chat.store.append(request, then<Appended>(peer, [this, id, request](Peer *back, const auto &joined) {
        const RoomId &target = request.room;
        if (joined && !joined->isNoop) {
            m_chat.directory.apply(joined->event);
            m_chat.audience.tellRoom(target, Reach::HearsAll, joined->event);
        }
        if (joined && back != nullptr) {
            m_chat.audience.reply(*back, id,
                                  Joined { target, m_chat.directory.room(target)->record.lastSeq,
                                           m_chat.audience.membersOf(target) });
            m_chat.audience.enter(*back, target);
        } else if (back != nullptr) {
            refuse(*back, id, joined.error());
        }
        if (joined && !joined->isNoop) {
            bringIn(request.user, target, back);
            m_chat.audience.tellRoomChanged(target);
        }
        unblock(back);
    }));
}

void RoomDesk::leave(Peer &peer, const Id &id, const LeaveRoom &frame)
{
    if (!isNamed(peer, id))
        return;
    const auto room = visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    if (room->isDirect()) {
        refuse(peer, id, ErrorCode::Forbidden, u"A direct conversation cannot be left"_s);
        return;
    }
    block(peer);
    const AppendRequest request { .room = *room, .user = *peer.user, .body = MembershipChanged { Change::Left, {} } };
    m_chat.store.append(request, then<Appended>(peer, [this, id, request](Peer *back, const auto &left) {
        const Left told { request.room, {}, {} };
        if (left) {
            if (back != nullptr)
                m_chat.audience.reply(*back, id, told);
            takeOut(*left, told, back);
        } else if (back != nullptr) {
            refuse(*back, id, left.error());
        }
        unblock(back);
    }));
}

void RoomDesk::takeOut(const Appended &gone, const Left &told, const Peer *except)
{
    if (!gone.isNoop)
        m_chat.directory.apply(gone.event);
    for (Peer *other : m_chat.audience.peersOf(gone.event.user)) {
        if (other != except && other->isWelcomed && other->rooms.contains(told.room))
            m_chat.audience.tell(*other, told);
        m_chat.audience.exit(*other, told.room);
    }
    if (gone.isNoop)
        return;
    m_chat.audience.tellRoom(told.room, Reach::HearsAll, gone.event);
    m_chat.audience.tellRoomChanged(told.room);
}

/// Whoever was found a moment ago may have been removed since.
void RoomDesk::refuseUser(Peer &peer, const Id &id, const StoreError &error)
{
    if (error.reason == StoreError::Reason::NotFound)
        refuse(peer, id, ErrorCode::NotFound, u"No such user"_s);
    else
        refuse(peer, id, error);
}

void RoomDesk::invite(Peer &peer, const Id &id, const InviteMember &frame)
{
    if (!isWelcomed(peer, id))
        return;
    const auto room = ownRoom(peer, id, frame.room);
    if (!room)
        return;
    if (room->isDirect()) {
        refuse(peer, id, ErrorCode::Forbidden, u"A direct conversation has two members"_s);
        return;
    }
    if (!isHeard(peer, id, room))
        return;
    const UserRecord *invited = somebody(peer, id, frame.user);
    if (invited == nullptr)
        return;
    const AppendRequest request { .room = *room, .user = invited->name, .body = MembershipChanged { Change::Joined, *peer.user } };
    m_chat.store.append(request, then<Appended>(peer, [this, id, request](Peer *back, const auto &joined) {
        if (!joined) {
            if (back != nullptr)
                refuseUser(*back, id, joined.error());
            return;
        }
        if (back != nullptr)
            m_chat.audience.reply(*back, id, Ack { {}, request.room, joined->event.seq, m_chat.now() });
        if (joined->isNoop)
            return;
        m_chat.directory.apply(joined->event);
        m_chat.audience.tellRoom(request.room, Reach::HearsAll, joined->event);
        bringIn(request.user, request.room, nullptr);
        m_chat.audience.tellRoomChanged(request.room);
    }));
}

void RoomDesk::setTopic(Peer &peer, const Id &id, const SetTopic &frame)
{
    const auto room = ownRoomOfNamed(peer, id, frame.room);
    if (!room)
        return;
    if (!mayShape(peer, *room)) {
        refuse(peer, id, ErrorCode::Forbidden, u"Only the room's creator and moderators set its topic"_s);
        return;
    }
    if (!mayWrite(peer, id, *room))
        return;
    const AppendRequest request { .room = *room, .user = *peer.user, .body = TopicChanged { frame.topic } };
    m_chat.store.append(request, then<Appended>(peer, [this, id, request](Peer *back, const auto &changed) {
        if (!changed) {
            if (back != nullptr)
                refuse(*back, id, changed.error());
            return;
        }
        if (back != nullptr)
            m_chat.audience.reply(*back, id, Ack { {}, request.room, changed->event.seq, m_chat.now() });
        if (changed->isNoop)
            return;
        m_chat.directory.apply(changed->event);
        m_chat.audience.tellRoom(request.room, Reach::HearsAll, changed->event);
        m_chat.audience.tellRoomChanged(request.room);
    }));
}

bool RoomDesk::mayShape(const Peer &peer, const RoomId &room) const
{
    const bool isCreator = peer.isWelcomed && m_chat.directory.room(room)->record.creator == peer.user;
    return !room.isDirect() && (isCreator || isModerator(peer));
}

void RoomDesk::setKeep(Peer &peer, const Id &id, const SetKeep &frame)
{
    const auto room = ownRoomOfNamed(peer, id, frame.room);
    if (!room)
        return;
    if (!mayShape(peer, *room)) {
        refuse(peer, id, ErrorCode::Forbidden,
               room->isDirect() ? u"A direct conversation is kept as long as the server keeps messages"_s
                                : u"Only the room's creator and moderators say how long it keeps messages"_s);
        return;
    }
    if (!isHeard(peer, id, room))
        return;
    m_chat.store.setKeepDays(*room, frame.keepDays, then<void>(peer, [this, id, room = *room, days = frame.keepDays](Peer *back, const auto &set) {
        if (!set) {
            if (back != nullptr)
                refuse(*back, id, set.error());
            return;
        }
        const bool isNews = m_chat.directory.room(room)->record.keepDays != days;
        m_chat.directory.setKeepDays(room, days);
        if (back != nullptr)
            acknowledge(*back, id, room);
        if (isNews)
            m_chat.keepChanged(room);
    }));
}

void RoomDesk::openDirect(Peer &peer, const Id &id, const OpenDirect &frame)
{
    if (!isWelcomed(peer, id))
        return;
    const UserRecord *other = somebody(peer, id, frame.user);
    if (other == nullptr)
        return;
    const UserName self = *peer.user;
    if (other->name == self) {
        refuse(peer, id, ErrorCode::Forbidden, u"A direct conversation is with somebody else"_s);
        return;
    }
    const RoomId room = directRoomId(self, other->name);
    const auto open = [this, id, self](Peer &to, const RoomId &opened) {
        m_chat.audience.reply(to, id, RoomOpened { m_chat.directory.summary(opened, self) });
    };
    if (m_chat.directory.room(room) != nullptr) {
        open(peer, room);
        return;
    }
    if (!isHeard(peer, id, {}))
        return;
    const RoomRecord record { room, {}, {}, RoomKind::Direct, self, {} };
    block(peer);
    m_chat.store.createRoom(record, { self, other->name }, then<QList<RoomEvent>>(peer, [this, id, record, self, open](Peer *back, const auto &made) {
        if (made)
            announceNewRoom(record, *made, self, back, id);
        else if (back != nullptr && made.error().reason == StoreError::Reason::Exists && m_chat.directory.room(record.id))
            open(*back, record.id); // the other one was a moment faster
        else if (back != nullptr)
            refuseUser(*back, id, made.error());
        unblock(back);
    }));
}

void RoomDesk::who(Peer &peer, const Id &id, const Who &frame)
{
    const auto room = visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    m_chat.audience.reply(peer, id, MembersListed { *room, m_chat.audience.membersOf(*room) });
    pause(peer);
}

void RoomDesk::markRead(Peer &peer, const Id &id, const MarkRead &frame)
{
    if (!isWelcomed(peer, id))
        return;
    const auto room = ownRoom(peer, id, frame.room);
    if (!room)
        return;
    const UserName user = *peer.user;
    m_chat.store.markRead(*room, user, frame.seq, then<Seq>(peer, [this, id, user, room = *room](Peer *back, const auto &mark) {
        if (!mark) {
            if (back != nullptr)
                refuse(*back, id, mark.error());
            return;
        }
        m_chat.directory.setReadSeq(room, user, *mark);
        if (back != nullptr)
            m_chat.audience.reply(*back, id, Ack { {}, room, *mark, m_chat.now() });
        m_chat.audience.tellUser(user, ReadMarkMoved { room, *mark }, back);
    }));
}

void RoomDesk::subscribe(Peer &peer, const Id &id, const Subscribe &frame)
{
    if (frame.resource == Resource::Room) {
        const auto room = RoomId::parse(frame.id);
        if (!room || !m_chat.directory.maySee(*room, viewer(peer))) {
            refuse(peer, id, ErrorCode::NotFound);
            return;
        }
    } else {
        const auto user = UserName::parse(frame.id);
        if (!user || (m_chat.directory.user(*user) == nullptr && !m_chat.audience.isOnline(*user))) {
            refuse(peer, id, ErrorCode::NotFound, u"No such user"_s);
            return;
        }
    }
    constexpr int MaxSubscriptions = 100;
    if (!m_chat.audience.subscribe(peer, frame.resource, frame.id, MaxSubscriptions)) {
        refuse(peer, id, ErrorCode::Forbidden, u"Too many subscriptions"_s);
        return;
    }
    m_chat.audience.reply(peer, id, Subscribed { frame.resource, frame.id });
}

void RoomDesk::unsubscribe(Peer &peer, const Id &id, const Unsubscribe &frame)
{
    m_chat.audience.unsubscribe(peer, frame.resource, frame.id);
    m_chat.audience.reply(peer, id, Unsubscribed { frame.resource, frame.id });
}

} // namespace hearth
