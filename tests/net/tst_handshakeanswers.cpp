#include "server/net/handshakeanswers.h"
#include "tests/support/testmain.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 Began = 5'000;

// RFC 6455 §1.3
const QByteArray SampleKey = "dGhlIHNhbXBsZSBub25jZQ==";
const QByteArray SampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

// Of the Base64 of sixteen zero bytes, by openssl sha1.
const QByteArray OtherKey = "AAAAAAAAAAAAAAAAAAAAAA==";
const QByteArray OtherAccept = "ICX+Yqv66kxgM0FcWaLWlFLwTAI=";

QByteArray answerWith(const QByteArray &accept)
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " + accept
        + "\r\nDate: Sun, 29 Nov 2026 05:00:00 GMT\r\n\r\n";
}

} // namespace

class tst_HandshakeAnswers : public test::Test
{
    Q_OBJECT

private slots:
    void nothingIsKnownAtFirst()
    {
        QCOMPARE(HandshakeAnswers().answerTo(SampleKey, {}, Began), std::nullopt);
    }

    void anotherKeyGetsTheSameAnswerButForItsAccept()
    {
        HandshakeAnswers answers;
        answers.learn(SampleKey, {}, answerWith(SampleAccept), Began);
        QCOMPARE(answers.answerTo(OtherKey, {}, Began), answerWith(OtherAccept));
        QCOMPARE(answers.answerTo(SampleKey, {}, Began), answerWith(SampleAccept));
    }

    void anAnswerIsGoodForASecond()
    {
        HandshakeAnswers answers;
        answers.learn(SampleKey, {}, answerWith(SampleAccept), Began);
        QVERIFY(answers.answerTo(OtherKey, {}, Began + 999));
        QVERIFY(!answers.answerTo(OtherKey, {}, Began + 1'000));
        answers.learn(OtherKey, {}, answerWith(OtherAccept), Began + 1'000);
        QCOMPARE(answers.answerTo(SampleKey, {}, Began + 1'999), answerWith(SampleAccept));
    }

    void eachSubprotocolHasItsOwn()
    {
        HandshakeAnswers answers;
        answers.learn(SampleKey, u"hearth.1"_s, answerWith(SampleAccept) + "of hearth.1", Began);
        QVERIFY(!answers.answerTo(OtherKey, {}, Began));
        QVERIFY(!answers.answerTo(OtherKey, u"hearth.2"_s, Began));
        answers.learn(SampleKey, {}, answerWith(SampleAccept), Began);
        QCOMPARE(answers.answerTo(OtherKey, u"hearth.1"_s, Began), answerWith(OtherAccept) + "of hearth.1");
        QCOMPARE(answers.answerTo(OtherKey, {}, Began), answerWith(OtherAccept));
    }

    void whatDoesNotProveTheKeyIsNotLearned_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("of another key") << answerWith(OtherAccept);
        QTest::newRow("a refusal") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n");
    }
    void whatDoesNotProveTheKeyIsNotLearned()
    {
        QFETCH(const QByteArray, answer);
        HandshakeAnswers answers;
        answers.learn(SampleKey, {}, answer, Began);
        QVERIFY(!answers.answerTo(SampleKey, {}, Began));
    }

    void theRequestSaysWhatDecides()
    {
        QCOMPARE(HandshakeAnswers::request(SampleKey, {}),
                 QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        QVERIFY(HandshakeAnswers::request(SampleKey, u"hearth.1"_s).contains("\r\nSec-WebSocket-Protocol: hearth.1\r\n\r\n"));
    }
};

HEARTH_TEST_MAIN(tst_HandshakeAnswers)
#include "tst_handshakeanswers.moc"
