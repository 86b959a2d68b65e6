#include "server/net/outgoingqueue.h"
#include "tests/support/testmain.h"

#include <algorithm>

using namespace hearth;

namespace {

/// Takes as many bytes as it is told to, in all.
class NarrowWire : public Wire
{
public:
    [[nodiscard]] bool isOpen() const override { return true; }
    [[nodiscard]] bool isEncrypted() const override { return false; }
    [[nodiscard]] Transfer read(std::span<char>) override { return { Outcome::WouldBlock, 0 }; }
    [[nodiscard]] Transfer write(std::span<const QByteArrayView> pieces) override
    {
        qsizetype taken = 0;
        for (const QByteArrayView piece : pieces) {
            const qsizetype part = std::min(piece.size(), left - taken);
            written.append(piece.first(part));
            taken += part;
        }
        left -= taken;
        return taken > 0 ? Transfer { Outcome::Done, taken } : Transfer { Outcome::WouldBlock, 0 };
    }
    void shutdownWriting() override { }
    void close() override { }
    void abort() override { }
    void setReading(bool) override { }
    void setWriting(bool) override { }
    [[nodiscard]] Peer peer() const override { return {}; }

    qsizetype left = 0;
    QByteArray written;
};

} // namespace

class tst_OutgoingQueue : public test::Test
{
    Q_OBJECT

private slots:
    void writesInOrder_data()
    {
        QTest::addColumn<qsizetype>("room");
        for (const qsizetype room : { 1, 2, 3, 5, 1'000 })
            QTest::addRow("%d bytes at a time", static_cast<int>(room)) << room;
    }
    void writesInOrder()
    {
        QFETCH(qsizetype, room);
        OutgoingQueue queue;
        NarrowWire wire;
        for (const char *frame : { "abc", "d", "efgh" })
            queue.push(frame, Delivery::Required);
        QCOMPARE(queue.bytes(), 8);
        while (!queue.isEmpty()) {
            wire.left = room;
            const auto outcome = queue.flush(wire);
            QCOMPARE(outcome, queue.isEmpty() ? Wire::Outcome::Done : Wire::Outcome::WouldBlock);
            QCOMPARE(queue.bytes(), 8 - wire.written.size());
        }
        QCOMPARE(wire.written, QByteArray("abcdefgh"));
    }

    void halfAFrameIsFinished_data()
    {
        QTest::addColumn<bool>("isAll");
        QTest::addColumn<QByteArray>("left");
        QTest::newRow("what may be dropped") << false << QByteArray("abcd*");
        QTest::newRow("all that is unsent") << true << QByteArray("abcd*");
    }
    void halfAFrameIsFinished()
    {
        QFETCH(bool, isAll);
        QFETCH(QByteArray, left);
        OutgoingQueue queue;
        NarrowWire wire;
        queue.push("abcd", Delivery::Droppable);
        queue.push("efgh", isAll ? Delivery::Required : Delivery::Droppable);
        wire.left = 2;
        QCOMPARE(queue.flush(wire), Wire::Outcome::WouldBlock);
        if (isAll)
            queue.dropUnsent();
        else
            queue.dropDroppable();
        QCOMPARE(queue.bytes(), 2);
        queue.push("*", Delivery::Required);
        wire.left = 100;
        QCOMPARE(queue.flush(wire), Wire::Outcome::Done);
        QCOMPARE(wire.written, left);
        QVERIFY(queue.isEmpty());
    }

    void aFrameAfterAllWereDroppedIsWhole()
    {
        OutgoingQueue queue;
        NarrowWire wire;
        queue.push("ab", Delivery::Droppable);
        queue.push("cd", Delivery::Droppable);
        wire.left = 2;
        QCOMPARE(queue.flush(wire), Wire::Outcome::WouldBlock);
        queue.dropDroppable();
        QVERIFY(queue.isEmpty());
        queue.push("ef", Delivery::Required);
        wire.left = 100;
        QCOMPARE(queue.flush(wire), Wire::Outcome::Done);
        QCOMPARE(wire.written, QByteArray("abef"));
    }

    void theRoomOfASlowPeerIsGivenBack()
    {
        constexpr int Frames = 10'000;
        OutgoingQueue queue;
        NarrowWire wire;
        for (int i = 0; i < Frames; ++i)
            queue.push("frame", Delivery::Required);
        QVERIFY(queue.capacity() >= Frames);
        wire.left = 5 * Frames;
        QCOMPARE(queue.flush(wire), Wire::Outcome::Done);
        QVERIFY(queue.capacity() <= static_cast<qsizetype>(Wire::MaxPieces));
    }

    /// What one turn under load needed is there for the next one, without asking for memory, until there is rest.
    void theRoomOfABusyTurnIsKeptUntilThereIsRest()
    {
        constexpr int Frames = 40;
        OutgoingQueue queue;
        NarrowWire wire;
        const auto turn = [&] {
            for (int i = 0; i < Frames; ++i)
                queue.push("frame", Delivery::Required);
            wire.left = 5 * Frames;
            return queue.flush(wire);
        };
        QCOMPARE(turn(), Wire::Outcome::Done);
        QVERIFY(queue.capacity() >= Frames);

        queue.rest(); // it was needed a moment ago
        QVERIFY(queue.capacity() >= Frames);

        queue.push("frame", Delivery::Required);
        queue.rest(); // something waits
        wire.left = 5;
        QCOMPARE(queue.flush(wire), Wire::Outcome::Done);
        QVERIFY(queue.capacity() >= Frames);

        queue.rest();
        QCOMPARE(queue.capacity(), 1);
        wire.written.clear();
        QCOMPARE(turn(), Wire::Outcome::Done);
        QCOMPARE(wire.written, QByteArray("frame").repeated(Frames));
    }
};

HEARTH_TEST_MAIN(tst_OutgoingQueue)
#include "tst_outgoingqueue.moc"
