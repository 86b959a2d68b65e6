#include "server/chat/sanctions.h"
#include "server/chat/slowmode.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);
const UserName Bo = UserName::parse(u"bo"_s).value();
const RoomId Ops = RoomId::parse(u"ops"_s).value();

AuditEntry deed(Deed what, const QDateTime &until = {}) { return { .at = Noon, .deed = what, .user = Bo, .until = until }; }

AuditEntry ofAddress(Deed what, const QString &address, const QDateTime &until = {})
{
    return { .at = Noon, .deed = what, .address = address, .until = until };
}

} // namespace

class tst_Sanctions : public test::Test
{
    Q_OBJECT

private slots:
    void bansEndOnTime()
    {
        Sanctions sanctions({}, {});
        QVERIFY(!sanctions.banOf(Bo, Noon));
        sanctions.apply(deed(Deed::Ban, Noon.addSecs(60)));
        QVERIFY(sanctions.banOf(UserName::parse(u"BO"_s).value(), Noon.addSecs(59)));
        QVERIFY(!sanctions.banOf(Bo, Noon.addSecs(60)));
        QVERIFY(sanctions.bans(Noon.addSecs(60)).isEmpty());
        sanctions.apply(deed(Deed::Ban)); // for good, in the place of the other
        QVERIFY(sanctions.banOf(Bo, Noon.addYears(100)));
        QCOMPARE(sanctions.bans(Noon).size(), 1);
        sanctions.apply(deed(Deed::Unban));
        QVERIFY(!sanctions.banOf(Bo, Noon));
    }

    void whatWasStoredHolds()
    {
        const Sanctions sanctions({ BanInfo { Bo, {}, {}, Noon, {}, {} }, BanInfo { {}, u"192.0.2.0/24"_s, {}, Noon, {}, {} } },
                                  { MuteInfo { Bo, {}, {}, Noon, {}, {} } });
        QVERIFY(sanctions.banOf(Bo, Noon));
        QVERIFY(sanctions.banOf(QHostAddress(u"192.0.2.7"_s), Noon));
        QVERIFY(sanctions.muteOf(Bo, Ops, Noon));
    }

    void addresses_data()
    {
        QTest::addColumn<QString>("banned");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("isBanned");
        QTest::newRow("the same") << u"192.0.2.1"_s << u"192.0.2.1"_s << true;
        QTest::newRow("a neighbour") << u"192.0.2.1"_s << u"192.0.2.2"_s << false;
        QTest::newRow("of the subnet") << u"192.0.2.0/24"_s << u"192.0.2.200"_s << true;
        QTest::newRow("beside the subnet") << u"192.0.2.0/24"_s << u"192.0.3.1"_s << false;
        QTest::newRow("by an IPv6 socket") << u"192.0.2.0/24"_s << u"::ffff:192.0.2.1"_s << true;
        QTest::newRow("IPv6") << u"2001:db8::1"_s << u"2001:db8::1"_s << true;
        QTest::newRow("of the IPv6 subnet") << u"2001:db8::/32"_s << u"2001:db8:1::1"_s << true;
        QTest::newRow("beside the IPv6 subnet") << u"2001:db8::/32"_s << u"2001:db9::1"_s << false;
        QTest::newRow("with a scope") << u"fe80::1"_s << u"fe80::1%1"_s << true;
        QTest::newRow("of the other kind") << u"2001:db8::/32"_s << u"192.0.2.1"_s << false;
    }
    void addresses()
    {
        QFETCH(QString, banned);
        QFETCH(QString, address);
        QFETCH(bool, isBanned);
        Sanctions sanctions({}, {});
        sanctions.apply(ofAddress(Deed::Ban, banned));
        QCOMPARE(sanctions.banOf(QHostAddress(address), Noon) != nullptr, isBanned);
        sanctions.apply(ofAddress(Deed::Unban, banned));
        QVERIFY(!sanctions.banOf(QHostAddress(address), Noon));
    }

