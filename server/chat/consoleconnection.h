#pragma once

#include "server/net/connection.h"

#include <functional>
#include <utility>

namespace hearth {

/// Where the answer to one request of the console goes (see ChatChannel::ask): the first frame that it is sent is the
/// reply, and the last thing that it hears.
class ConsoleConnection final : public Connection
{
public:
    using Answered = std::function<void(quint64 connection, const QByteArray &frame)>;

    explicit ConsoleConnection(Answered answered) : Connection(ConnectionInfo {}), m_answered(std::move(answered)) { }

    [[nodiscard]] bool isOpen() const override { return m_answered != nullptr; }
    [[nodiscard]] qint64 queuedBytes() const override { return 0; }
    void send(const OutgoingFrame &frame) override { answer(frame.payload()); }
    void close(CloseCode, const QString &) override { answer({}); }
    void abort() override { answer({}); }
    void setMaxMessageSize(qint64) override { }

private:
    void answer(const QByteArray &frame)
    {
        if (const Answered answered = std::exchange(m_answered, nullptr))
            answered(id(), frame);
    }

    Answered m_answered; ///< until it has been called
};

} // namespace hearth
