#include "server/chat/unnamedlisteners.h"
#include "tests/support/testmain.h"

#include <QSignalSpy>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const RoomId Lobby = RoomId::lobby();
const RoomId Tea = *RoomId::parse(u"tea"_s);

/// Room and number of each signal.
QList<std::pair<RoomId, int>> told(const QSignalSpy &changed)
{
    QList<std::pair<RoomId, int>> news;
    for (const QList<QVariant> &arguments : changed)
        news.append({ arguments.at(0).value<RoomId>(), arguments.at(1).toInt() });
    return news;
}

} // namespace

class tst_UnnamedListeners : public test::Test
{
    Q_OBJECT

private slots:
    void firstIsToldAtOnceAndOthersLater()
    {
        UnnamedListeners listeners(1ms);
        QSignalSpy changed(&listeners, &UnnamedListeners::changed);
        listeners.add(Lobby);
        QCOMPARE(told(changed), (QList<std::pair<RoomId, int>> { { Lobby, 1 } }));
        listeners.add(Lobby);
        listeners.add(Lobby);
        listeners.add(Tea);
        QCOMPARE(listeners.in(Lobby), 3);
        QCOMPARE(told(changed), (QList<std::pair<RoomId, int>> { { Lobby, 1 }, { Tea, 1 } }));
        QVERIFY(changed.wait());
        QCOMPARE(told(changed).last(), (std::pair(Lobby, 3)));
        QCOMPARE(changed.size(), 3);
    }
    /// Nobody hears each time of one who connects and disconnects all the time.
    void comingAndGoingIsNoNews()
    {
        UnnamedListeners listeners(1ms);
        QSignalSpy changed(&listeners, &UnnamedListeners::changed);
        QSignalSpy rounds(&listeners, &UnnamedListeners::aboutToTell);
        listeners.add(Lobby);
        for (int times = 0; times < 100; ++times) {
            listeners.remove(Lobby);
            listeners.add(Lobby);
        }
        QVERIFY(rounds.wait());
        QCOMPARE(changed.size(), 1);
    }
    void goneIsToldOnceAndForgotten()
    {
        UnnamedListeners listeners(1ms);
        QSignalSpy changed(&listeners, &UnnamedListeners::changed);
        listeners.add(Lobby);
        listeners.remove(Lobby);
        QCOMPARE(listeners.in(Lobby), 0);
        QVERIFY(changed.wait());
        QCOMPARE(told(changed), (QList<std::pair<RoomId, int>> { { Lobby, 1 }, { Lobby, 0 } }));
        listeners.add(Lobby);
        QCOMPARE(told(changed).last(), (std::pair(Lobby, 1)));
    }
};

HEARTH_TEST_MAIN(tst_UnnamedListeners)
#include "tst_unnamedlisteners.moc"
