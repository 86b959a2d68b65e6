#include "tests/hostile/addressedpeer.h"
#include "tests/support/testmain.h"

#include <QRegularExpression>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A frame as it came, but for when it was said.
QString timeless(QString frame)
{
    static const QRegularExpression time(u"\"timestamp\":\"[^\"]*\""_s);
    return frame.replace(time, u"\"timestamp\":\"\""_s);
}

} // namespace

/// Requests of people who want what is not theirs, at a real server: a row for each, without TLS and inside it.
class tst_Rights : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] static Transport transport()
    {
        QFETCH_GLOBAL(Transport, transport);
        return transport;
    }
    /// Welcomed by that name; the token, which is new.
    static QString welcome(BareClient &client, const QString &name)
    {
        client.say(u"{\"type\":\"hello\",\"user\":\"%1\"}"_s.arg(name));
        return client.next(u"welcome"_s)["token"_L1].toString();
    }
    /// The next frame that answers a request of that id, as it came.
    static QString replyTo(BareClient &client, int id)
    {
        for (;;) {
            const QString frame = client.next();
            if (frame.isEmpty() || QJsonDocument::fromJson(frame.toUtf8())["id"_L1].toInt() == id)
                return frame;
        }
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<Transport>("transport");
        QTest::newRow("plain") << Transport::Plain;
        QTest::newRow("TLS") << Transport::Tls;
    }

    // ---- before hello ----

    void nothingIsAnsweredBeforeHello_data()
    {
        QTest::addColumn<QByteArray>("access");
        QTest::newRow("password") << QByteArray("access = password\npassword = sesame\n");
        QTest::newRow("accounts") << QByteArray("access = accounts\n");
    }
    void nothingIsAnsweredBeforeHello()
    {
        QFETCH(QByteArray, access);
        Target target(transport(), "[server]\n" + access);
        BareClient eve(target.url());
        QCOMPARE(eve.nextObject()["type"_L1], u"connected"_s);
        const QStringList requests {
            u"\"message\",\"room\":\"lobby\",\"user\":\"eve\",\"content\":\"x\""_s,
            u"\"rooms\""_s,
            u"\"create_room\",\"room\":\"ops\",\"name\":\"Ops\",\"kind\":\"public\""_s,
            u"\"join\",\"room\":\"lobby\""_s,
            u"\"leave\",\"room\":\"lobby\""_s,
            u"\"history\",\"room\":\"lobby\""_s,
            u"\"sync\",\"room\":\"lobby\",\"after\":0"_s,
            u"\"edit\",\"room\":\"lobby\",\"seq\":1,\"content\":\"x\""_s,
            u"\"delete\",\"room\":\"lobby\",\"seq\":1"_s,
            u"\"react\",\"room\":\"lobby\",\"seq\":1,\"emoji\":\"👍\",\"add\":true"_s,
            u"\"read\",\"room\":\"lobby\",\"seq\":1"_s,
            u"\"who\",\"room\":\"lobby\""_s,
            u"\"search\",\"query\":\"x\""_s,
            u"\"direct\",\"user\":\"anna\""_s,
            u"\"presence\",\"state\":\"away\""_s,
            u"\"announce\",\"content\":\"x\""_s,
            u"\"subscribe\",\"resource\":\"room\",\"id\":\"lobby\""_s,
            u"\"set_role\",\"user\":\"eve\",\"role\":\"owner\""_s,
            u"\"ban\",\"user\":\"anna\""_s,
            u"\"bans\""_s,
            u"\"audit\""_s,
            u"\"users\""_s,
            u"\"add_user\",\"user\":\"eve\",\"password\":\"12345678\",\"role\":\"owner\""_s,
            u"\"reset_password\",\"user\":\"anna\",\"new\":\"12345678\""_s,
            u"\"sessions\""_s,
            u"\"set_password\",\"new\":\"12345678\""_s,
        };
        for (const QString &request : requests) {
            eve.say(u"{\"type\":%1}"_s.arg(request));
            QVERIFY2(eve.nextObject()["code"_L1] == u"unauthorized"_s, qPrintable(request));
        }
        eve.say(u"{\"type\":\"ping\"}"_s);
        QCOMPARE(eve.nextObject()["type"_L1], u"pong"_s);
    }

    // ---- what a client says of itself ----

    void whatIsSentAgainIsTheSame()
    {
        Target target(transport());
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, target.unused(u"anna"_s)).isEmpty());
        const QString message = u"{\"type\":\"message\",\"id\":%1,\"room\":\"lobby\",\"client_id\":\"c1\",\"content\":\"%2\"}"_s;
        anna.say(message.arg(1).arg(u"hi"_s));
        QJsonObject first = QJsonDocument::fromJson(replyTo(anna, 1).toUtf8()).object();
        anna.say(message.arg(2).arg(u"hi"_s));
        QJsonObject second = QJsonDocument::fromJson(replyTo(anna, 2).toUtf8()).object();
        first.remove("id"_L1);
        second.remove("id"_L1);
        QCOMPARE(first["type"_L1], u"ack"_s);
        QCOMPARE(second, first);
        anna.say(message.arg(3).arg(u"something else"_s));
        QVERIFY(replyTo(anna, 3).contains(u"\"code\":\"conflict\""_s));
        anna.say(u"{\"type\":\"search\",\"id\":4,\"query\":\"hi\",\"from\":\"%1\"}"_s.arg(target.unused(u"anna"_s)));
        QCOMPARE(QJsonDocument::fromJson(replyTo(anna, 4).toUtf8())["messages"_L1].toArray().size(), 1);
    }

    void whatIsForgedIsIgnored()
    {
        Target target(transport());
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, target.unused(u"anna"_s)).isEmpty());
        anna.say(u"{\"type\":\"message\",\"room\":\"lobby\",\"content\":\"hi\",\"from\":\"bo\",\"seq\":1000000000,"
                 "\"timestamp\":\"1999-01-01T00:00:00.000Z\",\"role\":\"owner\"}"_s);
        const QJsonObject heard = anna.next(u"message"_s);
        QCOMPARE(heard["user"_L1], target.unused(u"anna"_s));
        QVERIFY(heard["seq"_L1].toInt() < 1'000'000'000);
        QVERIFY(!heard["timestamp"_L1].toString().startsWith(u"1999"));
        QVERIFY(!heard.contains("from"_L1));
        anna.say(u"{\"type\":\"message\",\"id\":1,\"room\":\"lobby\",\"user\":\"bo\",\"content\":\"hi\"}"_s);
        QVERIFY(replyTo(anna, 1).contains(u"\"code\":\"identity_mismatch\""_s));
    }

    void aLimitIsClamped_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("reply");
        QTest::newRow("history") << u"\"history\",\"room\":\"lobby\",\"limit\":1000000000"_s << u"messages"_s;
        QTest::newRow("sync") << u"\"sync\",\"room\":\"lobby\",\"after\":0,\"limit\":1000000000"_s << u"events"_s;
        QTest::newRow("search") << u"\"search\",\"query\":\"m\",\"limit\":1000000000"_s << u"messages"_s;
    }
    void aLimitIsClamped()
    {
        QFETCH(QString, request);
        QFETCH(QString, reply);
        Target target(transport(), "[limits]\nmessages_burst = 0\nrequests_burst = 0\n");
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, target.unused(u"anna"_s)).isEmpty());
        const auto ask = [&](int id) {
            anna.say(u"{\"type\":%1,\"id\":%2}"_s.arg(request).arg(id));
            return QJsonDocument::fromJson(replyTo(anna, id).toUtf8()).object();
        };
        constexpr int Said = 510;
        if (!ask(1)["has_more"_L1].toBool()) { // nobody has filled the room before
            for (int i = 0; i < Said; ++i)
                anna.say(u"{\"type\":\"message\",\"id\":%1,\"room\":\"lobby\",\"content\":\"m%1\"}"_s.arg(i + 2));
            QVERIFY(!replyTo(anna, Said + 1).isEmpty());
        }
        const QJsonObject page = ask(1'000);
        QCOMPARE(page[reply].toArray().size(), reply == "messages"_L1 && request.contains(u"search") ? 100 : 500);
        QCOMPARE(page["has_more"_L1], true);
    }

    void metacharactersAreTakenLiterally_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : { "'; DROP TABLE events; --", "100%", "a_b", "\\\"quoted\\\"", "one OR two", "NEAR(one two)", "pre*", "^x",
                                  "col:x", "-not", "\\\\", "$1 ?1 :name @name" })
            QTest::newRow(text) << QString::fromUtf8(text); // as it stands in JSON
    }
    void metacharactersAreTakenLiterally()
    {
        QFETCH(QString, text);
        Target target(transport());
        const QString name = target.unused(u"anna"_s);
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, name).isEmpty());
        anna.say(u"{\"type\":\"message\",\"id\":1,\"room\":\"lobby\",\"content\":\"one two prefix aXb 1000 x not\"}"_s);
        anna.say(u"{\"type\":\"message\",\"id\":2,\"room\":\"lobby\",\"content\":\"%1\"}"_s.arg(text));
        QVERIFY(replyTo(anna, 2).contains(u"\"type\":\"ack\""_s));
        anna.say(u"{\"type\":\"search\",\"id\":3,\"query\":\"%1\",\"from\":\"%2\"}"_s.arg(text, name));
        const QJsonArray found = QJsonDocument::fromJson(replyTo(anna, 3).toUtf8())["messages"_L1].toArray();
        QCOMPARE(found.size(), 1);
        const QString said = QJsonDocument::fromJson(u"[\"%1\"]"_s.arg(text).toUtf8())[0].toString();
        QCOMPARE(found.first().toObject()["content"_L1].toString(), said);
    }

    // ---- rooms that one may not see ----

    void aHiddenRoomIsNoRoom_data()
    {
        QTest::addColumn<QString>("request");
        QTest::newRow("message") << u"\"message\",\"content\":\"x\""_s;
        QTest::newRow("message with a client_id of one's own") << u"\"message\",\"client_id\":\"c1\",\"content\":\"x\""_s;
        QTest::newRow("history") << u"\"history\""_s;
        QTest::newRow("sync") << u"\"sync\",\"after\":0"_s;
        QTest::newRow("read") << u"\"read\",\"seq\":1"_s;
        QTest::newRow("react") << u"\"react\",\"seq\":1,\"emoji\":\"👍\",\"add\":true"_s;
        QTest::newRow("edit") << u"\"edit\",\"seq\":1,\"content\":\"x\""_s;
        QTest::newRow("delete") << u"\"delete\",\"seq\":1"_s;
        QTest::newRow("who") << u"\"who\""_s;
        QTest::newRow("join") << u"\"join\""_s;
        QTest::newRow("leave") << u"\"leave\""_s;
        QTest::newRow("invite") << u"\"invite\",\"user\":\"anna\""_s;
        QTest::newRow("set_topic") << u"\"set_topic\",\"topic\":\"x\""_s;
        QTest::newRow("set_keep") << u"\"set_keep\",\"keep_days\":1"_s;
        QTest::newRow("search") << u"\"search\",\"query\":\"secret\""_s;
        QTest::newRow("kick") << u"\"kick\",\"user\":\"anna\""_s;
        QTest::newRow("mute") << u"\"mute\",\"user\":\"anna\""_s;
        QTest::newRow("set_slow_mode") << u"\"set_slow_mode\",\"seconds\":5"_s;
        QTest::newRow("close_room") << u"\"close_room\",\"closed\":true"_s;
    }
    void aHiddenRoomIsNoRoom()
    {
        QFETCH(QString, request);
        Target target(transport());
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, target.unused(u"anna"_s)).isEmpty());
        const QString room = target.unused(u"hidden"_s);
        anna.say(u"{\"type\":\"create_room\",\"id\":1,\"room\":\"%1\",\"name\":\"Hidden\",\"kind\":\"private\"}"_s.arg(room));
        QVERIFY(replyTo(anna, 1).contains(u"\"type\":\"room\""_s));
        anna.say(u"{\"type\":\"message\",\"id\":2,\"room\":\"%1\",\"client_id\":\"c1\",\"content\":\"secret\"}"_s.arg(room));
        QVERIFY(replyTo(anna, 2).contains(u"\"type\":\"ack\""_s));
        BareClient eve(target.url());
        QVERIFY(!welcome(eve, target.unused(u"eve"_s)).isEmpty());
        const auto ask = [&](const QString &id) {
            eve.say(u"{\"type\":%1,\"id\":7,\"room\":\"%2\"}"_s.arg(request, id));
            return timeless(replyTo(eve, 7));
        };
        const QString hidden = ask(room);
        QVERIFY2(hidden.contains(u"\"type\":\"error\""_s), qPrintable(hidden));
        QCOMPARE(hidden, ask(u"absent"_s));
        anna.say(u"{\"type\":\"history\",\"id\":3,\"room\":\"%1\"}"_s.arg(room));
        QCOMPARE(QJsonDocument::fromJson(replyTo(anna, 3).toUtf8())["messages"_L1].toArray().size(), 1);
    }

    void nobodyElseTypesInAHiddenRoom()
    {
        Target target(transport());
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, target.unused(u"anna"_s)).isEmpty());
        const QString room = target.unused(u"hidden"_s);
        anna.say(u"{\"type\":\"create_room\",\"id\":1,\"room\":\"%1\",\"name\":\"Hidden\",\"kind\":\"private\"}"_s.arg(room));
        QVERIFY(!replyTo(anna, 1).isEmpty());
        BareClient eve(target.url());
        QVERIFY(!welcome(eve, target.unused(u"eve"_s)).isEmpty());
        eve.say(u"{\"type\":\"typing\",\"id\":7,\"room\":\"%1\",\"is_typing\":true}"_s.arg(room));
        const QString hidden = timeless(replyTo(eve, 7));
        eve.say(u"{\"type\":\"typing\",\"id\":7,\"room\":\"absent\",\"is_typing\":true}"_s);
        QCOMPARE(hidden, timeless(replyTo(eve, 7)));
        eve.say(u"{\"type\":\"message\",\"room\":\"lobby\",\"content\":\"done\"}"_s);
        for (QJsonObject heard = anna.nextObject(); heard["type"_L1] != u"message"_s; heard = anna.nextObject()) {
            QVERIFY(!heard.isEmpty());
            QVERIFY(heard["type"_L1] != u"typing"_s);
        }
    }

    // ---- passwords and tokens ----

    void aDeviceThatIsSignedOutGoesAtOnce()
    {
        Target target(transport());
        const QString name = target.unused(u"anna"_s);
        BareClient anna(target.url());
        QVERIFY(!welcome(anna, name).isEmpty());
        anna.say(u"{\"type\":\"set_password\",\"id\":1,\"new\":\"correct horse\"}"_s);
        QVERIFY(replyTo(anna, 1).contains(u"\"type\":\"ack\""_s));
        BareClient phone(target.url());
        phone.say(u"{\"type\":\"hello\",\"user\":\"%1\",\"password\":\"correct horse\"}"_s.arg(name));
        QVERIFY(!phone.next(u"welcome"_s).isEmpty());
        anna.say(u"{\"type\":\"sessions\",\"id\":2}"_s);
        QString other;
        for (const QJsonValue &session : QJsonDocument::fromJson(replyTo(anna, 2).toUtf8())["sessions"_L1].toArray()) {
            if (!session["is_current"_L1].toBool())
                other = session["session"_L1].toString();
        }
        QVERIFY(!other.isEmpty());
        QElapsedTimer clock;
        clock.start();
        anna.say(u"{\"type\":\"revoke_session\",\"session\":\"%1\"}"_s.arg(other));
        QTRY_VERIFY_WITH_TIMEOUT(phone.isClosed(), 10'000);
        QVERIFY(clock.elapsed() <= 1'000 * Slack);
        QCOMPARE(phone.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    }

    /// That both take the same work is shown in tst_signin; here, that nothing that is said tells them apart.
    void anUnknownUserIsAWrongPassword()
    {
        Target target(transport(), "[server]\naccess = accounts\n");
        const Ended added = target.administer({ u"user"_s, u"add"_s, target.unused(u"anna"_s) }, "correct horse\n");
        QVERIFY2(added.code == 0, qPrintable(added.errors));
        AddressedPeer eve(target, target.unusedAddress());
        eve.enter();
        QCOMPARE(eve.next()["type"_L1], u"connected"_s);
        const auto ask = [&eve](const QString &name) {
            eve.say(u"{\"type\":\"hello\",\"id\":1,\"user\":\"%1\",\"password\":\"wrong horse\"}"_s.arg(name).toUtf8());
            return timeless(QString::fromUtf8(eve.nextBytes()));
        };
        const QString known = ask(target.unused(u"anna"_s));
        QVERIFY2(known.contains(u"\"code\":\"unauthorized\""_s), qPrintable(known));
        QCOMPARE(ask(target.unused(u"nobody"_s)), known);
    }
};

HEARTH_TEST_MAIN(tst_Rights)
#include "tst_rights.moc"
