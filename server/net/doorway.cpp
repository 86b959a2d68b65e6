#include "server/net/doorway.h"

#include "server/net/origin.h"
#include "server/net/tcpwire.h"
#include "server/net/tlswire.h"
#include "server/net/turnclock.h"

#include <QDeadlineTimer>
#include <QLoggingCategory>
#include <QPointer>
#include <QUrl>

#include <algorithm>
#include <array>

Q_LOGGING_CATEGORY(lcListener, "hearth.listener")

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Most requests decided before those who are inside have their turn. Whoever has to wait is looked at in each turn, so that fewer would
/// cost more.
constexpr int DecisionsAtOnce = 64;
constexpr char TlsHandshake = '\x16'; ///< the first byte of a record with a ClientHello (RFC 8446 §5.1); no method begins so
constexpr auto AnswerTime = 5s; ///< for a peer to take its answer
constexpr auto LingerTime = 1s; ///< and then to close

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
    case Refusal::NotEncrypted:
        return 426;
    case Refusal::HeadTooLarge:
        return 431;
    case Refusal::ConnectionLimit:
    case Refusal::AddressLimit:
    case Refusal::Crowded:
    case Refusal::Timeout:
    case Refusal::BrokenTls:
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

} // namespace

struct Doorway::Guest
{
    quint64 id = 0;
    std::unique_ptr<Wire> wire;
    TlsWire *tls = nullptr; ///< the same while its handshake is not over
    bool isNew = true; ///< has not said anything
    std::unique_ptr<RequestParser> parser; ///< nothing once it was answered
    QByteArray answer; ///< what the kernel has not taken yet
    Wire::Peer peer;
    std::shared_ptr<void> admission;
    QDeadlineTimer deadline;
    bool isLeaving = false; ///< goes as soon as nothing of it is on the stack
};

Doorway::Doorway(const ListenerSettings &settings, const Router &router, QObject *parent,
                 std::shared_ptr<Admissions> admissions)
    : QObject(parent), m_settings(settings), m_router(router),
      m_admissions(admissions ? std::move(admissions)
                              : std::make_shared<Admissions>(settings.maxConnections, settings.maxConnectionsPerAddress)),
      m_left(DecisionsAtOnce)
{
    connect(&m_sweeper, &QTimer::timeout, this, &Doorway::sweep);
    auto interval = 250ms;
    if (m_settings.handshakeTimeout > 0ms)
        interval = std::clamp<std::chrono::milliseconds>(m_settings.handshakeTimeout / 8, 10ms, 250ms);
    m_sweeper.setInterval(interval);
    m_sweeper.setTimerType(Qt::PreciseTimer); // a coarse one comes later than it says
}

Doorway::~Doorway() = default;

void Doorway::setHttpHandler(const QString &path, Listener::HttpHandler handler, HttpReach reach)
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

void Doorway::enter(std::unique_ptr<TcpWire> wire, std::shared_ptr<void> alsoHeld)
{
    enterTurn();
    ++m_figures.accepted;
    const Wire::Peer peer = wire->peer();
    if (peer.address.isNull()) { // gone already
        m_admissions->noteGone();
        return;
    }
    auto admission = m_admissions->admit(peer.address);
    if (!admission) {
        m_figures.count(admission.error());
        qCDebug(lcListener).noquote().nospace()
            << "event=refused reason=" << wordFor(admission.error()) << " peer=" << peer.address.toString();
        return;
    }
    wire->prepare(); // four system calls that those who are turned away do not cost
    if (m_settings.maxWaiting > 0 && m_guests.size() >= static_cast<std::size_t>(m_settings.maxWaiting)) {
        m_figures.count(Refusal::Crowded);
        remove(whoMakesRoom());
    }

    auto guest = std::make_unique<Guest>();
    guest->id = ++m_lastId;
    guest->peer = peer;
    guest->admission = *std::move(admission);
    if (alsoHeld)
        guest->admission = std::make_shared<std::array<std::shared_ptr<void>, 2>>(
            std::array { std::move(guest->admission), std::move(alsoHeld) });
    guest->parser = std::make_unique<RequestParser>(m_settings.maxHeadBytes, m_settings.maxHeadLines);
    guest->deadline = m_settings.handshakeTimeout > 0ms ? QDeadlineTimer(m_settings.handshakeTimeout)
                                                        : QDeadlineTimer(QDeadlineTimer::Forever);
    guest->wire = std::move(wire);
    listenTo(*guest);
    m_guests.emplace(guest->id, std::move(guest));
    if (!m_sweeper.isActive())
        m_sweeper.start();
}

/// Who has dawdled longest, of the address that has most here.
quint64 Doorway::whoMakesRoom() const
{
    QHash<QHostAddress, int> counts;
    for (const auto &[id, guest] : m_guests)
        ++counts[guest->peer.address];
    const int most = *std::max_element(counts.cbegin(), counts.cend());
    return std::find_if(m_guests.begin(), m_guests.end(), [&](const auto &entry) {
        return counts.value(entry.second->peer.address) == most;
    })->first;
}

void Doorway::clear() { m_guests.clear(); }

