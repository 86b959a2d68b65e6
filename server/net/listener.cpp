#include "server/net/listener.h"

#include "server/net/admissions.h"
#include "server/net/doorway.h"
#include "server/net/fardoors.h"
#include "server/net/iothreads.h"
#include "server/net/tcpwire.h"
#include "server/telemetry/logvalue.h"

#include <QLoggingCategory>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTimer>

#include <memory>
#include <utility>
#include <vector>

Q_DECLARE_LOGGING_CATEGORY(lcListener)

namespace hearth {

using namespace std::chrono_literals;

namespace {

/// After the system had no descriptor or no memory for one more: how long until it is tried again.
constexpr auto AcceptRetry = 200ms;

/// Most connections accepted before those who are here have their turn: a thousand clients that come back at once
/// would be accepted in one go otherwise.
constexpr int AcceptsAtOnce = 32;

/// How long nobody is accepted on an address after a batch in which somebody was turned away. Who knocks without end is then dealt
/// with in batches, and does not wake this thread once for each knock while it serves those who are inside.
constexpr auto RestAfterRefusal = 1ms;

/// Listens, and hands accepted descriptors on as they are. Accepts by itself: QTcpServer remembers that nobody was waiting once as its one
/// error (qnativesocketengine.cpp, setError()), and says nothing of a later one, but tries again in each turn.
class Acceptor : public QTcpServer
{
public:
    Acceptor(Doorway &doorway, FarDoors &farDoors, const Admissions &admissions, QObject *parent)
        : QTcpServer(parent), m_doorway(doorway), m_farDoors(farDoors), m_admissions(admissions)
    {
        m_pause.setSingleShot(true);
        m_pause.setTimerType(Qt::PreciseTimer);
        connect(&m_pause, &QTimer::timeout, this, [this] { m_knocks->setEnabled(true); });
    }

    /// In place of `listen()`.
    [[nodiscard]] bool open(const QHostAddress &address, quint16 port)
    {
        if (!listen(address, port))
            return false;
        pauseAccepting();
        m_knocks = std::make_unique<QSocketNotifier>(socketDescriptor(), QSocketNotifier::Read);
        connect(m_knocks.get(), &QSocketNotifier::activated, this, &Acceptor::acceptSome);
        return true;
    }

private:
    void acceptSome()
    {
        for (int i = 0; i < AcceptsAtOnce; ++i) {
            const TcpWire::Accepted accepted = TcpWire::accept(socketDescriptor());
            if (accepted.outcome == Wire::Outcome::WouldBlock)
                break;
            if (accepted.outcome == Wire::Outcome::Failed) {
                m_doorway.countAcceptFailure();
                qCWarning(lcListener).noquote().nospace() << "event=accept-failed error=" << logValue(accepted.error);
                pause(AcceptRetry);
                return;
            }
            if (m_farDoors.isUsed())
                m_farDoors.enter(accepted.descriptor);
            else
                m_doorway.enter(std::make_unique<TcpWire>(accepted.descriptor));
        }
        const quint64 refusals = m_admissions.refusals(); // of I/O threads, as far as they have got
        if (std::exchange(m_refusals, refusals) != refusals)
            pause(RestAfterRefusal);
    }

    void pause(std::chrono::milliseconds time)
    {
        m_knocks->setEnabled(false);
        m_pause.start(time);
    }

    Doorway &m_doorway;
    FarDoors &m_farDoors;
    const Admissions &m_admissions;
    std::unique_ptr<QSocketNotifier> m_knocks;
    quint64 m_refusals = 0; ///< when the last batch ended
    QTimer m_pause; ///< nobody is accepted until it has passed
};

ListenError::Reason reasonOf(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::AddressInUseError:
        return ListenError::Reason::AddressInUse;
    case QAbstractSocket::SocketAddressNotAvailableError:
        return ListenError::Reason::AddressNotAvailable;
    case QAbstractSocket::SocketAccessError:
        return ListenError::Reason::PermissionDenied;
    default:
        return ListenError::Reason::Other;
    }
}

} // namespace

class Listener::Private
{
public:
    Private(const ListenerSettings &s, const Router &r, QObject *parent)
        : settings(s), router(r), admissions(std::make_shared<Admissions>(s.maxConnections, s.maxConnectionsPerAddress)),
          doorway(new Doorway(s, r, parent, admissions))
    {
    }

    ListenerSettings settings;
    const Router &router;
    std::shared_ptr<Admissions> admissions; ///< of all doorways
    IoThreads *threads = nullptr; ///< not owned
    FarDoors farDoors;
    Doorway *doorway; ///< child of the listener; without I/O threads
    std::vector<Acceptor *> acceptors; ///< children of the listener
    quint16 port = 0;
};

Listener::Listener(const ListenerSettings &settings, const Router &router, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(settings, router, this))
{
}

Listener::~Listener() { stopAccepting(); }

void Listener::setIoThreads(IoThreads *threads) { d->threads = threads; }

Result<void, ListenError> Listener::listen()
{
    if (d->threads != nullptr && d->threads->count() > 0 && !d->farDoors.isUsed())
        d->farDoors.open(*d->threads, d->settings, d->router, d->admissions);
    quint16 port = d->settings.port;
    for (const QHostAddress &address : std::as_const(d->settings.addresses)) {
        auto *acceptor = new Acceptor(*d->doorway, d->farDoors, *d->admissions, this);
        acceptor->setListenBacklogSize(d->settings.backlog);
        if (!acceptor->open(address, port)) {
            const ListenError error { reasonOf(acceptor->serverError()), address, port, acceptor->errorString() };
            delete acceptor;
            stopAccepting();
            return Unexpected(error);
        }
        d->acceptors.push_back(acceptor);
        port = acceptor->serverPort(); // the others take the one that the first was given
    }
    d->port = port;
    return {};
}

quint16 Listener::port() const { return d->port; }

void Listener::stopAccepting()
{
    qDeleteAll(std::exchange(d->acceptors, {}));
    d->doorway->clear();
    d->farDoors.clear();
}

void Listener::setHttpHandler(const QString &path, const std::function<HttpResponse()> &handler, HttpReach reach)
{
    setHttpHandler(path, HttpHandler([handler](const auto &answered) { answered(handler()); }), reach);
}

void Listener::setHttpHandler(const QString &path, const HttpHandler &handler, HttpReach reach)
{
    d->doorway->setHttpHandler(path, handler, reach);
    d->farDoors.setHttpHandler(path, handler, reach);
}

DoorFigures Listener::figures() const
{
    DoorFigures figures = d->doorway->figures();
    figures.add(d->farDoors.figures());
    return figures;
}

void Listener::setTurnClock(TurnClock *clock) { d->doorway->setTurnClock(clock); }

} // namespace hearth
