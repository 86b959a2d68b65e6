#include "server/net/epolldispatcher.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QPointer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Two connected stream sockets that never block.
class SocketPair
{
public:
    SocketPair()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends.data()) != 0)
            qFatal("socketpair");
    }
    ~SocketPair()
    {
        closeHere();
        closeThere();
    }
    SocketPair(const SocketPair &) = delete;
    SocketPair &operator=(const SocketPair &) = delete;

    [[nodiscard]] int here() const { return m_ends[0]; }
    [[nodiscard]] int there() const { return m_ends[1]; }
    void closeHere() { closeEnd(0); }
    void closeThere() { closeEnd(1); }
    /// Something arrives here.
    void say() const { QCOMPARE(::write(there(), "x", 1), 1); }
    void take() const
    {
        char byte = 0;
        QCOMPARE(::read(here(), &byte, 1), 1);
    }

private:
    void closeEnd(std::size_t end)
    {
        if (m_ends[end] >= 0)
            ::close(std::exchange(m_ends[end], -1));
    }

    std::array<int, 2> m_ends { -1, -1 };
};

/// Counts what it is told, and can do something about it.
class CountingNotifier
{
public:
    CountingNotifier(int descriptor, QSocketNotifier::Type type, std::function<void()> then = {})
        : m_notifier(std::make_unique<QSocketNotifier>(descriptor, type))
    {
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this, then] {
            ++m_count;
            if (then)
                then();
        });
    }

    [[nodiscard]] int count() const { return m_count; }
    void setEnabled(bool isEnabled) { m_notifier->setEnabled(isEnabled); }
    void remove() { m_notifier.reset(); }
    void removeLater() { m_notifier.release()->deleteLater(); }

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_count = 0;
};

/// One turn that does not wait.
bool turn(QEventLoop::ProcessEventsFlags flags = {})
{
    return QAbstractEventDispatcher::instance()->processEvents(flags);
}

EpollDispatcher &dispatcher() { return *qobject_cast<EpollDispatcher *>(QAbstractEventDispatcher::instance()); }

/// Until nothing happens any more.
void settle()
{
    while (turn()) { }
}

} // namespace

class tst_EpollDispatcher : public test::Test
{
    Q_OBJECT

private slots:
    void init()
    {
        test::Test::init();
        settle();
    }

    // ---- sockets ----

    void tellsOfWhatCanBeRead()
    {
        const SocketPair pair;
        CountingNotifier notifier(pair.here(), QSocketNotifier::Read, [&] { pair.take(); });
        QVERIFY(!turn());
        pair.say();
        QVERIFY(turn());
        QCOMPARE(notifier.count(), 1);
        QVERIFY(!turn());
    }

    void tellsAgainOfWhatWasNotRead()
    {
        const SocketPair pair;
        CountingNotifier notifier(pair.here(), QSocketNotifier::Read);
        pair.say();
        turn();
        turn();
        QCOMPARE(notifier.count(), 2);
    }

    void tellsOfRoomToWrite()
    {
        const SocketPair pair;
        CountingNotifier notifier(pair.here(), QSocketNotifier::Write);
        turn();
        QCOMPARE(notifier.count(), 1);
        notifier.setEnabled(false);
        turn();
        QCOMPARE(notifier.count(), 1);
    }

