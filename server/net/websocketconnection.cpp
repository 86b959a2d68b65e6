#include "server/net/websocketconnection.h"

#include "server/net/flushscheduler.h"
#include "server/net/traffic.h"
#include "server/telemetry/monotonicnow.h"

#include <QtEndian>

#include <algorithm>
#include <array>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Most bytes read from one peer before the others have their turn.
constexpr std::size_t ReadChunk = 64 * 1024;
constexpr quint16 NoCode = 1005; ///< a close frame without one (RFC 6455 §7.1.5)
constexpr quint16 NoCloseFrame = 1006;
/// Pings and pongs of one peer in a second. They cost us an answer and nobody's limits count them; who means well sends one in
/// many seconds.
constexpr int MaxControlFrames = 1'000;
constexpr qsizetype MaxReason = 123; ///< bytes: a control frame's 125 without the code
constexpr char ByteOrderMark[] = "\xef\xbb\xbf";
constexpr char PingFrame[] = "\x89"; // FIN and opcode 9, then a length of 0

/// What may stand in a close frame (RFC 6455 §7.4, and the IANA registry up to 1014).
bool isCloseCode(quint16 code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

struct Ending
{
    CloseCode code;
    QString reason;
};

Ending endingOf(ConnectionFailure failure)
{
    switch (failure) {
    case ConnectionFailure::SlowPeer:
        return { CloseCode::PolicyViolation, u"Too slow"_s };
    case ConnectionFailure::ProtocolError:
        return { CloseCode::ProtocolError, u"Protocol error"_s };
    case ConnectionFailure::MessageTooBig:
        return { CloseCode::TooBig, u"Message too big"_s };
    case ConnectionFailure::BadUtf8:
        return { CloseCode::BadPayload, u"Invalid UTF-8"_s };
    case ConnectionFailure::PingTimeout:
        return { CloseCode::PolicyViolation, u"No answer to pings"_s };
    case ConnectionFailure::MessageTimeout:
        return { CloseCode::PolicyViolation, u"Message not finished in time"_s };
    case ConnectionFailure::Flood:
        return { CloseCode::PolicyViolation, u"Too many frames"_s };
    case ConnectionFailure::SocketError:
        break;
    }
    return { CloseCode::InternalError, u"Socket error"_s };
}

/// QString takes a leading byte order mark for its own and drops it; of two it drops one.
QString fromUtf8(const QByteArray &text)
{
    return QString::fromUtf8(text.startsWith(ByteOrderMark) ? ByteOrderMark + text : text);
}

/// As much of a reason as fits beside the code, cut between characters.
QByteArray shortened(const QString &reason)
{
    const QByteArray utf8 = reason.toUtf8();
    qsizetype size = std::min(utf8.size(), MaxReason);
    const auto isInside = [&utf8](qsizetype at) { return (static_cast<quint8>(utf8.at(at)) & 0xc0) == 0x80; };
    while (size > 0 && size < utf8.size() && isInside(size))
        --size;
    return utf8.first(size);
}

} // namespace

#if defined(__GLIBCXX__) && defined(__LP64__)
static_assert(sizeof(WebSocketConnection) <= 6 * CacheLine); // what the pool rounds up to
#endif

WebSocketConnection::WebSocketConnection(Channel::Arrival arrival, const ChannelSettings &settings,
                                         FlushScheduler &scheduler, Traffic &traffic)
    : Connection(std::move(arrival.info)), m_settings(settings), m_scheduler(scheduler), m_traffic(traffic),
      m_wire(std::move(arrival.wire)), m_parser(settings.maxMessageSize), m_admission(std::move(arrival.admission))
{
    m_now = monotonicNow();
    m_lastHeard = m_now;
    ++m_traffic.connections;
    connect(m_wire.get(), &Wire::readable, this, &WebSocketConnection::becomeReadable);
    connect(m_wire.get(), &Wire::writable, this, [this] {
        m_scheduler.enterTurn();
        flush();
    });
}

WebSocketConnection::~WebSocketConnection()
{
    m_scheduler.remove(*this);
    --m_traffic.connections;
    m_traffic.bytesQueued -= m_queue.bytes();
}

