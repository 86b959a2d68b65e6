#include "server/net/tlswire.h"

#include "server/net/openssl.h"
#include "server/net/tcpwire.h"
#include "server/net/tlscontext.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace hearth {

using namespace openssl;

namespace {

/// Most bytes taken from the socket in one call: OpenSSL goes on by itself through records that mean nothing.
constexpr qsizetype ReadBudget = 64 * 1024;
/// A plaintext record's size (RFC 8446 §5.1).
constexpr qsizetype RecordSize = 16 * 1024;
/// Most that may wait for the kernel: a record, or the certificates of a handshake. Whoever makes us answer more than that
/// without reading it (key updates) is no client.
constexpr qsizetype MaxLeft = 64 * 1024;
/// Handshake messages that a peer may send in its life. A handshake has four at the most; key updates and attempts to
/// renegotiate cost us some computing each, and a peer that means well needs one in millions of records.
constexpr int MaxHandshakeMessages = 64;

} // namespace

/// What OpenSSL keeps of a connection, and the bytes between it and the socket. The steps of the handshake are computed by
/// another thread, which has all of it to itself meanwhile; otherwise it is its wire's.
struct TlsWire::Session
{
    Session(SSL *made, const QByteArray &read) : ssl(made), early(read) { }
    ~Session() { SSL_free(ssl); }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    void computeStep();

    SSL *ssl; ///< nothing where there was no memory
    TcpWire *tcp = nullptr; ///< what OpenSSL reads and writes; nothing during the handshake, which keeps to `early` and `left`
    QByteArray early; ///< read and not yet given to OpenSSL
    QByteArray left; ///< encrypted, and not taken by the kernel
    qsizetype readBudget = 0; ///< bytes that OpenSSL may still take from the socket in this call
    int handshakeMessages = 0; ///< that came
    bool isRefused = false; ///< by the step that was computed last

    /// Who hears of the step. Its own mutex: the wire may end while the other thread computes, and nothing else is shared then.
    std::mutex mutex;
    TlsWire *wire = nullptr;
};

/// What OpenSSL calls.
struct TlsWire::Callbacks
{
    static Session &sessionOf(BIO *bio) { return *static_cast<Session *>(BIO_get_data(bio)); }

    static int read(BIO *bio, char *into, int size)
    {
        Session &session = sessionOf(bio);
        BIO_clear_retry_flags(bio);
        if (!session.early.isEmpty()) {
            const qsizetype count = std::min<qsizetype>(size, session.early.size());
            std::memcpy(into, session.early.constData(), static_cast<std::size_t>(count));
            session.early.remove(0, count);
            if (session.early.isEmpty())
                session.early = {};
            return static_cast<int>(count);
        }
        const qsizetype wanted = std::min<qsizetype>(size, session.readBudget);
        if (session.tcp == nullptr || wanted <= 0) {
            BIO_set_retry_read(bio); // the socket tells of the rest in the next turn
            return -1;
        }
        const auto got = session.tcp->read({ into, static_cast<std::size_t>(wanted) });
        session.readBudget -= got.bytes;
        if (got.outcome == Outcome::Done)
            return static_cast<int>(got.bytes);
        if (got.outcome == Outcome::WouldBlock)
            BIO_set_retry_read(bio);
        return got.outcome == Outcome::Ended ? 0 : -1;
    }
    /// Takes everything, so that OpenSSL never has half a record that it wants to be reminded of.
    static int write(BIO *bio, const char *from, int size)
    {
        Session &session = sessionOf(bio);
        BIO_clear_retry_flags(bio);
        qsizetype sent = 0;
        if (session.tcp != nullptr && session.left.isEmpty()) {
            const std::array<QByteArrayView, 1> pieces { QByteArrayView(from, size) };
            const auto written = session.tcp->write(pieces);
            if (written.outcome != Outcome::Done && written.outcome != Outcome::WouldBlock)
                return -1;
            sent = written.bytes;
        }
        if (session.left.size() + size - sent > MaxLeft)
            return -1;
        session.left.append(from + sent, size - sent);
        return size;
    }
    static long control(BIO *, int command, long, void *) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static const BIO_METHOD *method()
    {
        static const BioMethodPtr method = [] {
            BioMethodPtr made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hearth"));
            BIO_meth_set_read(made.get(), read);
            BIO_meth_set_write(made.get(), write);
            BIO_meth_set_ctrl(made.get(), control);
            return made;
        }();
        return method.get();
    }
    static void noteMessage(int isOurs, int, int contentType, const void *, size_t, SSL *, void *session)
    {
        if (isOurs == 0 && contentType == SSL3_RT_HANDSHAKE)
            ++static_cast<Session *>(session)->handshakeMessages;
    }
};

