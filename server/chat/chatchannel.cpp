#include "server/chat/chatchannel.h"

#include "protocol/codec.h"
#include "protocol/visitor.h"
#include "server/chat/sanctions.h"
#include "server/chat/sentences.h"
#include "server/net/traffic.h"
#include "server/telemetry/monotonicnow.h"

#include <QLoggingCategory>
#include <QTimer>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

// Behind a request that is not decided: what a client says in one go after its hello, with room to spare.
constexpr qsizetype MaxWaitingRequests = 10'000;
constexpr qsizetype MaxWaitingBytes = 4 * 1024 * 1024;
constexpr int RequestsAtOnce = 100; ///< of those that waited, before others have their turn
/// Largest message of a peer that has to prove itself first: a hello with room to spare.
constexpr qint64 MaxUnprovenMessage = 16 * 1'024;

std::optional<ClientId> clientIdOf(const ClientFrame &frame)
{
    const auto *post = std::get_if<PostMessage>(&frame);
    return post != nullptr ? post->clientId : std::nullopt;
}

/// What the seed's clients say too.
bool isPlain(const ClientFrame &frame)
{
    return std::holds_alternative<Ping>(frame) || std::holds_alternative<PostMessage>(frame)
        || std::holds_alternative<SetTyping>(frame);
}

Rate rateOf(const ClientFrame &frame)
{
    return std::visit(Visitor {
                          [](const PostMessage &) { return Rate::Messages; },
                          [](const SetTyping &) { return Rate::Typing; },
                          [](const JoinRoom &) { return Rate::Joins; },
                          [](const LeaveRoom &) { return Rate::Joins; },
                          [](const InviteMember &) { return Rate::Joins; },
                          [](const CreateRoom &) { return Rate::Rooms; },
                          [](const OpenDirect &) { return Rate::Rooms; },
                          [](const CreateInvite &) { return Rate::Rooms; },
                          [](const auto &) { return Rate::Requests; },
                      },
                      frame);
}

/// What a console may ask: nothing that is said in somebody's name.
bool isForConsole(const ClientFrame &frame)
{
    return std::holds_alternative<Ping>(frame) || std::holds_alternative<ListUsers>(frame) || std::holds_alternative<AddUser>(frame)
        || std::holds_alternative<RemoveUser>(frame) || std::holds_alternative<ResetPassword>(frame) || std::holds_alternative<SetRole>(frame)
        || std::holds_alternative<Kick>(frame) || std::holds_alternative<Ban>(frame) || std::holds_alternative<Unban>(frame)
        || std::holds_alternative<ListBans>(frame) || std::holds_alternative<Mute>(frame) || std::holds_alternative<Unmute>(frame)
        || std::holds_alternative<SetSlowMode>(frame) || std::holds_alternative<CloseRoom>(frame)
        || std::holds_alternative<Admit>(frame) || std::holds_alternative<ListWaitingGuests>(frame)
        || std::holds_alternative<FetchAudit>(frame) || std::holds_alternative<CreateInvite>(frame)
        || std::holds_alternative<ListInvites>(frame) || std::holds_alternative<RevokeInvite>(frame)
        || std::holds_alternative<FetchHistory>(frame) || std::holds_alternative<DeleteMessage>(frame);
}

} // namespace

ChatChannel::ChatChannel(const ServerSettings &settings, const QString &serverId, EventStore &store,
                         Directory &directory, Now now, QObject *parent)
    : Channel(channelSettings(settings), parent), m_settings(settings), m_serverId(serverId),
      m_audience(*this, directory, settings, now ? now : [] { return QDateTime::currentDateTimeUtc(); }),
      m_passwords(settings.passwordCost, settings.signIns),
      m_context { settings, store, directory, m_audience, m_passwords, now ? now : [] { return QDateTime::currentDateTimeUtc(); },
                  [this](quint64 peer) { resume(peer); },
                  [this](const RoomId &room) {
                      tellKeep(room);
                      emit keepChanged(room);
                  } },
      m_restrictions(m_context),
      m_guests(m_context, [this](Peer &peer, const auto &id, const Hello &frame) { m_sessions.enroll(peer, id, frame); }),
      m_sessions(m_context, m_guests, m_restrictions), m_rooms(m_context), m_messages(m_context, m_sessions, m_rooms),
      m_moderation(m_context, m_rooms, m_guests), m_accounts(m_context), m_invites(m_context), m_limits(settings),
      m_strangers(settings.signInTimeout, settings.strangersPerAddress, [this](quint64 connection) { dismissStranger(connection); })
{
    connect(&m_audience, &Audience::onlineCountChanged, this, &ChatChannel::onlineUserCountChanged);
    connect(&m_audience, &Audience::userWentAway, this,
            [this](const UserName &user, const QDateTime &when) { m_sessions.noteAway(user, when); });
}

