#include "server/net/doorway.h"

#include "server/net/tcpwire.h"
#include "server/net/turnclock.h"

#include <QDeadlineTimer>
#include <QLoggingCategory>
#include <QUrl>

#include <algorithm>
#include <array>

Q_LOGGING_CATEGORY(lcListener, "hearth.listener")

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Most requests decided before those who are inside have their turn: an upgrade costs as much as a hundred frames.
constexpr int DecisionsAtOnce = 64;
constexpr auto AnswerTime = 5s; ///< for a peer to take its answer
constexpr auto LingerTime = 1s; ///< and then to close

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 426:
        return "Upgrade Required";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

/// Of those who are told why. The others are let go without a word.
int statusOf(DoorFigures::Refusal refusal)
{
    using Refusal = DoorFigures::Refusal;
    switch (refusal) {
    case Refusal::BadRequest:
        return 400;
    case Refusal::ForeignOrigin:
        return 403;
    case Refusal::NotFound:
        return 404;
    case Refusal::NotWebSocket:
        return 426;
    case Refusal::HeadTooLarge:
        return 431;
    case Refusal::ConnectionLimit:
    case Refusal::AddressLimit:
    case Refusal::Crowded:
    case Refusal::Timeout:
        break;
    }
    return 503;
}

/// RFC 6455 §4.1: 16 bytes in Base64.
bool isWebSocketKey(const QByteArray &key)
{
    const auto decoded = QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    return decoded && decoded.decoded.size() == 16;
}

bool hasToken(const QByteArray &list, QByteArrayView token)
{
    const auto parts = list.split(',');
    return std::any_of(parts.begin(), parts.end(), [token](const QByteArray &part) {
        return part.trimmed().compare(token, Qt::CaseInsensitive) == 0;
    });
}

/// The request as Qt is to see it: what decides the answer, and nothing of what else came in. Qt's own parser
/// hangs up in silence on a line over 8 KiB or a Host that is no host (qwebsockethandshakerequest.cpp).
QByteArray plainRequest(const QByteArray &key, const QString &subprotocol)
{
    QByteArray request = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n";
    if (!subprotocol.isEmpty())
        request += "Sec-WebSocket-Protocol: " + subprotocol.toUtf8() + "\r\n";
    return request + "\r\n";
}

} // namespace

struct Doorway::Guest
{
    quint64 id = 0;
    std::unique_ptr<TcpWire> wire;
    std::unique_ptr<RequestParser> parser; ///< nothing once it was answered
    QByteArray answer; ///< what the kernel has not taken yet
    TcpWire::Peer peer;
    std::shared_ptr<void> admission;
    QDeadlineTimer deadline;
    bool isLeaving = false; ///< goes as soon as nothing of it is on the stack
};

Doorway::Doorway(const ListenerSettings &settings, const Router &router, QObject *parent)
    : QObject(parent), m_settings(settings), m_router(router),
      m_admitted(std::make_shared<Admitted>()),
      m_left(DecisionsAtOnce)
{
    connect(&m_sweeper, &QTimer::timeout, this, &Doorway::sweep);
    auto interval = 250ms;
    if (m_settings.handshakeTimeout > 0ms)
        interval = std::clamp<std::chrono::milliseconds>(m_settings.handshakeTimeout / 8, 10ms, 250ms);
    m_sweeper.setInterval(interval);
}

Doorway::~Doorway() = default;

void Doorway::setHttpHandler(const QString &path, HttpHandler handler, HttpReach reach)
{
    m_pages.insert(path, { std::move(handler), reach });
}

DoorFigures Doorway::figures() const
{
    DoorFigures figures = m_figures;
    figures.waiting = static_cast<qsizetype>(m_guests.size());
    return figures;
}

void Doorway::enterTurn()
{
    if (m_clock != nullptr)
        m_clock->enter();
}

