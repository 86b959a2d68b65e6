#pragma once

#include "tests/hostile/target.h"

namespace hearth::test {

/// Somebody with an address, who speaks with the server as a client does.
class AddressedPeer
{
public:
    AddressedPeer(const Target &target, const QString &from)
        : m_client(target.port(), target.transport(), QHostAddress(from),
                   QHostAddress(from.contains(u':') ? QHostAddress::LocalHostIPv6 : QHostAddress::LocalHost))
    {
    }
    /// Asks for the upgrade.
    void enter() { m_client.upgrade("/chat"); }
    /// A text frame.
    void say(const QByteArray &json) { m_client.send(RawClient::frame(0x81, json)); }
    /// The next frame as it came, of less than 64 KiB; empty where the connection ends instead.
    QByteArray nextBytes()
    {
        QByteArray head = m_client.read(2);
        while (head.size() == 2 && (head[0] & 0x0f) == 9) { // a ping, which has nothing in it
            m_client.send(RawClient::frame(0x8a, {}));
            head = m_client.read(2);
        }
        if (head.size() < 2 || (head[0] & 0x0f) != 1)
            return {};
        qsizetype size = static_cast<quint8>(head[1]);
        if (size == 126) {
            const QByteArray length = m_client.read(2);
            if (length.size() < 2)
                return {};
            size = (static_cast<quint8>(length[0]) << 8) + static_cast<quint8>(length[1]);
        }
        return m_client.read(size);
    }
    QJsonObject next() { return QJsonDocument::fromJson(nextBytes()).object(); }
    /// The next frame of a type; those before it are dropped.
    QJsonObject next(const QString &type)
    {
        for (;;) {
            const QJsonObject frame = next();
            if (frame.isEmpty() || frame[QLatin1StringView("type")] == type)
                return frame;
        }
    }
    /// The welcome; empty where it is refused.
    QJsonObject hello(const QByteArray &name)
    {
        say(QByteArray(R"({"type":"hello","id":1,"user":"%1"})").replace("%1", name));
        return next(QStringLiteral("welcome"));
    }
    [[nodiscard]] bool waitForClosed() { return m_client.waitForClosed(); }

private:
    RawClient m_client;
};

} // namespace hearth::test
