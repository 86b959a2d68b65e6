#include "server/net/listener.h"

#include "server/net/doorway.h"
#include "server/net/tcpwire.h"
#include "server/telemetry/logvalue.h"

#include <QLoggingCategory>
#include <QTcpServer>
#include <QTimer>

#include <vector>

Q_DECLARE_LOGGING_CATEGORY(lcListener)

namespace hearth {

using namespace std::chrono_literals;

namespace {

/// After the process ran out of descriptors Qt stops accepting for good (qtcpserver.cpp): how long until it is
/// tried again.
constexpr auto AcceptRetry = 200ms;

/// Most connections accepted before those who are here have their turn: a thousand clients that come back at once
/// would be accepted in one go otherwise.
constexpr int AcceptsAtOnce = 64;

/// Hands accepted descriptors on as they are.
class Acceptor : public QTcpServer
{
public:
    Acceptor(Doorway &doorway, QObject *parent) : QTcpServer(parent), m_doorway(doorway)
    {
        connect(this, &QTcpServer::acceptError, this, [this](QAbstractSocket::SocketError) {
            m_doorway.countAcceptFailure();
            qCWarning(lcListener).noquote().nospace() << "event=accept-failed error=" << logValue(errorString());
            QTimer::singleShot(AcceptRetry, this, &QTcpServer::resumeAccepting);
        });
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        m_doorway.enter(std::make_unique<TcpWire>(descriptor));
        if (--m_left > 0)
            return;
        setMaxPendingConnections(0); // what QTcpServer looks at before it accepts the next (qtcpserver.cpp)
        const auto goOn = [this] {
            m_left = AcceptsAtOnce;
            setMaxPendingConnections(m_left);
            resumeAccepting();
        };
        QMetaObject::invokeMethod(this, goOn, Qt::QueuedConnection);
    }

private:
    Doorway &m_doorway;
    int m_left = AcceptsAtOnce;
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
    Private(const ListenerSettings &s, const Router &router, QObject *parent)
        : settings(s), doorway(new Doorway(s, router, parent))
    {
    }

    ListenerSettings settings;
    Doorway *doorway; ///< child of the listener
    std::vector<Acceptor *> acceptors; ///< children of the listener
    quint16 port = 0;
};

Listener::Listener(const ListenerSettings &settings, const Router &router, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(settings, router, this))
{
}

Listener::~Listener() { stopAccepting(); }

Result<void, ListenError> Listener::listen()
{
    quint16 port = d->settings.port;
    for (const QHostAddress &address : std::as_const(d->settings.addresses)) {
        auto *acceptor = new Acceptor(*d->doorway, this);
        acceptor->setListenBacklogSize(d->settings.backlog);
        if (!acceptor->listen(address, port)) {
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
}

void Listener::setHttpHandler(const QString &path, std::function<HttpResponse()> handler, HttpReach reach)
{
    d->doorway->setHttpHandler(path, std::move(handler), reach);
}

DoorFigures Listener::figures() const { return d->doorway->figures(); }

void Listener::setTurnClock(TurnClock *clock) { d->doorway->setTurnClock(clock); }

} // namespace hearth
