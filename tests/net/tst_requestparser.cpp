#include "server/net/requestparser.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using State = RequestParser::State;

class tst_RequestParser : public test::Test
{
    Q_OBJECT

private slots:
    void readsInAnyPieces()
    {
        const QByteArray request = "GET /chat?x=1 HTTP/1.1\r\nHost: a:7373\r\nUpgrade: websocket\r\n"
                                   "Connection: keep-alive, Upgrade\r\nX-Empty:\r\n\r\n";
        for (const qsizetype step : { qsizetype(1), qsizetype(7), request.size() }) {
            RequestParser parser(16 * 1024, 100);
            State state = State::Incomplete;
            const QByteArray all = request + "more";
            for (qsizetype place = 0; state == State::Incomplete && place < all.size(); place += step)
                state = parser.feed(QByteArrayView(all).sliced(place, std::min(step, all.size() - place)));
            QCOMPARE(state, State::Complete);
            QCOMPARE(parser.head().target, "/chat?x=1");
            QVERIFY(parser.head().isGet);
            QVERIFY(parser.head().isHttp11);
            QCOMPARE(parser.head().header("host").value(), "a:7373");
            QCOMPARE(parser.head().header("x-empty").value(), "");
            QVERIFY(!parser.head().header("origin"));
            QVERIFY(QByteArray("more").startsWith(parser.rest()));
        }
    }

    void keepsWhatCameAfter()
    {
        RequestParser parser(16 * 1024, 100);
        QCOMPARE(parser.feed("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nrest"),
                 State::Complete);
        QCOMPARE(parser.rest(), "rest");
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<RequestParser::State>("state");
        QTest::newRow("TLS") << QByteArray::fromHex("16030100") << State::Malformed;
        QTest::newRow("no method") << QByteArray("hello\r\n") << State::Malformed;
        QTest::newRow("control character") << QByteArray("GET / HTTP/1.1\r\nHo\x01st: a\r\n") << State::Malformed;
        QTest::newRow("no last line feed") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\rtail") << State::Malformed;
        QTest::newRow("too many bytes") << QByteArray("GET / HTTP/1.1\r\nX: " + QByteArray(17'000, 'x')) << State::TooLarge;
        QByteArray lines = "GET / HTTP/1.1\r\n";
        for (int i = 0; i < 101; ++i)
            lines += "X: y\r\n";
        QTest::newRow("too many lines") << lines << State::TooLarge;
        QTest::newRow("too many lines, whole") << lines + "\r\n" << State::TooLarge;
        QTest::newRow("a beginning") << QByteArray("GET / HT") << State::Incomplete;
    }
    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(RequestParser::State, state);
        RequestParser parser(16 * 1024, 100);
        QCOMPARE(parser.feed(bytes), state);
    }
};

HEARTH_TEST_MAIN(tst_RequestParser)
#include "tst_requestparser.moc"
