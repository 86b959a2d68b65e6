// Runs each hot path many times under callgrind, which counts the instructions of each apart: see instructions.py. What
// the kernel does is not counted; all threads of the process are.
#include "protocol/codec.h"
#include "server/net/channel.h"
#include "server/net/eventdispatcher.h"
#include "server/net/tcpwire.h"
#include "server/store/database.h"
#include "server/store/sqliteeventstore.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QDateTime>
#include <QEventLoop>
#include <QTemporaryDir>

#include <cstdio>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <valgrind/callgrind.h>
#include <vector>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int Times = 100;
constexpr int Members = 500;
constexpr int Broadcasts = 20; ///< what the socket buffers hold unread
constexpr int GroupSize = 64; ///< messages that share a commit

template <typename Run>
void measure(const char *name, int units, Run run)
{
    CALLGRIND_ZERO_STATS;
    run();
    CALLGRIND_DUMP_STATS_AT(name);
    std::printf("%s\t%d\n", name, units);
}

[[noreturn]] void giveUp(const char *what)
{
    std::fprintf(stderr, "hearth_hotpaths: %s\n", what);
    std::exit(1);
}

void measureCodec()
{
    const QByteArray request
        = R"({"type":"message","id":17,"room":"ops","client_id":"9f2c1d7e-1","content":"The kiln is at 980 degrees, 12 minutes to go."})";
    const auto decode = [&request] {
        if (!codec::decodeClient(request))
            giveUp("the request cannot be decoded");
    };
    decode();
    measure("decode a message", Times, [&decode] {
        for (int i = 0; i < Times; ++i)
            decode();
    });
    const Typing typing { RoomId::lobby(), UserName::parse(u"anna"_s).value(), true,
                          QDateTime(QDate(2026, 11, 23), QTime(18, 59), Qt::UTC) };
    if (codec::encode(typing).isEmpty())
        giveUp("nothing encoded");
    measure("encode a typing sign", Times, [&typing] {
        for (int i = 0; i < Times; ++i)
            static_cast<void>(codec::encode(typing));
    });
}

/// A channel with members whose other ends nobody reads.
class Crowd
{
public:
    Crowd()
    {
        for (int i = 0; i < Members; ++i)
            enter();
        while (m_channel.connectionCount() < Members)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        m_channel.forEachConnection([this](Connection &member) { m_channel.addToGroup(u"all"_s, member); });
        broadcast(); // queues and tables have their size from here on
    }
    ~Crowd()
    {
        for (const int end : m_otherEnds)
            ::close(end);
    }

    void broadcast()
    {
        m_channel.broadcast(u"all"_s, OutgoingFrame::text(QByteArray(120, 'x')));
        QCoreApplication::processEvents();
    }

private:
    void enter()
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
            giveUp("no socket pair");
        m_otherEnds.push_back(ends[1]);
        Channel::Arrival arrival;
        arrival.wire = std::make_unique<TcpWire>(ends[0]);
        arrival.key = "dGhlIHNhbXBsZSBub25jZQ==";
        m_channel.accept(std::move(arrival));
    }

    Channel m_channel { ChannelSettings {} };
    std::vector<int> m_otherEnds;
};

void measureBroadcast()
{
    Crowd crowd;
    measure("broadcast to 500, a delivery", Broadcasts * Members, [&crowd] {
        for (int i = 0; i < Broadcasts; ++i)
            crowd.broadcast();
    });
}

/// Appends that share a commit, and waits for it.
void appendGroup(EventStore &store, int &number)
{
    int left = GroupSize;
    QEventLoop loop;
    for (int i = 0; i < GroupSize; ++i) {
        AppendRequest request;
        request.room = RoomId::lobby();
        request.user = UserName::parse(u"anna"_s).value();
        const ClientId id = ClientId::parse(QString::number(++number)).value();
        request.body = MessagePosted { u"The kiln is at 980 degrees, 12 minutes to go."_s, id, {} };
        store.append(request, [&left, &loop](const auto &done) {
            if (!done)
                giveUp("the store refused a message");
            if (--left == 0)
                loop.quit();
        });
    }
    loop.exec();
}

void measureAppend()
{
    QTemporaryDir directory;
    SqliteSettings settings;
    settings.directory = directory.path();
    StoreState state;
    auto opened = SqliteEventStore::open(settings, &state);
    if (!opened)
        giveUp("the store did not open");
    EventStore &store = **opened;
    QEventLoop loop;
    store.addUser({ .name = UserName::parse(u"anna"_s).value() }, [](const auto &) {});
    store.createRoom({ .id = RoomId::lobby(), .name = u"Lobby"_s }, {}, [&loop](const auto &) { loop.quit(); });
    loop.exec();
    int number = 0;
    appendGroup(store, number); // statements are prepared from here on
    constexpr int Groups = 10;
    measure("append a message, 64 a commit", Groups * GroupSize, [&store, &number] {
        for (int i = 0; i < Groups; ++i)
            appendGroup(store, number);
    });
}

} // namespace

int main(int argc, char **argv)
{
    Database::countNoMemory(); // as the server's main()
    if (auto dispatcher = makeEventDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
    const QCoreApplication application(argc, argv);
    measureCodec();
    measureBroadcast();
    measureAppend();
    return 0;
}
