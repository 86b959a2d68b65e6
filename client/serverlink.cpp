#include "client/serverlink.h"

#include "protocol/codec.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTimerEvent>
#include <QWebSocket>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Problem = ConnectionStatus::Problem;

namespace {

/// Bytes of one message from the server: a page of 500 events of the largest content stays below.
constexpr quint64 MaxIncoming = 64 * 1024 * 1024;
/// Of a turn of the event loop, for what has arrived. Laying the new rows out takes several times as long, and painting comes on
/// top: with both, a turn stays about a frame of 60 Hz (docs/performance.md, "The window").
constexpr std::chrono::milliseconds TakeTime { 1 };
/// UTF-16 units that may wait beyond that; then the window has to.
constexpr qsizetype MaxArrived = 16 * 1024 * 1024;

Problem problemOf(const QWebSocket &socket, bool wasOpen)
{
    if (wasOpen)
        return Problem::Lost;
    switch (socket.error()) {
    case QAbstractSocket::ConnectionRefusedError:
    case QAbstractSocket::HostNotFoundError:
    case QAbstractSocket::NetworkError:
    case QAbstractSocket::SocketTimeoutError:
    case QAbstractSocket::SocketResourceError:
        return Problem::Unreachable;
    default:
        return Problem::NotHearth; // it answered, but not with an upgrade to /chat
    }
}

} // namespace

ServerLink::ServerLink(const Timing &timing, QObject *parent)
    : QObject(parent), m_timing(timing), m_backoff(timing.firstRetry, timing.lastRetry)
{
}

ServerLink::~ServerLink() { discardSocket(); }

void ServerLink::open(const QUrl &url, Fallback fallback)
{
    m_url = url;
    m_fallback = fallback;
    m_backoff.reset();
    connectNow();
}

void ServerLink::close()
{
    m_retryTimer.stop();
    if (isOpen()) {
        m_socket->disconnect(this);
        m_socket->close();
        m_socket->flush();
    }
    discardSocket();
}

void ServerLink::retryNow()
{
    if (m_retryTimer.isActive())
        connectNow();
}

void ServerLink::drop(Problem problem, const QString &detail, std::chrono::milliseconds wait)
{
    if (m_socket)
        end(problem, detail, wait);
}

bool ServerLink::isEncrypting() const { return m_socket->requestUrl().scheme() == "wss"_L1; }

bool ServerLink::isOpen() const
{
    return m_socket && (m_isTakingLast || m_socket->state() == QAbstractSocket::ConnectedState);
}

void ServerLink::send(const ClientRequest &request)
{
    if (isOpen() && !m_isTakingLast)
        m_socket->sendTextMessage(QString::fromUtf8(codec::encode(request)));
}

void ServerLink::connectNow()
{
    emit connecting();
    connectTo(m_url);
}

void ServerLink::connectTo(const QUrl &url)
{
    discardSocket();
    m_retryTimer.stop();
    m_wasOpen = false;
    m_peerKey = {};
    m_socket = std::make_unique<QWebSocket>();
    if (url.scheme() == "wss"_L1)
        secure();
    m_socket->setMaxAllowedIncomingFrameSize(MaxIncoming);
    m_socket->setMaxAllowedIncomingMessageSize(MaxIncoming);
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        if (isEncrypting() && m_peerKey.isNull()) {
            end(Problem::NotHearth, {}); // a key that we cannot name cannot be checked
            return;
        }
        m_connectTimer.stop();
        m_wasOpen = true;
        noteLife();
        emit opened();
    });
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this, socket = m_socket.get()] {
        if (m_wasOpen) {
            handleDisconnected();
            return;
        }
        // Over TLS it comes before the error that says why; what has no error is handled behind it.
        QMetaObject::invokeMethod(
            this, [this, socket] {
                if (m_socket.get() == socket)
                    handleDisconnected();
            },
            Qt::QueuedConnection);
    });
    // An attempt that fails before the connection exists says so only here.
    connect(m_socket.get(), qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &ServerLink::handleDisconnected);
    connect(m_socket.get(), &QWebSocket::pong, this, &ServerLink::noteLife);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        noteLife();
        m_arrived.push_back(text);
        m_arrivedSize += text.size();
        if (!m_takeTimer.isActive())
            m_takeTimer.start(0, this);
    });
    m_connectTimer.start(static_cast<int>(m_timing.connectTimeout.count()), this);
    m_socket->open(url);
}

