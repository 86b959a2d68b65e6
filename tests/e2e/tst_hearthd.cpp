#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/testmain.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);
const QString Timestamp = u"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"_s;

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

/// The server as a process, from outside.
class tst_Hearthd : public Test
{
    Q_OBJECT

private slots:
    void saysWhereItListens()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        QVERIFY(QRegularExpression(u"^Listening on ws://127\\.0\\.0\\.1:[0-9]+/chat$"_s).match(server.readyLine()).hasMatch());
        QVERIFY(server.url().port() > 0);
        QCOMPARE(server.terminate(), 0);
    }

    /// A bare client against an open server, word for word (protocol.md §1).
    void speaksTheSeedsFrames()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        BareClient bo(server.url());
        const auto isLike = [](const QString &frame, QString pattern) {
            const QRegularExpression expression(u"^"_s + pattern.replace(u"TIME"_s, Timestamp) + u"$"_s);
            return expression.match(frame).hasMatch();
        };
        const QString greeting = bo.next();
        QVERIFY2(isLike(greeting, u"\\{\"type\":\"connected\",\"message\":\"Connected to chat\",\"timestamp\":\"TIME\",.*\\}"_s), qPrintable(greeting));

        bo.say(u"{\"type\":\"ping\"}"_s);
        QVERIFY(isLike(bo.next(), u"\\{\"type\":\"pong\",\"timestamp\":\"TIME\"\\}"_s));

        bo.say(u"{\"type\":\"message\",\"content\":\"hi\",\"user\":\"bo\"}"_s);
        const QJsonObject message = bo.next(u"message"_s);
        QCOMPARE(message["content"_L1], u"hi"_s);
        QCOMPARE(message["user"_L1], u"bo"_s);
        QCOMPARE(message["room"_L1], u"lobby"_s);
        QVERIFY(message["seq"_L1].toInt() > 0);
        QVERIFY(isLike(message["timestamp"_L1].toString(), u"TIME"_s));

        bo.say(u"{\"type\":\"typing\",\"user\":\"bo\",\"is_typing\":true}"_s);
        const QJsonObject typing = bo.next(u"typing"_s);
        QCOMPARE(typing["user"_L1], u"bo"_s);
        QCOMPARE(typing["is_typing"_L1], true);
        QCOMPARE(typing["room"_L1], u"lobby"_s);

        const QList<std::array<QString, 3>> mistakes {
            { u"no JSON"_s, u"Invalid JSON format"_s, u"invalid_json"_s },
            { u"{}"_s, u"Invalid message format"_s, u"invalid_message"_s },
            { u"[]"_s, u"Invalid message format"_s, u"invalid_message"_s },
            { u"{\"type\":\"message\",\"user\":\"bo\"}"_s, u"Invalid message format"_s, u"invalid_message"_s },
            { u"{\"type\":\"dance\"}"_s, u"Unknown message type"_s, u"unknown_type"_s },
        };
        for (const auto &[said, words, code] : mistakes) {
            bo.say(said);
            const QJsonObject error = bo.nextObject();
            QCOMPARE(error["type"_L1], u"error"_s);
            QCOMPARE(error["message"_L1], words);
            QCOMPARE(error["code"_L1], code);
        }
        bo.say(u"{\"type\":\"message\",\"content\":\"x\",\"user\":\"cy\"}"_s);
        QCOMPARE(bo.nextObject()["code"_L1], u"identity_mismatch"_s);
        bo.sayBinary("x");
        QCOMPARE(bo.nextObject()["code"_L1], u"unsupported"_s);
        bo.say(u"{\"type\":\"ping\"}"_s);
        QCOMPARE(bo.nextObject()["type"_L1], u"pong"_s); // all of that, and still there
    }

    void aPlainClientHearsBeforeItHasSpoken()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        BareClient listener(server.url());
        BareClient speaker(server.url());
        QCOMPARE(listener.nextObject()["type"_L1], u"connected"_s);
        QCOMPARE(speaker.nextObject()["type"_L1], u"connected"_s);
        speaker.say(u"{\"type\":\"message\",\"content\":\"hello\",\"user\":\"anna\"}"_s);
        QCOMPARE(listener.next(u"message"_s)["content"_L1], u"hello"_s);
    }

    void everythingIsStillThereAfterAKill_data()
    {
        QTest::addColumn<int>("acknowledgements"); // heard before the kill
        for (const int count : { 1, 5, 20, 60, 150 })
            QTest::addRow("after %d", count) << count;
    }
    void everythingIsStillThereAfterAKill()
    {
        QFETCH(int, acknowledgements);
        QTemporaryDir data;
        QTemporaryDir elsewhere;
        write(elsewhere.filePath(u"hearth.ini"_s), "[limits]\nmessages_burst = 0\nmessages_per_second = 0\n");
        const QStringList unlimited { u"--config"_s, elsewhere.filePath(u"hearth.ini"_s) };
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start(unlimited));
        QMap<QString, int> acknowledged; // client_id → seq
        QString token;
        {
            BareClient anna(server.url());
            anna.say(u"{\"type\":\"hello\",\"id\":1,\"user\":\"anna\"}"_s);
            token = anna.next(u"welcome"_s)["token"_L1].toString();
            QCOMPARE(token.size(), 43);
            for (int i = 0; i < 300; ++i)
                anna.say(u"{\"type\":\"message\",\"content\":\"m%1\",\"client_id\":\"c%1\"}"_s.arg(i));
            while (acknowledged.size() < acknowledgements) {
                const QJsonObject ack = anna.next(u"ack"_s);
                QVERIFY(!ack.isEmpty());
                acknowledged.insert(ack["client_id"_L1].toString(), ack["seq"_L1].toInt());
            }
            server.kill();
        }
        QElapsedTimer recovery;
        recovery.start();
        QVERIFY(server.start(unlimited));
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\",\"token\":\"%1\"}"_s.arg(token));
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        anna.say(u"{\"type\":\"sync\",\"room\":\"lobby\",\"after\":0}"_s);
        const QJsonArray events = anna.next(u"sync"_s)["events"_L1].toArray();
        QMap<QString, int> stored;
        int seq = 0;
        for (const QJsonValue &event : events) {
            QCOMPARE(event["seq"_L1].toInt(), ++seq); // no gap, no repeat
            if (event["type"_L1] == u"message"_s) {
                QVERIFY(!stored.contains(event["client_id"_L1].toString()));
                stored.insert(event["client_id"_L1].toString(), seq);
            }
        }
        for (auto it = acknowledged.cbegin(); it != acknowledged.cend(); ++it)
            QCOMPARE(stored.value(it.key()), it.value());
        // The whole burst again: each is there once, under its old number where it had one.
        for (int i = 0; i < 300; ++i)
            anna.say(u"{\"type\":\"message\",\"content\":\"m%1\",\"client_id\":\"c%1\"}"_s.arg(i));
        for (int i = 0; i < 300; ++i) {
            const QJsonObject ack = anna.next(u"ack"_s);
            const QString id = ack["client_id"_L1].toString();
            QVERIFY(!id.isEmpty());
            if (stored.contains(id))
                QCOMPARE(ack["seq"_L1].toInt(), stored.value(id));
        }
    }

    void drainsOnSigterm()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        anna.say(u"{\"type\":\"message\",\"content\":\"x\",\"client_id\":\"c\"}"_s);
        QVERIFY(!anna.next(u"ack"_s).isEmpty());
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(server.terminate(), 0);
        QVERIFY2(clock.elapsed() < 5'000, "longer than the 5 s that it may take");
        QTRY_VERIFY(anna.isClosed());
        QCOMPARE(anna.socket().closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    }

    void anOrderedEndAnswersAndRemembers()
    {
        QTemporaryDir data;
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        anna.say(u"{\"type\":\"set_password\",\"id\":7,\"new\":\"anna password\"}"_s);
        QVERIFY(QTest::qWaitFor([&anna] { return anna.socket().bytesToWrite() == 0; }));
        QCOMPARE(server.terminate(), 0);
        // Decided or refused, but answered.
        QJsonObject answer = anna.nextObject();
        while (!answer.isEmpty() && answer["id"_L1].toInt() != 7)
            answer = anna.nextObject();
        QVERIFY(answer["type"_L1] == u"ack"_s || answer["code"_L1] == u"shutting_down"_s);
        const Ended users = run(Hearthd, { u"--data"_s, data.path(), u"user"_s, u"list"_s });
        QVERIFY2(users.output.contains(u"last seen"_s), qPrintable(users.output + users.errors));
    }

    void privateAndPasswordServersKeepTheirDoors()
    {
        QTemporaryDir data;
        QTemporaryDir elsewhere;
        write(elsewhere.filePath(u"hearth.ini"_s), "[server]\naccess = password\npassword = sesame\n");
        ServerProcess server(Hearthd, data.path());
        QVERIFY(server.start({ u"--config"_s, elsewhere.filePath(u"hearth.ini"_s) }));
        BareClient eve(server.url());
        QCOMPARE(eve.nextObject()["access"_L1], u"password"_s);
        for (const QString &request : { u"{\"type\":\"message\",\"content\":\"x\",\"user\":\"eve\"}"_s, u"{\"type\":\"history\"}"_s,
                                        u"{\"type\":\"rooms\"}"_s, u"{\"type\":\"who\",\"room\":\"lobby\"}"_s }) {
            eve.say(request);
            QCOMPARE(eve.nextObject()["code"_L1], u"unauthorized"_s);
        }
        for (int i = 0; i < 3; ++i)
            eve.say(u"{\"type\":\"hello\",\"user\":\"eve\",\"password\":\"wrong\"}"_s);
        QTRY_VERIFY(eve.isClosed());
        QCOMPARE(eve.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\",\"password\":\"sesame\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
    }

    // ---- rainy ----

    void refusesToStart_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("words");
        QTest::newRow("a file in its place") << u"file"_s << u"is not a directory"_s;
        QTest::newRow("damaged") << u"garbage"_s << u"hearth.db"_s;
        QTest::newRow("truncated") << u"truncated"_s << u"hearth.db"_s;
        QTest::newRow("locked") << u"locked"_s << u"in use by another Hearth server"_s;
        QTest::newRow("port in use") << u"port"_s << u"is used by another program"_s;
    }
    void refusesToStart()
    {
        QFETCH(QString, what);
        QFETCH(QString, words);
        QTemporaryDir base;
        const QString data = base.filePath(u"data"_s);
        ServerProcess first(Hearthd, data);
        QTcpServer occupant;
        QStringList arguments { u"--bind"_s, u"127.0.0.1"_s, u"--no-discovery"_s, u"--data"_s, data };
        QString port = u"0"_s;
        if (what == u"file") {
            write(data, "x");
        } else if (what == u"garbage" || what == u"truncated") {
            QVERIFY(first.start());
            QCOMPARE(first.terminate(), 0);
            QFile database(data + u"/hearth.db"_s);
            QVERIFY(database.open(QIODevice::ReadWrite));
            if (what == u"garbage")
                database.write(QByteArray(4'096, 'x'));
            else
                database.resize(database.size() / 2);
        } else if (what == u"locked") {
            QVERIFY(first.start());
        } else {
            QVERIFY(occupant.listen(QHostAddress::LocalHost));
            port = QString::number(occupant.serverPort());
        }
        const Ended ended = run(Hearthd, arguments << u"--port"_s << port);
        QCOMPARE(ended.code, 1);
        QVERIFY(ended.output.isEmpty());
        QVERIFY2(ended.errors.contains(words), qPrintable(ended.errors));
        QCOMPARE(ended.errors.trimmed().count(u'\n'), 0); // one line
    }

    void refusesWrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown option") << QStringList { u"--nope"_s } << u"nope"_s;
        QTest::newRow("no port") << QStringList { u"--port"_s, u"99999"_s } << u"--port"_s;
        QTest::newRow("no address") << QStringList { u"--bind"_s, u"here"_s } << u"--bind"_s;
        QTest::newRow("a word too many") << QStringList { u"chat"_s } << u"chat"_s;
        QTest::newRow("no such file") << QStringList { u"--config"_s, u"/nonexistent.ini"_s } << u"/nonexistent.ini"_s;
        QTest::newRow("wrong log level") << QStringList { u"--log-level"_s, u"loud"_s } << u"--log-level"_s;
    }
    void refusesWrongUsage()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        const Ended ended = run(Hearthd, arguments);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.errors.contains(words), qPrintable(ended.errors));
    }

    void refusesWrongConfiguration_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::addColumn<QString>("place");
        QTest::newRow("wrong value") << QByteArray("[server]\nport = abc\n") << u":2: port"_s;
        QTest::newRow("unknown key") << QByteArray("[server]\n\nprot = 1\n") << u":3: prot"_s;
        QTest::newRow("unknown section") << QByteArray("[sever]\n") << u":1: [sever]"_s;
        QTest::newRow("no INI") << QByteArray("{}") << u":1: "_s;
        QTest::newRow("password missing") << QByteArray("[server]\naccess = password\n") << u":2: access"_s;
        QTest::newRow("no such access") << QByteArray("[server]\naccess = friends\n") << u":2: access"_s;
    }
    void refusesWrongConfiguration()
    {
        QFETCH(QByteArray, contents);
        QFETCH(QString, place);
        QTemporaryDir directory;
        const QString file = directory.filePath(u"hearth.ini"_s);
        write(file, contents);
        const Ended ended = run(Hearthd, { u"--config"_s, file, u"--check-config"_s });
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.errors.contains(file + place), qPrintable(ended.errors));
    }

    void answersQuestions()
    {
        QCOMPARE(run(Hearthd, { u"--version"_s }).output.trimmed(), u"hearthd " HEARTH_VERSION ""_s);
        QVERIFY(run(Hearthd, { u"--help"_s }).output.contains(u"--check-config"_s));
        QCOMPARE(run(Hearthd, { u"--help"_s }).code, 0);
#ifdef HEARTH
        const QString desktop = QStringLiteral(HEARTH);
        QCOMPARE(run(desktop, { u"--headless"_s, u"--version"_s }).output.trimmed(), u"hearthd " HEARTH_VERSION ""_s);
        QCOMPARE(run(desktop, { u"--join"_s, u"http://x"_s }).code, 2);
        QCOMPARE(run(desktop, { u"--host"_s, u"--join"_s, u"x"_s }).code, 2);
        QTemporaryDir data;
        ServerProcess headless(desktop, data.path());
        QVERIFY(headless.start({ u"--headless"_s }));
        QCOMPARE(headless.terminate(), 0);
#endif
    }
#ifdef HEARTH
    void aWindowWithoutAScreenIsRefusedInALine()
    {
        const QByteArray before = qgetenv("QT_QPA_PLATFORM");
        const auto restore = qScopeGuard([&before] { qputenv("QT_QPA_PLATFORM", before); });
        qputenv("QT_QPA_PLATFORM", "nothing");
        const Ended ended = run(QStringLiteral(HEARTH), {});
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.errors.startsWith(u"hearth: The window cannot be shown ("_s), qPrintable(ended.errors));
        QVERIFY(ended.errors.endsWith(u"hearth --headless\n"_s));
        QCOMPARE(ended.errors.count(u'\n'), 1);
    }
#endif
};

HEARTH_TEST_MAIN(tst_Hearthd)
#include "tst_hearthd.moc"
