#include "server/chat/chatdesk.h"

#include "server/chat/sentences.h"
#include "server/telemetry/logvalue.h"

#include <QLoggingCategory>
#include <QRandomGenerator>

Q_LOGGING_CATEGORY(lcChat, "hearth.chat")

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void ChatDesk::refuse(Peer &peer, const Id &id, ErrorCode code, const QString &message, const QString &detail,
                      const std::optional<ClientId> &clientId)
{
    Error error;
    error.code = code;
    error.message = message;
    error.detail = detail;
    error.timestamp = m_chat.now();
    error.clientId = clientId;
    m_chat.audience.reply(peer, id, error);
}

void ChatDesk::refuseFor(Peer &peer, const Id &id, qint64 wait, const QString &message, const std::optional<ClientId> &clientId)
{
    Error error;
    error.code = ErrorCode::RateLimited;
    error.message = message;
    error.timestamp = m_chat.now();
    error.clientId = clientId;
    error.retryAfterMs = wait;
    m_chat.audience.reply(peer, id, error);
}

void ChatDesk::refuse(Peer &peer, const Id &id, const StoreError &failure, const std::optional<ClientId> &clientId,
                      const QString &detail)
{
    using Reason = StoreError::Reason;
    switch (failure.reason) {
    case Reason::NotFound:
        refuse(peer, id, ErrorCode::NotFound, u"No such message"_s, detail, clientId);
        return;
    case Reason::Exists:
        refuse(peer, id, ErrorCode::Conflict, {}, detail, clientId);
        return;
    case Reason::Conflict:
        refuse(peer, id, ErrorCode::Conflict, u"The client_id was used for another message"_s, detail, clientId);
        return;
    case Reason::LimitReached:
        refuse(peer, id, ErrorCode::Forbidden, u"Too many different reactions to this message"_s, detail, clientId);
        return;
    case Reason::Forbidden:
        refuse(peer, id, ErrorCode::Forbidden, {}, detail, clientId);
        return;
    case Reason::StorageFull:
    case Reason::Busy:
        refuse(peer, id, ErrorCode::StorageFull, {}, detail, clientId);
        return;
    case Reason::Failed:
        break;
    }
    if (m_chat.isDraining) {
        refuse(peer, id, ErrorCode::ShuttingDown, {}, detail, clientId);
        return;
    }
    Error error;
    error.code = ErrorCode::Internal;
    error.detail = detail;
    error.timestamp = m_chat.now();
    error.clientId = clientId;
    error.reference = QString::number(QRandomGenerator::global()->generate(), 16);
    qCCritical(lcChat).noquote().nospace() << "event=internal-error reference=" << error.reference
                                           << " error=" << logValue(failure.text);
    m_chat.audience.reply(peer, id, error);
}

void ChatDesk::unblock(Peer *peer)
{
    if (peer == nullptr)
        return;
    peer->isBusy = false;
    m_chat.resume(peer->id());
}

void ChatDesk::pause(Peer &peer)
{
    block(peer);
    QMetaObject::invokeMethod(
        &m_chat.audience, [this, id = peer.id()] { unblock(m_chat.audience.find(id)); }, Qt::QueuedConnection);
}

std::optional<UserName> ChatDesk::viewer(const Peer &peer) { return peer.isWelcomed ? peer.user : std::nullopt; }

std::optional<RoomId> ChatDesk::visibleRoom(Peer &peer, const Id &id, const std::optional<RoomId> &wanted)
{
    const RoomId room = wanted.value_or(peer.room);
    if (m_chat.directory.maySee(room, viewer(peer)) || (peer.isConsole && m_chat.directory.room(room) != nullptr))
        return room;
    refuse(peer, id, ErrorCode::NotFound);
    return std::nullopt;
}

std::optional<RoomId> ChatDesk::ownRoom(Peer &peer, const Id &id, const std::optional<RoomId> &wanted,
                                        const std::optional<ClientId> &clientId)
{
    const RoomId room = wanted.value_or(peer.room);
    const auto objection = objectionTo(peer, room);
    if (!objection)
        return room;
    refuseRoom(peer, id, *objection, clientId);
    return std::nullopt;
}

std::optional<RoomId> ChatDesk::ownRoomOfNamed(Peer &peer, const Id &id, const std::optional<RoomId> &wanted)
{
    return isNamed(peer, id) ? ownRoom(peer, id, wanted) : std::nullopt;
}

std::optional<ErrorCode> ChatDesk::objectionTo(const Peer &peer, const RoomId &room) const
{
    const bool mayKnow = m_chat.directory.maySee(room, viewer(peer));
    const bool isMember = peer.user && m_chat.directory.isMember(room, *peer.user);
    // A plain client is a member of its room for as long as it is there.
    const bool isGuest = !peer.isWelcomed && peer.rooms.contains(room);
    if (mayKnow && (isMember || isGuest))
        return std::nullopt;
    return mayKnow ? ErrorCode::Forbidden : ErrorCode::NotFound;
}

