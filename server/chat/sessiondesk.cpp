#include "server/chat/sessiondesk.h"

#include "server/chat/guestdesk.h"
#include "server/chat/restrictiondesk.h"
#include "server/chat/sentences.h"
#include "server/chat/token.h"

#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int NotificationsAtOnce = 100;

} // namespace

SessionDesk::SessionDesk(ChatContext &context, GuestDesk &guests, RestrictionDesk &restrictions)
    : ChatDesk(context), m_guests(guests), m_restrictions(restrictions), m_passwordHash(token::hash(context.settings.password)),
      m_newUsers(context.settings.newUsers)
{
}

bool SessionDesk::isBanned(Peer &peer, const Id &id, const UserName &user)
{
    const BanInfo *ban = m_chat.directory.sanctions().banOf(user, m_chat.now());
    if (ban != nullptr)
        expel(peer, id, removalBy(*ban));
    return ban != nullptr;
}

void SessionDesk::welcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                          const std::optional<StoreError> &inviteFailure)
{
    m_chat.store.counts(frame.user, then<QList<RoomCounts>>(peer, [this, id, frame, token, inviteFailure](Peer *back, const auto &counts) {
        if (back == nullptr)
            return;
        if (isBanned(*back, id, frame.user))
            return; // while the store was asked
        if (!counts)
            refuse(*back, id, counts.error());
        else if (finishWelcome(*back, id, frame, token, *counts) && inviteFailure)
            refuse(*back, {}, *inviteFailure, {}, u"invite"_s);
        unblock(back);
    }));
}

bool SessionDesk::finishWelcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                                const QList<RoomCounts> &counts)
{
    if (m_chat.directory.session(frame.user, peer.session) == nullptr || !mayComeIn(*m_chat.directory.user(frame.user))) {
        refuse(peer, id, ErrorCode::Unauthorized); // signed out meanwhile
        return false;
    }
    const UserRecord record = *m_chat.directory.user(frame.user);
    const QList<RoomId> rooms = m_chat.directory.roomsOf(record.name);
    // As a plain client it heard its room; from now on it hears what it is a member of.
    for (const RoomId &room : std::set<RoomId>(peer.rooms)) {
        if (!rooms.contains(room))
            m_chat.audience.exit(peer, room);
    }

    Welcome welcome;
    welcome.user = record.name;
    welcome.token = token;
    welcome.role = record.role;
    welcome.hasPassword = !record.passwordHash.isEmpty();
    welcome.timestamp = m_chat.now();
    QSet<UserName> others;
    for (const RoomId &room : rooms) {
        const auto own = std::find_if(counts.begin(), counts.end(), [&room](const RoomCounts &c) { return c.room == room; });
        welcome.rooms.append(m_chat.directory.summary(room, record.name, own == counts.end() ? RoomCounts {} : *own));
        for (const MembershipRecord &member : m_chat.directory.room(room)->members)
            others.insert(member.user);
    }
    others.remove(record.name);
    for (const UserName &other : std::as_const(others))
        welcome.users.append(m_chat.audience.memberInfo(other));
    m_chat.audience.reply(peer, id, welcome);

    if (frame.features.contains("batch"_L1) && !peer.isBatching) {
        for (const RoomId &room : std::set<RoomId>(peer.rooms))
            m_chat.audience.exit(peer, room); // it comes back below, with its frames in batches
        peer.isBatching = true;
    }
    peer.isWelcomed = true;
    peer.connection.setMaxMessageSize(m_chat.settings.maxMessageSize);
    m_chat.audience.setUser(peer, record.name);
    m_chat.audience.setHearsAll(peer);
    for (const RoomId &room : rooms)
        m_chat.audience.enter(peer, room);
    qCInfo(lcChat).nospace() << "event=welcome connection=" << peer.id();
    m_restrictions.tellMutes(peer);
    if (isModerator(peer))
        m_guests.tellWho(peer);
    deliverStored(record.name);
    return true;
}

