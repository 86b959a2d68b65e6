#include "server/chat/server.h"

#include "server/chat/chatchannel.h"
#include "server/chat/console.h"
#include "server/chat/monitor.h"
#include "server/chat/patientclock.h"
#include "server/chat/retention.h"
#include "server/chat/serveridentity.h"
#include "server/chat/whereabouts.h"
#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "server/net/localaddresses.h"
#include "server/net/threadpriority.h"
#include "server/net/tlscontext.h"
#include "server/net/turnclock.h"
#include "server/store/sqliteeventstore.h"
#include "server/telemetry/logvalue.h"

#include <QEventLoop>
#include <QLoggingCategory>
#include <QTimer>

#include <algorithm>

Q_LOGGING_CATEGORY(lcServer, "hearth.server")

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto DrainTimeout = 4s;
constexpr auto LobbyRetry = 1s;

StartError startErrorOf(const ListenError &error)
{
    const QString address = error.address.toString();
    switch (error.reason) {
    case ListenError::Reason::AddressInUse:
        return { StartError::Reason::PortInUse,
                 u"Port %1 on %2 is used by another program. Choose another port, or quit that program."_s
                     .arg(error.port).arg(address) };
    case ListenError::Reason::AddressNotAvailable:
        return { StartError::Reason::AddressNotAvailable,
                 u"This computer has no address %1. Choose one that it has."_s.arg(address) };
    case ListenError::Reason::PermissionDenied:
        return { StartError::Reason::PermissionDenied,
                 u"Port %1 on %2 may not be used by this user. Choose a port above 1023."_s.arg(error.port).arg(address) };
    case ListenError::Reason::Other:
        break;
    }
    return { StartError::Reason::Other, u"Cannot listen on port %1 of %2: %3."_s.arg(error.port).arg(address, error.text) };
}

} // namespace

class Server::Private
{
public:
    Private(ServerSettings s, OpenStore open) : settings(std::move(s)), openStore(std::move(open)) { }

    /// `lobby` always exists; its row follows as soon as the store takes it, for the first time before `decided` is called.
    void makeLobby(Server *q, const std::function<void()> &decided = {})
    {
        const RoomRecord lobby { RoomId::lobby(), u"Lobby"_s, {}, RoomKind::Public, {}, {} };
        if (directory->room(lobby.id) == nullptr)
            directory->putRoom(lobby);
        store->createRoom(lobby, {}, [this, q, decided](const Result<QList<RoomEvent>, StoreError> &made) {
            if (!made && made.error().reason != StoreError::Reason::Exists)
                QTimer::singleShot(LobbyRetry, q, [this, q] { makeLobby(q); });
            if (decided)
                decided();
        });
    }

    /// The store, and the chat on it.
    [[nodiscard]] Result<void, StartError> open(Server *q);
    /// Whether anybody can come in where only accounts can.
    [[nodiscard]] bool hasAccounts() const;
    /// Lets the administrator's commands in, where they can be.
    void openConsole();
    /// Answers `/healthz` and `/metrics`: beside the chat, or on a port of its own.
    [[nodiscard]] Result<void, StartError> watch();
    /// What the settings say of TLS.
    [[nodiscard]] Result<void, StartError> encrypt(ListenerSettings &listening);

    ServerSettings settings;
    OpenStore openStore;
    StoreState state;
    Fingerprint fingerprint;
    std::unique_ptr<TurnClock> clock; ///< of the thread that the server lives on
    std::unique_ptr<IoThreads> threads; ///< nothing: all sockets are here
    PatientClock expiryClock = PatientClock::ofThisComputer();
    // In the order in which they need each other; the store goes first when all ends (see ~Server).
    std::unique_ptr<Directory> directory;
    std::unique_ptr<EventStore> store;
    std::unique_ptr<ChatChannel> chat;
    std::unique_ptr<Retention> retention;
    std::unique_ptr<Console> console;
    Router router;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Monitor> monitor;
    Router nothing; ///< the monitor's own port has no channels
    std::unique_ptr<Listener> monitorListener;
    bool isDraining = false;
    bool isDrained = false;
};

