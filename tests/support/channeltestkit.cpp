#include "tests/support/channeltestkit.h"

namespace hearth::test {

FakeConnection &FakeConnection::join(Channel &channel, const ConnectionInfo &info)
{
    std::unique_ptr<FakeConnection> connection(new FakeConnection(info));
    FakeConnection &reference = *connection;
    channel.adopt(std::move(connection));
    return reference;
}

void FakeConnection::send(const OutgoingFrame &frame)
{
    if (!m_isOpen)
        return;
    m_heard.append(frame.payload());
    m_lastDelivery = frame.delivery();
}

void FakeConnection::close(CloseCode code, const QString &reason)
{
    if (!m_isOpen)
        return;
    m_closeCode = code;
    leave(static_cast<quint16>(code), reason);
}

void FakeConnection::abort()
{
    if (m_isOpen)
        leave(1006, {});
}

void FakeConnection::leave(quint16 code, const QString &reason)
{
    m_isOpen = false;
    listener().hasClosed(*this, code, reason);
}

} // namespace hearth::test
