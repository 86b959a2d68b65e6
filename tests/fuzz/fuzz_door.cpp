// Any bytes at the door of a listener that speaks TLS, WebSocket and HTTP on one port. The first byte says into how large
// pieces the rest is cut on its way. Behind the door is a channel that says everything back.
//
// Whatever comes: a peer that has said its last byte is let go, nothing of it stays, and the next one is served.

#include "server/net/channel.h"
#include "server/net/listener.h"
#include "server/net/router.h"
#include "server/net/tlscontext.h"
#include "server/net/tlsidentity.h"
#include "server/net/traffic.h"
#include "tests/fuzz/fuzztarget.h"
#include "tests/net/echochannel.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QTcpSocket>
#include <QTimer>

#include <memory>

using namespace hearth;
using hearth::test::EchoChannel;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int LongMs = 5'000; ///< for what takes a millisecond

/// Sleeps until something happens: QTest's way looks every ten milliseconds.
template <typename Condition>
bool waitUntil(const Condition &condition)
{
    const QDeadlineTimer deadline(LongMs);
    QTimer waker;
    waker.start(100);
    while (!condition() && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

/// A listener with its channel, for all inputs: what one leaves behind would be in the way of the next.
class House
{
public:
    House() : m_listener(settings(), m_router)
    {
        m_router.add(u"/echo"_s, m_channel);
        m_listener.setHttpHandler(u"/page"_s, [] { return HttpResponse { 200, "text/plain", "page\n" }; });
        const auto listens = m_listener.listen();
        HEARTH_HOLDS(listens);
    }

    [[nodiscard]] std::unique_ptr<QTcpSocket> visit() const
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, m_listener.port());
        const bool isThere = waitUntil([&] { return socket->state() == QTcpSocket::ConnectedState; });
        HEARTH_HOLDS(isThere);
        return socket;
    }
    [[nodiscard]] bool isEmpty() const { return m_listener.figures().waiting == 0 && m_channel.connectionCount() == 0; }

private:
    static ListenerSettings settings()
    {
        TlsIdentity::Subject subject;
        subject.hostNames = { u"localhost"_s };
        const auto identity = TlsIdentity::generate(subject, QDateTime::currentDateTimeUtc());
        HEARTH_HOLDS(identity);
        const auto context = TlsContext::make(*identity);
        HEARTH_HOLDS(context);
        ListenerSettings settings;
        settings.addresses = { QHostAddress::LocalHost };
        settings.port = 0;
        settings.maxHeadBytes = 512; // small, so that inputs reach them
        settings.maxHeadLines = 12;
        settings.tls = *context;
        return settings;
    }
    static ChannelSettings shortOfPatience()
    {
        ChannelSettings settings;
        settings.maxMessageSize = 256;
        settings.closeTimeout = std::chrono::milliseconds(20);
        return settings;
    }

    Router m_router;
    EchoChannel m_channel { shortOfPatience() };
    Listener m_listener;
};

void say(QTcpSocket &socket, const QByteArray &bytes, qsizetype step)
{
    for (qsizetype at = 0; at < bytes.size() && socket.state() == QTcpSocket::ConnectedState; at += step) {
        socket.write(bytes.mid(at, step));
        socket.flush();
        QCoreApplication::processEvents();
    }
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    needEventLoop();
    static auto *house = new House; // for as long as the process lives
    if (input.isEmpty())
        return;
    const qsizetype step = static_cast<quint8>(input.front()) + 1;
    {
        const auto peer = house->visit();
        say(*peer, input.sliced(1), step);
        peer->disconnectFromHost(); // its last byte, and then FIN
        const bool isLetGo = waitUntil([&] { return peer->state() == QTcpSocket::UnconnectedState && house->isEmpty(); });
        HEARTH_HOLDS(isLetGo);
    }
    const auto next = house->visit();
    say(*next, "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n", 64);
    QByteArray heard;
    const bool isServed = waitUntil([&] { return (heard += next->readAll()).endsWith("page\n"); });
    HEARTH_HOLDS(isServed && heard.startsWith("HTTP/1.1 200 "));
}