void ChatDesk::refuseRoom(Peer &peer, const Id &id, ErrorCode objection, const std::optional<ClientId> &clientId)
{
    Error error = roomError(objection);
    error.clientId = clientId;
    m_chat.audience.reply(peer, id, error);
}

Error ChatDesk::roomError(ErrorCode objection) const
{
    Error error;
    error.code = objection;
    if (objection == ErrorCode::Forbidden)
        error.message = u"Join the room first"_s;
    error.timestamp = m_chat.now();
    return error;
}

void ChatDesk::remember(const Peer &peer)
{
    if (m_chat.directory.user(*peer.user) != nullptr)
        return;
    // What is appended next comes after it in the store's queue. Twice does no harm: the second is refused.
    m_chat.store.addUser({ .name = *peer.user }, [this](const auto &stored) {
        if (stored)
            m_chat.directory.putUser(*stored);
    });
}

bool ChatDesk::isNamed(Peer &peer, const Id &id)
{
    if (!peer.user)
        refuse(peer, id, ErrorCode::Unauthorized);
    return peer.user.has_value();
}

bool ChatDesk::isWelcomed(Peer &peer, const Id &id)
{
    if (!peer.isWelcomed)
        refuse(peer, id, ErrorCode::Unauthorized);
    return peer.isWelcomed;
}

std::optional<Role> ChatDesk::roleOf(const Peer &peer) const
{
    if (peer.isConsole)
        return Role::Owner;
    const UserRecord *record = peer.isWelcomed ? m_chat.directory.user(*peer.user) : nullptr;
    return record != nullptr ? std::optional(record->role) : std::nullopt;
}

bool ChatDesk::isModerator(const Peer &peer) const
{
    const auto role = roleOf(peer);
    return role == Role::Owner || role == Role::Moderator;
}

bool ChatDesk::isOwner(const Peer &peer) const { return roleOf(peer) == Role::Owner; }

bool ChatDesk::isOwner(Peer &peer, const Id &id, const QString &whoMay)
{
    if (isOwner(peer))
        return true;
    refuse(peer, id, peer.isWelcomed ? ErrorCode::Forbidden : ErrorCode::Unauthorized, peer.isWelcomed ? whoMay : QString());
    return false;
}

bool ChatDesk::mayComeIn(const UserRecord &user) const
{
    return user.isSomebody() && (m_chat.settings.access != Access::Accounts || user.role != Role::Guest);
}

void ChatDesk::takeAccount(const UserRecord &account)
{
    m_chat.directory.putUser(account);
    m_chat.directory.apply(AuditEntry { .deed = Deed::AddUser, .user = account.name, .role = account.role });
    m_chat.passwords.forgive(account.name); // whatever was tried while nobody had it
}

void ChatDesk::giveRole(const AuditEntry &given)
{
    const UserName &user = *given.user;
    const QList<MuteInfo> before = m_chat.directory.sanctions().mutesOf(user, m_chat.now());
    m_chat.directory.apply(given);
    m_chat.audience.tellRole(user);
    for (const MuteInfo &mute : before) {
        if (moderates(*given.role) && (!mute.room || m_chat.directory.maySee(*mute.room, user)))
            m_chat.audience.tellUser(user, MuteChanged { mute.room, false, given.by, {}, {} });
    }
}

const UserRecord *ChatDesk::somebody(Peer &peer, const Id &id, const UserName &user)
{
    const UserRecord *known = m_chat.directory.user(user);
    if (known != nullptr && known->isSomebody())
        return known;
    refuse(peer, id, ErrorCode::NotFound, u"No such user"_s);
    return nullptr;
}

bool ChatDesk::isInCharge(Peer &peer, const Id &id, const QString &whoMay)
{
    if (isModerator(peer))
        return true;
    if (peer.isWelcomed)
        refuse(peer, id, ErrorCode::Forbidden, whoMay);
    else
        refuse(peer, id, ErrorCode::Unauthorized);
    return false;
}

bool ChatDesk::mayKnow(const Peer &peer, const std::optional<RoomId> &room) const
{
    return !room || peer.isConsole || m_chat.directory.maySee(*room, viewer(peer));
}

std::optional<QString> ChatDesk::objectionToTouching(const Peer &peer, const UserName &user) const
{
    if (peer.isConsole)
        return std::nullopt;
    if (peer.user == user)
        return u"You cannot do that to yourself"_s;
    const UserRecord *record = m_chat.directory.user(user);
    if (record == nullptr)
        return std::nullopt;
    if (record->role == Role::Owner)
        return u"Nobody can do that to an owner"_s;
    if (record->role == Role::Moderator && roleOf(peer) != Role::Owner)
        return u"Only owners can do that to a moderator"_s;
    return std::nullopt;
}

