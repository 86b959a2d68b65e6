#include "server/chat/moderationdesk.h"

#include "server/chat/guestdesk.h"
#include "server/chat/roomdesk.h"
#include "server/chat/sentences.h"
#include "server/store/moderationstore.h"

#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void ModerationDesk::setRole(Peer &peer, const Id &id, const SetRole &frame)
{
    if (!isOwner(peer, id, u"Only owners can change roles"_s))
        return;
    const UserRecord *user = somebody(peer, id, frame.user);
    if (user == nullptr)
        return;
    if (user->role == frame.role) {
        acknowledge(peer, id);
        return;
    }
    const AuditEntry deed { .by = peer.user, .deed = Deed::SetRole, .user = user->name, .role = frame.role };
    m_chat.changing.insert(user->name);
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id, deed](Peer *back, const auto &done) {
        m_chat.changing.remove(*deed.user);
        if (back != nullptr && !done && done.error().reason == StoreError::Reason::Forbidden)
            refuse(*back, id, ErrorCode::Forbidden, u"The last owner stays one: make somebody else an owner first"_s);
        else if (back != nullptr)
            conclude(*back, id, done);
        if (done)
            takeRole(*done);
    }));
}

void ModerationDesk::takeRole(const AuditEntry &given)
{
    const UserName &user = *given.user;
    giveRole(given);
    const bool mayStay = mayComeIn(*m_chat.directory.user(user));
    for (Peer *own : m_chat.audience.peersOf(user)) {
        if (!mayStay)
            signOut(*own);
        else if (isModerator(*own))
            m_guests.tellWho(*own);
    }
}

void ModerationDesk::kick(Peer &peer, const Id &id, const Kick &frame)
{
    if (!isInCharge(peer, id, frame.room ? u"Only moderators can remove somebody from a room"_s
                                         : u"Only moderators can remove somebody from the chat"_s))
        return;
    if (frame.room) {
        kickFromRoom(peer, id, frame);
        return;
    }
    const auto user = subjectOrGuest(peer, id, frame.user);
    if (!user)
        return;
    const AuditEntry deed { .by = peer.user, .deed = Deed::Kick, .user = *user, .reason = frame.reason };
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id, deed](Peer *back, const auto &done) {
        if (back != nullptr)
            conclude(*back, id, done);
        if (done)
            sendAway(*deed.user, { Removal::Kind::Kicked, deed.by, {}, deed.reason });
    }));
}

std::optional<UserName> ModerationDesk::subjectOrGuest(Peer &peer, const Id &id, const UserName &user)
{
    const auto guest = m_guests.waiting(user);
    return guest && m_chat.directory.user(user) == nullptr ? guest : subject(peer, id, user);
}

void ModerationDesk::kickFromRoom(Peer &peer, const Id &id, const Kick &frame)
{
    const auto room = visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    if (room->isDirect()) {
        refuse(peer, id, ErrorCode::Forbidden, u"Nobody can be removed from a direct conversation"_s);
        return;
    }
    const auto user = subject(peer, id, frame.user);
    if (!user)
        return;
    if (!m_chat.directory.isMember(*room, *user)) {
        refuse(peer, id, ErrorCode::NotFound, u"No such member"_s);
        return;
    }
    const AppendRequest request { .room = *room,
                                  .user = *user,
                                  .body = MembershipChanged { MembershipChanged::Change::Left, peer.user },
                                  .audit = AuditEntry { .by = peer.user, .deed = Deed::Kick, .user = *user, .room = *room, .reason = frame.reason } };
    m_chat.store.append(request, then<Appended>(peer, [this, id, request](Peer *back, const auto &left) {
        if (back != nullptr && left)
            acknowledge(*back, id, request.room);
        else if (back != nullptr)
            refuse(*back, id, left.error());
        if (left)
            m_rooms.takeOut(*left, Left { request.room, request.audit->by, request.audit->reason }, nullptr);
    }));
}

