#include "server/chat/audience.h"

#include "protocol/codec.h"

#include <algorithm>
#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A batch is sent when it has this many bytes, whatever `batch_size` says: a frame should not hold up a line.
constexpr qsizetype MaxBatchBytes = 64 * 1024;

QString everyoneGroup(const RoomId &room) { return u'*' + room.toString(); }
QString fullGroup(const RoomId &room) { return u'+' + room.toString(); }

} // namespace

Audience::Audience(Channel &channel, const Directory &directory, const ServerSettings &settings, Now now)
    : m_channel(channel), m_directory(directory), m_settings(settings), m_now(std::move(now)), m_unnamed(settings.listenersInterval)
{
    m_batchTimer.setSingleShot(true);
    m_batchTimer.setInterval(settings.batchTimeout);
    connect(&m_batchTimer, &QTimer::timeout, this, [this] {
        m_channel.enterTurn();
        for (const quint64 id : std::exchange(m_held, {})) {
            if (Peer *peer = find(id))
                flushBatch(*peer);
        }
    });
    connect(&m_unnamed, &UnnamedListeners::changed, this, [this](const UnnamedListeners::News &news) {
        m_channel.enterTurn();
        for (const auto &[room, listeners] : news)
            tellRoom(room, Reach::HearsAll, ListenersChanged { room, listeners });
    });
}

Audience::~Audience() = default;

std::pair<int, QString> Audience::subscriptionKey(Resource resource, const QString &id)
{
    if (resource == Resource::User) {
        if (const auto name = UserName::parse(id))
            return { static_cast<int>(resource), name->folded() };
    }
    return { static_cast<int>(resource), id };
}

// ---- peers ------------------------------------------------------------------------------------------

Peer &Audience::add(Connection &connection)
{
    auto &place = m_peers[connection.id()];
    place = std::make_unique<Peer>(connection, m_settings);
    return *place;
}

Peer *Audience::find(quint64 id) const
{
    const auto found = m_peers.find(id);
    return found == m_peers.end() ? nullptr : found->second.get();
}

QList<Peer *> Audience::peers() const
{
    QList<Peer *> all;
    for (const auto &[id, peer] : m_peers)
        all.append(peer.get());
    return all;
}

void Audience::remove(quint64 id)
{
    Peer *peer = find(id);
    if (peer == nullptr)
        return;
    const std::set<RoomId> rooms = peer->rooms;
    for (const RoomId &room : rooms)
        exit(*peer, room);
    if (peer->subscriptions > 0) {
        for (auto &subscribers : m_subscribers)
            std::erase(subscribers, peer);
        m_subscribers.removeIf([](const auto &entry) { return entry.value().empty(); });
    }
    const std::optional<UserName> user = peer->user;
    const auto person = user ? m_people.find(*user) : m_people.end();
    bool isGone = false;
    bool isNewsOfEncryption = false;
    if (person != m_people.end()) {
        const bool wasInTheClear = person->isInTheClear();
        std::erase(person->peers, peer);
        isGone = person->peers.empty();
        isNewsOfEncryption = wasInTheClear && !person->isInTheClear();
        if (isGone)
            m_people.erase(person);
    }
    m_peers.erase(id);
    if (isGone)
        emit userWentAway(*user, m_now());
    if (isGone || isNewsOfEncryption)
        tellPresence(*user, isNewsOfEncryption ? Delivery::Required : Delivery::Droppable, rooms);
    if (isGone)
        emit onlineCountChanged(onlineCount());
}

void Audience::setUser(Peer &peer, const UserName &user)
{
    if (peer.user)
        return;
    peer.user = user;
    const bool isNew = !m_people.contains(user);
    Person &person = m_people[user];
    const bool wasInTheClear = person.isInTheClear();
    person.peers.push_back(&peer);
    const bool isNewsOfEncryption = person.isInTheClear() != wasInTheClear;
    for (const RoomId &room : peer.rooms) {
        countIn(peer, room);
        if (peer.isInTheClear())
            m_unnamed.remove(room);
    }
    if (isNew || isNewsOfEncryption)
        tellPresence(user, isNewsOfEncryption ? Delivery::Required : Delivery::Droppable);
    for (const RoomId &room : peer.rooms)
        introduce(user, room);
    if (isNew)
        emit onlineCountChanged(onlineCount());
}