ChatChannel::~ChatChannel() { disconnect(&m_audience, nullptr, this, nullptr); }

ChannelSettings ChatChannel::channelSettings(const ServerSettings &settings)
{
    ChannelSettings channel;
    channel.pingInterval = settings.pingInterval;
    channel.pingTimeout = settings.pingTimeout;
    channel.maxMessageSize = settings.maxMessageSize;
    channel.maxQueuedBytes = settings.maxQueuedBytes;
    channel.maxQueuedInAll = settings.maxQueuedInAll;
    channel.subprotocols = { u"hearth.v1"_s };
    return channel;
}

bool ChatChannel::admits(const QHash<QString, QString> &parameters) const
{
    const auto room = parameters.constFind(u"room"_s);
    if (room == parameters.constEnd())
        return true;
    const auto id = RoomId::parse(*room);
    return id && !id->isDirect();
}

void ChatChannel::onConnected(Connection &connection)
{
    Peer &peer = m_audience.add(connection);
    const QString room = connection.parameter(u"room"_s);
    peer.room = room.isEmpty() ? RoomId::lobby() : RoomId::parse(room).value();
    Connected connected;
    connected.timestamp = m_context.now();
    connected.server = { m_serverId, m_settings.name, QStringLiteral(HEARTH_VERSION), m_settings.keepDays };
    connected.access = m_settings.access;
    connected.maxMessageSize = m_settings.maxMessageSize;
    connected.maxContentLength = m_settings.maxContentLength;
    connected.pingIntervalMs = static_cast<int>(m_settings.pingInterval.count());
    m_audience.tell(peer, connected);
    const bool isLarger = m_settings.maxMessageSize == 0 || m_settings.maxMessageSize > MaxUnprovenMessage;
    if (!isOpenToPlain() && isLarger)
        connection.setMaxMessageSize(MaxUnprovenMessage); // `welcome` raises it
    if (m_context.isDraining) {
        connection.close(CloseCode::GoingAway, u"Server is shutting down"_s);
        return;
    }
    if (banOf(peer) != nullptr) {
        QTimer::singleShot(m_settings.handshakeTimeout, &m_audience, [this, id = peer.id()] {
            Peer *silent = m_audience.find(id);
            if (silent != nullptr && !expelBanned(*silent, {}))
                noteStranger(*silent); // the ban was lifted
        });
        return; // it hears why when it asks for something: before, a client listens to nobody whose key it has not checked
    }
    noteStranger(peer);
    const Directory::Room *known = m_context.directory.room(peer.room);
    if (isOpenToPlain() && (known == nullptr || known->record.kind == RoomKind::Public))
        m_audience.enter(peer, peer.room);
}

void ChatChannel::noteStranger(const Peer &peer)
{
    if (peer.isWelcomed)
        m_strangers.left(peer.id());
    else if (!isOpenToPlain() && !peer.isConsole && !peer.isDismissed && !m_guests.isWaiting(peer))
        m_strangers.came(peer.id(), plainAddress(peer.connection.info().peerAddress));
}

/// Those who wait to be let in have a time of their own.
void ChatChannel::dismissStranger(quint64 connection)
{
    Peer *peer = m_audience.find(connection);
    if (peer == nullptr || peer->isWelcomed || m_guests.isWaiting(*peer))
        return;
    qCInfo(lcChat).nospace() << "event=sign-in-timeout connection=" << connection;
    m_sessions.refuse(*peer, {}, ErrorCode::Unauthorized, u"You did not sign in in time"_s);
    peer->isDismissed = true; // nothing comes of a hello that is still being looked at
    peer->connection.close(CloseCode::PolicyViolation, u"No sign-in"_s);
}

const BanInfo *ChatChannel::banOf(const Peer &peer) const
{
    // Whoever was in when the ban was made is out by it.
    const bool isExempt = peer.isWelcomed || peer.isConsole;
    return isExempt ? nullptr : m_context.directory.sanctions().banOf(peer.connection.info().peerAddress, m_context.now());
}