    void theLongestMuteCounts()
    {
        Sanctions sanctions({}, {});
        AuditEntry here = deed(Deed::Mute, Noon.addSecs(60));
        here.room = Ops;
        sanctions.apply(here);
        QVERIFY(sanctions.muteOf(Bo, Ops, Noon));
        QVERIFY(!sanctions.muteOf(Bo, RoomId::lobby(), Noon));
        sanctions.apply(deed(Deed::Mute, Noon.addSecs(10)));
        QCOMPARE(sanctions.muteOf(Bo, Ops, Noon)->until, Noon.addSecs(60));
        QCOMPARE(sanctions.muteOf(Bo, RoomId::lobby(), Noon)->until, Noon.addSecs(10));
        QCOMPARE(sanctions.mutesOf(Bo, Noon.addSecs(10)).size(), 1);
        sanctions.apply(deed(Deed::Mute)); // for good is longest
        QVERIFY(!sanctions.muteOf(Bo, Ops, Noon)->until.isValid());
        sanctions.apply(deed(Deed::Unmute));
        QCOMPARE(sanctions.mutes(Noon).size(), 1); // the room's is another
        here.deed = Deed::Unmute;
        sanctions.apply(here);
        QVERIFY(sanctions.mutes(Noon).isEmpty());
    }

    void subnetsAreWrittenOut_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written");
        QTest::newRow("address") << u"192.0.2.1"_s << u"192.0.2.1"_s;
        QTest::newRow("outer bits") << u"192.0.2.77/24"_s << u"192.0.2.0/24"_s;
        QTest::newRow("all bits") << u"192.0.2.1/32"_s << u"192.0.2.1"_s;
        QTest::newRow("IPv6") << u"2001:DB8:0:0::1"_s << u"2001:db8::1"_s;
        QTest::newRow("IPv6 subnet") << u"2001:db8:ffff::/33"_s << u"2001:db8:8000::/33"_s;
        QTest::newRow("mapped") << u"::ffff:192.0.2.1"_s << u"192.0.2.1"_s;
        QTest::newRow("everything") << u"0.0.0.0/0"_s << u"0.0.0.0/0"_s;
        for (const auto *nothing : { "", "10", "192.0.2", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/x", "192.0.2.0/", "fe80::1%eth0",
                                     "::ffff:192.0.2.1/24", "anna", "192.0.2.1 ", "1.2.3.4.5" })
            QTest::newRow(nothing) << QString::fromLatin1(nothing) << QString();
    }
    void subnetsAreWrittenOut()
    {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto subnet = parseSubnet(text);
        QCOMPARE(subnet.has_value(), !written.isEmpty());
        if (subnet)
            QCOMPARE(toString(*subnet), written);
    }

    void slowModeMakesWait()
    {
        SlowMode slow;
        QVERIFY(!slow.wait(Ops, Bo, 30, Noon));
        slow.posted(Ops, Bo, Noon);
        QCOMPARE(slow.wait(Ops, Bo, 30, Noon), std::optional<qint64>(30'000));
        QCOMPARE(slow.wait(Ops, Bo, 30, Noon.addSecs(29)), std::optional<qint64>(1'000));
        QVERIFY(!slow.wait(Ops, Bo, 30, Noon.addSecs(30)));
        QVERIFY(!slow.wait(RoomId::lobby(), Bo, 30, Noon));
        QVERIFY(!slow.wait(Ops, Bo, 0, Noon));
        QCOMPARE(slow.wait(Ops, Bo, 30, Noon.addDays(-1)), std::optional<qint64>(30'000)); // the clock was set back
        slow.forget(Ops, Bo, Noon.addSecs(-1)); // of an older post
        QVERIFY(slow.wait(Ops, Bo, 30, Noon));
        slow.forget(Ops, Bo, Noon);
        QVERIFY(!slow.wait(Ops, Bo, 30, Noon));
    }
};

HEARTH_TEST_MAIN(tst_Sanctions)
#include "tst_sanctions.moc"
