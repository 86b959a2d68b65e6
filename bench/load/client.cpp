#include "load/client.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace bench {

namespace {

constexpr unsigned char TextFrame = 0x81;
constexpr unsigned char PingFrame = 0x89;
constexpr unsigned char CloseFrame = 0x88;
/// A mask of zeros is legal (RFC 6455 §5.3 asks for unpredictable ones to protect proxies, of which there
/// are none here) and costs the load no time.
constexpr std::array<char, 4> Mask { 0, 0, 0, 0 };

std::string clientFrame(unsigned char head, std::string_view payload)
{
    std::string frame;
    frame.reserve(payload.size() + 14);
    frame.push_back(static_cast<char>(head));
    if (payload.size() < 126) {
        frame.push_back(static_cast<char>(0x80 | payload.size()));
    } else {
        frame.push_back(static_cast<char>(0x80 | 126));
        frame.push_back(static_cast<char>(payload.size() >> 8));
        frame.push_back(static_cast<char>(payload.size() & 0xff));
    }
    frame.append(Mask.data(), Mask.size());
    frame.append(payload);
    return frame;
}

} // namespace

Client::~Client()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

bool Client::connect(std::uint16_t port, std::uint32_t from)
{
    m_descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_descriptor < 0)
        return false;
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    if (from != 0) {
        ::setsockopt(m_descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        address.sin_addr.s_addr = htonl(from);
        if (::bind(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            return false;
    }
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int done = ::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address);
    if (done != 0 && errno != EINPROGRESS)
        return false;
    m_state = State::Connecting;
    m_unsent = "GET " + m_path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port)
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: aGVhcnRoIGxvYWQgdGVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return true;
}

void Client::writable()
{
    if (m_state == State::Connecting)
        m_state = State::Handshaking;
    flush();
}

void Client::flush()
{
    while (!m_unsent.empty()) {
        const ssize_t sent = ::send(m_descriptor, m_unsent.data(), m_unsent.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR)
                m_state = State::Closed;
            return;
        }
        m_unsent.erase(0, static_cast<std::size_t>(sent));
    }
}

void Client::sendText(std::string_view payload)
{
    const bool wasEmpty = m_unsent.empty();
    m_unsent += clientFrame(TextFrame, payload);
    if (wasEmpty)
        flush();
}

void Client::readable(std::vector<char> &buffer, FrameHandler &handler)
{
    const ssize_t got = ::recv(m_descriptor, buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        m_state = State::Closed;
        return;
    }
    if (got <= 0)
        return;
    const std::string_view fresh(buffer.data(), static_cast<std::size_t>(got));
    if (m_partial.empty()) {
        m_partial.assign(fresh.substr(parse(fresh, handler)));
        return;
    }
    m_partial.append(fresh);
    m_partial.erase(0, parse(m_partial, handler));
}

/// Returns how many bytes made whole frames.
std::size_t Client::parse(std::string_view bytes, FrameHandler &handler)
{
    std::size_t at = 0;
    if (m_state == State::Handshaking) {
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos)
            return 0;
        if (bytes.find(" 101 ") > bytes.find('\r')) {
            m_state = State::Closed;
            return bytes.size();
        }
        m_state = State::Open;
        at = end + 4;
    }
    while (at + 2 <= bytes.size()) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
        std::size_t head = 2;
        std::size_t length = byte(1) & 0x7f;
        if (length == 126) {
            head = 4;
            if (at + head > bytes.size())
                break;
            length = (std::size_t { byte(2) } << 8) | byte(3);
        } else if (length == 127) {
            head = 10;
            if (at + head > bytes.size())
                break;
            length = 0;
            for (std::size_t i = 2; i < 10; ++i)
                length = (length << 8) | byte(i);
        }
        if (at + head + length > bytes.size())
            break;
        const std::string_view payload = bytes.substr(at + head, length);
        if (byte(0) == TextFrame)
            handler.frame(*this, payload);
        else if (byte(0) == PingFrame)
            m_unsent += clientFrame(0x8a, payload), flush();
        else if (byte(0) == CloseFrame)
            m_state = State::Closed;
        at += head + length;
    }
    return at;
}

} // namespace bench
