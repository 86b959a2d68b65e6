#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "tests/net/echochannel.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QScopeGuard>
#include <QSemaphore>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::RawClient;

Q_DECLARE_METATYPE(hearth::ConnectionFailure)

namespace {

/// A channel whose sockets are on two threads.
template <typename ServedChannel>
struct Spread
{
    explicit Spread(const ChannelSettings &settings = {})
        : channel(settings), listener({ .addresses = { QHostAddress(QHostAddress::LocalHost) }, .port = 0 }, router)
    {
        router.add(u"/echo"_s, channel);
        listener.setIoThreads(&threads);
        if (!listener.listen())
            qFatal("cannot listen");
    }
    /// What each thread says now.
    [[nodiscard]] std::vector<IoFigures> figures()
    {
        bool isDone = false;
        threads.gather([&isDone] { isDone = true; });
        if (!QTest::qWaitFor([&isDone] { return isDone; }))
            qWarning("a thread does not answer");
        return threads.figures();
    }

    IoThreads threads { 2 };
    ServedChannel channel;
    Router router;
    Listener listener;
};

class LastWordChannel : public Channel
{
public:
    using Channel::Channel;

protected:
    void onFailed(Connection &connection, ConnectionFailure) override { connection.sendText("a last word"); }
};

/// Nobody may say more than four bytes; known to each as soon as it is there.
class TerseChannel : public Channel
{
public:
    using Channel::Channel;

protected:
    void onConnected(Connection &connection) override { connection.setMaxMessageSize(4); }
};

} // namespace

