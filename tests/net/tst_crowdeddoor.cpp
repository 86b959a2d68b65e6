#include "tests/net/door.h"
#include "tests/support/channeltestkit.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTimer>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;
using test::Door;
using test::RawClient;

#ifdef Q_OS_UNIX
namespace {

/// Lets this process open no more than `more` descriptors, for as long as it lives.
class FewDescriptors
{
public:
    explicit FewDescriptors(rlim_t more)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        const int next = ::open("/dev/null", O_RDONLY);
        ::close(next);
        const rlimit few { static_cast<rlim_t>(next) + more, m_before.rlim_max };
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    FewDescriptors(const FewDescriptors &) = delete;
    FewDescriptors &operator=(const FewDescriptors &) = delete;

private:
    rlimit m_before {};
};

} // namespace
#endif

/// A listener where more come than may come in.
class tst_CrowdedDoor : public test::Test
{
    Q_OBJECT

private slots:
    /// Who knocks again as soon as he was turned away is accepted a millisecond later. I/O threads refuse on their own, and the
    /// listener may hear of it at the next knock only: every second one rests at least.
    void restsAfterARefusal()
    {
        Door door({ .maxConnectionsPerAddress = 1 });
        RawClient inside(door.listener.port());
        inside.send(RawClient::request("/echo"));
        QTRY_COMPARE(door.channel.connectionCount(), 1);

        constexpr int Knocks = 200;
        int turnedAway = 0;
        qint64 took = 0;
        QElapsedTimer clock;
        QTcpSocket stranger;
        QEventLoop loop; // QTRY looks only every 10 ms
        const auto knock = [&] { stranger.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port()); };
        const auto knockAgain = [&] {
            took = clock.elapsed();
            if (++turnedAway == Knocks)
                loop.quit();
            else
                knock();
        };
        connect(&stranger, &QTcpSocket::disconnected, &loop, knockAgain, Qt::QueuedConnection);
        clock.start();
        knock();
        QTimer::singleShot(10s, &loop, &QEventLoop::quit);
        loop.exec();
        QCOMPARE(turnedAway, Knocks);
        const int rests = test::ioThreadCount() == 0 ? Knocks - 1 : Knocks / 2 - 1;
        QVERIFY2(took >= rests, qPrintable(u"%1 ms"_s.arg(took)));
    }

#ifdef Q_OS_UNIX
    /// Every 200 ms, and not in each turn.
    void outOfDescriptorsItTriesNowAndThen()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("It is the same listener.");
#ifdef __SANITIZE_ADDRESS__
        QSKIP("The sanitizers open a pipe to look at an object.");
#endif
        Door door;
        RawClient inside(door.listener.port());
        QTRY_COMPARE(door.figures().waiting, 1); // and then nobody waited
        QTcpSocket oneTooMany;
        oneTooMany.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port());
        QVERIFY(oneTooMany.waitForConnected()); // to the kernel's queue: the listener has not had its turn
        {
            const FewDescriptors none(0);
            static const QRegularExpression warning(u"event=accept-failed error=\"Too many open files\""_s);
            QTest::ignoreMessage(QtWarningMsg, warning);
            QTest::ignoreMessage(QtWarningMsg, warning);
            QTRY_COMPARE(door.figures().acceptFailures, 1U);
            QElapsedTimer clock;
            clock.start();
            QTRY_COMPARE(door.figures().acceptFailures, 2U);
            QVERIFY2(clock.elapsed() >= 150, qPrintable(u"%1 ms"_s.arg(clock.elapsed())));
            QCOMPARE(door.figures().waiting, 1);
        }
        QTRY_COMPARE(door.figures().waiting, 2);
    }
#endif

    /// More than are accepted, and upgraded, in one turn of the event loop.
    void letsACrowdIn()
    {
        Door door;
        constexpr std::size_t Count = 200;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (std::size_t i = 0; i < Count; ++i) {
            clients.push_back(std::make_unique<RawClient>(door.listener.port()));
            clients.back()->send(RawClient::request("/echo"));
        }
        QTRY_COMPARE(door.channel.connectionCount(), static_cast<qsizetype>(Count));
        QCOMPARE(door.figures().accepted, Count);
    }

    void addressCapHolds()
    {
        Door door({ .maxConnectionsPerAddress = 2 });
        QSignalSpy closed(&door.channel, &Channel::closed);
        RawClient first(door.listener.port());
        first.upgrade();
        auto second = std::make_unique<RawClient>(door.listener.port());
        second->upgrade();
        RawClient third(door.listener.port());
        QVERIFY(third.waitForClosed());
        second.reset();
        QTRY_COMPARE(closed.size(), 1);
        RawClient fourth(door.listener.port());
        fourth.upgrade(); // there is room again
    }

    void theLongestWaitingMakesRoom()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("Each thread has places of its own.");
        Door door({ .maxWaiting = 2 });
        RawClient first(door.listener.port());
        RawClient second(door.listener.port());
        first.send("GET");
        RawClient third(door.listener.port());
        QVERIFY(first.waitForClosed());
        third.upgrade();
        second.upgrade();
    }

    /// One address that fills the doorway pushes out its own.
    void aCrowdMakesRoomItself()
    {
        if (test::ioThreadCount() > 0)
            QSKIP("Each thread has places of its own.");
        Door door({ .maxWaiting = 3 });
        QTcpSocket other;
        QVERIFY(other.bind(QHostAddress(u"127.0.0.2"_s)));
        other.connectToHost(QHostAddress(QHostAddress::LocalHost), door.listener.port());
        QTRY_COMPARE(door.figures().waiting, 1);
        std::vector<std::unique_ptr<RawClient>> crowd;
        for (int i = 0; i < 10; ++i)
            crowd.push_back(std::make_unique<RawClient>(door.listener.port()));
        QTRY_COMPARE(door.figures().accepted, 11U);
        QVERIFY(crowd.front()->waitForClosed());
        other.write(RawClient::request("/echo"));
        QTRY_VERIFY(other.bytesAvailable() >= 12);
        QVERIFY(other.readAll().startsWith("HTTP/1.1 101"));
    }
};

HEARTH_SERVER_TEST_MAIN(tst_CrowdedDoor)
#include "tst_crowdeddoor.moc"
