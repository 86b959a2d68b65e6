#include "load/crowd.h"

#include "load/process.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace bench {

namespace {

constexpr std::int64_t Second = 1'000'000'000;
constexpr std::int64_t LongestWait = Second / 10; ///< until a deadline is looked at again
constexpr std::size_t ReadBuffer = 256 * 1024;
constexpr std::uint32_t FirstAddress = 0x7f000101; // 127.0.1.1

/// Counts the clients that have been greeted.
class Greetings final : public FrameHandler
{
public:
    explicit Greetings(std::size_t clients) : m_greeted(clients, false) { }
    void frame(Client &client, std::string_view) override
    {
        auto &&greeted = m_greeted[static_cast<std::size_t>(client.index())];
        if (!greeted)
            ++m_count;
        greeted = true;
    }
    [[nodiscard]] int count() const { return m_count; }

private:
    std::vector<bool> m_greeted;
    int m_count = 0;
};

} // namespace

Crowd::Crowd(std::uint16_t port, int addresses)
    : m_port(port), m_addresses(addresses), m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_buffer(ReadBuffer)
{
}

Crowd::~Crowd()
{
    m_clients.clear();
    ::close(m_epoll);
}

void Crowd::watch(Client &client, bool isNew)
{
    const auto index = static_cast<std::size_t>(client.index());
    if (!isNew && m_watchesWrites[index] == client.wantsToWrite())
        return;
    epoll_event event {};
    event.events = EPOLLIN | (client.wantsToWrite() ? EPOLLOUT : 0U);
    event.data.u32 = static_cast<std::uint32_t>(client.index());
    ::epoll_ctl(m_epoll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, client.descriptor(), &event);
    m_watchesWrites[index] = client.wantsToWrite();
}

bool Crowd::connect(int count, const std::function<std::string(int)> &path, int concurrency)
{
    const int first = size();
    Greetings greetings(static_cast<std::size_t>(first + count));
    const std::int64_t deadline = nowNanoseconds() + 60 * Second;
    int begun = 0;
    while (greetings.count() < count) {
        while (begun < count && begun - greetings.count() < concurrency) {
            const int index = first + begun;
            m_clients.push_back(std::make_unique<Client>(index, path(begun)));
            m_watchesWrites.push_back(false);
            const auto from = m_addresses == 0 ? 0U : FirstAddress + static_cast<std::uint32_t>(index % m_addresses);
            if (!m_clients.back()->connect(m_port, from))
                return false;
            watch(*m_clients.back(), true);
            ++begun;
        }
        step(greetings, LongestWait);
        if (m_closed > 0 || nowNanoseconds() > deadline)
            return false;
    }
    return true;
}

void Crowd::step(FrameHandler &handler, std::int64_t timeout)
{
    std::array<epoll_event, 512> events {};
    const timespec longest { static_cast<time_t>(timeout / Second), static_cast<long>(timeout % Second) };
    const int ready = ::epoll_pwait2(m_epoll, events.data(), static_cast<int>(events.size()), &longest, nullptr);
    for (int i = 0; i < ready; ++i) {
        const epoll_event &event = events[static_cast<std::size_t>(i)];
        Client &client = *m_clients[event.data.u32];
        if (client.state() == Client::State::Closed)
            continue;
        if ((event.events & EPOLLOUT) != 0)
            client.writable();
        if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
            client.readable(m_buffer, handler);
        if (client.state() == Client::State::Closed) {
            ++m_closed;
            ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, client.descriptor(), nullptr);
        } else {
            watch(client, false);
        }
    }
}

void Crowd::run(FrameHandler &handler, std::int64_t deadline, const std::function<bool()> &until)
{
    for (;;) {
        const std::int64_t left = deadline - nowNanoseconds();
        if (left <= 0 || (until && until()))
            return;
        step(handler, std::min(left, LongestWait));
    }
}

void Crowd::send(int index, std::string_view payload)
{
    Client &client = *m_clients[static_cast<std::size_t>(index)];
    client.sendText(payload);
    watch(client, false);
}

} // namespace bench
