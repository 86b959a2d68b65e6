#pragma once

#include "server/net/channel.h"
#include "server/net/eventdispatcher.h"
#include "tests/support/testmain.h"

#include <QAbstractEventDispatcher>
#include <QList>

#include <memory>

/// For tests of channels, one's own included: connections that need no socket.
namespace hearth::test {

/// A connection that remembers what it was sent. `FakeConnection::join(channel)` makes one and lets the channel
/// adopt it; the channel owns it, so it is good until `leave()`.
class FakeConnection final : public Connection
{
    Q_OBJECT

public:
    static FakeConnection &join(Channel &channel, const ConnectionInfo &info = {});

    [[nodiscard]] bool isOpen() const override { return m_isOpen; }
    [[nodiscard]] qint64 queuedBytes() const override { return 0; }
    void send(const OutgoingFrame &frame) override;
    void close(CloseCode code, const QString &reason) override;
    void abort() override;
    void setMaxMessageSize(qint64 bytes) override { m_maxMessageSize = bytes; }

    // What the peer does.
    void say(const QString &text) { listener().heardText(*this, text); }
    void sayBinary(const QByteArray &bytes) { listener().heardBinary(*this, bytes); }
    /// What a real connection would tell of it, and nothing else.
    void fail(ConnectionFailure failure) { listener().hasFailed(*this, failure); }
    /// It has said and heard its close frame; the socket is still there, until `leave()`.
    void sayGoodbye() { m_isOpen = false; }
    void leave(quint16 code = 1000, const QString &reason = {});

    /// Everything heard since the last call, in order.
    [[nodiscard]] QList<QByteArray> takeHeard() { return std::exchange(m_heard, {}); }
    /// Of the last frame that it was sent.
    [[nodiscard]] Delivery lastDelivery() const { return m_lastDelivery; }
    [[nodiscard]] std::optional<CloseCode> closeCode() const { return m_closeCode; }
    [[nodiscard]] qint64 maxMessageSize() const { return m_maxMessageSize; }

private:
    explicit FakeConnection(const ConnectionInfo &info) : Connection(info) { }

    bool m_isOpen = true;
    QList<QByteArray> m_heard;
    Delivery m_lastDelivery = Delivery::Required;
    std::optional<CloseCode> m_closeCode;
    qint64 m_maxMessageSize = 0;
};

} // namespace hearth::test

/// As HEARTH_TEST_MAIN, on the event loop that the server has.
#define HEARTH_SERVER_TEST_MAIN(TestClass)                                                                   \
    int main(int argc, char **argv)                                                                         \
    {                                                                                                       \
        if (auto dispatcher = hearth::makeEventDispatcher())                                                 \
            QCoreApplication::setEventDispatcher(dispatcher.release());                                      \
        return hearth::test::runTest<QCoreApplication, TestClass>(argc, argv);                               \
    }
