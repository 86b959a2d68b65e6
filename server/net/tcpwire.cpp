#include "server/net/tcpwire.h"

#include <algorithm>
#include <array>
#include <cerrno>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#endif

namespace hearth {

namespace {

#ifdef Q_OS_WIN

using NativeSocket = SOCKET;

void makeNonBlocking(NativeSocket socket)
{
    u_long on = 1;
    ::ioctlsocket(socket, FIONBIO, &on);
}
void closeNative(NativeSocket socket) { ::closesocket(socket); }
constexpr int StopWriting = SD_SEND;
bool wouldBlock() { return ::WSAGetLastError() == WSAEWOULDBLOCK; }
bool wasInterrupted() { return false; }
bool isGone() { return ::WSAGetLastError() == WSAECONNRESET; }
int lastError() { return ::WSAGetLastError(); }
constexpr NativeSocket NoSocket = INVALID_SOCKET;
NativeSocket acceptNative(NativeSocket listening) { return ::accept(listening, nullptr, nullptr); }

qsizetype sendPieces(NativeSocket socket, std::span<const QByteArrayView> pieces)
{
    std::array<WSABUF, TcpWire::MaxPieces> buffers;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        buffers[i] = { static_cast<ULONG>(pieces[i].size()), const_cast<char *>(pieces[i].data()) };
    DWORD sent = 0;
    const int result = ::WSASend(socket, buffers.data(), static_cast<DWORD>(pieces.size()), &sent, 0, nullptr, nullptr);
    return result == 0 ? static_cast<qsizetype>(sent) : -1;
}

#else

using NativeSocket = int;

void makeNonBlocking(NativeSocket socket) { ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK); }
void closeNative(NativeSocket socket) { ::close(socket); }
constexpr int StopWriting = SHUT_WR;
bool wouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK; }
bool wasInterrupted() { return errno == EINTR; }
int lastError() { return errno; }
constexpr NativeSocket NoSocket = -1;

/// What accept(2) says of the connection that it would have given, not of the listening socket.
bool isGone()
{
    constexpr std::array errors { ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH };
    return std::find(errors.begin(), errors.end(), errno) != errors.end();
}

NativeSocket acceptNative(NativeSocket listening)
{
#ifdef SOCK_CLOEXEC
    return ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
#else
    const NativeSocket accepted = ::accept(listening, nullptr, nullptr);
    if (accepted != NoSocket)
        ::fcntl(accepted, F_SETFD, FD_CLOEXEC);
    return accepted;
#endif
}

#ifdef MSG_NOSIGNAL
constexpr int SendFlags = MSG_NOSIGNAL;
#else
constexpr int SendFlags = 0; // SO_NOSIGPIPE is set instead (macOS)
#endif

qsizetype sendPieces(NativeSocket socket, std::span<const QByteArrayView> pieces)
{
    if (pieces.size() == 1) // as most are: the kernel has less to look at
        return ::send(socket, pieces.front().data(), static_cast<std::size_t>(pieces.front().size()), SendFlags);
    std::array<iovec, TcpWire::MaxPieces> vectors;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        vectors[i].iov_base = const_cast<char *>(pieces[i].data());
        vectors[i].iov_len = static_cast<std::size_t>(pieces[i].size());
    }
    msghdr message {};
    message.msg_iov = vectors.data();
    message.msg_iovlen = pieces.size();
    return ::sendmsg(socket, &message, SendFlags);
}

#endif

void setOption(NativeSocket socket, int level, int option)
{
    const int on = 1;
    ::setsockopt(socket, level, option, reinterpret_cast<const char *>(&on), sizeof on);
}

/// It may be the one whose signal we are in.
void retire(std::unique_ptr<QSocketNotifier> &notifier)
{
    if (!notifier)
        return;
    notifier->setEnabled(false);
    notifier.release()->deleteLater();
}

NativeSocket native(qintptr descriptor) { return static_cast<NativeSocket>(descriptor); }

} // namespace

