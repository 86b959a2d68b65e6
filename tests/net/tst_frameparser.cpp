#include "server/net/frameparser.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using Opcode = FrameParser::Opcode;

namespace {

QByteArray frame(quint8 firstByte, const QByteArray &payload) { return test::RawClient::frame(firstByte, payload); }

struct Outcome
{
    QByteArrayList messages; ///< opcode, then payload
    std::optional<ConnectionFailure> failure;
};

Outcome parse(const QByteArray &bytes, qsizetype step, qint64 limit = 1'000)
{
    Outcome outcome;
    FrameParser parser(limit);
    for (qsizetype place = 0; place < bytes.size() && !outcome.failure; place += step) {
        const auto fed = parser.feed(QByteArrayView(bytes).sliced(place, std::min(step, bytes.size() - place)),
                                     [&](Opcode opcode, const QByteArray &payload) {
                                         outcome.messages.append(QByteArray::number(static_cast<int>(opcode)) + ':' + payload);
                                         return true;
                                     });
        if (!fed)
            outcome.failure = fed.error();
    }
    return outcome;
}

} // namespace

class tst_FrameParser : public test::Test
{
    Q_OBJECT

private slots:
    void messages_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArrayList>("messages");
        QTest::newRow("text") << frame(0x81, "hi") << QByteArrayList { "1:hi" };
        QTest::newRow("empty text") << frame(0x81, "") << QByteArrayList { "1:" };
        QTest::newRow("binary") << frame(0x82, "\xff\xfe") << QByteArrayList { "2:\xff\xfe" };
        QTest::newRow("16-bit length") << frame(0x81, QByteArray(300, 'x'))
                                       << QByteArrayList { "1:" + QByteArray(300, 'x') };
        QTest::newRow("two") << frame(0x81, "a") + frame(0x81, "b") << QByteArrayList { "1:a", "1:b" };
        QTest::newRow("fragments") << frame(0x01, "a") + frame(0x00, "b") + frame(0x80, "c")
                                   << QByteArrayList { "1:abc" };
        QTest::newRow("a ping between fragments")
            << frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "c") << QByteArrayList { "9:p", "1:ac" };
        QTest::newRow("a code point in two fragments")
            << frame(0x01, "\xe2\x82") + frame(0x80, "\xac") << QByteArrayList { "1:\xe2\x82\xac" };
        QTest::newRow("pong") << frame(0x8a, "") << QByteArrayList { "10:" };
        QTest::newRow("close") << frame(0x88, QByteArray::fromHex("03e8")) << QByteArrayList { "8:\x03\xe8" };
    }
    void messages()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArrayList, messages);
        for (const qsizetype step : { qsizetype(1), qsizetype(3), bytes.size() }) {
            const auto outcome = parse(bytes, step);
            QCOMPARE(outcome.messages, messages);
            QVERIFY(!outcome.failure);
        }
    }

    void sixtyFourKibFragmentsAreLegal()
    {
        QByteArray bytes = frame(0x01, "x");
        for (int i = 0; i < 65'535; ++i)
            bytes += frame(0x00, "x");
        bytes += frame(0x80, "x");
        const auto outcome = parse(bytes, bytes.size(), 0);
        QVERIFY(!outcome.failure);
        QCOMPARE(outcome.messages.size(), 1);
    }

    // ---- rainy ----

    void failures_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<ConnectionFailure>("failure");
        const auto protocol = ConnectionFailure::ProtocolError;
        QTest::newRow("RSV bit") << frame(0xc1, "hi") << protocol;
        QTest::newRow("reserved data opcode") << frame(0x83, "") << protocol;
        QTest::newRow("reserved control opcode") << frame(0x8b, "") << protocol;
        QTest::newRow("not masked") << QByteArray::fromHex("81026869") << protocol;
        QTest::newRow("fragmented ping") << frame(0x09, "") << protocol;
        QTest::newRow("ping of 126 bytes") << frame(0x89, QByteArray(126, 'x')) << protocol;
        QTest::newRow("16-bit length that fits 7") << QByteArray::fromHex("81fe000012345678") << protocol;
        QTest::newRow("64-bit length that fits 16")
            << QByteArray::fromHex("81ff000000000000ffff12345678") << protocol;
        QTest::newRow("negative length") << QByteArray::fromHex("81ff800000000000000012345678") << protocol;
        QTest::newRow("orphan continuation") << frame(0x80, "x") << protocol;
        QTest::newRow("text inside fragments") << frame(0x01, "a") + frame(0x81, "b") << protocol;
        QTest::newRow("2 GiB announced") << QByteArray::fromHex("81ff000000008000000012345678")
                                         << ConnectionFailure::MessageTooBig;
        QTest::newRow("one byte too many") << frame(0x81, QByteArray(1'001, 'x')) << ConnectionFailure::MessageTooBig;
        QTest::newRow("one byte too many in fragments")
            << frame(0x01, QByteArray(600, 'x')) + frame(0x80, QByteArray(401, 'x')) << ConnectionFailure::MessageTooBig;
        QTest::newRow("bad UTF-8") << frame(0x81, "\xc3\x28") << ConnectionFailure::BadUtf8;
        QTest::newRow("surrogate in UTF-8") << frame(0x81, "\xed\xa0\x80") << ConnectionFailure::BadUtf8;
        QTest::newRow("cut UTF-8") << frame(0x81, "\xe2\x82") << ConnectionFailure::BadUtf8;
        QByteArray flood = frame(0x01, "");
        for (int i = 0; i < 70'001; ++i)
            flood += frame(0x00, "");
        QTest::newRow("endless empty fragments") << flood << ConnectionFailure::Flood;
    }
    void failures()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(ConnectionFailure, failure);
        for (const qsizetype step : { qsizetype(1), bytes.size() }) {
            const auto outcome = parse(bytes, step);
            QVERIFY(outcome.failure.has_value());
            QCOMPARE(*outcome.failure, failure);
            QVERIFY(outcome.messages.isEmpty());
        }
    }
};

HEARTH_TEST_MAIN(tst_FrameParser)
#include "tst_frameparser.moc"
