#include "server/net/channel.h"

#include "server/net/flushscheduler.h"
#include "server/net/handshakeanswers.h"
#include "server/net/prefetch.h"
#include "server/net/traffic.h"
#include "server/net/websocketconnection.h"
#include "server/net/websocketpipe.h"
#include "server/net/wire.h"
#include "server/telemetry/monotonicnow.h"

#include <QHash>
#include <QLoggingCategory>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

Q_LOGGING_CATEGORY(lcNet, "hearth.net")

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// How often the time-outs are looked at: fine enough for the shortest, never more than a second apart.
std::chrono::milliseconds tickOf(const ChannelSettings &settings)
{
    std::chrono::milliseconds tick = 1s;
    for (const auto timeout : { settings.pingInterval, settings.pingTimeout, settings.closeTimeout,
                                settings.messageTimeout }) {
        if (timeout > 0ms)
            tick = std::min(tick, std::max(10ms, timeout / 8));
    }
    return tick;
}

} // namespace

class Channel::Private final : public ConnectionListener
{
public:
    Private(Channel &channel, const ChannelSettings &s)
        : q(channel), settings(s), server(u"Hearth"_s, QWebSocketServer::NonSecureMode)
    {
        server.setSupportedSubprotocols(settings.subprotocols);
    }

    /// In the order in which they stand in memory, which is how a broadcast goes through them.
    using Group = std::vector<Connection *>;
    /// What waits for Qt to answer its request.
    struct Upgrade
    {
        Arrival arrival;
        std::unique_ptr<WebSocketPipe> pipe;
    };
    struct Answered
    {
        Arrival arrival;
        QByteArray answer;
    };

    static Group::iterator placeIn(Group &group, Connection *connection)
    {
        return std::lower_bound(group.begin(), group.end(), connection, std::less<Connection *>());
    }

    void removeFrom(const QString &name, Connection *connection)
    {
        const auto group = groups.find(name);
        if (group == groups.end())
            return;
        const auto place = placeIn(*group, connection);
        if (place != group->end() && *place == connection)
            group->erase(place);
        if (group->empty())
            groups.erase(group);
    }

    void heardText(Connection &from, const QString &text) override
    {
        q.onText(from, text);
        emit q.textReceived(&from, text);
    }
    void heardBinary(Connection &from, const QByteArray &bytes) override
    {
        q.onBinary(from, bytes);
        emit q.binaryReceived(&from, bytes);
    }
    void heardPing(Connection &from, const QByteArray &payload) override { emit q.pinged(&from, payload); }
    void heardPong(Connection &from, const QByteArray &payload) override { emit q.ponged(&from, payload); }
    void heardClose(Connection &from) override { q.onPeerClosing(from); }
    void hasFailed(Connection &connection, ConnectionFailure failure) override
    {
        traffic.countFailure(failure);
        q.onFailed(connection, failure);
        emit q.failed(&connection, failure);
    }
    void hasClosed(Connection &connection, quint16 code, const QString &reason) override
    {
        for (const QString &group : groupsOf.take(&connection))
            removeFrom(group, &connection);
        std::erase(connections, &connection);
        traffic.countClose(code);
        q.onClosed(connection, code, reason);
        emit q.closed(&connection, code, reason);
        connection.deleteLater();
        if (connections.empty()) {
            ticker.stop();
            if (isClosingAll)
                emit q.allClosed();
        }
    }

    Channel &q;
    ChannelSettings settings;
    QWebSocketServer server; ///< never listens: it performs upgrades
    FlushScheduler scheduler;
    Traffic traffic;
    QTimer ticker;
    std::unordered_map<QString, Upgrade> upgrading; ///< by the name of their pipe
    quint64 lastUpgrade = 0;
    HandshakeAnswers answers;
    std::vector<Answered> answered; ///< by these, in this turn
    std::vector<Connection *> connections; ///< children of the channel
    QHash<QString, Group> groups;
    QHash<Connection *, QStringList> groupsOf;
    bool isClosingAll = false;
};

