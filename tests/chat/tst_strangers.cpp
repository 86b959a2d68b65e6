#include "server/chat/strangers.h"
#include "tests/chat/chattestkit.h"

#include <QCoreApplication>

using namespace hearth;
using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;
using test::unhurried;

namespace {

const QHostAddress Here(QStringLiteral("192.0.2.1"));
const QHostAddress There(QStringLiteral("192.0.2.2"));

ServerSettings withPasswordAndTime(std::chrono::milliseconds time)
{
    ServerSettings settings = test::withPassword(u"open sesame"_s);
    settings.signInTimeout = time;
    return settings;
}

/// Of those who have not signed in, one address has so many.
ServerSettings withPlaces(int places, ServerSettings settings)
{
    settings.strangersPerAddress = places;
    return settings;
}

ServerSettings withDoor()
{
    ServerSettings settings = unhurried();
    settings.approveGuests = true;
    return settings;
}

constexpr auto HelloOfAnna = R"({"type":"hello","user":"anna","password":"open sesame"})";

} // namespace

/// Connections that do not say who they are, where they have to.
class tst_Strangers : public test::Test
{
    Q_OBJECT

private slots:
    void oldestOfTheAddressGoes()
    {
        QList<quint64> gone;
        Strangers strangers(0ms, 2, [&gone](quint64 connection) { gone.append(connection); });
        strangers.came(1, Here);
        strangers.came(2, There);
        strangers.came(3, Here);
        QVERIFY(gone.isEmpty());
        strangers.came(4, Here);
        QCOMPARE(gone, QList<quint64> { 1 });
        strangers.left(3);
        strangers.came(5, Here); // in its place
        QCOMPARE(gone, QList<quint64> { 1 });
        strangers.left(3); // twice does no harm
        strangers.came(6, Here);
        QCOMPARE(gone, (QList<quint64> { 1, 4 }));
    }

