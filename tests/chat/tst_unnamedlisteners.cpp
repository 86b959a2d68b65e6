#include "server/chat/unnamedlisteners.h"
#include "tests/support/testmain.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const RoomId Lobby = RoomId::lobby();
const RoomId Tea = *RoomId::parse(u"tea"_s);

/// Counts, and notes what it tells.
struct Watched
{
    Watched()
    {
        QObject::connect(&listeners, &UnnamedListeners::changed, [this](const UnnamedListeners::News &told) { news.append(told); });
    }
    /// Until it has told something.
    [[nodiscard]] bool wait()
    {
        const auto before = news.size();
        return QTest::qWaitFor([this, before] { return news.size() > before; });
    }

    UnnamedListeners listeners { 1ms };
    QList<UnnamedListeners::News> news;
};

} // namespace

class tst_UnnamedListeners : public test::Test
{
    Q_OBJECT

private slots:
    void whatChangedIsToldLater()
    {
        Watched watched;
        watched.listeners.add(Lobby);
        watched.listeners.add(Lobby);
        watched.listeners.add(Tea);
        QVERIFY(watched.news.isEmpty());
        QCOMPARE(watched.listeners.told(Lobby), 0);
        QVERIFY(watched.wait());
        std::sort(watched.news.first().begin(), watched.news.first().end());
        QCOMPARE(watched.news.first(), (UnnamedListeners::News { { Lobby, 2 }, { Tea, 1 } }));
        QCOMPARE(watched.listeners.told(Lobby), 2);
        watched.listeners.remove(Lobby);
        QCOMPARE(watched.listeners.told(Lobby), 2); // so that nobody who comes now waits for what is no news
        QVERIFY(watched.wait());
        QCOMPARE(watched.news.last(), (UnnamedListeners::News { { Lobby, 1 } }));
    }
    void comingAndGoingIsNoNews()
    {
        Watched watched;
        watched.listeners.add(Lobby);
        QVERIFY(watched.wait());
        for (int times = 0; times < 100; ++times) {
            watched.listeners.remove(Lobby);
            watched.listeners.add(Lobby);
            watched.listeners.add(Tea);
            watched.listeners.remove(Tea);
        }
        watched.listeners.add(RoomId::parse(u"ops"_s).value()); // told along with them
        QVERIFY(watched.wait());
        QCOMPARE(watched.news.last().size(), 1);
    }
    void goneIsToldOnce()
    {
        Watched watched;
        watched.listeners.add(Lobby);
        QVERIFY(watched.wait());
        watched.listeners.remove(Lobby);
        QVERIFY(watched.wait());
        QCOMPARE(watched.news.last(), (UnnamedListeners::News { { Lobby, 0 } }));
        watched.listeners.add(Lobby);
        QVERIFY(watched.wait());
        QCOMPARE(watched.news.last(), (UnnamedListeners::News { { Lobby, 1 } }));
    }
};

HEARTH_TEST_MAIN(tst_UnnamedListeners)
#include "tst_unnamedlisteners.moc"
