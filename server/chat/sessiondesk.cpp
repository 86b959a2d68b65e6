#include "server/chat/sessiondesk.h"

#include "server/chat/guestdesk.h"
#include "server/chat/restrictiondesk.h"
#include "server/chat/sentences.h"
#include "server/chat/token.h"

#include <QDeadlineTimer>
#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MaxFailedHellos = 3; ///< on one connection
constexpr RateSettings FailuresPerAddress { 10, 0.2 };
constexpr qsizetype MaxAddressesRemembered = 10'000;
constexpr int NotificationsAtOnce = 100;

qint64 monotonicMs() { return QDeadlineTimer::current().deadline(); }

} // namespace

SessionDesk::SessionDesk(ChatContext &context, GuestDesk &guests, RestrictionDesk &restrictions)
    : ChatDesk(context), m_guests(guests), m_restrictions(restrictions), m_passwordHash(token::hash(context.settings.password))
{
}

std::optional<Error> SessionDesk::objection(Peer &peer, const Hello &frame)
{
    Error error;
    error.timestamp = m_chat.now();
    if (peer.user && *peer.user != frame.user) {
        error.code = ErrorCode::IdentityMismatch;
        return error;
    }
    if (peer.isWelcomed)
        return std::nullopt;
    error.code = ErrorCode::Unauthorized;
    // Compared by hash: a wrong password takes the same time whatever is wrong with it.
    if (m_chat.settings.access == Access::Password
        && !token::isSame(token::hash(frame.password.value_or(QString())), m_passwordHash))
        return error;
    const UserRecord *known = m_chat.directory.user(frame.user);
    if (known != nullptr && !known->tokenHash.isEmpty()) {
        if (!frame.token) {
            error.code = ErrorCode::NameTaken;
            return error;
        }
        if (!token::isSame(token::hash(*frame.token), known->tokenHash))
            return error;
        return std::nullopt;
    }
    // Nobody owns the name: it goes to whoever comes first, unless somebody speaks under it now.
    error.code = ErrorCode::NameTaken;
    const auto speakers = m_chat.audience.peersOf(frame.user);
    const bool isInUse = std::any_of(speakers.begin(), speakers.end(), [&peer](const Peer *other) { return other != &peer; });
    if (isInUse || m_arriving.contains(frame.user) || m_guests.isWaiting(frame.user))
        return error;
    return std::nullopt;
}

void SessionDesk::hello(Peer &peer, const Id &id, const Hello &frame)
{
    if (m_guests.isWaiting(peer)) {
        refuse(peer, id, ErrorCode::Conflict, u"You are waiting to be let in"_s);
        return;
    }
    const qint64 now = monotonicMs();
    const QHostAddress address = peer.connection.info().peerAddress;
    auto failures = m_failures.find(address);
    if (failures != m_failures.end()) {
        if (const auto wait = failures->wait(now)) {
            Error error;
            error.code = ErrorCode::RateLimited;
            error.timestamp = m_chat.now();
            error.retryAfterMs = wait;
            fail(peer, id, error);
            return;
        }
    }
    if (const auto error = objection(peer, frame)) {
        if (error->code == ErrorCode::Unauthorized) {
            if (m_failures.size() >= MaxAddressesRemembered)
                m_failures.removeIf([now](auto entry) { return entry.value().isFull(now); });
            failures = m_failures.find(address);
            if (failures == m_failures.end())
                failures = m_failures.insert(address, TokenBucket(FailuresPerAddress));
            const auto refused = failures->take(now);
            Q_UNUSED(refused)
        }
        fail(peer, id, *error);
        return;
    }
    if (isBanned(peer, id, frame.user))
        return;
    if (!peer.isWelcomed && mustWait(frame))
        m_guests.wait(peer, id, frame);
    else
        letIn(peer, id, frame);
}

void SessionDesk::letIn(Peer &peer, const Id &id, const Hello &frame)
{
    block(peer);
    if (peer.isWelcomed)
        welcome(peer, id, frame, {});
    else
        enroll(peer, id, frame);
}

bool SessionDesk::mustWait(const Hello &frame) const
{
    if (!m_chat.settings.approveGuests)
        return false;
    const UserRecord *known = m_chat.directory.user(frame.user);
    if (known != nullptr && !known->tokenHash.isEmpty())
        return false;
    // Whoever comes first becomes the owner: nobody is there who could let them in.
    return m_chat.directory.hasOwner() || !m_arriving.isEmpty();
}

bool SessionDesk::isBanned(Peer &peer, const Id &id, const UserName &user)
{
    const BanInfo *ban = m_chat.directory.sanctions().banOf(user, m_chat.now());
    if (ban != nullptr)
        expel(peer, id, removalBy(*ban));
    return ban != nullptr;
}