Channel::Channel(const ChannelSettings &settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, settings))
{
    connect(&d->server, &QWebSocketServer::newConnection, this, [this] {
        while (const auto *answered = d->server.nextPendingConnection())
            completeUpgrade(std::unique_ptr<const QWebSocket>(answered));
    });
    connect(&d->ticker, &QTimer::timeout, this, [this] {
        enterTurn();
        const qint64 now = monotonicNow();
        // A time-out may take connections out while we go through.
        for (Connection *connection : std::vector<Connection *>(d->connections))
            connection->tick(now);
    });
    d->ticker.setInterval(tickOf(settings));
}

Channel::~Channel()
{
    // Before the scheduler that they use.
    for (Connection *connection : d->connections)
        delete connection;
    // Those that have closed and wait to be deleted.
    qDeleteAll(findChildren<Connection *>(QString(), Qt::FindDirectChildrenOnly));
}

const ChannelSettings &Channel::settings() const { return d->settings; }

qsizetype Channel::connectionCount() const { return static_cast<qsizetype>(d->connections.size()); }

const Traffic &Channel::traffic() const { return d->traffic; }

void Channel::setTurnClock(TurnClock *clock) { d->scheduler.setTurnClock(clock); }

void Channel::enterTurn() { d->scheduler.enterTurn(); }

void Channel::forEachConnection(const std::function<void(Connection &)> &visit) const
{
    for (Connection *connection : std::vector<Connection *>(d->connections))
        visit(*connection);
}

bool Channel::admits(const QHash<QString, QString> &parameters) const
{
    Q_UNUSED(parameters)
    return true;
}

void Channel::accept(Arrival arrival)
{
    if (d->isClosingAll)
        return;
    if (auto answer = d->answers.answerTo(arrival.key, arrival.info.subprotocol, monotonicNow())) {
        if (d->answered.empty()) // the listener is still busy with it
            QMetaObject::invokeMethod(this, [this] { completeAnswered(); }, Qt::QueuedConnection);
        d->answered.push_back({ std::move(arrival), *std::move(answer) });
        return;
    }
    const QString name = QString::number(++d->lastUpgrade);
    auto pipe = std::make_unique<WebSocketPipe>(name, HandshakeAnswers::request(arrival.key, arrival.info.subprotocol));
    connect(pipe.get(), &WebSocketPipe::closeRequested, this, [this, name] {
        // Qt is still busy with the pipe.
        if (auto refused = d->upgrading.extract(name))
            refused.mapped().pipe.release()->deleteLater();
    });
    WebSocketPipe &handed = *pipe;
    d->upgrading.emplace(name, Private::Upgrade { std::move(arrival), std::move(pipe) });
    d->server.handleConnection(&handed);
}

void Channel::completeUpgrade(std::unique_ptr<const QWebSocket> answered)
{
    auto found = d->upgrading.extract(answered->peerName());
    if (!found)
        return;
    auto &[arrival, pipe] = found.mapped();
    const QByteArray answer = pipe->takeAnswer();
    // Whatever comes now goes round Qt, whose objects would take several kilobytes for as long as the peer stays.
    answered.reset();
    pipe.release()->deleteLater(); // Qt is still busy with it
    d->answers.learn(arrival.key, arrival.info.subprotocol, answer, monotonicNow());
    open(std::move(arrival), answer);
}

void Channel::completeAnswered()
{
    for (Private::Answered &next : std::exchange(d->answered, {})) {
        if (!d->isClosingAll)
            open(std::move(next.arrival), next.answer);
    }
}

void Channel::open(Arrival arrival, const QByteArray &answer)
{
    const QByteArray rest = std::exchange(arrival.rest, {});
    auto owned = std::make_unique<WebSocketConnection>(std::move(arrival), d->settings, d->scheduler, d->traffic);
    WebSocketConnection &connection = *owned;
    connection.queueAnswer(answer);
    adopt(std::move(owned));
    start(connection, rest);
}