void SessionDesk::deliverStored(const UserName &user)
{
    if (m_delivering.contains(user))
        return; // that round looks again
    m_delivering.insert(user, {});
    takeStored(user);
}

void SessionDesk::takeStored(const UserName &user)
{
    m_chat.store.takeNotifications(user, NotificationsAtOnce, [this, user](const auto &taken) {
        const QList<Notification> stored = taken ? *taken : QList<Notification>(); // otherwise they are still there
        for (const Notification &notification : stored)
            tellOrKeep(user, notification);
        if (stored.size() == NotificationsAtOnce && m_chat.audience.isWelcomed(user)) {
            takeStored(user);
            return;
        }
        for (const Notification &notification : m_delivering.take(user))
            tellOrKeep(user, notification);
    });
}

void SessionDesk::notify(const UserName &user, const Notification &notification)
{
    const auto delivering = m_delivering.find(user);
    if (delivering != m_delivering.end())
        delivering->append(notification); // behind what was stored before
    else
        tellOrKeep(user, notification);
}

void SessionDesk::tellOrKeep(const UserName &user, const Notification &notification)
{
    if (m_chat.audience.isWelcomed(user))
        m_chat.audience.tellUser(user, notification);
    else
        m_chat.store.addNotification(user, notification, [](const auto &) {});
}

bool SessionDesk::identify(Peer &peer, const Id &id, const std::optional<UserName> &name,
                           const std::optional<ClientId> &clientId)
{
    if (peer.user) {
        if (name && *name != *peer.user) {
            refuse(peer, id, ErrorCode::IdentityMismatch, {}, {}, clientId);
            return false;
        }
    } else if (!name) {
        refuse(peer, id, ErrorCode::InvalidMessage, {}, u"user"_s, clientId);
        return false;
    }
    if (peer.isWelcomed)
        return true;
    const UserName speaker = peer.user.value_or(name.value_or(UserName()));
    const UserRecord *known = m_chat.directory.user(speaker);
    // It may have been claimed since this client began to use it.
    const auto other = m_chat.directory.lookAlike(speaker);
    if ((known != nullptr && known->isOwned) || other || (!peer.user && m_arriving.contains(speaker))) {
        refuse(peer, id, ErrorCode::NameTaken, sentenceForLookAlike(other), {}, clientId);
        return false;
    }
    if (isBanned(peer, id, speaker))
        return false;
    if (peer.user)
        return true;
    if (bringsTooManyNames(peer, id, speaker, clientId))
        return false;
    m_chat.audience.setUser(peer, known != nullptr ? known->name : speaker);
    return true;
}

void SessionDesk::setPresence(Peer &peer, const Id &id, const SetPresence &frame)
{
    if (!isWelcomed(peer, id))
        return;
    m_chat.audience.setState(*peer.user, frame.state);
    acknowledge(peer, id);
}

void SessionDesk::noteAway(const UserName &user, const QDateTime &when)
{
    const UserRecord *known = m_chat.directory.user(user);
    // A claim that is being stored is newer than what is known here, and must not be overwritten with it.
    if (known == nullptr || m_arriving.contains(user))
        return;
    UserRecord record = *known;
    record.lastSeen = when;
    m_chat.directory.putUser(record);
    m_chat.store.setLastSeen(user, when, [](const auto &) {});
}

void SessionDesk::noteSeen(const Peer &peer)
{
    const SessionRecord *known = peer.isWelcomed ? m_chat.directory.session(*peer.user, peer.session) : nullptr;
    if (known == nullptr)
        return; // it has been signed out
    SessionRecord record = *known;
    record.lastSeen = m_chat.now();
    m_chat.directory.putSession(record);
    m_chat.store.accounts().noteSession(record.id, record.address, record.lastSeen, [](const auto &) {});
}

void SessionDesk::noteAllSeen()
{
    QSet<UserName> users;
    for (const Peer *peer : m_chat.audience.peers()) {
        noteSeen(*peer);
        if (peer->user)
            users.insert(*peer->user);
    }
    for (const UserName &user : std::as_const(users))
        noteAway(user, m_chat.now());
}

} // namespace hearth