    void tellsOfUrgentBytes()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket client;
        client.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QVERIFY(server.waitForNewConnection(5'000));
        const std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
        CountingNotifier notifier(static_cast<int>(peer->socketDescriptor()), QSocketNotifier::Exception);
        QVERIFY(client.waitForConnected(5'000));
        QCOMPARE(::send(static_cast<int>(client.socketDescriptor()), "!", 1, MSG_OOB), 1);
        QTRY_VERIFY(notifier.count() > 0);
        notifier.remove();
    }

    void tellsReadersAndWritersOfTheOtherEndsClosing()
    {
        SocketPair pair;
        CountingNotifier reader(pair.here(), QSocketNotifier::Read);
        CountingNotifier urgent(pair.here(), QSocketNotifier::Exception);
        turn();
        QCOMPARE(reader.count() + urgent.count(), 0);
        pair.closeThere();
        turn();
        QCOMPARE(reader.count(), 1);
        QCOMPARE(urgent.count(), 1);
    }

    void keepsTwoNotifiersOfOneDescriptorApart()
    {
        const SocketPair pair;
        CountingNotifier reader(pair.here(), QSocketNotifier::Read, [&] { pair.take(); });
        CountingNotifier writer(pair.here(), QSocketNotifier::Write);
        turn();
        QCOMPARE(reader.count(), 0);
        QCOMPARE(writer.count(), 1);
        writer.remove();
        pair.say();
        turn();
        QCOMPARE(reader.count(), 1);
        QCOMPARE(writer.count(), 1);
    }

    void servesMoreDescriptorsThanItAsksForAtOnce()
    {
        constexpr int Pairs = 400;
        std::vector<std::unique_ptr<SocketPair>> pairs;
        std::vector<std::unique_ptr<CountingNotifier>> notifiers;
        for (int i = 0; i < Pairs; ++i) {
            pairs.push_back(std::make_unique<SocketPair>());
            notifiers.push_back(std::make_unique<CountingNotifier>(pairs.back()->here(), QSocketNotifier::Read,
                                                                   [pair = pairs.back().get()] { pair->take(); }));
            pairs.back()->say();
        }
        settle();
        QVERIFY(std::all_of(notifiers.begin(), notifiers.end(), [](const auto &n) { return n->count() == 1; }));
    }

    void doesNotTellWhoeverWasSwitchedOffInTheSameTurn_data()
    {
        QTest::addColumn<bool>("isDeleted");
        QTest::newRow("disabled") << false;
        QTest::newRow("deleted") << true;
    }
    void doesNotTellWhoeverWasSwitchedOffInTheSameTurn()
    {
        QFETCH(bool, isDeleted);
        const SocketPair one;
        const SocketPair two;
        int told = 0;
        std::array<std::unique_ptr<CountingNotifier>, 2> both;
        const auto silence = [&](std::size_t other) {
            ++told;
            if (isDeleted)
                both[other].reset();
            else
                both[other]->setEnabled(false);
        };
        both[0] = std::make_unique<CountingNotifier>(one.here(), QSocketNotifier::Read, [&] { silence(1); });
        both[1] = std::make_unique<CountingNotifier>(two.here(), QSocketNotifier::Read, [&] { silence(0); });
        one.say();
        two.say();
        turn();
        QCOMPARE(told, 1);
    }

    void aNotifierMayEndItself()
    {
        const SocketPair pair;
        std::unique_ptr<CountingNotifier> notifier;
        notifier = std::make_unique<CountingNotifier>(pair.here(), QSocketNotifier::Read,
                                                      [&] { notifier->removeLater(); });
        pair.say();
        turn();
        settle();
        QCOMPARE(notifier->count(), 1);
    }

    void anotherSocketMayTakeTheNumberOfAClosedOne()
    {
        SocketPair first;
        const int number = first.here();
        auto notifier = std::make_unique<CountingNotifier>(number, QSocketNotifier::Read);
        settle();
        notifier.reset();
        first.closeHere();
        const SocketPair second; // the lowest number that is free
        QCOMPARE(second.here(), number);
        CountingNotifier other(number, QSocketNotifier::Read, [&] { second.take(); });
        second.say();
        turn();
        QCOMPARE(other.count(), 1);
    }

    void whatHappenedToAClosedSocketIsNotToldToTheNextOfItsNumber()
    {
        const SocketPair trigger;
        auto old = std::make_unique<SocketPair>();
        const int number = old->here();
        std::unique_ptr<SocketPair> young;
        std::unique_ptr<CountingNotifier> second;
        std::unique_ptr<CountingNotifier> first;
        CountingNotifier replacer(trigger.here(), QSocketNotifier::Read, [&] {
            trigger.take();
            first.reset();
            old.reset();
            young = std::make_unique<SocketPair>();
            second = std::make_unique<CountingNotifier>(number, QSocketNotifier::Read);
        });
        first = std::make_unique<CountingNotifier>(number, QSocketNotifier::Read);
        trigger.say(); // ready first, and told first
        old->say();
        turn();
        QVERIFY(young);
        QVERIFY(young->here() == number || young->there() == number);
        QCOMPARE(second->count(), 0);
        settle();
        QCOMPARE(second->count(), 0);
    }

    void togglingASecondNotifierCostsNothing()
    {
        const SocketPair pair;
        CountingNotifier reader(pair.here(), QSocketNotifier::Read);
        CountingNotifier writer(pair.here(), QSocketNotifier::Write);
        writer.setEnabled(false);
        settle();
        const quint64 before = dispatcher().changeCount();
        writer.setEnabled(true);
        writer.setEnabled(false);
        settle();
        QCOMPARE(dispatcher().changeCount(), before);
        writer.setEnabled(true);
        turn();
        QCOMPARE(dispatcher().changeCount(), before + 1);
    }

    void aNotifierSwitchedOffAndOnIsStillTold()
    {
        const SocketPair pair;
        CountingNotifier reader(pair.here(), QSocketNotifier::Read, [&] { pair.take(); });
        settle();
        reader.setEnabled(false);
        reader.setEnabled(true);
        pair.say();
        turn();
        QCOMPARE(reader.count(), 1);
    }

    void saysWhatCannotBeWatched()
    {
        const int file = ::open(QFile::encodeName(QCoreApplication::applicationFilePath()).constData(), O_RDONLY | O_CLOEXEC);
        QVERIFY(file >= 0);
        {
            CountingNotifier notifier(file, QSocketNotifier::Read);
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"^event=watch-failed descriptor=\\d+ error=Operation not permitted$"_s));
            turn();
            QCOMPARE(notifier.count(), 0);
        }
        turn();
        ::close(file);
    }

    void leavesSocketsOutWhenTold()
    {
        const SocketPair pair;
        CountingNotifier notifier(pair.here(), QSocketNotifier::Read, [&] { pair.take(); });
        pair.say();
        QVERIFY(!turn(QEventLoop::ExcludeSocketNotifiers));
        QCOMPARE(notifier.count(), 0);
        // Nor do they end its waiting: the timer does.
        QTimer timer;
        timer.setSingleShot(true);
        timer.start(20);
        while (timer.isActive())
            turn(QEventLoop::ExcludeSocketNotifiers | QEventLoop::WaitForMoreEvents);
        QCOMPARE(notifier.count(), 0);
        QVERIFY(turn());
        QCOMPARE(notifier.count(), 1);
    }

    void aLoopInsideAHandlerServesTheRest()
    {
        const SocketPair one;
        const SocketPair two;
        int deepest = 0;
        int depth = 0;
        const auto handle = [&](const SocketPair &pair) {
            pair.take();
            deepest = std::max(deepest, ++depth);
            turn();
            --depth;
        };
        CountingNotifier first(one.here(), QSocketNotifier::Read, [&] { handle(one); });
        CountingNotifier second(two.here(), QSocketNotifier::Read, [&] { handle(two); });
        one.say();
        two.say();
        turn();
        QCOMPARE(deepest, 2);
        QCOMPARE(first.count(), 1);
        QCOMPARE(second.count(), 1);
        QVERIFY(!turn());
    }

    void carriesQtsSockets()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&server] {
            QTcpSocket *peer = server.nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [peer] { peer->write(peer->readAll()); });
        });
        QTcpSocket client;
        const QByteArray sent(4'000'000, 'x'); // more than the kernel takes at once
        QByteArray heard;
        connect(&client, &QTcpSocket::readyRead, &client, [&] { heard += client.readAll(); });
        connect(&client, &QTcpSocket::connected, &client, [&] { client.write(sent); });
        client.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QTRY_COMPARE_WITH_TIMEOUT(heard.size(), sent.size(), 30'000);
        const QSignalSpy disconnected(&client, &QTcpSocket::disconnected);
        client.disconnectFromHost();
        QTRY_COMPARE(disconnected.count(), 1);
        QTcpSocket refused;
        const quint16 port = server.serverPort();
        server.close();
        refused.connectToHost(QHostAddress::LocalHost, port);
        QTRY_COMPARE(refused.error(), QAbstractSocket::ConnectionRefusedError);
    }

    // ---- posted events, waking, interrupting ----

    void waitsNoLongerThanForWhatIsPosted()
    {
        int told = 0;
        QMetaObject::invokeMethod(this, [&] {
            ++told;
            QMetaObject::invokeMethod(this, [&] { ++told; }, Qt::QueuedConnection);
        }, Qt::QueuedConnection);
        const QSignalSpy waits(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock);
        turn(QEventLoop::WaitForMoreEvents); // something new was posted: it must not wait
        QCOMPARE(told, 1);
        QCOMPARE(waits.count(), 0);
        turn();
        QCOMPARE(told, 2);
    }

    void returnsToWhoeverCallsItByHandAfterWhatWasPosted()
    {
        bool isTold = false;
        QMetaObject::invokeMethod(this, [&] { isTold = true; }, Qt::QueuedConnection);
        turn(QEventLoop::WaitForMoreEvents); // there is nothing else that would end a wait
        QVERIFY(isTold);
    }

    void saysThatItIsAwakeAndAboutToBlock()
    {
        const SocketPair pair;
        QStringList order;
        const QObject context;
        connect(&dispatcher(), &QAbstractEventDispatcher::awake, &context, [&] { order << u"awake"_s; });
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, [&] { order << u"block"_s; });
        CountingNotifier notifier(pair.here(), QSocketNotifier::Read, [&] {
            pair.take();
            order << u"socket"_s;
        });
        QMetaObject::invokeMethod(this, [&] { order << u"posted"_s; }, Qt::QueuedConnection);
        pair.say();
        turn(QEventLoop::WaitForMoreEvents | QEventLoop::EventLoopExec);
        QCOMPARE(order, QStringList({ u"awake"_s, u"posted"_s, u"block"_s, u"socket"_s }));
    }

    void whatIsPostedAtTheLastMomentEndsTheWait()
    {
        const QObject context;
        int told = 0;
        const auto post = [&] {
            if (told == 0)
                QMetaObject::invokeMethod(this, [&] { ++told; }, Qt::QueuedConnection);
        };
        connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context, post);
        turn(QEventLoop::WaitForMoreEvents);
        turn();
        QCOMPARE(told, 1);
    }

    void isWokenByAnotherThread()
    {
        // Many times over: each wait ends by the other thread alone.
        constexpr int Rounds = 2'000;
        int told = 0;
        QEventLoop loop;
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            for (int i = 0; i < Rounds; ++i) {
                QMetaObject::invokeMethod(&loop, [&] {
                    if (++told == Rounds)
                        loop.quit();
                }, i % 2 == 0 ? Qt::BlockingQueuedConnection : Qt::QueuedConnection);
            }
        }));
        thread->start();
        loop.exec();
        QVERIFY(thread->wait(10'000));
        QCOMPARE(told, Rounds);
    }

    void isStoppedByAnotherThread()
    {
        for (int i = 0; i < 300; ++i) {
            QThread thread;
            thread.setEventDispatcher(new EpollDispatcher); // the thread owns it
            thread.start();
            thread.quit();
            QVERIFY(thread.wait(10'000));
        }
    }

    void interruptingEndsTheTurn()
    {
        QMetaObject::invokeMethod(this, [] { dispatcher().interrupt(); }, Qt::QueuedConnection);
        QVERIFY(!turn(QEventLoop::WaitForMoreEvents));
        QTimer never;
        never.start(1h);
        QTimer::singleShot(0, this, [] { dispatcher().interrupt(); });
        turn(QEventLoop::WaitForMoreEvents);
    }

    void aSignalDoesNotEndIt()
    {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        struct sigaction before {};
        ::sigaction(SIGUSR1, &action, &before);
        QTimer timer;
        timer.setSingleShot(true);
        timer.start(50);
        const Qt::HANDLE self = QThread::currentThreadId();
        const std::unique_ptr<QThread> thread(
            QThread::create([self] { ::pthread_kill(reinterpret_cast<pthread_t>(self), SIGUSR1); }));
        thread->start();
        while (timer.isActive())
            turn(QEventLoop::WaitForMoreEvents);
        QVERIFY(thread->wait(10'000));
        ::sigaction(SIGUSR1, &before, nullptr);
    }

    void deletesWhatIsToBeDeletedWhenTheLoopIsBack()
    {
        const QPointer<QObject> doomed(new QObject); // deleted by the loop
        QEventLoop loop;
        QMetaObject::invokeMethod(&loop, [&] {
            doomed->deleteLater();
            turn(); // deeper than where it was asked for: not yet
            QVERIFY(doomed);
            QTimer::singleShot(0, &loop, &QEventLoop::quit);
        }, Qt::QueuedConnection);
        loop.exec();
        QVERIFY(!doomed);
    }

    // ---- timers ----

    void firesTimersOfEveryType_data()
    {
        QTest::addColumn<Qt::TimerType>("type");
        QTest::newRow("precise") << Qt::PreciseTimer;
        QTest::newRow("coarse") << Qt::CoarseTimer;
        QTest::newRow("very coarse") << Qt::VeryCoarseTimer;
    }
    void firesTimersOfEveryType()
    {
        QFETCH(Qt::TimerType, type);
        QTimer timer;
        timer.setTimerType(type);
        timer.setInterval(30);
        const QSignalSpy fired(&timer, &QTimer::timeout);
        QElapsedTimer clock;
        clock.start();
        timer.start();
        while (fired.count() < 3)
            turn(QEventLoop::WaitForMoreEvents);
        QVERIFY2(clock.elapsed() >= 90, qPrintable(QString::number(clock.elapsed())));
    }

    void aTimerOfNothingFiresOnceATurn()
    {
        QTimer timer;
        int fired = 0;
        connect(&timer, &QTimer::timeout, this, [&] { ++fired; });
        timer.start(0);
        turn(QEventLoop::WaitForMoreEvents);
        QCOMPARE(fired, 1);
        turn();
        QCOMPARE(fired, 2);
        // Nor does it keep sockets waiting.
        const SocketPair pair;
        CountingNotifier notifier(pair.here(), QSocketNotifier::Read, [&] { pair.take(); });
        pair.say();
        turn();
        QCOMPARE(notifier.count(), 1);
        QCOMPARE(fired, 3);
    }

    void leavesTimersOutWhenTold()
    {
        QTimer timer;
        const QSignalSpy fired(&timer, &QTimer::timeout);
        timer.start(0);
        turn(QEventLoop::X11ExcludeTimers);
        QCOMPARE(fired.count(), 0);
        turn();
        QCOMPARE(fired.count(), 1);
    }

    void aTimerDoesNotFireInsideItsOwnHandler()
    {
        QTimer timer;
        int depth = 0;
        int deepest = 0;
        connect(&timer, &QTimer::timeout, this, [&] {
            deepest = std::max(deepest, ++depth);
            turn();
            turn();
            --depth;
        });
        timer.start(0);
        turn();
        turn();
        QCOMPARE(deepest, 1);
    }

    void anotherTimerFiresInsideAHandler()
    {
        QTimer outer;
        QTimer inner;
        outer.setSingleShot(true);
        int inside = 0;
        bool isInOuter = false;
        connect(&inner, &QTimer::timeout, this, [&] { inside += isInOuter ? 1 : 0; });
        connect(&outer, &QTimer::timeout, this, [&] {
            isInOuter = true;
            inner.start(0);
            turn();
            isInOuter = false;
        });
        outer.start(0);
        turn();
        QCOMPARE(inside, 1);
    }

    void aTimerMayStopAndBeginAnewInItsHandler()
    {
        // A new timer often gets the id of the one that was stopped last.
        QTimer timer;
        int fired = 0;
        connect(&timer, &QTimer::timeout, this, [&] {
            ++fired;
            timer.stop();
            timer.start(0);
        });
        timer.start(0);
        turn();
        QCOMPARE(fired, 1);
        turn();
        QCOMPARE(fired, 2);
    }

    void aHandlerMayDeleteAnotherTimer()
    {
        std::array<std::unique_ptr<QTimer>, 2> both { std::make_unique<QTimer>(), std::make_unique<QTimer>() };
        int fired = 0;
        for (std::size_t i = 0; i < both.size(); ++i) {
            connect(both[i].get(), &QTimer::timeout, this, [&, i] {
                ++fired;
                both[1 - i].reset();
            });
            both[i]->start(0);
        }
        turn();
        turn();
        QCOMPARE(fired, 2);
    }

    void knowsTheTimersOfAnObject()
    {
        QObject object;
        const int one = object.startTimer(1h, Qt::PreciseTimer);
        const int two = object.startTimer(2h, Qt::VeryCoarseTimer);
        const auto timers = dispatcher().registeredTimers(&object);
        QCOMPARE(timers.size(), 2);
        QCOMPARE(timers.first().timerId, one);
        QCOMPARE(timers.first().interval, 3'600'000);
        QCOMPARE(timers.first().timerType, Qt::PreciseTimer);
        QVERIFY(dispatcher().remainingTime(one) <= 3'600'000);
        QVERIFY(dispatcher().remainingTime(one) > 3'590'000);
        object.killTimer(one);
        QCOMPARE(dispatcher().remainingTime(one), -1);
        QCOMPARE(dispatcher().registeredTimers(&object).size(), 1);
        QVERIFY(dispatcher().unregisterTimers(&object));
        QVERIFY(!dispatcher().unregisterTimer(two));
    }

    void timersMoveToAnotherThread()
    {
        QThread thread;
        thread.setEventDispatcher(new EpollDispatcher); // the thread owns it
        QTimer timer;
        std::atomic<int> fired = 0;
        connect(&timer, &QTimer::timeout, &timer, [&] { ++fired; });
        timer.start(1);
        timer.moveToThread(&thread);
        thread.start();
        QTRY_VERIFY(fired > 2);
        QMetaObject::invokeMethod(&timer, [&] { timer.stop(); timer.moveToThread(this->thread()); }, Qt::BlockingQueuedConnection);
        thread.quit();
        QVERIFY(thread.wait(10'000));
    }

    void waitsForTheNextTimerOnly()
    {
        QTimer late;
        late.start(1h);
        QTimer soon;
        soon.setSingleShot(true);
        soon.setTimerType(Qt::PreciseTimer);
        QElapsedTimer clock;
        clock.start();
        soon.start(40);
        const QSignalSpy waits(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock);
        while (soon.isActive())
            turn(QEventLoop::WaitForMoreEvents);
        QVERIFY(clock.elapsed() >= 40);
        QVERIFY2(waits.count() <= 3, qPrintable(QString::number(waits.count()))); // it slept, it did not spin
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollDispatcher); // the application owns it
    return test::runTest<QCoreApplication, tst_EpollDispatcher>(argc, argv);
}

#include "tst_epolldispatcher.moc"