/// All that changes the queue goes through here: the channel knows how much waits in all.
template <typename Change>
auto WebSocketConnection::changeQueue(Change change)
{
    struct Difference
    {
        ~Difference() { traffic.bytesQueued += queue.bytes() - before; }
        Traffic &traffic;
        const OutgoingQueue &queue;
        qint64 before;
    };
    const Difference counted { m_traffic, m_queue, m_queue.bytes() };
    return change();
}

void WebSocketConnection::start(QByteArrayView rest)
{
    m_wire->setReading(true);
    if (!rest.isEmpty())
        feed(rest);
}

void WebSocketConnection::send(const OutgoingFrame &frame)
{
    // Where the end is put off, what was said before it is on its way still; but not to whoever has lost a part of it.
    if (m_state == State::Ending && (m_failure == ConnectionFailure::SlowPeer || isOverCap(frame.wire().size())))
        return;
    if (m_state != State::Open && m_state != State::Ending)
        return;
    ++m_traffic.framesQueued;
    queueBytes(frame.wire(), frame.delivery());
}

/// A frame that finds nothing in front of it is not the peer's fault (`welcome` on a server with ten thousand users): what counts
/// is what the peer has left unread. Only one that is larger than the cap counts for what waits for all of them. When that is too
/// much, nobody suffers for others: an even share is always granted.
bool WebSocketConnection::isOverCap(qint64 more) const
{
    if (m_isUncapped)
        return false;
    const qint64 wanted = m_queue.bytes() + more;
    const bool isLarge = m_settings.maxQueuedBytes > 0 && wanted > m_settings.maxQueuedBytes;
    if (m_queue.isEmpty() && !isLarge)
        return false;
    if (!m_queue.isEmpty() && isLarge)
        return true;
    return m_settings.maxQueuedInAll > 0 && m_traffic.bytesQueued + more > m_settings.maxQueuedInAll
        && wanted > m_settings.maxQueuedInAll / m_traffic.connections;
}

void WebSocketConnection::queueBytes(const QByteArray &bytes, Delivery delivery)
{
    if (m_state == State::Closed)
        return;
    if (isOverCap(bytes.size()) && m_state == State::Open) {
        // A turn may make more than the cap for a peer that reads well. What went wrong with the socket, if
        // anything, is told when the turn ends: nobody disappears in the middle of a broadcast.
        if (!m_isWaitingToWrite && flushQueue() != Wire::Outcome::Done)
            scheduleFlush();
        if (isOverCap(bytes.size()))
            changeQueue([this] { m_queue.dropDroppable(); });
        if (isOverCap(bytes.size()) && delivery == Delivery::Droppable)
            return;
        if (isOverCap(bytes.size()) && m_state == State::Open) {
            fail(ConnectionFailure::SlowPeer);
            return;
        }
    }
    if (m_state == State::Closed)
        return;
    changeQueue([&] { m_queue.push(bytes, delivery); });
    scheduleFlush();
}

void WebSocketConnection::scheduleFlush()
{
    if (m_isFlushScheduled || m_isWaitingToWrite)
        return;
    m_isFlushScheduled = true;
    m_scheduler.add(*this);
}

Wire::Outcome WebSocketConnection::flushQueue()
{
    const qint64 before = m_queue.bytes();
    const auto outcome = changeQueue([this] { return m_queue.flush(*m_wire); });
    m_traffic.bytesSent += static_cast<quint64>(before - m_queue.bytes());
    return outcome;
}

void WebSocketConnection::prefetch() const
{
    prefetchObject(this, BroadcastSize);
}

void WebSocketConnection::prefetchParts() const
{
    prefetchLine(m_wire.get());
    m_queue.prefetch();
}

void WebSocketConnection::flush()
{
    m_isFlushScheduled = false;
    if (m_state == State::Closed)
        return;
    switch (flushQueue()) {
    case Wire::Outcome::Done:
        if (std::exchange(m_isWaitingToWrite, false))
            m_wire->setWriting(false);
        if (m_state == State::Leaving)
            m_wire->shutdownWriting(); // the peer closes in turn; tick() does not wait long for it
        break;
    case Wire::Outcome::WouldBlock:
        m_isWaitingToWrite = true;
        m_wire->setWriting(true);
        break;
    case Wire::Outcome::Ended:
    case Wire::Outcome::Failed:
        finish(m_closeCode, m_closeReason);
        break;
    }
}