void Doorway::enter(std::unique_ptr<TcpWire> wire)
{
    enterTurn();
    ++m_figures.accepted;
    const TcpWire::Peer peer = wire->peer();
    if (peer.address.isNull())
        return; // gone already
    const bool isAddressFull = m_settings.maxConnectionsPerAddress > 0
        && m_admitted->byAddress.value(peer.address) >= m_settings.maxConnectionsPerAddress;
    if (isAddressFull || (m_settings.maxConnections > 0 && m_admitted->inAll >= m_settings.maxConnections)) {
        const Refusal refusal = isAddressFull ? Refusal::AddressLimit : Refusal::ConnectionLimit;
        m_figures.count(refusal);
        qCDebug(lcListener).noquote().nospace()
            << "event=refused reason=" << wordFor(refusal) << " peer=" << peer.address.toString();
        return;
    }
    if (m_settings.maxWaiting > 0 && m_guests.size() >= static_cast<std::size_t>(m_settings.maxWaiting)) {
        m_figures.count(Refusal::Crowded);
        remove(m_guests.begin()->first); // who has dawdled longest makes room
    }

    ++m_admitted->byAddress[peer.address];
    ++m_admitted->inAll;
    auto guest = std::make_unique<Guest>();
    guest->id = ++m_lastId;
    guest->peer = peer;
    guest->admission = std::shared_ptr<void>(nullptr, [all = m_admitted, address = peer.address](void *) {
        --all->inAll;
        if (--all->byAddress[address] <= 0)
            all->byAddress.remove(address);
    });
    guest->parser = std::make_unique<RequestParser>(m_settings.maxHeadBytes, m_settings.maxHeadLines);
    guest->deadline = m_settings.handshakeTimeout > 0ms ? QDeadlineTimer(m_settings.handshakeTimeout)
                                                        : QDeadlineTimer(QDeadlineTimer::Forever);
    guest->wire = std::move(wire);
    connect(guest->wire.get(), &TcpWire::readable, this, [this, id = guest->id] { read(id); });
    connect(guest->wire.get(), &TcpWire::writable, this, [this, id = guest->id] {
        enterTurn();
        Guest &waiting = *m_guests.at(id);
        write(waiting);
        if (waiting.isLeaving)
            remove(id);
    });
    guest->wire->setReading(true);
    m_guests.emplace(guest->id, std::move(guest));
    if (!m_sweeper.isActive())
        m_sweeper.start();
}

void Doorway::clear() { m_guests.clear(); }

void Doorway::read(quint64 id)
{
    const auto found = m_guests.find(id);
    if (found == m_guests.end() || m_left == 0)
        return; // what is not read now is still there in the next turn
    enterTurn();
    Guest &guest = *found->second;
    std::array<char, 4'096> chunk;
    const auto read = guest.wire->read(chunk);
    if (read.outcome == TcpWire::Outcome::WouldBlock)
        return;
    if (read.outcome != TcpWire::Outcome::Done) {
        remove(id);
        return;
    }
    if (!guest.parser)
        return; // answered: what it still says does not matter
    switch (guest.parser->feed(QByteArrayView(chunk.data(), read.bytes))) {
    case RequestParser::State::Incomplete:
        return;
    case RequestParser::State::Complete:
        if (--m_left == 0)
            QMetaObject::invokeMethod(this, [this] { m_left = DecisionsAtOnce; }, Qt::QueuedConnection);
        decide(guest);
        break;
    case RequestParser::State::Malformed:
        refuse(guest, Refusal::BadRequest, "This is not an HTTP request.");
        break;
    case RequestParser::State::TooLarge:
        refuse(guest, Refusal::HeadTooLarge, "The request head is too large.");
        break;
    }
    if (guest.isLeaving)
        remove(id);
}

void Doorway::decide(Guest &guest)
{
    const RequestHead &head = guest.parser->head();
    const QByteArray path = head.target.first(std::min(
        { head.target.indexOf('?') < 0 ? head.target.size() : head.target.indexOf('?'),
          head.target.indexOf('#') < 0 ? head.target.size() : head.target.indexOf('#') }));
    if (!head.isGet || !head.isHttp11 || !head.header("host")) {
        refuse(guest, Refusal::BadRequest, "An HTTP/1.1 GET request with a Host is expected here.");
        return;
    }
    const auto page = m_pages.constFind(QString::fromUtf8(path));
    if (page != m_pages.constEnd() && (page->reach == HttpReach::Everyone || guest.peer.address.isLoopback())) {
        answer(guest, page->handler());
        return;
    }
    const auto match = m_router.match(QString::fromUtf8(path));
    if (!match || !match->channel->admits(match->parameters)) {
        refuse(guest, Refusal::NotFound, "There is nothing at this path.");
        return;
    }
    if (!isOriginAllowed(head)) {
        refuse(guest, Refusal::ForeignOrigin, "Pages of other sites may not connect.");
        return;
    }
    const bool asksForWebSocket = hasToken(head.header("upgrade").value_or(QByteArray()), "websocket")
        && hasToken(head.header("connection").value_or(QByteArray()), "upgrade");
    if (!asksForWebSocket) {
        refuse(guest, Refusal::NotWebSocket, "This path speaks WebSocket.", "Upgrade: websocket\r\n");
        return;
    }
    if (head.header("sec-websocket-version") != QByteArray("13")) {
        refuse(guest, Refusal::BadRequest, "This WebSocket version is not spoken here.", "Sec-WebSocket-Version: 13\r\n");
        return;
    }
    if (!isWebSocketKey(head.header("sec-websocket-key").value_or(QByteArray()))) {
        refuse(guest, Refusal::BadRequest, "Sec-WebSocket-Key is missing or wrong.");
        return;
    }
    upgrade(guest, *match, path);
}