class tst_IoThreads : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        qRegisterMetaType<Connection *>();
        qRegisterMetaType<ConnectionFailure>();
    }

    void spreadsConnections()
    {
        Spread<test::EchoChannel> served;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 6; ++i) {
            clients.push_back(std::make_unique<RawClient>(served.listener.port()));
            clients.back()->upgrade();
        }
        QTRY_COMPARE(served.channel.connectionCount(), 6);
        const std::vector<IoFigures> figures = served.figures();
        QCOMPARE(figures.at(0).connections, 3);
        QCOMPARE(figures.at(1).connections, 3);
        QCOMPARE(figures.at(0).door.accepted + figures.at(1).door.accepted, 6U);
        QCOMPARE(served.listener.figures().accepted, 6U);
        for (const auto &client : clients) {
            client->send(RawClient::frame(0x81, "hi"));
            QCOMPARE(client->read(4), QByteArray("\x81\x02hi"));
        }
        QCOMPARE(served.figures().at(0).traffic.messagesReceived, 3U);
        QVERIFY(served.figures().at(0).turns.count() > 0);
        clients.clear();
        QTRY_COMPARE(served.channel.connectionCount(), 0);
        QTRY_COMPARE(served.threads.thread(0).load() + served.threads.thread(1).load(), 0);
    }

    /// To many and to one, in the order in which it was said, on both threads.
    void keepsTheOrder()
    {
        Spread<Channel> served;
        QSignalSpy connected(&served.channel, &Channel::connected);
        std::array<RawClient, 2> clients { RawClient(served.listener.port()), RawClient(served.listener.port()) };
        for (RawClient &client : clients)
            client.upgrade();
        QTRY_COMPARE(connected.size(), 2);
        QByteArray expected;
        for (int i = 0; i < 2'000; ++i) {
            const auto all = OutgoingFrame::text("all " + QByteArray::number(i));
            served.channel.broadcastToAll(all);
            expected += all.wire();
            const auto own = OutgoingFrame::binary("own " + QByteArray::number(i));
            served.channel.forEachConnection([&own](Connection &connection) { connection.send(own); });
            expected += own.wire();
        }
        served.channel.closeAll(CloseCode::GoingAway, u"done"_s);
        expected += QByteArray::fromHex("880603e9") + "done";
        for (RawClient &client : clients)
            QCOMPARE(client.read(expected.size()), expected);
    }

    /// However early it speaks.
    void theChannelHasTheFirstWord()
    {
        Spread<TerseChannel> served;
        RawClient client(served.listener.port());
        client.send(RawClient::request("/echo") + RawClient::frame(0x81, "too long"));
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), 1009);
    }

    /// The channel is on another thread, and has its last word all the same.
    void aSlowPeerHearsWhy()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 100'000;
        Spread<LastWordChannel> served(settings);
        QSignalSpy failed(&served.channel, &Channel::failed);
        RawClient client(served.listener.port());
        client.upgrade();
        client.socket().disconnect(&client); // does not read, though the kernel still takes what fits
        client.socket().setReadBufferSize(1);
        QTRY_COMPARE(served.channel.connectionCount(), 1);
        const auto frame = OutgoingFrame::text(QByteArray(1'000'000, 'x'));
        for (int i = 0; i < 100; ++i)
            served.channel.broadcastToAll(frame);
        QTRY_COMPARE(failed.size(), 1);
        client.resumeReading();
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), 1008);
        QVERIFY(client.received().contains("\x81\x0b" "a last word\x88"));
    }

    /// What a busy channel has not heard stays with the kernel, not in our memory.
    void readsNoFurtherThanTheChannelHears()
    {
        Spread<Channel> served;
        QSignalSpy text(&served.channel, &Channel::textReceived);
        RawClient client(served.listener.port());
        client.upgrade();
        QTRY_COMPARE(served.channel.connectionCount(), 1);
        constexpr int Count = 40'000;
        client.socket().write(RawClient::frame(0x81, QByteArray(1'000, 'x')).repeated(Count));
        while (client.socket().waitForBytesWritten(500)) { } // the channel's thread is this one, and does nothing else
        QVERIFY(client.socket().bytesToWrite() > 0);
        QTRY_COMPARE_WITH_TIMEOUT(text.size(), Count, 60'000);
    }

    /// A thread that is far behind with what it was told holds up the channel's hearing, not for good.
    void hearsNobodyWhileAThreadIsFarBehind()
    {
        ChannelSettings settings;
        settings.maxQueuedBytes = 0;
        Spread<Channel> served(settings);
        QSignalSpy text(&served.channel, &Channel::textReceived);
        QSignalSpy connected(&served.channel, &Channel::connected);
        RawClient first(served.listener.port());
        first.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        RawClient second(served.listener.port());
        second.upgrade();
        QTRY_COMPARE(connected.size(), 2);
        const auto semaphore = std::make_shared<QSemaphore>();
        const auto release = qScopeGuard([semaphore] { semaphore->release(); }); // however this ends
        served.threads.thread(0).post([semaphore] { semaphore->acquire(); });
        for (int i = 0; i < 6; ++i)
            connected.first().first().value<Connection *>()->sendBinary(QByteArray(1'000'000, 'x'));
        second.send(RawClient::frame(0x81, "hi") + RawClient::frame(0x89, {}));
        QCOMPARE(second.read(2), QByteArray("\x8a\x00", 2)); // its own thread has heard it
        QCoreApplication::processEvents();
        QCOMPARE(text.size(), 0);
        semaphore->release();
        QCOMPARE(first.read(6 * 1'000'010).size(), 6 * 1'000'010);
        QTRY_COMPARE(text.size(), 1);
    }

    void endsWithWhatIsUnderWay()
    {
        auto served = std::make_unique<Spread<test::EchoChannel>>();
        QSignalSpy connected(&served->channel, &Channel::connected);
        RawClient up(served->listener.port());
        up.upgrade();
        QTRY_COMPARE(connected.size(), 1);
        RawClient asking(served->listener.port());
        up.send(RawClient::frame(0x81, "hi"));
        asking.send(RawClient::request("/echo"));
        served->threads.gather([] {});
        served.reset();
        QVERIFY(up.waitForClosed());
        QVERIFY(asking.waitForClosed());
    }
};

HEARTH_SERVER_TEST_MAIN(tst_IoThreads)
#include "tst_iothreads.moc"
