#pragma once

#include "load/client.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// All the clients of one run on one epoll instance and one thread.
class Crowd
{
public:
    /// `addresses`: from so many of 127.0.0.0/8 its clients come, in turn; 0: from where the system likes.
    explicit Crowd(std::uint16_t port, int addresses = 0);
    ~Crowd();
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    /// Connects `count` more clients to `path` and waits until each has had its first frame, at most
    /// `concurrency` of them under way at a time. False when one is refused or 60 s have passed.
    [[nodiscard]] bool connect(int count, const std::function<std::string(int)> &path, int concurrency = 512);

    /// Handles what happens until `deadline` (monotonic ns), or until `until` says true.
    void run(FrameHandler &handler, std::int64_t deadline, const std::function<bool()> &until = {});
    /// Sends from one client.
    void send(int index, std::string_view payload);

    [[nodiscard]] int size() const { return static_cast<int>(m_clients.size()); }
    [[nodiscard]] int closedCount() const { return m_closed; }

private:
    void watch(Client &client, bool isNew);
    void step(FrameHandler &handler, std::int64_t timeout); ///< of at most so many ns

    std::uint16_t m_port;
    int m_addresses;
    int m_epoll;
    int m_closed = 0;
    std::vector<std::unique_ptr<Client>> m_clients;
    std::vector<bool> m_watchesWrites;
    std::vector<char> m_buffer;
};

} // namespace bench
