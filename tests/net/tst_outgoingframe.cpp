#include "server/net/outgoingframe.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;

class tst_OutgoingFrame : public test::Test
{
    Q_OBJECT

private slots:
    void header_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("empty") << 0 << QByteArray::fromHex("8100");
        QTest::newRow("largest of one byte") << 125 << QByteArray::fromHex("817d");
        QTest::newRow("smallest of two bytes") << 126 << QByteArray::fromHex("817e007e");
        QTest::newRow("largest of two bytes") << 65'535 << QByteArray::fromHex("817effff");
        QTest::newRow("smallest of eight bytes") << 65'536 << QByteArray::fromHex("817f0000000000010000");
    }
    void header()
    {
        QFETCH(int, size);
        QFETCH(QByteArray, header);
        const QByteArray payload(size, 'x');
        const auto frame = OutgoingFrame::text(payload);
        QCOMPARE(frame.wire(), header + payload);
        QCOMPARE(frame.payload(), payload);
    }
    void copiesShareTheirBytes()
    {
        const auto frame = OutgoingFrame::binary("bytes", Delivery::Droppable);
        const OutgoingFrame copy = frame; // NOLINT(performance-unnecessary-copy-initialization)
        QVERIFY(copy.wire().isSharedWith(frame.wire()));
        QCOMPARE(copy.wire().at(0), '\x82');
        QCOMPARE(copy.delivery(), Delivery::Droppable);
    }
};

HEARTH_TEST_MAIN(tst_OutgoingFrame)
#include "tst_outgoingframe.moc"
