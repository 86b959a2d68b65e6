#include "server/store/expiry.h"

#include "server/store/eventrow.h"

#include <vector>

namespace hearth {

namespace {

std::vector<EventRow> readAll(Statement &rows)
{
    std::vector<EventRow> all;
    while (rows.next())
        all.push_back(EventRow::read(rows));
    return all;
}

void rewrite(Database &database, const EventRow &row)
{
    Statement(database,
              "UPDATE events SET target = ?, text = ?, reply_to = ?, flag = ?, checksum = ? WHERE room_id = ? AND seq = ?",
              row.target, row.text, row.replyTo, row.flag, row.checksum(), row.roomId, row.seq);
}

/// What later edits and reactions say about messages that are gone. They stay events of the log until their own time.
int silenceFollowers(Database &database, qint64 roomId, qint64 firstSeq, int atMost)
{
    Statement rows(database,
                   "SELECT " HEARTH_ROW_COLUMNS " FROM events WHERE room_id = ? AND target IS NOT NULL AND target < ? "
                   "AND text IS NOT NULL LIMIT ?",
                   roomId, firstSeq, atMost);
    const std::vector<EventRow> followers = readAll(rows);
    for (EventRow row : followers) {
        row.text.reset();
        rewrite(database, row);
    }
    return static_cast<int>(followers.size());
}

/// The oldest events that have their words, up to the first one that is to keep them: a clock that was set back leaves
/// no holes.
std::vector<EventRow> oldest(Database &database, qint64 roomId, qint64 firstSeq, const QDateTime &cutoff, int atMost)
{
    Statement rows(database,
                   "SELECT " HEARTH_ROW_COLUMNS " FROM events WHERE room_id = ? AND seq >= ? ORDER BY seq LIMIT ?", roomId,
                   firstSeq, atMost);
    std::vector<EventRow> old;
    while (rows.next() && rows.integer(4) < cutoff.toMSecsSinceEpoch())
        old.push_back(EventRow::read(rows));
    return old;
}

/// Who came and went is what the log says of the members: that stays.
void makeBare(EventRow &row)
{
    row.text.reset();
    row.target.reset();
    row.replyTo.reset();
    if (row.kind != EventKind::Member)
        row.flag.reset();
}

void dropWhatIsKeptOf(Database &database, qint64 roomId, qint64 first, qint64 last)
{
    Statement(database, "DELETE FROM message_state WHERE room_id = ? AND seq BETWEEN ? AND ?", roomId, first, last);
    Statement(database, "DELETE FROM reactions WHERE room_id = ? AND seq BETWEEN ? AND ?", roomId, first, last);
    Statement(database, "DELETE FROM mentions WHERE room_id = ? AND seq BETWEEN ? AND ?", roomId, first, last);
    Statement(database,
              "DELETE FROM notifications WHERE room = (SELECT room FROM rooms WHERE id = ?) AND seq BETWEEN ? AND ?",
              roomId, first, last);
}

} // namespace

Expired expireEvents(Database &database, qint64 roomId, const QDateTime &cutoff, int atMost)
{
    qint64 firstSeq = 1;
    {
        Statement room(database, "SELECT first_seq FROM rooms WHERE id = ?", roomId);
        if (room.next())
            firstSeq = room.integer(0);
    }
    int events = silenceFollowers(database, roomId, firstSeq, atMost);
    if (events < atMost) {
        std::vector<EventRow> old = oldest(database, roomId, firstSeq, cutoff, atMost - events);
        for (EventRow &row : old) {
            makeBare(row);
            rewrite(database, row);
        }
        if (!old.empty()) {
            dropWhatIsKeptOf(database, roomId, firstSeq, old.back().seq);
            firstSeq = old.back().seq + 1;
            Statement(database, "UPDATE rooms SET first_seq = ? WHERE id = ?", firstSeq, roomId);
        }
        events += static_cast<int>(old.size());
    }
    return { Seq(firstSeq), events };
}

} // namespace hearth