void WebSocketConnection::becomeReadable()
{
    if (m_scheduler.putOff(*this))
        m_wire->setReading(false);
    else
        readWire();
}

void WebSocketConnection::readWire()
{
    // One for all connections of this thread: what is not whole is copied by the parser.
    thread_local std::array<char, ReadChunk> chunk;
    if (m_state == State::Ending)
        return;
    m_wire->setReading(true); // it may have been put off
    const auto read = m_wire->read(chunk);
    m_traffic.bytesReceived += static_cast<quint64>(read.bytes);
    switch (read.outcome) {
    case Wire::Outcome::Done:
        m_lastHeard = m_now = monotonicNow();
        m_pingedAt = 0;
        if (m_state == State::Open || m_state == State::Closing)
            feed(QByteArrayView(chunk.data(), read.bytes));
        break;
    case Wire::Outcome::WouldBlock:
        break;
    case Wire::Outcome::Ended:
    case Wire::Outcome::Failed:
        finish(m_closeCode, m_closeReason);
        break;
    }
}

void WebSocketConnection::feed(QByteArrayView bytes)
{
    const auto fed = m_parser.feed(bytes, [this](FrameParser::Opcode opcode, const QByteArray &payload) {
        return handleFrame(opcode, payload);
    });
    if (!fed && m_state == State::Open)
        fail(fed.error());
    else if (!fed)
        leave();
    if (!m_parser.isInMessage())
        m_messageBegan = 0;
    else if (m_messageBegan == 0)
        m_messageBegan = m_now;
}

bool WebSocketConnection::handleFrame(FrameParser::Opcode opcode, const QByteArray &payload)
{
    using Opcode = FrameParser::Opcode;
    if (opcode == Opcode::Close) {
        handlePeerClose(payload);
        return false;
    }
    if (m_state != State::Open)
        return m_state == State::Closing || m_state == State::Ending; // whoever is being closed is not listened to
    if (opcode == Opcode::Text || opcode == Opcode::Binary) {
        m_messageBegan = 0; // what stands between its fragments does not lengthen its time
        ++m_traffic.messagesReceived;
    } else if (isControlFlood()) {
        fail(ConnectionFailure::Flood);
        return false;
    }
    switch (opcode) {
    case Opcode::Text:
        listener().heardText(*this, fromUtf8(payload));
        break;
    case Opcode::Binary:
        listener().heardBinary(*this, payload);
        break;
    case Opcode::Ping:
        queueControl(Opcode::Pong, payload);
        listener().heardPing(*this, payload);
        break;
    case Opcode::Pong:
        listener().heardPong(*this, payload);
        break;
    case Opcode::Continuation:
    case Opcode::Close:
        Q_UNREACHABLE(); // the parser puts fragments together; the other was handled
    }
    return m_state == State::Open || m_state == State::Closing || m_state == State::Ending;
}

bool WebSocketConnection::isControlFlood()
{
    constexpr qint64 Second = 1'000;
    if (m_now - m_controlsSince >= Second) {
        m_controlsSince = m_now;
        m_controls = 0;
    }
    return ++m_controls > MaxControlFrames;
}

void WebSocketConnection::queueControl(FrameParser::Opcode opcode, const QByteArray &payload)
{
    constexpr quint8 Final = 0x80;
    queueBytes(OutgoingFrame::framed(static_cast<char>(Final | static_cast<quint8>(opcode)), payload), Delivery::Required);
}

void WebSocketConnection::queueClose(quint16 code, const QString &reason)
{
    QByteArray payload(sizeof code, Qt::Uninitialized);
    qToBigEndian(code, payload.data());
    queueControl(FrameParser::Opcode::Close, payload.append(shortened(reason)));
}