void ModerationDesk::ban(Peer &peer, const Id &id, const Ban &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can ban somebody"_s))
        return;
    AuditEntry deed { .by = peer.user, .deed = Deed::Ban, .until = endOf(frame.forSeconds), .reason = frame.reason };
    if (frame.user) {
        deed.user = subjectOrGuest(peer, id, *frame.user);
        if (!deed.user)
            return;
    } else {
        const auto address = bannable(peer, id, frame.address);
        if (!address)
            return;
        deed.address = *address;
    }
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (back != nullptr)
            conclude(*back, id, done);
        if (!done)
            return;
        m_chat.directory.apply(*done);
        sendAway(*done);
    }));
}

std::optional<QString> ModerationDesk::bannable(Peer &peer, const Id &id, const QString &address)
{
    const auto subnet = parseSubnet(address);
    if (!subnet) {
        refuse(peer, id, ErrorCode::InvalidMessage, u"This is no address: 192.0.2.1, 192.0.2.0/24 and 2001:db8::/32 are"_s, u"address"_s);
        return std::nullopt;
    }
    const auto holds = [&subnet](const QHostAddress &other) { return plainAddress(other).isInSubnet(*subnet); };
    if (subnet->first.isLoopback() || holds(QHostAddress(QHostAddress::LocalHost)) || holds(QHostAddress(QHostAddress::LocalHostIPv6))) {
        refuse(peer, id, ErrorCode::Forbidden, u"The server's own computer cannot be banned"_s);
        return std::nullopt;
    }
    for (const Peer *other : m_chat.audience.peers()) {
        if (other->isConsole || !holds(other->connection.info().peerAddress))
            continue;
        if (other == &peer || (other->user && other->user == peer.user)) {
            refuse(peer, id, ErrorCode::Forbidden, u"You are connected from that address yourself"_s);
            return std::nullopt;
        }
        if (other->isWelcomed && objectionToTouching(peer, *other->user)) {
            refuse(peer, id, ErrorCode::Forbidden, u"%1 is connected from that address"_s.arg(other->user->toString()));
            return std::nullopt;
        }
    }
    return toString(*subnet);
}

void ModerationDesk::unban(Peer &peer, const Id &id, const Unban &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can lift a ban"_s))
        return;
    AuditEntry deed { .by = peer.user, .deed = Deed::Unban, .user = frame.user, .address = frame.address };
    if (const auto subnet = parseSubnet(frame.address))
        deed.address = toString(*subnet);
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (done)
            m_chat.directory.apply(*done);
        if (back != nullptr)
            conclude(*back, id, done, u"No such ban"_s);
    }));
}

void ModerationDesk::listBans(Peer &peer, const Id &id)
{
    if (!isInCharge(peer, id, u"Only moderators can see who is banned"_s))
        return;
    BansListed listed { m_chat.directory.sanctions().bans(m_chat.now()), m_chat.directory.sanctions().mutes(m_chat.now()) };
    listed.mutes.removeIf([&](const MuteInfo &mute) { return !mayKnow(peer, mute.room); });
    m_chat.audience.reply(peer, id, listed);
    pause(peer);
}

void ModerationDesk::audit(Peer &peer, const Id &id, const FetchAudit &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can see the audit log"_s))
        return;
    m_chat.store.moderation().audit(frame.before, frame.limit, then<AuditPage>(peer, [this, id](Peer *back, const auto &page) {
        if (back == nullptr)
            return;
        if (!page) {
            refuse(*back, id, page.error());
            return;
        }
        AuditListed listed { page->entries, page->hasMore };
        listed.entries.removeIf([&](const AuditEntry &entry) { return !mayKnow(*back, entry.room); });
        m_chat.audience.reply(*back, id, listed);
    }));
}

void ModerationDesk::sendAway(const AuditEntry &ban)
{
    const Removal removal { Removal::Kind::Banned, ban.by, ban.until, ban.reason };
    if (ban.user) {
        sendAway(*ban.user, removal);
        return;
    }
    const auto subnet = parseSubnet(ban.address);
    for (Peer *peer : m_chat.audience.peers()) {
        if (peer->isConsole || !plainAddress(peer->connection.info().peerAddress).isInSubnet(*subnet))
            continue;
        m_guests.left(peer->id());
        expel(*peer, {}, removal);
    }
}

void ModerationDesk::sendAway(const UserName &user, const Removal &removal)
{
    for (Peer *peer : m_chat.audience.peersOf(user))
        expel(*peer, {}, removal);
    m_guests.sendAway(user, removal);
}

} // namespace hearth