void SessionDesk::fail(Peer &peer, const Id &id, Error error)
{
    const bool isFailure = error.code == ErrorCode::Unauthorized || error.code == ErrorCode::RateLimited;
    m_chat.audience.reply(peer, id, std::move(error));
    if (isFailure && ++peer.failedHellos >= MaxFailedHellos) {
        qCInfo(lcChat).nospace() << "event=hello-failed connection=" << peer.id();
        peer.connection.close(CloseCode::PolicyViolation, u"Authentication failed"_s);
    }
}

/// A new name is stored with a token of its own; a known one has proved itself already.
void SessionDesk::enroll(Peer &peer, const Id &id, const Hello &frame)
{
    const UserRecord *known = m_chat.directory.user(frame.user);
    if (known != nullptr && !known->tokenHash.isEmpty()) {
        welcome(peer, id, frame, frame.token.value_or(QString())); // the right one: it was compared
        return;
    }
    // A client that brings a token for a name that nobody owns owns it by that: when `welcome` is lost on its way,
    // the same hello works again. Anything else that it brings is no token.
    const bool isProposed = frame.token && token::isWellFormed(*frame.token);
    const QString token = isProposed ? *frame.token : token::generate();
    UserRecord record = known != nullptr ? *known : UserRecord { .name = frame.user };
    record.role = m_chat.settings.access == Access::Open ? Role::Guest : Role::Member;
    record.tokenHash = token::hash(token);
    m_arriving.insert(frame.user);
    const auto isStored = std::make_shared<bool>(false);
    const auto done = then<UserRecord>(peer, [this, id, frame, isStored](Peer *back, const auto &stored) {
        m_arriving.remove(frame.user);
        *isStored = stored.has_value();
        if (stored) {
            m_chat.directory.putUser(*stored);
            return;
        }
        if (back != nullptr && stored.error().reason == StoreError::Reason::Exists)
            refuse(*back, id, ErrorCode::NameTaken);
        else if (back != nullptr)
            refuse(*back, id, stored.error());
        unblock(back);
    });
    if (known != nullptr)
        m_chat.store.updateUser(record, done);
    else
        m_chat.store.addUser(record, done);
    joinLobby(peer, id, frame, token, isStored);
}

/// Asked of the store in the same turn as the name, so that both are in one commit: whatever breaks off meanwhile, nobody
/// owns a name and has never come into the lobby.
void SessionDesk::joinLobby(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                            const std::shared_ptr<const bool> &isStored)
{
    const AppendRequest request { .room = RoomId::lobby(), .user = frame.user, .body = MembershipChanged {} };
    m_chat.store.append(request, then<Appended>(peer, [this, id, frame, token, isStored](Peer *back, const auto &joined) {
        if (joined && !joined->isNoop) {
            m_chat.directory.apply(joined->event);
            m_chat.audience.tellRoom(RoomId::lobby(), Audience::Reach::HearsAll, joined->event);
        }
        if (back == nullptr || !*isStored)
            return; // gone, or refused already
        if (joined) {
            welcome(*back, id, frame, token);
            return;
        }
        refuse(*back, id, joined.error());
        unblock(back);
    }));
}

void SessionDesk::welcome(Peer &peer, const Id &id, const Hello &frame, const QString &token)
{
    m_chat.store.counts(frame.user, then<QList<RoomCounts>>(peer, [this, id, frame, token](Peer *back, const auto &counts) {
        if (back == nullptr)
            return;
        if (isBanned(*back, id, frame.user))
            return; // while the store was asked
        if (counts)
            finishWelcome(*back, id, frame, token, *counts);
        else
            refuse(*back, id, counts.error());
        unblock(back);
    }));
}

void SessionDesk::finishWelcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                                const QList<RoomCounts> &counts)
{
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
    if ((known != nullptr && !known->tokenHash.isEmpty()) || (!peer.user && m_arriving.contains(speaker))) {
        refuse(peer, id, ErrorCode::NameTaken, {}, {}, clientId);
        return false;
    }
    if (isBanned(peer, id, speaker))
        return false;
    if (!peer.user)
        m_chat.audience.setUser(peer, known != nullptr ? known->name : speaker);
    return true;
}

void SessionDesk::setPresence(Peer &peer, const Id &id, const SetPresence &frame)
{
    if (!isWelcomed(peer, id))
        return;
    m_chat.audience.setState(*peer.user, frame.state);
    Ack ack;
    ack.timestamp = m_chat.now();
    m_chat.audience.reply(peer, id, ack);
}

void SessionDesk::noteAway(const UserName &user, const QDateTime &when)
{
    const UserRecord *known = m_chat.directory.user(user);
    // A claim that is being stored is newer than what is known here, and must not be overwritten with it.
    if (known == nullptr || m_arriving.contains(user) || m_chat.changing.contains(user))
        return;
    UserRecord record = *known;
    record.lastSeen = when;
    m_chat.directory.putUser(record);
    m_chat.store.updateUser(record, [](const auto &) {});
}

} // namespace hearth
