// The floor under every broadcast: one thread, epoll, the kernel's sockets and nothing else. What a frame
// says is handed on unread to everybody on the same path. With `coalesce`, what a turn of the loop has for a
// socket leaves in one system call; without, each frame is written at once.
//
// usage: bench_floor PORT [coalesce]

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Room;

struct Peer
{
    int descriptor = -1;
    Room *room = nullptr;
    std::string in;
    std::string out;
    bool waitsForRoom = false; ///< the kernel's buffer is full
};

struct Room
{
    std::vector<Peer *> members;
    bool isDirty = false;
};

constexpr std::string_view Greeting = R"({"type":"connected","message":"Connected to chat"})";

std::string serverFrame(std::string_view payload)
{
    std::string frame(1, '\x81');
    if (payload.size() < 126) {
        frame.push_back(static_cast<char>(payload.size()));
    } else {
        frame.push_back(126);
        frame.push_back(static_cast<char>(payload.size() >> 8));
        frame.push_back(static_cast<char>(payload.size() & 0xff));
    }
    return frame.append(payload);
}

class Floor
{
public:
    Floor(std::uint16_t port, bool coalesces) : m_coalesces(coalesces)
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        const int on = 1;
        ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) != 0
            || ::listen(m_listener, 4096) != 0) {
            std::perror("bench_floor");
            std::exit(1);
        }
        ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
        watch(EPOLL_CTL_ADD, m_listener, EPOLLIN, nullptr);
        std::printf("Listening on ws://127.0.0.1:%d/chat\n", ntohs(address.sin_port));
        std::fflush(stdout);
    }

    [[noreturn]] void run()
    {
        std::array<epoll_event, 512> events {};
        for (;;) {
            const int ready = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < ready; ++i) {
                const epoll_event &event = events[static_cast<std::size_t>(i)];
                if (event.data.ptr == nullptr)
                    acceptAll();
                else
                    serve(*static_cast<Peer *>(event.data.ptr), event.events);
            }
            for (Room *room : m_dirty) {
                room->isDirty = false;
                for (Peer *peer : room->members)
                    write(*peer);
            }
            m_dirty.clear();
        }
    }

private:
    void watch(int operation, int descriptor, std::uint32_t what, Peer *peer)
    {
        epoll_event event {};
        event.events = what;
        event.data.ptr = peer;
        ::epoll_ctl(m_epoll, operation, descriptor, &event);
    }

    void acceptAll()
    {
        for (;;) {
            const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK);
            if (descriptor < 0)
                return;
            const int on = 1;
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            m_peers.push_back(std::make_unique<Peer>());
            m_peers.back()->descriptor = descriptor;
            watch(EPOLL_CTL_ADD, descriptor, EPOLLIN, m_peers.back().get());
        }
    }

    void serve(Peer &peer, std::uint32_t events)
    {
        if (peer.descriptor < 0)
            return;
        if ((events & EPOLLOUT) != 0)
            write(peer);
        if ((events & EPOLLIN) == 0)
            return;
        const ssize_t got = ::recv(peer.descriptor, m_buffer.data(), m_buffer.size(), 0);
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN)
                drop(peer);
            return;
        }
        peer.in.append(m_buffer.data(), static_cast<std::size_t>(got));
        if (peer.room == nullptr && !enter(peer))
            return;
        readFrames(peer);
    }

    /// The load does not look at Sec-WebSocket-Accept, so none is computed.
    bool enter(Peer &peer)
    {
        const auto end = peer.in.find("\r\n\r\n");
        if (end == std::string::npos)
            return false;
        const auto path = peer.in.substr(4, peer.in.find(' ', 4) - 4);
        peer.in.erase(0, end + 4);
        peer.room = &m_rooms[path];
        peer.room->members.push_back(&peer);
        peer.out = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            + serverFrame(Greeting);
        write(peer);
        return true;
    }

    void readFrames(Peer &peer)
    {
        std::size_t at = 0;
        while (peer.in.size() - at >= 6) {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(peer.in[at + i]); };
            std::size_t head = 6;
            std::size_t length = byte(1) & 0x7f;
            if (length == 126) {
                head = 8;
                length = (std::size_t { byte(2) } << 8) | byte(3);
            }
            if (peer.in.size() - at < head + length)
                break;
            for (std::size_t i = 0; i < length; ++i)
                peer.in[at + head + i] = static_cast<char>(peer.in[at + head + i] ^ peer.in[at + head - 4 + i % 4]);
            if (byte(0) == 0x81)
                broadcast(*peer.room, serverFrame(std::string_view(peer.in).substr(at + head, length)));
            at += head + length;
        }
        peer.in.erase(0, at);
    }

    void broadcast(Room &room, const std::string &frame)
    {
        for (Peer *member : room.members) {
            member->out += frame;
            if (!m_coalesces)
                write(*member);
        }
        if (m_coalesces && !room.isDirty) {
            room.isDirty = true;
            m_dirty.push_back(&room);
        }
    }

    void write(Peer &peer)
    {
        if (peer.out.empty() || peer.descriptor < 0)
            return;
        const ssize_t sent = ::send(peer.descriptor, peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
        if (sent > 0)
            peer.out.erase(0, static_cast<std::size_t>(sent));
        const bool waits = !peer.out.empty();
        if (waits != peer.waitsForRoom)
            watch(EPOLL_CTL_MOD, peer.descriptor, EPOLLIN | (waits ? EPOLLOUT : 0U), &peer);
        peer.waitsForRoom = waits;
    }

    void drop(Peer &peer)
    {
        ::close(peer.descriptor);
        peer.descriptor = -1;
        if (peer.room != nullptr)
            std::erase(peer.room->members, &peer);
    }

    bool m_coalesces;
    int m_listener = -1;
    int m_epoll = ::epoll_create1(0);
    std::map<std::string, Room> m_rooms;
    std::vector<std::unique_ptr<Peer>> m_peers; ///< never freed: a run is short
    std::vector<Room *> m_dirty;
    std::vector<char> m_buffer = std::vector<char>(256 * 1024);
};

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2 || (argc == 3 && std::strcmp(argv[2], "coalesce") != 0) || argc > 3) {
        std::fprintf(stderr, "usage: bench_floor PORT [coalesce]\n");
        return 2;
    }
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    Floor(static_cast<std::uint16_t>(std::atoi(argv[1])), argc == 3).run();
}