void TlsWire::Session::computeStep()
{
    {
        const std::lock_guard lock(mutex);
        if (wire == nullptr)
            return; // has gone meanwhile
    }
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl);
    isRefused = (outcome != 1 && SSL_get_error(ssl, outcome) != SSL_ERROR_WANT_READ) || handshakeMessages > MaxHandshakeMessages;
    ERR_clear_error();
    const std::lock_guard lock(mutex);
    if (wire != nullptr)
        QMetaObject::invokeMethod(wire, &TlsWire::endStep, Qt::QueuedConnection);
}

TlsWire::TlsWire(std::unique_ptr<TcpWire> tcp, const TlsContext &context, const QByteArray &early, QObject *parent)
    : Wire(parent), m_tcp(std::move(tcp)), m_context(context), m_session(std::make_shared<Session>(context.newSession(), early))
{
    BIO *bio = BIO_new(Callbacks::method());
    if (m_session->ssl == nullptr || bio == nullptr) {
        m_hasFailed = true;
        BIO_free(bio);
        return;
    }
    m_session->wire = this;
    BIO_set_data(bio, m_session.get());
    BIO_set_init(bio, 1);
    SSL_set_bio(m_session->ssl, bio, bio); // owns it
    SSL_set_msg_callback(m_session->ssl, Callbacks::noteMessage);
    SSL_set_msg_callback_arg(m_session->ssl, m_session.get());
    SSL_set_accept_state(m_session->ssl);
    connect(m_tcp.get(), &TcpWire::readable, this, &TlsWire::readable);
    connect(m_tcp.get(), &TcpWire::writable, this, [this] {
        const bool isGone = sendLeft();
        watchWriting();
        if (m_hasFailed && m_isReading)
            emit readable(); // read() says what happened
        else if (isGone && m_isWriting)
            emit writable();
    });
}

TlsWire::~TlsWire()
{
    const std::lock_guard lock(m_session->mutex);
    m_session->wire = nullptr;
}

bool TlsWire::isOpen() const { return m_tcp->isOpen(); }

Wire::Peer TlsWire::peer() const { return m_tcp->peer(); }

Wire::Transfer TlsWire::read(std::span<char> into)
{
    if (!m_isReady)
        return shakeHands();
    m_hasMore = false;
    m_session->readBudget = ReadBudget;
    Transfer all { Outcome::WouldBlock, 0 };
    do {
        const Transfer got = readRecord(into.subspan(static_cast<std::size_t>(all.bytes)));
        all.bytes += got.bytes;
        if (got.outcome != Outcome::Done) {
            if (all.bytes == 0)
                all.outcome = got.outcome;
            // The end is told by itself, after what came before it.
            m_hasMore = got.outcome != Outcome::WouldBlock && all.bytes > 0;
            break;
        }
        all.outcome = Outcome::Done;
        m_hasMore = SSL_has_pending(m_session->ssl) == 1 || !m_session->early.isEmpty();
    } while (m_hasMore && static_cast<std::size_t>(all.bytes) < into.size());
    watchWriting();
    if (m_hasMore)
        setReading(m_isReading);
    return all;
}

/// Takes what has come, and has the next step computed from it.
Wire::Transfer TlsWire::shakeHands()
{
    if (m_hasFailed || !isOpen())
        return { isOpen() ? Outcome::Failed : Outcome::Ended, 0 };
    if (m_isComputing)
        return { Outcome::WouldBlock, 0 };
    if (m_session->early.isEmpty()) {
        std::array<char, RecordSize> chunk;
        const Transfer got = m_tcp->read(chunk);
        if (got.outcome != Outcome::Done)
            return got;
        m_session->early.append(chunk.data(), got.bytes);
    }
    m_isComputing = true;
    setReading(m_isReading);
    watchWriting();
    m_context.compute([session = m_session] { session->computeStep(); });
    return { Outcome::WouldBlock, 0 };
}

void TlsWire::endStep()
{
    m_isComputing = false;
    m_isReady = !m_session->isRefused && SSL_is_init_finished(m_session->ssl) == 1;
    if (m_isReady)
        m_session->tcp = m_tcp.get();
    sendLeft(); // the last step's, if that was refused, says why
    m_hasFailed = m_hasFailed || m_session->isRefused;
    m_hasMore = m_isReady || m_hasFailed; // what came with the last step is here already
    setReading(m_isReading);
    watchWriting();
}

