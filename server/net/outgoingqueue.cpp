#include "server/net/outgoingqueue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hearth {

namespace {

/// Frames that an ordinary turn under load makes for a peer: room for them is kept while one turn follows the other.
constexpr qsizetype KeptUnderLoad = Wire::MaxPieces;
/// At rest: so many times what was needed.
constexpr qsizetype KeptAtRest = 4;

} // namespace

void OutgoingQueue::push(const QByteArray &bytes, Delivery delivery)
{
    if (bytes.isEmpty())
        return;
    m_pieces.push_back({ bytes, delivery });
    m_bytes += bytes.size();
}

Wire::Outcome OutgoingQueue::flush(Wire &wire)
{
    while (!isEmpty()) {
        const bool isLast = m_pieces.size() - m_first == 1;
        const auto [sent, wanted] = isLast ? writeLast(wire) : writeSome(wire);
        if (sent.outcome != Wire::Outcome::Done)
            return sent.outcome;
        advance(sent.bytes);
        if (sent.bytes < wanted)
            return Wire::Outcome::WouldBlock;
    }
    return Wire::Outcome::Done;
}

/// What a broadcast at rest leaves to do: nothing else waits.
OutgoingQueue::Attempt OutgoingQueue::writeLast(Wire &wire) const
{
    const QByteArrayView piece = QByteArrayView(m_pieces.back().bytes).sliced(m_offset);
    return { wire.write({ &piece, 1 }), piece.size() };
}

OutgoingQueue::Attempt OutgoingQueue::writeSome(Wire &wire) const
{
    std::array<QByteArrayView, Wire::MaxPieces> views;
    const auto count = static_cast<std::size_t>(std::min<qsizetype>(Wire::MaxPieces, m_pieces.size() - m_first));
    qsizetype total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        views[i] = m_pieces[m_first + static_cast<qsizetype>(i)].bytes;
        if (i == 0)
            views[i] = views[i].sliced(m_offset);
        total += views[i].size();
    }
    return { wire.write({ views.data(), count }), total };
}

void OutgoingQueue::advance(qsizetype sent)
{
    m_bytes -= sent;
    if (isEmpty()) { // as most often
        clear();
        giveBackBeyond(KeptUnderLoad); // what a slow peer once needed
        return;
    }
    while (sent > 0) {
        const qsizetype left = m_pieces[m_first].bytes.size() - m_offset;
        if (sent < left) {
            m_offset += sent;
            break;
        }
        sent -= left;
        m_pieces[m_first].bytes.clear();
        ++m_first;
        m_offset = 0;
    }
    if (m_first > 1'024) {
        m_pieces.erase(m_pieces.begin(), m_pieces.begin() + m_first);
        m_first = 0;
    }
}

void OutgoingQueue::rest()
{
    const qsizetype needed = std::exchange(m_needed, m_pieces.size());
    if (!isEmpty())
        return;
    clear(); // where the rest was dropped, pieces that were sent before it are left
    giveBackBeyond(needed <= 1 ? 1 : KeptAtRest * needed);
}

void OutgoingQueue::clear()
{
    m_needed = std::max(m_needed, m_pieces.size());
    while (!m_pieces.isEmpty()) // QVarLengthArray::clear() looks for room as well
        m_pieces.removeLast();
    m_first = 0;
    m_offset = 0;
}

/// Of an empty list.
void OutgoingQueue::giveBackBeyond(qsizetype kept)
{
    if (m_pieces.capacity() > kept)
        m_pieces.squeeze();
}

template <typename Predicate>
void OutgoingQueue::dropIf(Predicate isDropped)
{
    const qsizetype begun = m_first + (m_offset > 0 ? 1 : 0);
    const auto kept = std::remove_if(m_pieces.begin() + begun, m_pieces.end(), [&](const Piece &piece) {
        if (!isDropped(piece))
            return false;
        m_bytes -= piece.bytes.size();
        return true;
    });
    m_pieces.erase(kept, m_pieces.end());
}

void OutgoingQueue::dropDroppable()
{
    dropIf([](const Piece &piece) { return piece.delivery == Delivery::Droppable; });
}

void OutgoingQueue::dropUnsent()
{
    dropIf([](const Piece &) { return true; });
}

} // namespace hearth