bool ChatChannel::expelBanned(Peer &peer, const std::optional<RequestId> &id)
{
    const BanInfo *ban = banOf(peer);
    if (ban != nullptr)
        m_moderation.expel(peer, id, removalBy(*ban));
    return ban != nullptr;
}

void ChatChannel::onClosed(Connection &connection, quint16 code, const QString &reason)
{
    Q_UNUSED(reason)
    qCDebug(lcChat).nospace() << "event=closed connection=" << connection.id() << " code=" << code;
    m_guests.left(connection.id());
    m_strangers.left(connection.id());
    if (const Peer *peer = m_audience.find(connection.id()); peer != nullptr && !m_context.isDraining)
        m_sessions.noteSeen(*peer);
    m_audience.remove(connection.id());
}

void ChatChannel::onFailed(Connection &connection, ConnectionFailure failure)
{
    qCInfo(lcChat).noquote().nospace() << "event=failed connection=" << connection.id() << " failure=" << wordFor(failure);
    Peer *peer = m_audience.find(connection.id());
    if (failure != ConnectionFailure::SlowPeer || peer == nullptr)
        return;
    Error error;
    error.code = ErrorCode::SlowConsumer;
    error.timestamp = m_context.now();
    m_audience.tellLast(*peer, error);
}

void ChatChannel::onBinary(Connection &from, const QByteArray &bytes)
{
    Peer *peer = m_audience.find(from.id());
    if (peer == nullptr)
        return;
    if (const auto wait = excess(*peer, bytes.size()))
        refuseExcess(*peer, {}, {}, *wait);
    else
        m_sessions.refuse(*peer, {}, ErrorCode::Unsupported);
}

void ChatChannel::onText(Connection &from, const QString &text)
{
    Peer *peer = m_audience.find(from.id());
    if (peer == nullptr)
        return;
    receive(*peer, text.toUtf8());
}

void ChatChannel::ask(const QByteArray &frame, const std::function<void(const QByteArray &frame)> &answered)
{
    auto console = std::make_unique<ConsoleConnection>([this, answered](quint64 connection, const QByteArray &reply) {
        answered(reply);
        const auto forget = [this, connection] {
            m_audience.remove(connection);
            m_consoles.erase(connection);
        };
        QMetaObject::invokeMethod(this, forget, Qt::QueuedConnection); // whoever answers is not done with the peer yet
    });
    Peer &peer = m_audience.add(*console);
    peer.isConsole = true;
    const quint64 id = peer.id();
    m_consoles.emplace(id, std::move(console));
    receive(peer, frame);
}

void ChatChannel::receive(Peer &peer, const QByteArray &utf8)
{
    const auto request = codec::decodeClient(utf8, { m_settings.maxContentLength });
    if (!request) {
        const codec::DecodeFailure &failure = request.error();
        if (const auto wait = excess(peer, utf8.size()))
            refuseExcess(peer, failure.id, failure.clientId, *wait);
        else
            m_sessions.refuse(peer, failure.id, failure.code(), {}, failure.member, failure.clientId);
        return;
    }
    take(peer, *request, utf8.size());
}

std::optional<qint64> ChatChannel::excess(Peer &peer, const ClientFrame &frame, qsizetype bytes)
{
    std::array<Charge, 3> charges { Charge { rateOf(frame) }, Charge { Rate::Bytes, static_cast<double>(bytes) },
                                    Charge { Rate::Rooms } };
    const auto *post = std::get_if<PostMessage>(&frame);
    const bool makesRoom = post != nullptr && m_messages.isYetToBe(peer, post->room.value_or(peer.room));
    return m_limits.take(peer, std::span(charges).first(makesRoom ? 3 : 2), monotonicNow());
}

std::optional<qint64> ChatChannel::excess(Peer &peer, qsizetype bytes)
{
    const std::array charges { Charge { Rate::Requests }, Charge { Rate::Bytes, static_cast<double>(bytes) } };
    return m_limits.take(peer, charges, monotonicNow());
}