Result<void, StartError> Server::Private::open(Server *q)
{
    auto opened = openStore(settings, &state);
    if (!opened)
        return Unexpected(StartError { StartError::Reason::Store, opened.error().text });
    store = *std::move(opened);
    directory = std::make_unique<Directory>(state);
    // Whoever is let in finds it: a page of its history is read by another thread than the one that makes it.
    QEventLoop untilDecided;
    makeLobby(q, [&untilDecided] { untilDecided.quit(); });
    untilDecided.exec();
    chat = std::make_unique<ChatChannel>(settings, state.serverId, *store, *directory);
    return {};
}

bool Server::Private::hasAccounts() const
{
    return std::any_of(state.users.begin(), state.users.end(),
                       [](const UserRecord &user) { return user.isSomebody() && user.role != Role::Guest; });
}

void Server::Private::openConsole()
{
    if (Console::path(settings.dataDirectory).isEmpty())
        return;
    console = std::make_unique<Console>([this](const QByteArray &frame, const Console::Answered &answered) {
        if (frame == Whereabouts::question())
            answered(Whereabouts { reachableAddresses(settings.bind), listener->port(), fingerprint }.answer());
        else
            chat->ask(frame, answered);
    });
    if (const auto listens = console->listen(settings.dataDirectory); !listens)
        qCWarning(lcServer).noquote().nospace() << "event=no-console error=" << logValue(listens.error());
}

Result<void, StartError> Server::Private::watch()
{
    monitor = std::make_unique<Monitor>(Monitor::Watched { *store, *directory, *chat, *listener, *clock, threads.get() },
                                        QDateTime::currentDateTimeUtc());
    Listener *door = listener.get();
    auto reach = HttpReach::Loopback;
    if (settings.monitoringPort != 0) {
        ListenerSettings own;
        own.addresses = settings.monitoringBind;
        own.port = settings.monitoringPort;
        monitorListener = std::make_unique<Listener>(own, nothing);
        monitorListener->setTurnClock(clock.get());
        door = monitorListener.get();
        reach = HttpReach::Everyone;
    }
    door->setHttpHandler(u"/healthz"_s, [this] { return monitor->health(); }, reach);
    const Listener::HttpHandler metrics = [this](const auto &answered) {
        const auto answer = [this, answered] { answered(monitor->metrics()); };
        if (threads)
            threads->gather(answer);
        else
            answer();
    };
    door->setHttpHandler(u"/metrics"_s, metrics, reach);
    if (monitorListener) {
        if (const auto listens = monitorListener->listen(); !listens)
            return Unexpected(startErrorOf(listens.error()));
    }
    return {};
}

Result<void, StartError> Server::Private::encrypt(ListenerSettings &listening)
{
    if (settings.tls == TlsMode::Off)
        return {};
    const auto identity = obtainIdentity(settings, QDateTime::currentDateTimeUtc());
    if (!identity)
        return Unexpected(StartError { StartError::Reason::Other, identity.error() });
    auto context = TlsContext::make(*identity);
    if (!context)
        return Unexpected(StartError { StartError::Reason::Other, u"TLS cannot be used: %1."_s.arg(context.error()) });
    listening.tls = *context;
    listening.isTlsRequired = settings.tls == TlsMode::Required;
    fingerprint = identity->fingerprint();
    return {};
}

Result<std::unique_ptr<EventStore>, StoreOpenError> openSqliteStore(const ServerSettings &settings, StoreState *state)
{
    using Sync = SqliteSettings::Sync;
    auto opened = SqliteEventStore::open({ .directory = settings.dataDirectory, .sync = settings.syncFull ? Sync::Full : Sync::Normal }, state);
    if (!opened)
        return Unexpected(opened.error());
    return std::unique_ptr<EventStore>(*std::move(opened));
}

Server::Server(ServerSettings settings, QObject *parent, OpenStore openStore)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), std::move(openStore)))
{
}

