#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What a client is told of its connection, by `Client::readable()`.
class FrameHandler
{
public:
    virtual ~FrameHandler() = default;
    /// One whole text frame of the server.
    virtual void frame(class Client &client, std::string_view payload) = 0;
};

/// One WebSocket client on a non-blocking socket, as cheap as it can be: it reads what is there, walks the
/// frames and hands their payload on. The server is trusted: this is a load, not a conformance test.
class Client
{
public:
    enum class State { Connecting, Handshaking, Open, Closed };

    Client(int index, std::string path) : m_index(index), m_path(std::move(path)) { }
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /// Begins to connect to 127.0.0.1 from an address of 127.0.0.0/8 (0: as the system likes). False when it refuses.
    [[nodiscard]] bool connect(std::uint16_t port, std::uint32_t from = 0);
    void writable();
    /// Reads all that is there. `buffer` is scratch shared by all clients.
    void readable(std::vector<char> &buffer, FrameHandler &handler);
    /// Masks and writes one text frame; what the kernel does not take is kept for `writable()`.
    void sendText(std::string_view payload);

    [[nodiscard]] int index() const { return m_index; }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool wantsToWrite() const { return m_state == State::Connecting || !m_unsent.empty(); }

private:
    void flush();
    [[nodiscard]] std::size_t parse(std::string_view bytes, FrameHandler &handler);

    int m_index;
    std::string m_path;
    int m_descriptor = -1;
    State m_state = State::Closed;
    std::string m_unsent;
    std::string m_partial; ///< the beginning of a frame whose rest has not come yet
};

} // namespace bench
