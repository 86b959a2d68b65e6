#include "client/serverlink.h"

#include "protocol/codec.h"

#include <QTimerEvent>
#include <QWebSocket>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Problem = ConnectionStatus::Problem;

namespace {

/// Bytes of one message from the server: a page of 500 events of the largest content stays below.
constexpr quint64 MaxIncoming = 64 * 1024 * 1024;

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

void ServerLink::open(const QUrl &url)
{
    m_url = url;
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

bool ServerLink::isOpen() const { return m_socket && m_socket->state() == QAbstractSocket::ConnectedState; }

void ServerLink::send(const ClientRequest &request)
{
    if (isOpen())
        m_socket->sendTextMessage(QString::fromUtf8(codec::encode(request)));
}

void ServerLink::connectNow()
{
    discardSocket();
    m_retryTimer.stop();
    m_wasOpen = false;
    m_socket = std::make_unique<QWebSocket>();
    m_socket->setMaxAllowedIncomingFrameSize(MaxIncoming);
    m_socket->setMaxAllowedIncomingMessageSize(MaxIncoming);
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_connectTimer.stop();
        m_wasOpen = true;
        noteLife();
        emit opened();
    });
    connect(m_socket.get(), &QWebSocket::disconnected, this, &ServerLink::handleDisconnected);
    // An attempt that fails before the connection exists says so only here.
    connect(m_socket.get(), qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &ServerLink::handleDisconnected);
    connect(m_socket.get(), &QWebSocket::pong, this, &ServerLink::noteLife);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        noteLife();
        const auto messages = codec::decodeServer(text.toUtf8());
        if (messages)
            emit received(*messages);
        else if (messages.error().reason != codec::DecodeReason::UnknownType) // of a later version: not for us
            emit garbled();
    });
    emit connecting();
    m_connectTimer.start(static_cast<int>(m_timing.connectTimeout.count()), this);
    m_socket->open(m_url);
}

void ServerLink::handleDisconnected()
{
    if (!m_socket)
        return;
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