void Doorway::upgrade(Guest &guest, const Router::Match &match, const QByteArray &path)
{
    ConnectionInfo info;
    info.path = QUrl::fromPercentEncoding(path);
    info.parameters = match.parameters;
    info.peerAddress = guest.peer.address;
    info.peerPort = guest.peer.port;
    const QList<QByteArray> offered
        = guest.parser->head().header("sec-websocket-protocol").value_or(QByteArray()).split(',');
    for (const QByteArray &protocol : offered) {
        const QString name = QString::fromUtf8(protocol.trimmed());
        if (info.subprotocol.isEmpty() && match.channel->settings().subprotocols.contains(name))
            info.subprotocol = name;
    }
    guest.wire->setReading(false);
    guest.wire->disconnect(this);
    guest.isLeaving = true;
    const QByteArray request
        = plainRequest(guest.parser->head().header("sec-websocket-key").value_or(QByteArray()), info.subprotocol);
    match.channel->accept({ std::move(guest.wire), request, guest.parser->rest(), std::move(info),
                            std::move(guest.admission) });
}

/// A page in a browser says where it comes from; other programs say nothing. Only a page that this very
/// server could have served may connect, or one that the settings name: anything else is somebody's site
/// using its visitor's place in the network.
bool Doorway::isOriginAllowed(const RequestHead &head) const
{
    const auto origin = head.header("origin");
    if (!origin)
        return true;
    const QString text = QString::fromUtf8(*origin);
    const QString host = QString::fromUtf8(*head.header("host"));
    const auto isSame = [&text](const QString &allowed) { return text.compare(allowed, Qt::CaseInsensitive) == 0; };
    return isSame(u"http://"_s + host) || isSame(u"https://"_s + host)
        || std::any_of(m_settings.allowedOrigins.cbegin(), m_settings.allowedOrigins.cend(), isSame);
}

void Doorway::refuse(Guest &guest, Refusal refusal, const QByteArray &text, const QByteArray &extraHeaders)
{
    m_figures.count(refusal);
    answer(guest, { statusOf(refusal), "text/plain; charset=utf-8", text + '\n' }, extraHeaders);
}

void Doorway::answer(Guest &guest, const HttpResponse &response, const QByteArray &extraHeaders)
{
    guest.answer = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonPhrase(response.status)
        + "\r\nContent-Type: " + response.contentType + "\r\nContent-Length: "
        + QByteArray::number(response.body.size()) + "\r\nConnection: close\r\n" + extraHeaders + "\r\n"
        + response.body;
    guest.parser.reset();
    guest.deadline = QDeadlineTimer(AnswerTime);
    write(guest);
}

void Doorway::write(Guest &guest)
{
    const std::array<QByteArrayView, 1> pieces { guest.answer };
    const auto written = guest.wire->write(pieces);
    if (written.outcome != TcpWire::Outcome::Done && written.outcome != TcpWire::Outcome::WouldBlock) {
        guest.isLeaving = true;
        return;
    }
    guest.answer.remove(0, written.bytes);
    guest.wire->setWriting(!guest.answer.isEmpty());
    if (!guest.answer.isEmpty())
        return;
    guest.deadline = QDeadlineTimer(LingerTime);
    guest.wire->shutdownWriting();
}

void Doorway::remove(quint64 id)
{
    m_guests.erase(id);
    if (m_guests.empty())
        m_sweeper.stop();
}

void Doorway::sweep()
{
    enterTurn();
    std::erase_if(m_guests, [this](const auto &entry) {
        const Guest &guest = *entry.second;
        if (!guest.deadline.hasExpired())
            return false;
        if (guest.parser)
            m_figures.count(Refusal::Timeout);
        return true;
    });
    if (m_guests.empty())
        m_sweeper.stop();
}

} // namespace hearth