void Channel::start(WebSocketConnection &connection, QByteArrayView rest) { connection.start(rest); }

void Channel::onPeerClosing(Connection &connection) { Q_UNUSED(connection) }

void Channel::holdReading(bool isHeld) { d->scheduler.holdReading(isHeld); }

void Channel::adopt(std::unique_ptr<Connection> owned)
{
    Connection *connection = owned.release();
    connection->setParent(this);
    connection->setListener(*d);
    d->connections.push_back(connection);
    if (!d->ticker.isActive())
        d->ticker.start();
    qCDebug(lcNet).noquote().nospace() << "event=open connection=" << connection->id() << " peer="
                                       << connection->info().peerAddress.toString();
    onConnected(*connection);
    emit connected(connection);
}

void Channel::addToGroup(const QString &group, Connection &connection)
{
    QStringList &names = d->groupsOf[&connection];
    if (names.contains(group))
        return;
    names.append(group);
    Private::Group &members = d->groups[group];
    members.insert(Private::placeIn(members, &connection), &connection);
}

void Channel::removeFromGroup(const QString &group, Connection &connection)
{
    const auto names = d->groupsOf.find(&connection);
    if (names == d->groupsOf.end() || !names->removeOne(group))
        return;
    if (names->isEmpty())
        d->groupsOf.erase(names);
    d->removeFrom(group, &connection);
}

qsizetype Channel::groupSize(const QString &group) const
{
    const auto found = d->groups.constFind(group);
    return found == d->groups.constEnd() ? 0 : static_cast<qsizetype>(found->size());
}

void Channel::send(Connection *to, const OutgoingFrame &frame)
{
    if (to != nullptr)
        to->send(frame);
}

void Channel::broadcast(const QString &group, const OutgoingFrame &frame, Connection *except)
{
    const auto found = d->groups.constFind(group);
    if (found == d->groups.constEnd())
        return;
    // By index over a copy of nothing: sending never takes a connection out of its groups at once (a peer that
    // is too slow is closed first and taken out when it is gone).
    const auto &members = *found;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i + PrefetchAhead < members.size())
            prefetchObject(members[i + PrefetchAhead], WebSocketConnection::BroadcastSize); // that or something else: it is a hint
        if (members[i] != except)
            members[i]->send(frame);
    }
}

void Channel::broadcastToAll(const OutgoingFrame &frame, Connection *except)
{
    for (Connection *connection : std::vector<Connection *>(d->connections)) {
        if (connection != except)
            connection->send(frame);
    }
}

void Channel::close(Connection *connection, CloseCode code, const QString &reason)
{
    if (connection != nullptr)
        connection->close(code, reason);
}

void Channel::closeAll(CloseCode code, const QString &reason)
{
    d->isClosingAll = true;
    d->upgrading.clear();
    d->answered.clear();
    if (d->connections.empty()) {
        QMetaObject::invokeMethod(this, &Channel::allClosed, Qt::QueuedConnection);
        return;
    }
    for (Connection *connection : std::vector<Connection *>(d->connections))
        connection->close(code, reason);
    d->scheduler.flushAll();
}

void Channel::onConnected(Connection &connection) { Q_UNUSED(connection) }

void Channel::onText(Connection &from, const QString &text)
{
    Q_UNUSED(from)
    Q_UNUSED(text)
}

void Channel::onBinary(Connection &from, const QByteArray &bytes)
{
    Q_UNUSED(from)
    Q_UNUSED(bytes)
}

void Channel::onClosed(Connection &connection, quint16 code, const QString &reason)
{
    Q_UNUSED(connection)
    Q_UNUSED(code)
    Q_UNUSED(reason)
}

void Channel::onFailed(Connection &connection, ConnectionFailure failure)
{
    Q_UNUSED(connection)
    Q_UNUSED(failure)
}

} // namespace hearth