void Doorway::listenTo(Guest &guest)
{
    connect(guest.wire.get(), &Wire::readable, this, [this, id = guest.id] { read(id); });
    connect(guest.wire.get(), &Wire::writable, this, [this, id = guest.id] {
        enterTurn();
        Guest &waiting = *m_guests.at(id);
        write(waiting);
        if (waiting.isLeaving)
            remove(id);
    });
    guest.wire->setReading(true);
}

void Doorway::read(quint64 id)
{
    const auto found = m_guests.find(id);
    if (found == m_guests.end())
        return;
    Guest &guest = *found->second;
    if (m_left == 0) {
        guest.wire->setReading(true); // what is not read now is told of again in the next turn
        return;
    }
    enterTurn();
    std::array<char, 4'096> chunk;
    auto read = guest.wire->read(chunk);
    if (read.outcome == Wire::Outcome::Done && std::exchange(guest.isNew, false) && m_settings.tls && chunk.front() == TlsHandshake) {
        startTls(guest, QByteArrayView(chunk.data(), read.bytes));
        read = guest.wire->read(chunk);
    }
    if (guest.tls != nullptr) {
        if (read.outcome == Wire::Outcome::Failed)
            m_figures.count(Refusal::BrokenTls);
        if (guest.tls->isReady())
            guest.tls = nullptr;
    }
    if (read.outcome == Wire::Outcome::WouldBlock)
        return;
    if (read.outcome != Wire::Outcome::Done) {
        remove(id);
        return;
    }
    readHead(guest, QByteArrayView(chunk.data(), read.bytes));
    if (guest.isLeaving)
        remove(id);
}

void Doorway::startTls(Guest &guest, QByteArrayView hello)
{
    guest.wire->disconnect(this);
    std::unique_ptr<TcpWire> tcp(static_cast<TcpWire *>(guest.wire.release())); // what enter() was given
    auto wire = std::make_unique<TlsWire>(std::move(tcp), *m_settings.tls, hello.toByteArray());
    guest.tls = wire.get();
    guest.wire = std::move(wire);
    listenTo(guest);
}

void Doorway::readHead(Guest &guest, QByteArrayView bytes)
{
    if (!guest.parser)
        return; // answered: what it still says does not matter
    switch (guest.parser->feed(bytes)) {
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
        ask(guest, *page);
        return;
    }
    if (m_settings.isTlsRequired && !guest.wire->isEncrypted()) {
        refuse(guest, Refusal::NotEncrypted, "This server speaks TLS only. Use wss:// in place of ws://.", "Upgrade: TLS/1.2\r\n");
        return;
    }
    const auto match = m_router.match(QString::fromUtf8(path));
    if (!match || !match->channel->admits(match->parameters)) {
        refuse(guest, Refusal::NotFound, "There is nothing at this path.");
        return;
    }
    if (!isOriginAllowed(head, m_settings.allowedOrigins)) {
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

void Doorway::ask(Guest &guest, const Page &page)
{
    guest.parser.reset(); // what it still says does not matter
    page.handler([self = QPointer<Doorway>(this), id = guest.id](const HttpResponse &response) {
        if (!self)
            return;
        const auto found = self->m_guests.find(id);
        if (found == self->m_guests.end())
            return; // has not waited
        Guest &waiting = *found->second;
        self->answer(waiting, response);
        if (waiting.isLeaving)
            waiting.deadline = QDeadlineTimer(0); // it may be the one that is being read
    });
}

void Doorway::upgrade(Guest &guest, const Router::Match &match, const QByteArray &path)
{
    ConnectionInfo info;
    info.path = QUrl::fromPercentEncoding(path);
    info.parameters = match.parameters;
    info.peerAddress = guest.peer.address;
    info.peerPort = guest.peer.port;
    info.isEncrypted = guest.wire->isEncrypted();
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
    match.channel->accept({ std::move(guest.wire), guest.parser->head().header("sec-websocket-key").value_or(QByteArray()),
                            guest.parser->rest(), std::move(info), std::move(guest.admission) });
}

void Doorway::refuse(Guest &guest, Refusal refusal, const QByteArray &text, const QByteArray &extraHeaders)
{
    m_figures.count(refusal);
    answer(guest, { statusOf(refusal), "text/plain; charset=utf-8", text + '\n' }, extraHeaders);
}

void Doorway::answer(Guest &guest, const HttpResponse &response, const QByteArray &extraHeaders)
{
    guest.answer = response.toBytes(extraHeaders);
    guest.parser.reset();
    guest.deadline = QDeadlineTimer(AnswerTime);
    write(guest);
}

void Doorway::write(Guest &guest)
{
    const std::array<QByteArrayView, 1> pieces { guest.answer };
    const auto written = guest.wire->write(pieces);
    if (written.outcome != Wire::Outcome::Done && written.outcome != Wire::Outcome::WouldBlock) {
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
        if (guest.deadline.remainingTimeAsDuration() > m_sweeper.intervalAsDuration())
            return false; // the next look is in time
        if (guest.parser)
            m_figures.count(Refusal::Timeout);
        return true;
    });
    if (m_guests.empty())
        m_sweeper.stop();
}

} // namespace hearth