void ChatChannel::refuseExcess(Peer &peer, const std::optional<RequestId> &id, const std::optional<ClientId> &clientId,
                               qint64 wait)
{
    Error error;
    error.code = ErrorCode::RateLimited;
    error.timestamp = m_context.now();
    error.clientId = clientId;
    error.retryAfterMs = wait;
    m_audience.reply(peer, id, error);
    if (peer.excesses.take(monotonicNow())) {
        qCInfo(lcChat).nospace() << "event=flood connection=" << peer.id();
        peer.connection.close(CloseCode::PolicyViolation, u"Rate limit exceeded"_s);
    }
}

void ChatChannel::take(Peer &peer, const ClientRequest &request, qsizetype bytes)
{
    if (const auto wait = excess(peer, request.frame, bytes)) {
        refuseExcess(peer, request.id, clientIdOf(request.frame), *wait);
        return;
    }
    if (m_context.isDraining) {
        m_sessions.refuse(peer, request.id, ErrorCode::ShuttingDown, {}, {}, clientIdOf(request.frame));
        return;
    }
    if (peer.isBusy) {
        if (peer.waiting.size() >= MaxWaitingRequests || peer.waitingBytes + bytes > MaxWaitingBytes) {
            peer.connection.close(CloseCode::PolicyViolation, u"Too many requests at once"_s);
            return;
        }
        peer.waiting.push_back({ request, bytes });
        peer.waitingBytes += bytes;
        return;
    }
    dispatch(peer, request);
}

void ChatChannel::resume(quint64 id)
{
    Peer *peer = m_audience.find(id);
    if (peer != nullptr && peer->isDismissed) {
        peer->waiting.clear();
        peer->waitingBytes = 0;
    }
    if (peer != nullptr && !peer->isBusy)
        noteStranger(*peer); // what was decided may have been its hello
    for (int i = 0; i < RequestsAtOnce && peer != nullptr && !peer->isBusy && !peer->waiting.empty(); ++i) {
        const WaitingRequest next = std::move(peer->waiting.front());
        peer->waiting.pop_front();
        peer->waitingBytes -= next.bytes;
        dispatch(*peer, next.request);
        peer = m_audience.find(id);
    }
    if (peer == nullptr || peer->isBusy || peer->waiting.empty())
        return;
    peer->isBusy = true; // what comes meanwhile stays behind
    const auto goOn = [this, id] {
        if (Peer *back = m_audience.find(id)) {
            back->isBusy = false;
            resume(id);
        }
    };
    QMetaObject::invokeMethod(this, goOn, Qt::QueuedConnection);
}

void ChatChannel::tellKeep(const RoomId &room)
{
    const Directory::Room *known = m_context.directory.room(room);
    if (known == nullptr)
        return;
    m_audience.tellRoom(room, Audience::Reach::HearsAll, KeepChanged { room, known->record.keepDays, known->record.firstSeq });
    m_audience.tellRoomChanged(room);
}

void ChatChannel::stopTaking()
{
    m_context.isDraining = true;
    m_sessions.noteAllSeen();
    forEachConnection([this](Connection &connection) {
        Peer *peer = m_audience.find(connection.id());
        if (peer == nullptr)
            return;
        peer->waitingBytes = 0;
        for (const auto &[request, bytes] : std::exchange(peer->waiting, {}))
            m_sessions.refuse(*peer, request.id, ErrorCode::ShuttingDown, {}, {}, clientIdOf(request.frame));
    });
}

void ChatChannel::refuseUndecided()
{
    for (Peer *peer : m_audience.peers()) {
        if (!peer->isBusy || peer->isDismissed)
            continue;
        m_sessions.refuse(*peer, peer->underWay, ErrorCode::ShuttingDown);
        peer->isDismissed = true; // nothing comes of it any more
    }
}