void WebSocketConnection::handlePeerClose(const QByteArray &payload)
{
    const bool isAnswer = m_state != State::Open;
    quint16 code = payload.isEmpty() ? NoCode : 0;
    QByteArrayView reason;
    if (payload.size() >= 2) {
        code = qFromBigEndian<quint16>(payload.constData());
        reason = QByteArrayView(payload).sliced(2);
    }
    if (!payload.isEmpty() && !isCloseCode(code)) {
        if (isAnswer)
            leave();
        else
            fail(ConnectionFailure::ProtocolError);
        return;
    }
    if (!QUtf8StringView(reason).isValidUtf8() && !isAnswer) {
        fail(ConnectionFailure::BadUtf8);
        return;
    }
    if (isAnswer) {
        leave();
        return;
    }
    m_closeCode = code;
    m_closeReason = QString::fromUtf8(reason);
    listener().heardClose(*this);
    if (m_state == State::Open)
        end();
}

void WebSocketConnection::close(CloseCode code, const QString &reason)
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_closeCode = static_cast<quint16>(code);
    m_closeReason = reason;
    m_closingSince = m_now = monotonicNow();
    queueClose(m_closeCode, reason);
}

void WebSocketConnection::abort()
{
    if (m_state == State::Closed)
        return;
    m_wire->abort();
    finish(NoCloseFrame, {});
}

void WebSocketConnection::fail(ConnectionFailure failure)
{
    m_failure = failure;
    if (failure == ConnectionFailure::SlowPeer)
        changeQueue([this] { m_queue.dropUnsent(); }); // it will not read them: let go of the memory now
    m_isUncapped = true;
    listener().hasFailed(*this, failure);
    m_isUncapped = false;
    if (m_state != State::Ending)
        end();
}

void WebSocketConnection::putOffEnding()
{
    if (m_state != State::Open)
        return;
    m_state = State::Ending;
    m_closingSince = m_now = monotonicNow();
    m_wire->setReading(false); // what comes meanwhile is read, if it may be, by what comes after
}

void WebSocketConnection::sayLast(const OutgoingFrame &frame)
{
    if (m_state != State::Ending)
        return;
    ++m_traffic.framesQueued;
    queueBytes(frame.wire(), Delivery::Required);
}

void WebSocketConnection::endNow()
{
    if (m_state != State::Ending)
        return; // the peer was faster
    m_state = State::Open;
    m_wire->setReading(true);
    end();
}

void WebSocketConnection::end()
{
    if (!m_failure) { // the peer closes
        m_state = State::Closing;
        queueClose(m_closeCode == NoCode ? static_cast<quint16>(CloseCode::Normal) : m_closeCode, m_closeReason);
        leave();
        return;
    }
    const ConnectionFailure failure = *m_failure;
    const Ending ending = endingOf(failure);
    close(ending.code, ending.reason);
    // After a broken frame there is no telling where the next one begins; after a time-out nothing will come.
    if (failure != ConnectionFailure::SlowPeer)
        leave();
}

/// The queue goes out, then FIN; what the peer still says is not read as frames any more.
void WebSocketConnection::leave()
{
    if (m_state == State::Leaving || m_state == State::Closed)
        return;
    m_state = State::Leaving;
    m_closingSince = m_now = monotonicNow();
    scheduleFlush();
}

void WebSocketConnection::finish(quint16 code, const QString &reason)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_scheduler.remove(*this);
    m_wire->close();
    m_admission.reset();
    listener().hasClosed(*this, code, reason);
}

void WebSocketConnection::tick(qint64 now)
{
    m_now = now;
    const auto isOver = [now](qint64 since, std::chrono::milliseconds limit) {
        return since > 0 && limit.count() > 0 && now - since >= limit.count();
    };
    if (m_state != State::Open && m_state != State::Closed) {
        if (isOver(m_closingSince, m_settings.closeTimeout)) {
            // A peer that took everything may still come to read its close frame: a reset would destroy it.
            if (m_queue.bytes() > 0)
                m_wire->abort();
            finish(m_closeCode, m_closeReason);
        }
        return;
    }
    if (m_state == State::Closed)
        return;
    m_queue.rest();
    if (isOver(m_messageBegan, m_settings.messageTimeout)) {
        fail(ConnectionFailure::MessageTimeout);
    } else if (isOver(m_pingedAt, m_settings.pingTimeout)) {
        fail(ConnectionFailure::PingTimeout);
    } else if (m_pingedAt == 0 && isOver(m_lastHeard, m_settings.pingInterval)) {
        m_pingedAt = now;
        queueBytes(QByteArray(PingFrame, 2), Delivery::Required);
    }
}

} // namespace hearth