Wire::Transfer TlsWire::readRecord(std::span<char> into)
{
    if (m_hasFailed || !isOpen())
        return { isOpen() ? Outcome::Failed : Outcome::Ended, 0 };
    ERR_clear_error();
    std::size_t count = 0;
    const int outcome = SSL_read_ex(m_session->ssl, into.data(), into.size(), &count);
    const int error = SSL_get_error(m_session->ssl, outcome);
    ERR_clear_error();
    if (m_session->handshakeMessages > MaxHandshakeMessages)
        m_hasFailed = true;
    else if (outcome == 1)
        return { Outcome::Done, static_cast<qsizetype>(count) };
    else if (error == SSL_ERROR_WANT_READ)
        return { Outcome::WouldBlock, 0 };
    else if (error == SSL_ERROR_ZERO_RETURN)
        return { Outcome::Ended, 0 };
    m_hasFailed = true; // nothing may be asked of OpenSSL any more
    return { Outcome::Failed, 0 };
}

Wire::Transfer TlsWire::write(std::span<const QByteArrayView> pieces)
{
    if (m_hasFailed || !isOpen() || m_isShutDown)
        return { Outcome::Failed, 0 };
    // One for all connections of this thread: small pieces share a record, and a system call.
    thread_local std::array<char, RecordSize> record;
    Transfer all { Outcome::WouldBlock, 0 };
    if (!m_isReady)
        return all;
    qsizetype place = 0; // in the first piece
    while (sendLeft() && !pieces.empty()) {
        qsizetype size = 0;
        while (!pieces.empty() && size < RecordSize) {
            const QByteArrayView piece = pieces.front().sliced(place);
            const qsizetype count = std::min(piece.size(), RecordSize - size);
            std::memcpy(record.data() + size, piece.data(), static_cast<std::size_t>(count));
            size += count;
            place += count;
            if (count == piece.size()) {
                pieces = pieces.subspan(1);
                place = 0;
            }
        }
        ERR_clear_error();
        if (size > 0 && SSL_write(m_session->ssl, record.data(), static_cast<int>(size)) <= 0)
            m_hasFailed = true; // the other way round never asks to wait
        ERR_clear_error();
        if (m_hasFailed)
            break;
        all.outcome = Outcome::Done;
        all.bytes += size;
    }
    watchWriting();
    return m_hasFailed ? Transfer { Outcome::Failed, 0 } : all;
}

bool TlsWire::sendLeft()
{
    if (m_isComputing)
        return false;
    QByteArray &left = m_session->left;
    while (!left.isEmpty() && !m_hasFailed) {
        const std::array<QByteArrayView, 1> pieces { left };
        const auto written = m_tcp->write(pieces);
        if (written.outcome == Outcome::WouldBlock)
            return false;
        if (written.outcome != Outcome::Done) {
            m_hasFailed = true;
            break;
        }
        left.remove(0, written.bytes);
    }
    if (m_hasFailed)
        return false;
    left = {}; // its memory, too
    if (m_isShutDown)
        m_tcp->shutdownWriting();
    return true;
}

void TlsWire::watchWriting()
{
    const bool hasLeft = !m_isComputing && !m_hasFailed && !m_session->left.isEmpty();
    m_tcp->setWriting(m_isWriting || hasLeft);
}

void TlsWire::shutdownWriting()
{
    if (m_isShutDown || !isOpen())
        return;
    ERR_clear_error();
    if (!m_hasFailed && m_isReady)
        SSL_shutdown(m_session->ssl);
    ERR_clear_error();
    m_isShutDown = true;
    if (!sendLeft() && m_hasFailed)
        m_tcp->shutdownWriting();
    watchWriting();
}

void TlsWire::close() { m_tcp->close(); }

void TlsWire::abort() { m_tcp->abort(); }

void TlsWire::setReading(bool isWanted)
{
    m_isReading = isWanted;
    m_tcp->setReading(isWanted && !m_isComputing);
    if (isWanted && m_hasMore && !std::exchange(m_isTelling, true))
        QMetaObject::invokeMethod(this, &TlsWire::tellMore, Qt::QueuedConnection);
}

void TlsWire::setWriting(bool isWanted)
{
    m_isWriting = isWanted;
    watchWriting();
}

void TlsWire::tellMore()
{
    m_isTelling = false;
    if (m_isReading && m_hasMore && isOpen())
        emit readable();
}

} // namespace hearth