std::optional<UserName> ChatDesk::subject(Peer &peer, const Id &id, const UserName &user)
{
    const UserRecord *record = m_chat.directory.user(user);
    if (record == nullptr && !m_chat.audience.isOnline(user)) {
        refuse(peer, id, ErrorCode::NotFound, u"No such user"_s);
        return std::nullopt;
    }
    if (const auto objection = objectionToTouching(peer, user)) {
        refuse(peer, id, ErrorCode::Forbidden, *objection);
        return std::nullopt;
    }
    return record != nullptr ? record->name : user;
}

QDateTime ChatDesk::endOf(const std::optional<qint64> &forSeconds) const
{
    return forSeconds ? m_chat.now().addSecs(*forSeconds) : QDateTime();
}

void ChatDesk::bringIn(const UserName &user, const RoomId &room, const Peer *except)
{
    const ServerFrame opened = RoomOpened { m_chat.directory.summary(room, user) };
    for (Peer *peer : m_chat.audience.peersOf(user)) {
        if (!peer->isWelcomed)
            continue;
        if (peer != except)
            m_chat.audience.tell(*peer, opened);
        m_chat.audience.enter(*peer, room);
    }
}

void ChatDesk::acknowledge(Peer &peer, const Id &id, const std::optional<RoomId> &room)
{
    Ack ack;
    ack.room = room;
    ack.timestamp = m_chat.now();
    m_chat.audience.reply(peer, id, ack);
}

void ChatDesk::conclude(Peer &peer, const Id &id, const Result<AuditEntry, StoreError> &done, const QString &notFound)
{
    if (done)
        acknowledge(peer, id, done->room);
    else if (done.error().reason == StoreError::Reason::NotFound && !notFound.isEmpty())
        refuse(peer, id, ErrorCode::NotFound, notFound);
    else if (done.error().reason == StoreError::Reason::Forbidden)
        refuse(peer, id, ErrorCode::Forbidden, u"Only owners can change what an owner did"_s);
    else
        refuse(peer, id, done.error());
}

Peer *ChatDesk::present(quint64 peer) const
{
    Peer *found = m_chat.audience.find(peer);
    return found != nullptr && !found->isDismissed ? found : nullptr;
}

void ChatDesk::expel(Peer &peer, const Id &id, const Removal &removal)
{
    Error error;
    error.code = ErrorCode::Forbidden;
    error.message = sentenceFor(removal);
    error.timestamp = m_chat.now();
    error.removal = removal;
    m_chat.audience.reply(peer, id, error);
    peer.isDismissed = true;
    qCInfo(lcChat).nospace() << "event=expelled connection=" << peer.id();
    peer.connection.close(CloseCode::PolicyViolation, u"Removed"_s);
}

void ChatDesk::signOut(Peer &peer)
{
    Error error;
    error.code = ErrorCode::Unauthorized;
    error.message = u"You were signed out"_s;
    error.timestamp = m_chat.now();
    m_chat.audience.tellLast(peer, error);
    peer.isDismissed = true;
    qCInfo(lcChat).nospace() << "event=signed-out connection=" << peer.id();
    peer.connection.close(CloseCode::PolicyViolation, u"Signed out"_s);
}

std::optional<Error> ChatDesk::objectionOfMute(const Peer &peer, const std::optional<RoomId> &room) const
{
    const MuteInfo *mute = m_chat.directory.sanctions().muteOf(*peer.user, room, m_chat.now());
    if (mute == nullptr)
        return std::nullopt;
    Error error;
    error.code = ErrorCode::Forbidden;
    error.message = sentenceFor(*mute);
    error.timestamp = m_chat.now();
    return error;
}

bool ChatDesk::isHeard(Peer &peer, const Id &id, const std::optional<RoomId> &room)
{
    const auto objection = objectionOfMute(peer, room);
    if (objection)
        m_chat.audience.reply(peer, id, *objection);
    return !objection;
}

std::optional<Error> ChatDesk::objectionToWriting(const Peer &peer, const RoomId &room) const
{
    if (auto objection = objectionOfMute(peer, room))
        return objection;
    Error error;
    error.code = ErrorCode::Forbidden;
    error.timestamp = m_chat.now();
    if (const auto other = m_chat.directory.peerIn(room, *peer.user); other && m_chat.directory.user(*other)->isRemoved) {
        error.message = u"%1 was removed from the chat, and would not read it"_s.arg(other->toString());
        return error;
    }
    const Directory::Room *known = m_chat.directory.room(room);
    if (known == nullptr || !known->record.isClosed || isModerator(peer))
        return std::nullopt;
    error.message = u"This room is closed: only moderators can write in it"_s;
    return error;
}

bool ChatDesk::mayWrite(Peer &peer, const Id &id, const RoomId &room)
{
    const auto objection = objectionToWriting(peer, room);
    if (objection)
        m_chat.audience.reply(peer, id, *objection);
    return !objection;
}

} // namespace hearth