void Audience::setHearsAll(Peer &peer)
{
    if (peer.hearsAll)
        return;
    peer.hearsAll = true;
    for (const RoomId &room : peer.rooms) {
        joinGroups(peer, room);
        tellOfListeners(peer, room);
    }
}

void Audience::joinGroups(Peer &peer, const RoomId &room)
{
    if (peer.isBatching) {
        auto &batching = m_batching[room];
        if (std::find(batching.begin(), batching.end(), &peer) == batching.end())
            batching.push_back(&peer);
        return;
    }
    m_channel.addToGroup(everyoneGroup(room), peer.connection);
    if (peer.hearsAll)
        m_channel.addToGroup(fullGroup(room), peer.connection);
}

void Audience::tellOfListeners(Peer &peer, const RoomId &room)
{
    const int listeners = peer.hearsAll ? m_unnamed.told(room) : 0;
    if (listeners > 0)
        tell(peer, ListenersChanged { room, listeners });
}

void Audience::enter(Peer &peer, const RoomId &room)
{
    if (!peer.rooms.insert(room).second)
        return;
    joinGroups(peer, room);
    tellOfListeners(peer, room);
    if (peer.user) {
        countIn(peer, room);
        introduce(*peer.user, room);
    } else if (peer.isInTheClear()) {
        m_unnamed.add(room);
    }
}

void Audience::exit(Peer &peer, const RoomId &room)
{
    if (peer.rooms.erase(room) > 0)
        dismiss(peer, room);
    const auto person = peer.user ? m_people.find(*peer.user) : m_people.end();
    if (person != m_people.end() && !person->rooms.contains(room) && !m_directory.isMember(room, *peer.user))
        person->introducedIn.remove(room); // others may be there when they come back
}

void Audience::dismiss(Peer &peer, const RoomId &room)
{
    m_channel.removeFromGroup(everyoneGroup(room), peer.connection);
    m_channel.removeFromGroup(fullGroup(room), peer.connection);
    if (const auto batching = m_batching.find(room); batching != m_batching.end()) {
        std::erase(*batching, &peer);
        if (batching->empty())
            m_batching.erase(batching);
    }
    if (peer.user)
        countOut(peer, room);
    else if (peer.isInTheClear())
        m_unnamed.remove(room);
}

void Audience::countIn(Peer &peer, const RoomId &room)
{
    Person &person = m_people[*peer.user];
    if (++person.rooms[room] > 1)
        return;
    // Who is not known to be there cannot be shown to be in the clear either.
    const Delivery delivery = person.isInTheClear() ? Delivery::Required : Delivery::Droppable;
    tellRoom(room, Reach::HearsAll, UserJoined { room, *peer.user, m_now() }, &peer, delivery);
}

void Audience::countOut(Peer &peer, const RoomId &room)
{
    auto &rooms = m_people[*peer.user].rooms;
    if (--rooms[room] > 0)
        return;
    rooms.remove(room);
    tellRoom(room, Reach::HearsAll, UserLeft { room, *peer.user, m_now() }, &peer, Delivery::Droppable);
}

void Audience::dismissStrangers(const RoomId &room)
{
    for (const auto &[id, peer] : m_peers) {
        if (peer->rooms.contains(room) && !m_directory.maySee(room, peer->user))
            exit(*peer, room);
    }
}

bool Audience::subscribe(Peer &peer, Resource resource, const QString &id, int most)
{
    const auto key = subscriptionKey(resource, id);
    const auto known = m_subscribers.constFind(key);
    if (known != m_subscribers.constEnd() && std::find(known->begin(), known->end(), &peer) != known->end())
        return true;
    if (peer.subscriptions >= most)
        return false;
    m_subscribers[key].push_back(&peer);
    ++peer.subscriptions;
    return true;
}

