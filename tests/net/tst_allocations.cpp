// What a broadcast asks of the heap. malloc() is counted, which is below Qt's containers and below operator new.
#include "server/net/channel.h"
#include "server/net/sanitizers.h"
#include "server/net/tcpwire.h"
#include "server/net/traffic.h"
#include "server/telemetry/monotonicnow.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <cstdlib>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#if defined(__GLIBC__) && !defined(HEARTH_SEES_OBJECTS)
#define HEARTH_COUNTS_ALLOCATIONS
#endif

namespace {

thread_local int allocations = 0;

} // namespace

#ifdef HEARTH_COUNTS_ALLOCATIONS
// A program's own functions of these names are called in the place of glibc's, also by libraries (malloc(3), replacing).
extern "C" {

void *__libc_malloc(std::size_t size); // NOLINT(bugprone-reserved-identifier)
void *__libc_calloc(std::size_t count, std::size_t size); // NOLINT(bugprone-reserved-identifier)
void *__libc_realloc(void *block, std::size_t size); // NOLINT(bugprone-reserved-identifier)

void *malloc(std::size_t size)
{
    ++allocations;
    return __libc_malloc(size);
}
void *calloc(std::size_t count, std::size_t size)
{
    ++allocations;
    return __libc_calloc(count, size);
}
void *realloc(void *block, std::size_t size)
{
    ++allocations;
    return __libc_realloc(block, size);
}

} // extern "C"
#endif

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A channel with members whose other ends nobody reads.
class Crowd
{
public:
    explicit Crowd(int members)
    {
        for (int i = 0; i < members; ++i)
            enter();
        QTRY_COMPARE(m_channel.connectionCount(), members);
        m_channel.forEachConnection([this](Connection &member) { m_channel.addToGroup(u"all"_s, member); });
    }
    ~Crowd()
    {
        for (const int end : m_otherEnds)
            ::close(end);
    }
    Crowd(const Crowd &) = delete;
    Crowd &operator=(const Crowd &) = delete;

    /// Times that somebody asked for memory, from the first frame until all of them are sent to everybody.
    [[nodiscard]] int allocationsOfATurn(int frames)
    {
        const int before = allocations;
        for (int i = 0; i < frames; ++i)
            m_channel.broadcast(u"all"_s, OutgoingFrame::text(QByteArray(100, 'x')));
        while (m_channel.traffic().bytesQueued > 0)
            QCoreApplication::processEvents();
        return allocations - before;
    }
    /// As the channel's clock does.
    void tick()
    {
        m_channel.forEachConnection([](Connection &member) { member.tick(monotonicNow()); });
    }

private:
    void enter()
    {
        int ends[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        m_otherEnds.push_back(ends[1]);
        Channel::Arrival arrival;
        arrival.wire = std::make_unique<TcpWire>(ends[0]);
        arrival.key = "dGhlIHNhbXBsZSBub25jZQ==";
        m_channel.accept(std::move(arrival));
    }

    /// No time-outs: its own clock ticks once a second only.
    Channel m_channel { ChannelSettings { .closeTimeout = {}, .messageTimeout = {} } };
    std::vector<int> m_otherEnds;
};

constexpr int Members = 200;
constexpr int Few = 20; ///< what a turn asks for in all: the frame, events; much less than one for each member

} // namespace

class tst_Allocations : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
#ifndef HEARTH_COUNTS_ALLOCATIONS
        QSKIP("malloc() cannot be counted here");
#endif
    }

    void aBroadcastAsksForNothingPerRecipient_data()
    {
        QTest::addColumn<int>("frames");
        for (const int frames : { 1, 2, 40 })
            QTest::addRow("%d frames a turn", frames) << frames;
    }
    void aBroadcastAsksForNothingPerRecipient()
    {
        QFETCH(int, frames);
        Crowd crowd(Members);
        Q_UNUSED(crowd.allocationsOfATurn(frames)) // lists get their size
        crowd.tick();
        // The least of two, in case that the clock has ticked as well.
        const int asked = std::min(crowd.allocationsOfATurn(frames), crowd.allocationsOfATurn(frames));
        const int perFrame = 2; // the message, and its frame
        QVERIFY2(asked <= Few + perFrame * frames, qPrintable(u"asked %1 times"_s.arg(asked)));
    }

    void theFirstFrameNeedsNoMemoryOfItsOwn()
    {
        Crowd crowd(Members);
        Q_UNUSED(crowd.allocationsOfATurn(1))
        crowd.tick();
        crowd.tick();
        const int asked = crowd.allocationsOfATurn(1);
        QVERIFY2(asked <= Few, qPrintable(u"asked %1 times"_s.arg(asked)));
    }

    void whatALoadNeededIsGivenBackAtRest()
    {
        Crowd crowd(Members);
        Q_UNUSED(crowd.allocationsOfATurn(40))
        crowd.tick(); // was needed since the tick before
        crowd.tick();
        const int asked = crowd.allocationsOfATurn(40);
        QVERIFY2(asked >= Members, qPrintable(u"asked %1 times"_s.arg(asked)));
    }
};

HEARTH_TEST_MAIN(tst_Allocations)
#include "tst_allocations.moc"