void ChatChannel::dispatch(Peer &peer, const ClientRequest &request)
{
    const auto &id = request.id;
    if (peer.isDismissed)
        return;
    if (peer.isConsole && !isForConsole(request.frame)) {
        m_sessions.refuse(peer, id, ErrorCode::Unsupported, u"The console does not speak in anybody's name"_s);
        return;
    }
    if (expelBanned(peer, id))
        return;
    const bool isOpenToAll = std::holds_alternative<Ping>(request.frame) || std::holds_alternative<Hello>(request.frame);
    if (!isOpenToPlain() && !peer.isWelcomed && !peer.isConsole && !isOpenToAll) {
        m_sessions.refuse(peer, id, ErrorCode::Unauthorized, {}, {}, clientIdOf(request.frame));
        return;
    }
    // The first thing that a console hears is taken for its reply.
    if (!peer.isConsole && !isPlain(request.frame) && !std::holds_alternative<Hello>(request.frame))
        m_audience.setHearsAll(peer);
    peer.underWay = id;
    std::visit(Visitor {
                   [&](const Ping &) { m_audience.reply(peer, id, Pong { m_context.now() }); },
                   [&](const Hello &frame) { m_sessions.hello(peer, id, frame); },
                   [&](const SetPresence &frame) { m_sessions.setPresence(peer, id, frame); },
                   [&](const PostMessage &frame) { m_messages.post(peer, id, frame); },
                   [&](const SetTyping &frame) { m_messages.setTyping(peer, id, frame); },
                   [&](const EditMessage &frame) { m_messages.edit(peer, id, frame); },
                   [&](const DeleteMessage &frame) { m_messages.remove(peer, id, frame); },
                   [&](const React &frame) { m_messages.react(peer, id, frame); },
                   [&](const FetchHistory &frame) { m_messages.history(peer, id, frame); },
                   [&](const SyncRoom &frame) { m_messages.sync(peer, id, frame); },
                   [&](const Search &frame) { m_messages.search(peer, id, frame); },
                   [&](const Announce &frame) { m_messages.announce(peer, id, frame); },
                   [&](const ListRooms &) { m_rooms.list(peer, id); },
                   [&](const CreateRoom &frame) { m_rooms.create(peer, id, frame); },
                   [&](const JoinRoom &frame) { m_rooms.join(peer, id, frame); },
                   [&](const LeaveRoom &frame) { m_rooms.leave(peer, id, frame); },
                   [&](const InviteMember &frame) { m_rooms.invite(peer, id, frame); },
                   [&](const SetTopic &frame) { m_rooms.setTopic(peer, id, frame); },
                   [&](const SetKeep &frame) { m_rooms.setKeep(peer, id, frame); },
                   [&](const OpenDirect &frame) { m_rooms.openDirect(peer, id, frame); },
                   [&](const Who &frame) { m_rooms.who(peer, id, frame); },
                   [&](const MarkRead &frame) { m_rooms.markRead(peer, id, frame); },
                   [&](const Subscribe &frame) { m_rooms.subscribe(peer, id, frame); },
                   [&](const Unsubscribe &frame) { m_rooms.unsubscribe(peer, id, frame); },
                   [&](const SetRole &frame) { m_moderation.setRole(peer, id, frame); },
                   [&](const Kick &frame) { m_moderation.kick(peer, id, frame); },
                   [&](const Ban &frame) { m_moderation.ban(peer, id, frame); },
                   [&](const Unban &frame) { m_moderation.unban(peer, id, frame); },
                   [&](const ListBans &) { m_moderation.listBans(peer, id); },
                   [&](const FetchAudit &frame) { m_moderation.audit(peer, id, frame); },
                   [&](const Mute &frame) { m_restrictions.mute(peer, id, frame); },
                   [&](const Unmute &frame) { m_restrictions.unmute(peer, id, frame); },
                   [&](const SetSlowMode &frame) { m_restrictions.setSlowMode(peer, id, frame); },
                   [&](const CloseRoom &frame) { m_restrictions.closeRoom(peer, id, frame); },
                   [&](const Admit &frame) { m_guests.admit(peer, id, frame); },
                   [&](const ListWaitingGuests &) { m_guests.list(peer, id); },
                   [&](const ListUsers &) { m_accounts.listUsers(peer, id); },
                   [&](const AddUser &frame) { m_accounts.addUser(peer, id, frame); },
                   [&](const RemoveUser &frame) { m_accounts.removeUser(peer, id, frame); },
                   [&](const ResetPassword &frame) { m_accounts.resetPassword(peer, id, frame); },
                   [&](const SetPassword &frame) { m_accounts.setPassword(peer, id, frame); },
                   [&](const ListSessions &) { m_accounts.listSessions(peer, id); },
                   [&](const RevokeSession &frame) { m_accounts.revokeSession(peer, id, frame); },
                   [&](const CreateInvite &frame) { m_invites.create(peer, id, frame); },
                   [&](const ListInvites &) { m_invites.list(peer, id); },
                   [&](const RevokeInvite &frame) { m_invites.revoke(peer, id, frame); },
               },
               request.frame);
}

} // namespace hearth
