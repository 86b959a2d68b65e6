#include "client/serveraddress.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(hearth::AddressError)
Q_DECLARE_METATYPE(hearth::Security)

class tst_ServerAddress : public test::Test
{
    Q_OBJECT

private slots:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<QString>("room");
        QTest::newRow("host") << u"hearth"_s << u"hearth"_s << 7373 << u""_s;
        QTest::newRow("host.local") << u"annas-pc.local"_s << u"annas-pc.local"_s << 7373 << u""_s;
        QTest::newRow("host:port") << u"hearth:8080"_s << u"hearth"_s << 8080 << u""_s;
        QTest::newRow("lowest port") << u"hearth:1"_s << u"hearth"_s << 1 << u""_s;
        QTest::newRow("highest port") << u"hearth:65535"_s << u"hearth"_s << 65'535 << u""_s;
        QTest::newRow("IPv4") << u"192.168.0.5"_s << u"192.168.0.5"_s << 7373 << u""_s;
        QTest::newRow("IPv4:port") << u"127.0.0.1:9"_s << u"127.0.0.1"_s << 9 << u""_s;
        QTest::newRow("[IPv6]") << u"[::1]"_s << u"::1"_s << 7373 << u""_s;
        QTest::newRow("[IPv6]:port") << u"[fe80::1]:7000"_s << u"fe80::1"_s << 7000 << u""_s;
        QTest::newRow("IPv6 without brackets") << u"fe80::1"_s << u"fe80::1"_s << 7373 << u""_s;
        QTest::newRow("not ASCII") << u"k\u00FCche.local"_s << u"k\u00FCche.local"_s << 7373 << u""_s;
        QTest::newRow("underscore") << u"meeting_room"_s << u"meeting_room"_s << 7373 << u""_s;
        QTest::newRow("blanks around") << u"  hearth:8080\n"_s << u"hearth"_s << 8080 << u""_s;
        QTest::newRow("scheme") << u"ws://hearth"_s << u"hearth"_s << 7373 << u""_s;
        QTest::newRow("scheme in capitals") << u"WS://hearth:80"_s << u"hearth"_s << 80 << u""_s;
        QTest::newRow("slash") << u"ws://hearth/"_s << u"hearth"_s << 7373 << u""_s;
        QTest::newRow("path") << u"ws://hearth/chat"_s << u"hearth"_s << 7373 << u""_s;
        QTest::newRow("path and slash") << u"ws://hearth/chat/"_s << u"hearth"_s << 7373 << u""_s;
        QTest::newRow("room") << u"ws://hearth:8080/chat/ops"_s << u"hearth"_s << 8080 << u"ops"_s;
        QTest::newRow("room and slash") << u"hearth/chat/ops/"_s << u"hearth"_s << 7373 << u"ops"_s;
        QTest::newRow("room, IPv6") << u"ws://[::1]:7373/chat/ops"_s << u"::1"_s << 7373 << u"ops"_s;
    }
    void reads()
    {
        QFETCH(QString, text);
        QFETCH(QString, host);
        QFETCH(int, port);
        QFETCH(QString, room);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QCOMPARE(address->host, host);
        QCOMPARE(int(address->port), port);
        QCOMPARE(address->room, room);
    }

    void becomesAUrl_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("url");
        QTest::newRow("host") << u"hearth"_s << u"wss://hearth:7373/chat"_s;
        QTest::newRow("port") << u"hearth:80"_s << u"wss://hearth:80/chat"_s;
        QTest::newRow("ws") << u"ws://hearth:80"_s << u"ws://hearth:80/chat"_s;
        QTest::newRow("link") << u"hearth://hearth:80/ops"_s << u"wss://hearth:80/chat/ops"_s;
        QTest::newRow("IPv6") << u"::1"_s << u"wss://[::1]:7373/chat"_s;
        QTest::newRow("not ASCII") << u"k\u00FCche"_s << u"wss://xn--kche-0ra:7373/chat"_s;
        QTest::newRow("underscore") << u"meeting_room"_s << u"wss://meeting_room:7373/chat"_s;
        QTest::newRow("room") << u"hearth/chat/a.b-c_d"_s << u"wss://hearth:7373/chat/a.b-c_d"_s;
    }
    void becomesAUrl()
    {
        QFETCH(QString, text);
        QFETCH(QString, url);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QVERIFY(address->url().isValid());
        QCOMPARE(QString::fromLatin1(address->url().toEncoded()), url);
    }

    void isShownAsShortAsItCanBe_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("usual port") << u"hearth:7373/chat"_s << u"hearth"_s;
        QTest::newRow("other port") << u"hearth:80/chat"_s << u"hearth:80"_s;
        QTest::newRow("IPv6") << u"::1"_s << u"[::1]"_s;
        QTest::newRow("IPv6, other port") << u"[::1]:80"_s << u"[::1]:80"_s;
    }
    void isShownAsShortAsItCanBe()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QCOMPARE(address->display(), shown);
        QVERIFY(ServerAddress::parse(shown));
        QCOMPARE(*ServerAddress::parse(shown), *address);
    }

    void security_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Security>("security");
        QTest::addColumn<QString>("key");
        const QString key = u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s;
        QTest::newRow("no scheme") << u"hearth"_s << Security::Preferred << u""_s;
        QTest::newRow("ws") << u"ws://hearth"_s << Security::Plain << u""_s;
        QTest::newRow("wss") << u"WSS://hearth/chat"_s << Security::Required << u""_s;
        QTest::newRow("link") << u"hearth://hearth"_s << Security::Preferred << u""_s;
        QTest::newRow("link with a key") << QString(u"hearth://hearth/?fp="_s + key) << Security::Required << key;
        QTest::newRow("link with a key, no slash") << QString(u"hearth://hearth?fp="_s + key) << Security::Required << key;
        QTest::newRow("link with a room and a key") << QString(u"Hearth://[::1]:80/ops?fp="_s + key) << Security::Required << key;
        QTest::newRow("link with more") << QString(u"hearth://hearth/?lang=de&fp=%1&x"_s.arg(key)) << Security::Required << key;
    }
    void security()
    {
        QFETCH(QString, text);
        QFETCH(Security, security);
        QFETCH(QString, key);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QCOMPARE(address->security, security);
        QCOMPARE(address->key.toString(), key);
        QCOMPARE(address->room, text.contains(u"/ops") ? u"ops"_s : u""_s);
    }

    void readsItself_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("asWritten");
        QTest::newRow("host") << u"hearth"_s << u"hearth"_s;
        QTest::newRow("IPv6, port") << u"[::1]:80"_s << u"[::1]:80"_s;
        QTest::newRow("room") << u"127.0.0.1:9/chat/ops"_s << u"hearth://127.0.0.1:9/ops"_s;
        QTest::newRow("ws") << u"ws://a"_s << u"ws://a:7373/chat"_s;
        QTest::newRow("wss") << u"wss://a/chat/ops"_s << u"wss://a:7373/chat/ops"_s;
        const QString link = u"hearth://[::1]:80/ops?fp=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s;
        QTest::newRow("link") << link << link;
        QTest::newRow("invite") << QString(link + u"&invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s) << QString(link + u"&invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        QTest::newRow("invite alone") << u"hearth://a?invite=mZ0pYw7Qk1uXrB5cT2a-_9"_s << u"hearth://a/?invite=mZ0pYw7Qk1uXrB5cT2a-_9"_s;
    }
    void readsItself()
    {
        QFETCH(QString, text);
        QFETCH(QString, asWritten);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QCOMPARE(address->toString(), asWritten);
        const auto again = ServerAddress::parse(asWritten);
        QVERIFY(again);
        QCOMPARE(*again, *address);
    }

    void invites_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("invite");
        const QString key = u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s;
        QTest::newRow("none") << QString(u"hearth://a/ops?fp="_s + key) << u""_s;
        QTest::newRow("after the key") << QString(u"hearth://a/ops?fp=%1&invite=mZ0pYw7Qk1uXrB5cT2aE9g"_s.arg(key)) << u"mZ0pYw7Qk1uXrB5cT2aE9g"_s;
        QTest::newRow("before it") << QString(u"hearth://a?invite=mZ0pYw7Qk1uXrB5cT2aE9g&fp="_s + key) << u"mZ0pYw7Qk1uXrB5cT2aE9g"_s;
        QTest::newRow("without a key") << u"hearth://a/?invite=-_9pYw7Qk1uXrB5cT2aE9g"_s << u"-_9pYw7Qk1uXrB5cT2aE9g"_s;
        QTest::newRow("the longest") << u"hearth://a/?invite="_s + QString(128, u'x') << QString(128, u'x');
    }
    void invites()
    {
        QFETCH(QString, text);
        QFETCH(QString, invite);
        const auto address = ServerAddress::parse(text);
        QVERIFY(address);
        QCOMPARE(address->invite, invite);
        QCOMPARE(address->display(), u"a"_s); // what is remembered has no secret in it
        QVERIFY(!address->url().toString().contains(u"invite"_s));
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<AddressError>("expected");
        QTest::newRow("null") << QString() << AddressError::Empty;
        QTest::newRow("empty") << u""_s << AddressError::Empty;
        QTest::newRow("blanks") << u" \t\n"_s << AddressError::Empty;
        QTest::newRow("https") << u"https://hearth"_s << AddressError::UnknownScheme;
        QTest::newRow("http") << u"http://hearth"_s << AddressError::UnknownScheme;
        QTest::newRow("no scheme before ://") << u"://hearth"_s << AddressError::UnknownScheme;
        QTest::newRow("scheme alone") << u"ws://"_s << AddressError::NoHost;
        QTest::newRow("port alone") << u":7373"_s << AddressError::NoHost;
        QTest::newRow("path alone") << u"/chat/ops"_s << AddressError::NoHost;
        QTest::newRow("blank within") << u"my host"_s << AddressError::NoHost;
        QTest::newRow("NUL within") << u"a\0b"_s << AddressError::NoHost;
        QTest::newRow("name before the host") << u"anna@hearth"_s << AddressError::NoHost;
        QTest::newRow("query") << u"hearth?x"_s << AddressError::NoHost;
        QTest::newRow("percent") << u"hear%74h"_s << AddressError::NoHost;
        QTest::newRow("longer than DNS has it") << QString(254, u'a') << AddressError::NoHost;
        QTest::newRow("label longer than DNS has it") << QString(64, u'a') + u".local"_s << AddressError::NoHost;
        QTest::newRow("empty label") << u"a..b"_s << AddressError::NoHost;
        QTest::newRow("dots alone") << u"..."_s << AddressError::NoHost;
        QTest::newRow("dot in front") << u".local"_s << AddressError::NoHost;
        QTest::newRow("no IPv6") << u"a:b:c"_s << AddressError::NoHost;
        QTest::newRow("IPv6 of too many parts") << u"1:2:3:4:5:6:7:8:9"_s << AddressError::NoHost;
        QTest::newRow("empty brackets") << u"[]:80"_s << AddressError::NoHost;
        QTest::newRow("open bracket") << u"["_s << AddressError::NoHost;
        QTest::newRow("bracket not closed") << u"[::1:80"_s << AddressError::NoHost;
        QTest::newRow("port behind bracket without colon") << u"[::1]80"_s << AddressError::BadPort;
        QTest::newRow("no port behind bracket") << u"[::1]:"_s << AddressError::BadPort;
        QTest::newRow("no port") << u"hearth:"_s << AddressError::BadPort;
        QTest::newRow("port 0") << u"hearth:0"_s << AddressError::BadPort;
        QTest::newRow("port 65536") << u"hearth:65536"_s << AddressError::BadPort;
        QTest::newRow("port past 64 bits") << u"hearth:99999999999999999999"_s << AddressError::BadPort;
        QTest::newRow("port below 0") << u"hearth:-1"_s << AddressError::BadPort;
        QTest::newRow("port with a sign") << u"hearth:+80"_s << AddressError::BadPort;
        QTest::newRow("port with a blank") << u"hearth: 80"_s << AddressError::BadPort;
        QTest::newRow("port in letters") << u"hearth:http"_s << AddressError::BadPort;
        QTest::newRow("port in hexadecimal") << u"hearth:0x50"_s << AddressError::BadPort;
        QTest::newRow("other path") << u"hearth/talk"_s << AddressError::BadRoom;
        QTest::newRow("path that goes on") << u"hearth/chatter"_s << AddressError::BadRoom;
        QTest::newRow("path in capitals") << u"hearth/CHAT"_s << AddressError::BadRoom;
        QTest::newRow("room in capitals") << u"hearth/chat/Ops"_s << AddressError::BadRoom;
        QTest::newRow("room of two parts") << u"hearth/chat/a/b"_s << AddressError::BadRoom;
        QTest::newRow("room escaped") << u"hearth/chat/%6fps"_s << AddressError::BadRoom;
        QTest::newRow("room with a query") << u"hearth/chat/ops?x"_s << AddressError::BadRoom;
        QTest::newRow("room too long") << u"hearth/chat/"_s + QString(65, u'a') << AddressError::BadRoom;
        QTest::newRow("short fingerprint") << u"hearth://hearth/?fp=ungWv48B"_s << AddressError::BadLink;
        QTest::newRow("empty fingerprint") << u"hearth://hearth/?fp="_s << AddressError::BadLink;
        QTest::newRow("fingerprint cut by a mailer") << u"hearth://hearth/?fp=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa"_s << AddressError::BadLink;
        QTest::newRow("empty invite") << u"hearth://hearth/?invite="_s << AddressError::BadLink;
        QTest::newRow("invite without a value") << u"hearth://hearth/?invite"_s << AddressError::BadLink;
        QTest::newRow("invite too long") << u"hearth://hearth/?invite="_s + QString(129, u'x') << AddressError::BadLink;
        QTest::newRow("invite with a blank") << u"hearth://hearth/?invite=mZ0pYw7Qk1 uXrB5cT2aE9g"_s << AddressError::BadLink;
        QTest::newRow("invite with other letters") << u"hearth://hearth/?invite=\u00E4Z0pYw7Qk1uXrB5cT2aE9g"_s << AddressError::BadLink;
        QTest::newRow("invite with a percent sign") << u"hearth://hearth/?invite=mZ0pYw7Qk1uXrB5cT2aE9g%2Fb"_s << AddressError::BadLink;
        QTest::newRow("invite with a plus sign") << u"hearth://hearth/?invite=mZ0pYw7Qk1uXrB5cT2aE9g+b"_s << AddressError::BadLink;
        QTest::newRow("link to a room of two parts") << u"hearth://hearth/a/b"_s << AddressError::BadLink;
        QTest::newRow("link to nowhere") << u"hearth:///?x"_s << AddressError::BadLink;
        QTest::newRow("link without anything") << u"hearth://"_s << AddressError::BadLink;
        QTest::newRow("link cut behind the colon") << u"hearth://hearth:"_s << AddressError::BadLink;
        QTest::newRow("link cut within an address") << u"hearth://[fd00::1"_s << AddressError::BadLink;
        QTest::newRow("link to a port that is none") << u"hearth://hearth:99999/"_s << AddressError::BadLink;
        QTest::newRow("link to a room in capitals") << u"hearth://hearth/Ops"_s << AddressError::BadLink;
        QTest::newRow("invite cut by a mailer") << u"hearth://hearth/?invite=mZ0pYw7Qk1uXrB5cT2aE9"_s << AddressError::BadLink;
        QTest::newRow("direct room") << u"hearth/chat/dm:0123456789abcdef0123456789abcdef"_s << AddressError::BadRoom;
    }
    void refuses()
    {
        QFETCH(QString, text);
        QFETCH(AddressError, expected);
        const auto address = ServerAddress::parse(text);
        QVERIFY2(!address, address ? address->url().toEncoded().constData() : "");
        QCOMPARE(address.error(), expected);
    }

    void whatIsReadCanBeDialled_data()
    {
        QTest::addColumn<QString>("text");
        const QStringList texts { u"-"_s, u"-a"_s, u"a-"_s, u"_"_s, u"a."_s, u"1"_s, u"1.2.3"_s, u"256.1.1.1"_s,
                                  u"xn--"_s, u"a_\u00E4"_s, u"\u00DF"_s, u"\u0661"_s, u"\uFF41"_s, u"a\u3002b"_s,
                                  u"\u00E4."_s, u"\u00E4..b"_s, u"::"_s, u"fe80::1%eth0"_s, u"::ffff:1.2.3.4"_s };
        for (const QString &text : texts)
            QTest::newRow(text.toUtf8().toPercentEncoding().constData()) << text;
    }
    void whatIsReadCanBeDialled()
    {
        QFETCH(QString, text);
        const auto address = ServerAddress::parse(text);
        if (!address)
            return; // refused is right as well
        const QUrl url = address->url();
        QVERIFY2(url.isValid(), qPrintable(url.errorString()));
        QVERIFY(!url.host().isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_ServerAddress)
#include "tst_serveraddress.moc"
