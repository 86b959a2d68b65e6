#include "tests/e2e/ownnetwork.h"
#include "tests/hostile/addressedpeer.h"
#include "tests/support/testmain.h"

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Where peers come from; the server is in a network of its own with them.
class Neighbourhood : public OwnNetwork
{
public:
    Neighbourhood()
    {
        for (const char *address : { "192.0.2.7/32", "192.0.2.8/32", "198.51.100.7/32", "2001:db8::7/128", "2001:db8:1::7/128" })
            addAddress(QString::fromLatin1(address));
    }
};

QString removalOf(const QJsonObject &frame) { return frame["removal"_L1]["kind"_L1].toString(); }

} // namespace

/// People whom nobody wants back, at a real server: without TLS and inside it.
class tst_BannedAddress : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] static Transport transport()
    {
        QFETCH_GLOBAL(Transport, transport);
        return transport;
    }
    std::unique_ptr<Neighbourhood> m_network;

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<Transport>("transport");
        QTest::newRow("plain") << Transport::Plain;
        QTest::newRow("TLS") << Transport::Tls;
    }
    void init()
    {
        Test::init();
        m_network = std::make_unique<Neighbourhood>();
        if (!m_network->isThere())
            QSKIP("needs root, for a network of its own");
    }
    void cleanup() { m_network.reset(); }

    void isRefusedAtHello_data()
    {
        QTest::addColumn<QString>("ban");
        QTest::addColumn<QString>("bind");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("other");
        const QString here = u"127.0.0.1"_s;
        const QString any = u"any"_s;
        QTest::newRow("address") << u"192.0.2.7"_s << here << u"192.0.2.7"_s << u"192.0.2.8"_s;
        QTest::newRow("subnet") << u"192.0.2.9/24"_s << here << u"192.0.2.7"_s << u"198.51.100.7"_s;
        QTest::newRow("address, at a socket for both kinds") << u"192.0.2.7"_s << any << u"192.0.2.7"_s << u"192.0.2.8"_s;
        QTest::newRow("subnet, at a socket for both kinds") << u"192.0.2.0/24"_s << any << u"192.0.2.7"_s << u"198.51.100.7"_s;
        QTest::newRow("written as IPv6") << u"::ffff:192.0.2.7"_s << here << u"192.0.2.7"_s << u"192.0.2.8"_s;
        QTest::newRow("written as IPv6, at a socket for both kinds") << u"::ffff:c000:207"_s << any << u"192.0.2.7"_s << u"192.0.2.8"_s;
        QTest::newRow("IPv6") << u"2001:db8::7"_s << any << u"2001:db8::7"_s << u"2001:db8:1::7"_s;
        QTest::newRow("IPv6 subnet") << u"2001:db8::/64"_s << any << u"2001:db8::7"_s << u"2001:db8:1::7"_s;
    }
    void isRefusedAtHello()
    {
        QFETCH(QString, ban);
        QFETCH(QString, bind);
        QFETCH(QString, from);
        QFETCH(QString, other);
        Target target(transport(), {}, bind);
        AddressedPeer anna(target, u"127.0.0.1"_s);
        anna.enter();
        QCOMPARE(anna.hello("anna")["role"_L1], u"owner"_s);
        const Ended banned = target.command({ u"ban"_s, ban, u"because"_s, u"spam"_s });
        QVERIFY2(banned.code == 0, qPrintable(banned.errors));
        AddressedPeer eve(target, from);
        eve.enter();
        QCOMPARE(eve.next()["type"_L1], u"connected"_s);
        // Nothing of what is said inside reaches them.
        anna.say(R"({"type":"message","id":2,"room":"lobby","content":"secret"})");
        QCOMPARE(anna.next(u"ack"_s)["id"_L1], 2);
        eve.say(R"({"type":"hello","id":1,"user":"eve"})");
        const QJsonObject refused = eve.next();
        QCOMPARE(refused["code"_L1], u"forbidden"_s);
        QCOMPARE(refused["id"_L1], 1);
        QCOMPARE(removalOf(refused), u"banned"_s);
        QVERIFY(eve.waitForClosed());
        // Others are not concerned, and nobody is for longer than the ban.
        AddressedPeer bo(target, other);
        bo.enter();
        QCOMPARE(bo.hello("bo")["user"_L1], u"bo"_s);
        QCOMPARE(target.command({ u"unban"_s, ban }).code, 0);
        AddressedPeer again(target, from);
        again.enter();
        QCOMPARE(again.hello("eve")["user"_L1], u"eve"_s);
    }

    void whoIsInIsPutOut()
    {
        Target target(transport());
        AddressedPeer anna(target, u"127.0.0.1"_s);
        anna.enter();
        anna.hello("anna");
        AddressedPeer welcomed(target, u"192.0.2.7"_s);
        welcomed.enter();
        QCOMPARE(welcomed.hello("bo")["user"_L1], u"bo"_s);
        AddressedPeer greeted(target, u"192.0.2.7"_s); // and listens, as a plain client
        greeted.enter();
        QCOMPARE(greeted.next()["type"_L1], u"connected"_s);
        AddressedPeer atTheDoor(target, u"192.0.2.7"_s); // connected, and nothing more
        AddressedPeer bystander(target, u"192.0.2.8"_s);
        bystander.enter();
        bystander.hello("cy");
        QCOMPARE(target.command({ u"ban"_s, u"192.0.2.7"_s }).code, 0);
        for (AddressedPeer *peer : { &welcomed, &greeted }) {
            QCOMPARE(removalOf(peer->next(u"error"_s)), u"banned"_s);
            QVERIFY(peer->waitForClosed());
        }
        atTheDoor.enter();
        QCOMPARE(atTheDoor.next()["type"_L1], u"connected"_s);
        atTheDoor.say(R"({"type":"rooms"})");
        QCOMPARE(removalOf(atTheDoor.next()), u"banned"_s);
        QVERIFY(atTheDoor.waitForClosed());
        bystander.say(R"({"type":"ping"})");
        QCOMPARE(bystander.next(u"pong"_s)["type"_L1], u"pong"_s);
        // The token that they have does not help them.
        AddressedPeer back(target, u"192.0.2.7"_s);
        back.enter();
        back.say(R"({"type":"hello","user":"bo"})");
        QCOMPARE(removalOf(back.next(u"error"_s)), u"banned"_s);
    }

    void whoSaysNothingIsPutOutInTime()
    {
        Target target(transport(), "[websocket]\nhandshake_timeout = 1\n");
        AddressedPeer anna(target, u"127.0.0.1"_s);
        anna.enter();
        anna.hello("anna");
        QCOMPARE(target.command({ u"ban"_s, u"192.0.2.7"_s }).code, 0);
        AddressedPeer silent(target, u"192.0.2.7"_s);
        silent.enter();
        QCOMPARE(silent.next()["type"_L1], u"connected"_s);
        QCOMPARE(removalOf(silent.next()), u"banned"_s);
        QVERIFY(silent.waitForClosed());
    }

    /// Whatever a ban is written as, it does not lock out who has to lift it.
    void theServersOwnComputerIsNotBanned_data()
    {
        QTest::addColumn<QString>("ban");
        QTest::addColumn<QString>("answer");
        const QString own = u"The server's own computer cannot be banned"_s;
        const QString none = u"This is no address"_s;
        for (const char *ban : { "127.0.0.1", "127.0.0.7", "127.0.0.0/8", "126.0.0.0/7", "0.0.0.0/0", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:ffff:7f00:7" })
            QTest::newRow(ban) << QString::fromLatin1(ban) << own;
        for (const char *ban : { "::ffff:127.0.0.0/104", "::ffff:0:0/96", "::/0", "::/127", "192.0.2.0/33", "192.0.2.0/", "1:2", "::1%lo", "192.0.2.7:80" })
            QTest::newRow(ban) << QString::fromLatin1(ban) << none;
        for (const char *ban : { "192.0.2.0/-1", "192.0.2.0/255.255.255.0" }) // taken for names
            QTest::newRow(ban) << QString::fromLatin1(ban) << u"No such user"_s;
    }
    void theServersOwnComputerIsNotBanned()
    {
        QFETCH(QString, ban);
        QFETCH(QString, answer);
        Target target(transport());
        const Ended refused = target.command({ u"ban"_s, ban });
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.errors.contains(answer), qPrintable(refused.errors));
        AddressedPeer anna(target, u"127.0.0.1"_s);
        anna.enter();
        QCOMPARE(anna.hello("anna")["role"_L1], u"owner"_s);
    }
};

HEARTH_TEST_MAIN(tst_BannedAddress)
#include "tst_bannedaddress.moc"