Server::~Server()
{
    d->monitorListener.reset();
    d->listener.reset();
    d->console.reset();
    // After the store nobody is called back; so the chat, which asked, goes last.
    d->store.reset();
    d->retention.reset();
    d->chat.reset();
    d->threads.reset();
}

Result<void, StartError> Server::start()
{
    shortenSliceOfThisThread(); // the threads of the store, for I/O and the tickers, which are made later, inherit it
    if (auto opened = d->open(this); !opened)
        return opened;
    connect(d->chat.get(), &ChatChannel::onlineUserCountChanged, this, &Server::onlineUserCountChanged);
    d->retention = std::make_unique<Retention>(*d->store, *d->directory, d->settings.keepDays,
                                               [this] { return d->expiryClock.now(); }, Retention::Pace {});
    connect(d->chat.get(), &ChatChannel::keepChanged, d->retention.get(), &Retention::look);
    connect(d->retention.get(), &Retention::expired, d->chat.get(), &ChatChannel::tellKeep);
    d->clock = std::make_unique<TurnClock>();
    d->chat->setTurnClock(d->clock.get());
    d->router.add(u"/chat"_s, *d->chat);
    d->router.add(u"/chat/:room"_s, *d->chat);
    ListenerSettings listening;
    listening.addresses = d->settings.bind;
    listening.port = d->settings.port;
    listening.handshakeTimeout = d->settings.handshakeTimeout;
    listening.maxConnections = d->settings.connections;
    listening.maxConnectionsPerAddress = d->settings.connectionsPerAddress;
    listening.allowedOrigins = d->settings.allowedOrigins;
    if (auto encrypted = d->encrypt(listening); !encrypted)
        return encrypted;
    d->listener = std::make_unique<Listener>(listening, d->router);
    d->listener->setTurnClock(d->clock.get());
    if (d->settings.ioThreads > 0) {
        d->threads = std::make_unique<IoThreads>(d->settings.ioThreads);
        d->listener->setIoThreads(d->threads.get());
    }
    if (auto watched = d->watch(); !watched)
        return watched;
    if (const auto listens = d->listener->listen(); !listens)
        return Unexpected(startErrorOf(listens.error()));
    d->retention->start();
    d->openConsole();
    if (d->settings.access == Access::Accounts && !d->hasAccounts())
        qCWarning(lcServer) << "event=no-accounts"; // nobody can come in until `hearthd user add`
    if (const Fingerprint &key = d->fingerprint; !key.isNull())
        qCInfo(lcServer).noquote().nospace() << "event=key fingerprint=" << key.toString() << " words=\"" << key.words() << '"';
    qCInfo(lcServer).noquote().nospace() << "event=started port=" << port() << " id=" << id();
    return {};
}

Result<void, StartError> Server::startForConsole() { return d->open(this); }

void Server::ask(const QByteArray &frame, const std::function<void(const QByteArray &frame)> &answered)
{
    d->chat->ask(frame, answered);
}

const ServerSettings &Server::settings() const { return d->settings; }

quint16 Server::port() const { return d->listener ? d->listener->port() : 0; }

QString Server::id() const { return d->state.serverId; }

Fingerprint Server::fingerprint() const { return d->fingerprint; }

int Server::onlineUserCount() const { return d->chat ? d->chat->onlineUserCount() : 0; }

void Server::drain()
{
    if (d->isDraining || !d->chat)
        return;
    d->isDraining = true;
    d->monitor->startDraining();
    qCInfo(lcServer) << "event=draining";
    const auto finish = [this] {
        if (std::exchange(d->isDrained, true))
            return;
        qCInfo(lcServer) << "event=drained";
        emit drained();
    };
    d->listener->stopAccepting();
    d->chat->stopTaking();
    d->retention->stop();
    connect(d->chat.get(), &Channel::allClosed, this, finish);
    QTimer::singleShot(DrainTimeout, this, finish);
    d->store->drain([this] {
        d->chat->refuseUndecided();
        d->chat->closeAll(CloseCode::GoingAway, u"Server is shutting down"_s);
    });
}

} // namespace hearth