void Audience::unsubscribe(Peer &peer, Resource resource, const QString &id)
{
    const auto subscribers = m_subscribers.find(subscriptionKey(resource, id));
    if (subscribers == m_subscribers.end())
        return;
    peer.subscriptions -= static_cast<int>(std::erase(*subscribers, &peer));
    if (subscribers->empty())
        m_subscribers.erase(subscribers);
}

// ---- saying -----------------------------------------------------------------------------------------

void Audience::send(Peer &peer, Said &said)
{
    if (peer.isBatching)
        hold(peer, said.json, said.delivery);
    else
        peer.connection.send(said.framed());
}

const OutgoingFrame &Audience::Said::framed()
{
    if (!frame)
        frame = OutgoingFrame::text(json, delivery);
    return *frame;
}

void Audience::hold(Peer &peer, const QByteArray &json, Delivery delivery)
{
    if (delivery == Delivery::Required)
        peer.batchDelivery = Delivery::Required;
    peer.batch.append(json);
    peer.batchBytes += json.size();
    if (peer.batch.size() >= m_settings.batchSize || peer.batchBytes >= MaxBatchBytes) {
        flushBatch(peer);
        return;
    }
    if (peer.batch.size() == 1)
        m_held.push_back(peer.id()); // the timer, which empties this, runs from here on
    if (!m_batchTimer.isActive())
        m_batchTimer.start();
}

void Audience::flushBatch(Peer &peer)
{
    if (peer.batch.isEmpty())
        return;
    const QList<QByteArray> frames = std::exchange(peer.batch, {});
    peer.batchBytes = 0;
    const Delivery delivery = std::exchange(peer.batchDelivery, Delivery::Droppable);
    const QByteArray json = frames.size() == 1 ? frames.first() : codec::encodeBatch(frames);
    peer.connection.send(OutgoingFrame::text(json, delivery));
}

void Audience::reply(Peer &peer, const std::optional<RequestId> &id, const ServerFrame &frame)
{
    if (const auto *error = std::get_if<Error>(&frame))
        ++m_errors[static_cast<std::size_t>(error->code)];
    Said said { codec::encode(ServerMessage { id, frame }) };
    send(peer, said);
    flushBatch(peer); // whoever asked waits
}

void Audience::tellLast(Peer &peer, const Error &error)
{
    ++m_errors[static_cast<std::size_t>(error.code)];
    peer.connection.sendText(codec::encode(error));
}

void Audience::tell(Peer &peer, const ServerFrame &frame)
{
    Said said { codec::encode(frame) };
    send(peer, said);
}

void Audience::tellRoom(const RoomId &room, Reach reach, const ServerFrame &frame, const Peer *except,
                        Delivery delivery)
{
    // Encoded once, framed once, the same bytes to all.
    const QByteArray json = codec::encode(frame);
    m_channel.broadcast(reach == Reach::Everyone ? everyoneGroup(room) : fullGroup(room),
                        OutgoingFrame::text(json, delivery), except != nullptr ? &except->connection : nullptr);
    if (const auto batching = m_batching.constFind(room); batching != m_batching.constEnd()) {
        for (Peer *peer : *batching) {
            if (peer != except)
                hold(*peer, json, delivery);
        }
    }
}

void Audience::tellUser(const UserName &user, const ServerFrame &frame, const Peer *except)
{
    Said said { codec::encode(frame) };
    for (Peer *peer : peersOf(user)) {
        if (peer != except && peer->hearsAll)
            send(*peer, said);
    }
}

void Audience::tellEveryone(const ServerFrame &frame)
{
    Said said { codec::encode(frame) };
    for (const auto &[id, peer] : m_peers) {
        if (peer->hearsAll)
            send(*peer, said);
    }
}

void Audience::tellRoomChanged(const RoomId &room)
{
    const auto subscribers = m_subscribers.constFind(subscriptionKey(Resource::Room, room.toString()));
    if (subscribers == m_subscribers.constEnd())
        return;
    for (Peer *peer : *subscribers) {
        // The right to know of it may be gone since.
        if (!m_directory.maySee(room, peer->user))
            continue;
        Said said { codec::encode(RoomUpdated { m_directory.summary(room, peer->user) }), Delivery::Droppable };
        send(*peer, said);
    }
}

} // namespace hearth
