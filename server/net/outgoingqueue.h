#pragma once

#include "server/net/outgoingframe.h"
#include "server/net/prefetch.h"
#include "server/net/wire.h"

#include <QByteArray>

#include <vector>

namespace hearth {

/// What waits for one peer, in order. Shares the bytes of frames with every other queue that they are in.
class OutgoingQueue
{
public:
    void push(const QByteArray &bytes, Delivery delivery);
    /// Sends what the kernel takes.
    [[nodiscard]] Wire::Outcome flush(Wire &wire);
    /// Gives the room back that the turns before needed, where nothing waits: called now and then.
    void rest();
    /// Takes out what is Droppable and not begun.
    void dropDroppable();
    /// Takes out everything but what is begun: half a frame must be finished.
    void dropUnsent();

    /// Fetches what is sent next into the processor's cache.
    void prefetch() const
    {
        if (m_first < m_pieces.size())
            prefetchLine(&m_pieces[m_first]);
    }

    [[nodiscard]] bool isEmpty() const { return m_bytes == 0; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    /// Frames that there is room for without asking for memory. Once nothing waits it is what a turn under load needs, whatever a slow
    /// peer did; after rest(), what one at rest needs.
    [[nodiscard]] std::size_t capacity() const { return m_pieces.capacity(); }

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
    void giveBackBeyond(std::size_t kept);

    std::vector<Piece> m_pieces;
    std::size_t m_first = 0; ///< pieces before it are sent
    qsizetype m_offset = 0; ///< of the first piece, already sent
    qint64 m_bytes = 0;
};

} // namespace hearth