    void zeroLiftsTheNumber()
    {
        Strangers strangers(0ms, 0, [](quint64) { QFAIL("nobody has to go"); });
        for (quint64 connection = 1; connection <= 1'000; ++connection)
            strangers.came(connection, Here);
    }

    void timeGoesByInOrder()
    {
        QList<quint64> gone;
        Strangers strangers(1ms, 0, [&gone](quint64 connection) { gone.append(connection); });
        strangers.came(1, Here);
        strangers.came(2, There);
        strangers.came(3, Here);
        strangers.left(2);
        QTRY_COMPARE(gone, (QList<quint64> { 1, 3 }));
        strangers.came(4, There); // the clock goes on when it has stood still
        QTRY_COMPARE(gone, (QList<quint64> { 1, 3, 4 }));
    }

    /// The other end may go with the first one.
    void oneMayTakeOthersAlong()
    {
        QList<quint64> gone;
        Strangers *all = nullptr;
        Strangers strangers(1ms, 0, [&](quint64 connection) {
            gone.append(connection);
            all->left(2);
        });
        all = &strangers;
        strangers.came(1, Here);
        strangers.came(2, Here);
        strangers.came(3, Here);
        QTRY_COMPARE(gone, (QList<quint64> { 1, 3 }));
    }

    void whoSaysNothingIsSentAway()
    {
        Chat chat(withPasswordAndTime(1ms));
        const auto silent = chat.plain();
        const QJsonObject heard = silent->next();
        QCOMPARE(heard["code"_L1], u"unauthorized"_s);
        QCOMPARE(heard["message"_L1], u"You did not sign in in time"_s);
        QTRY_COMPARE(silent->closeCode(), 1008);
    }

    /// Nor does it help to talk.
    void noRequestPutsItOff()
    {
        Chat chat(withPlaces(1, withPasswordAndTime(1h)));
        const auto first = chat.plain();
        QCOMPARE(first->verdict(R"({"type":"ping"})"), u"pong"_s);
        QCOMPARE(first->verdict(R"({"type":"hello","user":"anna","password":"wrong"})"), u"unauthorized"_s);
        const auto second = chat.plain();
        QCOMPARE(first->next()["message"_L1], u"You did not sign in in time"_s);
        QCOMPARE(first->closeCode(), 1008);
        QCOMPARE(second->verdict(HelloOfAnna), u"welcome"_s);
    }

    /// Nothing comes of a hello that is still being looked at: no session that nobody knows of, and nobody seems to be there.
    void aHelloUnderWayComesToNothing_data()
    {
        QTest::addColumn<bool>("isForPlace");
        QTest::newRow("no place") << true;
        QTest::newRow("no time") << false;
    }
    void aHelloUnderWayComesToNothing()
    {
        QFETCH(bool, isForPlace);
        ServerSettings settings = test::withAccounts();
        settings.passwordCost = { 2, std::size_t(32) << 20 };
        settings.strangersPerAddress = isForPlace ? 1 : 0;
        settings.signInTimeout = isForPlace ? 1h : 1ms;
        Chat chat(settings);
        QCOMPARE(test::administer(chat, R"({"type":"add_user","id":1,"user":"anna","password":"anna password"})")["type"_L1], u"ack"_s);
        const UserName anna = UserName::parse(u"anna"_s).value();
        const auto late = chat.plain();
        late->say(R"({"type":"hello","user":"anna","password":"anna password"})");
        const auto other = isForPlace ? chat.plain() : nullptr;
        QCOMPARE(late->next()["message"_L1], u"You did not sign in in time"_s);
        QTRY_VERIFY(!chat.channel().isHashing());
        chat.settle();
        QVERIFY(chat.directory().sessionsOf(anna).isEmpty());
        QCOMPARE(chat.channel().onlineUserCount(), 0);
        QCOMPARE(late->closeCode(), 1008);
    }

    /// Places are for those who have still to sign in.
    void whoHasSignedInTakesNoPlace()
    {
        Chat chat(withPlaces(2, withPasswordAndTime(1h)));
        const auto waits = chat.plain();
        const auto anna = chat.welcomed(u"anna"_s, R"(,"password":"open sesame")");
        const auto bo = chat.welcomed(u"bo"_s, R"(,"password":"open sesame")");
        const auto second = chat.plain();
        QVERIFY(waits->isOpen());
    }

    /// A guest who was let in and could not come in is one again.
    void whoseTurnHasPassedIsAStranger()
    {
        Chat chat(withPlaces(1, withDoor()));
        const auto anna = chat.welcomed(u"anna"_s);
        const auto gus = chat.plain();
        QCOMPARE(gus->verdict(R"({"type":"hello","user":"gus"})"), u"waiting"_s);
        QCOMPARE(test::administer(chat, R"({"type":"add_user","id":1,"user":"gus","password":"gus password"})")["type"_L1], u"ack"_s);
        anna->say(R"({"type":"admit","user":"gus","is_admitted":true})");
        QCOMPARE(gus->next()["code"_L1], u"name_taken"_s);
        const auto next = chat.plain();
        QTRY_COMPARE(gus->closeCode(), 1008);
    }

    void whoIsInStays()
    {
        Chat chat(withPlaces(1, withPasswordAndTime(1h)));
        const auto anna = chat.welcomed(u"anna"_s, R"(,"password":"open sesame")");
        const auto silent = chat.plain();
        QVERIFY(anna->isOpen());
        const auto other = chat.plain();
        QVERIFY(anna->isOpen());
        QCOMPARE(silent->closeCode(), 1008);
        Client elsewhere(chat.channel(), {}, u"192.0.2.9"_s);
        QVERIFY(other->isOpen());
    }

    /// A guest has a time of its own to wait in.
    void whoWaitsAtTheDoorStays()
    {
        Chat chat(withPlaces(1, withDoor()));
        const auto anna = chat.welcomed(u"anna"_s);
        const auto guest = chat.plain();
        QCOMPARE(guest->verdict(R"({"type":"hello","user":"cy"})"), u"waiting"_s);
        const auto second = chat.plain();
        const auto third = chat.plain();
        QVERIFY(guest->isOpen());
        QCOMPARE(second->closeCode(), 1008);
        QVERIFY(third->isOpen());
    }

    void nobodyHasToSayAnythingWhereItIsOpen()
    {
        Chat chat(withPlaces(1, unhurried()));
        const auto one = chat.plain();
        const auto two = chat.plain();
        QVERIFY(one->isOpen());
        QVERIFY(two->isOpen());
    }
};

HEARTH_TEST_MAIN(tst_Strangers)
#include "tst_strangers.moc"