/// No authority is trusted, so that every certificate is complained of, before anything is sent: that is when its key is
/// taken down. Whoever holds the session compares it.
void ServerLink::secure()
{
    QSslConfiguration configuration;
    configuration.setCaCertificates({});
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    m_socket->setSslConfiguration(configuration);
    connect(m_socket.get(), &QWebSocket::sslErrors, this, [this] {
        m_peerKey = Fingerprint::ofKey(m_socket->sslConfiguration().peerCertificate().publicKey().toDer());
        if (!m_peerKey.isNull())
            m_socket->ignoreSslErrors();
    });
}

/// A socket gives all that has come in one turn, and while that is worked on more comes: were it all told at once, the window
/// would stand still until a burst is over.
void ServerLink::takeArrived(const QDeadlineTimer &until)
{
    while (!m_arrived.empty() && (!until.hasExpired() || m_arrivedSize > MaxArrived)) {
        const QString text = std::move(m_arrived.front());
        m_arrived.pop_front();
        m_arrivedSize -= text.size();
        const auto messages = codec::decodeServer(text.toUtf8());
        if (messages)
            emit received(*messages);
        else if (messages.error().reason != codec::DecodeReason::UnknownType) // of a later version: not for us
            emit garbled();
    }
    if (m_arrived.empty())
        m_takeTimer.stop();
}

void ServerLink::takeLastArrived()
{
    m_isTakingLast = true;
    takeArrived(QDeadlineTimer(QDeadlineTimer::Forever));
    m_isTakingLast = false;
}

void ServerLink::handleDisconnected()
{
    if (m_isTakingLast)
        return;
    const QWebSocket *gone = m_socket.get();
    takeLastArrived(); // the last words often say why
    if (!m_socket || m_socket.get() != gone)
        return;
    // What a server without TLS answers to a hello is no TLS, or nothing.
    const bool hasNoTls = isEncrypting() && !m_wasOpen && m_peerKey.isNull()
        && (m_socket->error() == QAbstractSocket::SslHandshakeFailedError || m_socket->error() == QAbstractSocket::RemoteHostClosedError);
    if (hasNoTls && m_fallback == Fallback::None) {
        end(Problem::Downgraded, m_socket->errorString());
        return;
    }
    if (hasNoTls) {
        QUrl plain = m_url;
        plain.setScheme(u"ws"_s);
        connectTo(plain);
        return;
    }
    const auto code = m_socket->closeCode();
    if (m_wasOpen && code == QWebSocketProtocol::CloseCodeGoingAway)
        end(Problem::ServerClosed, m_socket->closeReason());
    else if (m_wasOpen && code == QWebSocketProtocol::CloseCodePolicyViolated)
        end(Problem::Refused, m_socket->closeReason());
    else
        end(problemOf(*m_socket, m_wasOpen), m_socket->errorString());
}

void ServerLink::end(Problem problem, const QString &detail, std::chrono::milliseconds wait)
{
    discardSocket();
    const auto delay = std::max(m_backoff.next(), wait);
    m_retryTimer.start(static_cast<int>(delay.count()), this);
    emit lost(problem, detail, QDateTime::currentDateTimeUtc().addMSecs(delay.count()));
}

void ServerLink::discardSocket()
{
    m_connectTimer.stop();
    m_silenceTimer.stop();
    m_takeTimer.stop();
    m_arrived.clear();
    m_arrivedSize = 0;
    if (!m_socket)
        return;
    // Often called from one of its own signals: it goes when they have returned.
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();
}

void ServerLink::noteLife()
{
    m_isPinged = false;
    m_silenceTimer.start(static_cast<int>(m_timing.pingInterval.count()), this);
}

void ServerLink::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_retryTimer.timerId()) {
        connectNow();
    } else if (event->timerId() == m_connectTimer.timerId()) {
        end(Problem::TimedOut, {});
    } else if (event->timerId() == m_takeTimer.timerId()) {
        takeArrived(QDeadlineTimer(TakeTime, Qt::PreciseTimer));
    } else if (event->timerId() == m_silenceTimer.timerId()) {
        if (m_isPinged) {
            end(Problem::Lost, {});
            return;
        }
        m_isPinged = true;
        m_socket->ping();
        m_silenceTimer.start(static_cast<int>(m_timing.pingTimeout.count()), this);
    } else {
        QObject::timerEvent(event);
    }
}

} // namespace hearth
