#pragma once

#include "server/net/outgoingframe.h"
#include "server/net/prefetch.h"
#include "server/net/wire.h"

#include <QByteArray>
#include <QVarLengthArray>

namespace hearth {

/// What waits for one peer, in order. Shares the bytes of frames with every other queue that they are in.
class OutgoingQueue
{
public:
    void push(const QByteArray &bytes, Delivery delivery);
    /// Sends what the kernel takes.
    [[nodiscard]] Wire::Outcome flush(Wire &wire);
    /// Where nothing waits, gives room back of which less than a quarter has been needed since it was called last: called now and then.
    void rest();
    /// Takes out what is Droppable and not begun.
    void dropDroppable();
    /// Takes out everything but what is begun: half a frame must be finished.
    void dropUnsent();

    /// Fetches what is sent next into the processor's cache.
    void prefetch() const
    {
        if (m_first < m_pieces.size())
            prefetchLine(m_pieces.data() + m_first);
    }

    [[nodiscard]] bool isEmpty() const { return m_bytes == 0; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    /// Frames that there is room for without asking for memory. Once nothing waits it is what a turn under load needs, whatever a slow
    /// peer did; after a second rest() without load, one.
    [[nodiscard]] qsizetype capacity() const { return m_pieces.capacity(); }

private:
    struct Piece
    {
        QByteArray bytes;
        Delivery delivery;
    };
    struct Attempt
    {
        Wire::Transfer sent;
        qsizetype wanted; ///< bytes
    };

    [[nodiscard]] Attempt writeLast(Wire &wire) const;
    [[nodiscard]] Attempt writeSome(Wire &wire) const;
    template <typename Predicate>
    void dropIf(Predicate isDropped);
    void advance(qsizetype sent);
    void clear();
    void giveBackBeyond(qsizetype kept);

    /// The first has its place in here: a peer at rest gets one frame in a turn.
    QVarLengthArray<Piece, 1> m_pieces;
    qsizetype m_first = 0; ///< pieces before it are sent
    qsizetype m_offset = 0; ///< of the first piece, already sent
    qint64 m_bytes = 0;
    qsizetype m_needed = 0; ///< most pieces that it was emptied of at once since the last rest
};

} // namespace hearth