TcpWire::Accepted TcpWire::accept(qintptr listening)
{
    for (;;) {
        const NativeSocket accepted = acceptNative(native(listening));
        if (accepted != NoSocket)
            return { Outcome::Done, static_cast<qintptr>(accepted), {} };
        if (wouldBlock())
            return { Outcome::WouldBlock, -1, {} };
        if (!wasInterrupted() && !isGone())
            return { Outcome::Failed, -1, qt_error_string(lastError()) };
    }
}

TcpWire::TcpWire(qintptr descriptor, QObject *parent) : Wire(parent), m_descriptor(descriptor) { }

void TcpWire::prepare()
{
    makeNonBlocking(native(m_descriptor));
    setOption(native(m_descriptor), IPPROTO_TCP, TCP_NODELAY);
    setOption(native(m_descriptor), SOL_SOCKET, SO_KEEPALIVE);
#ifdef SO_NOSIGPIPE
    setOption(native(m_descriptor), SOL_SOCKET, SO_NOSIGPIPE);
#endif
}

TcpWire::~TcpWire() { close(); }

TcpWire::Transfer TcpWire::read(std::span<char> into)
{
    for (;;) {
        const auto count
            = isOpen() ? ::recv(native(m_descriptor), into.data(), into.size(), 0) : decltype(::recv(0, nullptr, 0, 0))(0);
        if (count > 0)
            return { Outcome::Done, static_cast<qsizetype>(count) };
        if (count == 0)
            return { Outcome::Ended, 0 };
        if (wouldBlock())
            return { Outcome::WouldBlock, 0 };
        if (!wasInterrupted())
            return { Outcome::Failed, 0 };
    }
}

TcpWire::Transfer TcpWire::write(std::span<const QByteArrayView> pieces)
{
    Q_ASSERT(pieces.size() <= MaxPieces);
    while (isOpen()) {
        const qsizetype count = sendPieces(native(m_descriptor), pieces);
        if (count >= 0)
            return { Outcome::Done, count };
        if (wouldBlock())
            return { Outcome::WouldBlock, 0 };
        if (!wasInterrupted())
            break;
    }
    return { Outcome::Failed, 0 };
}

void TcpWire::shutdownWriting()
{
    if (isOpen())
        ::shutdown(native(m_descriptor), StopWriting);
}

void TcpWire::close()
{
    if (!isOpen())
        return;
    retire(m_readNotifier);
    retire(m_writeNotifier);
    closeNative(native(m_descriptor));
    m_descriptor = -1;
}

void TcpWire::abort()
{
    if (!isOpen())
        return;
    const linger none { 1, 0 };
    ::setsockopt(native(m_descriptor), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&none), sizeof none);
    close();
}

void TcpWire::setReading(bool isWanted)
{
    if (!isOpen())
        return;
    if (!m_readNotifier) {
        if (!isWanted)
            return;
        m_readNotifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
        connect(m_readNotifier.get(), &QSocketNotifier::activated, this, &TcpWire::readable);
    }
    m_readNotifier->setEnabled(isWanted);
}

void TcpWire::setWriting(bool isWanted)
{
    if (!isOpen() || isWanted == (m_writeNotifier != nullptr))
        return;
    if (!isWanted) {
        retire(m_writeNotifier);
        return;
    }
    m_writeNotifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Write);
    connect(m_writeNotifier.get(), &QSocketNotifier::activated, this, &TcpWire::writable);
}

TcpWire::Peer TcpWire::peer() const
{
    sockaddr_storage storage {};
    socklen_t size = sizeof storage;
    if (!isOpen() || ::getpeername(native(m_descriptor), reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return {};
    Peer peer { QHostAddress(reinterpret_cast<const sockaddr *>(&storage)), 0 };
    peer.port = ntohs(storage.ss_family == AF_INET6
                          ? reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port
                          : reinterpret_cast<const sockaddr_in *>(&storage)->sin_port);
    bool isMapped = false;
    const quint32 ipv4 = peer.address.toIPv4Address(&isMapped);
    if (isMapped)
        peer.address = QHostAddress(ipv4);
    return peer;
}

} // namespace hearth
