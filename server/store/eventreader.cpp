#include "server/store/eventreader.h"

#include "protocol/wirenames.h"
#include "server/store/deedwriter.h"
#include "server/store/eventrow.h"
#include "server/store/invitewriter.h"

#include <algorithm>
#include <limits>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Holds one snapshot over several statements.
class Snapshot
{
public:
    explicit Snapshot(Database &database) : m_database(database) { m_database.execute(u"SAVEPOINT page"_s); }
    ~Snapshot()
    {
        try {
            m_database.execute(u"RELEASE page"_s);
        } catch (const SqlFailure &) {
            // Nothing was changed: what is left of it ends with the next statement.
        }
    }
    Snapshot(const Snapshot &) = delete;
    Snapshot &operator=(const Snapshot &) = delete;

private:
    Database &m_database;
};

struct RoomRow
{
    qint64 id = 0;
    Seq lastSeq;
    Seq firstSeq; ///< of what stood before, only bare rows are left
};

std::optional<RoomRow> findRoom(Database &database, const RoomId &room)
{
    Statement row(database, "SELECT id, last_seq, first_seq FROM rooms WHERE room = ?", room.toString());
    if (!row.next())
        return std::nullopt;
    return RoomRow { row.integer(0), Seq(row.integer(1)), Seq(row.integer(2)) };
}

Unexpected<StoreError> noSuchRoom()
{
    return Unexpected(StoreError { StoreError::Reason::NotFound, u"no such room"_s });
}

#define HEARTH_SNAPSHOT_COLUMNS                                                                    \
    "e.seq, u.name, e.at, e.text, e.client_id, e.reply_to, s.content, s.edited_at, s.deleted"
#define HEARTH_SNAPSHOT_STATE                                                                      \
    " JOIN users u ON u.id = e.user_id "                                                           \
    "LEFT JOIN message_state s ON s.room_id = e.room_id AND s.seq = e.seq "

MessageSnapshot readSnapshot(const RoomId &room, const Statement &row)
{
    MessageSnapshot message;
    message.room = room;
    message.seq = Seq(row.integer(0));
    message.user = storedUser(row.text(1));
    message.timestamp = storedTime(row, 2);
    message.content = row.isNull(6) ? row.text(3) : row.text(6);
    if (const auto id = ClientId::parse(row.text(4)))
        message.clientId = *id;
    if (!row.isNull(5))
        message.replyTo = Seq(row.integer(5));
    message.isDeleted = row.integer(8) != 0;
    if (!message.isDeleted)
        message.editedAt = storedTime(row, 7);
    return message;
}

/// `%` and `_` are what somebody searched for, not wildcards.
QString likePattern(QString text)
{
    text.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return u'%' + text + u'%';
}

} // namespace

EventReader::EventReader(Database &database) : m_database(database) { }

auto EventReader::history(const RoomId &room, std::optional<Seq> before, int limit)
    -> Outcome<HistoryPage>
{
    const Snapshot snapshot(m_database);
    const auto found = findRoom(m_database, room);
    if (!found)
        return noSuchRoom();
    HistoryPage page;
    qsizetype weight = 0;
    {
        Statement rows(m_database,
                       "SELECT " HEARTH_SNAPSHOT_COLUMNS " FROM events e" HEARTH_SNAPSHOT_STATE
                       "WHERE e.kind = 1 AND e.room_id = ? AND e.seq >= ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?",
                       found->id, found->firstSeq.value(), before ? before->value() : std::numeric_limits<qint64>::max(), limit + 1);
        while (rows.next()) {
            MessageSnapshot message = readSnapshot(room, rows);
            weight += message.content.size();
            if (page.messages.size() == limit || (weight > PageBudget && !page.messages.isEmpty())) {
                page.hasMore = true;
                break;
            }
            page.messages.append(std::move(message));
        }
    }
    std::reverse(page.messages.begin(), page.messages.end());
    addReactions(room, found->id, page.messages);
    return page;
}

void EventReader::addReactions(const RoomId &room, qint64 roomId, QList<MessageSnapshot> &messages)
{
    const auto inRoom = [&room](const MessageSnapshot &message) { return message.room == room; };
    const auto bySeq = [](const MessageSnapshot &a, const MessageSnapshot &b) { return a.seq < b.seq; };
    QHash<qint64, MessageSnapshot *> places;
    for (MessageSnapshot &message : messages) {
        if (inRoom(message))
            places.insert(message.seq.value(), &message);
    }
    if (places.isEmpty())
        return;
    const auto [first, last] = std::minmax_element(messages.begin(), messages.end(), bySeq);
    Statement rows(m_database,
                   "SELECT r.seq, r.emoji, u.name FROM reactions r JOIN users u ON u.id = r.user_id "
                   "WHERE r.room_id = ? AND r.seq BETWEEN ? AND ? ORDER BY r.id",
                   roomId, first->seq.value(), last->seq.value());
    while (rows.next()) {
        MessageSnapshot *message = places.value(rows.integer(0));
        if (message == nullptr)
            continue;
        const QString emoji = rows.text(1);
        auto &all = message->reactions;
        auto place = std::find_if(all.begin(), all.end(),
                                  [&emoji](const ReactionSummary &r) { return r.emoji == emoji; });
        if (place == all.end())
            place = all.insert(all.end(), ReactionSummary { emoji, {} });
        place->users.append(storedUser(rows.text(2)));
    }
}

auto EventReader::sync(const RoomId &room, Seq after, int limit) -> Outcome<SyncPage>
{
    const Snapshot snapshot(m_database);
    const auto found = findRoom(m_database, room);
    if (!found)
        return noSuchRoom();
    SyncPage page;
    page.lastSeq = found->lastSeq;
    page.firstSeq = found->firstSeq;
    qsizetype weight = 0;
    Statement rows(m_database,
                   "SELECT " HEARTH_EVENT_COLUMNS " FROM " HEARTH_EVENT_TABLES
                   " WHERE e.room_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?",
                   found->id, std::max(after.value(), found->firstSeq.value() - 1), limit + 1);
    while (rows.next()) {
        weight += rows.text(5).size();
        if (page.events.size() == limit || (weight > PageBudget && !page.events.isEmpty())) {
            page.hasMore = true;
            break;
        }
        page.events.append(readEvent(room, rows));
    }
    return page;
}

auto EventReader::counts(const UserName &user) -> Outcome<QList<RoomCounts>>
{
    QList<RoomCounts> all;
    Statement rows(m_database,
                   "SELECT r.room, "
                   "(SELECT count(*) FROM events e WHERE e.kind = 1 AND e.room_id = m.room_id "
                   " AND e.seq > max(m.read_seq, r.first_seq - 1) AND e.user_id <> m.user_id), "
                   "(SELECT count(*) FROM mentions n WHERE n.user_id = m.user_id "
                   " AND n.room_id = m.room_id AND n.seq > m.read_seq) "
                   "FROM members m JOIN rooms r ON r.id = m.room_id "
                   "WHERE m.user_id = (SELECT id FROM users WHERE folded = ?)",
                   user.folded());
    while (rows.next())
        all.append({ storedRoom(rows.text(0)), rows.integer(1), rows.integer(2) });
    return all;
}

auto EventReader::search(const SearchQuery &query) -> Outcome<HistoryPage>
{
    const Snapshot snapshot(m_database);
    HistoryPage page;
    qsizetype weight = 0;
    const QString pattern = likePattern(query.text);
    const QString from = query.from ? query.from->folded() : QString();
    QHash<qint64, RoomId> rooms;
    QStringList ids;
    for (const RoomId &room : query.rooms) {
        if (const auto found = findRoom(m_database, room)) {
            rooms.insert(found->id, room);
            ids.append(QString::number(found->id));
        }
    }
    {
        // json_each() takes the rooms as one bound value: their number has no limit, and nothing that a
        // user typed becomes SQL. What has expired has no text, and is like nothing.
        Statement rows(m_database,
                       "SELECT " HEARTH_SNAPSHOT_COLUMNS ", e.room_id FROM events e" HEARTH_SNAPSHOT_STATE
                       "WHERE e.kind = 1 AND e.room_id IN (SELECT value FROM json_each(?)) AND e.seq < ? "
                       "AND coalesce(s.deleted, 0) = 0 AND (? = '' OR u.folded = ?) "
                       "AND coalesce(s.content, e.text) LIKE ? ESCAPE '\\' "
                       "ORDER BY e.at DESC, e.id DESC LIMIT ?",
                       QString(u'[' + ids.join(u',') + u']'),
                       query.before ? query.before->value() : std::numeric_limits<qint64>::max(), from, from,
                       pattern, query.limit + 1);
        while (rows.next()) {
            MessageSnapshot message = readSnapshot(rooms.value(rows.integer(9)), rows);
            weight += message.content.size();
            if (page.messages.size() == query.limit || (weight > PageBudget && !page.messages.isEmpty())) {
                page.hasMore = true;
                break;
            }
            page.messages.append(std::move(message));
        }
    }
    for (auto room = rooms.constBegin(); room != rooms.constEnd(); ++room)
        addReactions(room.value(), room.key(), page.messages);
    return page;
}

StoreState EventReader::state()
{
    StoreState state;
    state.bans = readBans(m_database);
    state.mutes = readMutes(m_database);
    state.invites = readInvites(m_database);
    {
        Statement id(m_database, "SELECT value FROM meta WHERE key = 'server_id'");
        if (id.next())
            state.serverId = id.text(0);
    }
    {
        Statement rows(m_database, "SELECT name, role, created_at, last_seen, owned, password_hash, removed FROM users ORDER BY id");
        while (rows.next()) {
            state.users.append({ storedUser(rows.text(0)), fromWire<Role>(rows.text(1)).value_or(Role::Guest),
                                 storedTime(rows, 2), storedTime(rows, 3), rows.integer(4) != 0, rows.bytes(5),
                                 rows.integer(6) != 0 });
        }
    }
    {
        Statement rows(m_database,
                       "SELECT r.room, r.name, r.topic, r.kind, u.name, r.last_seq, r.first_seq, r.keep_days, r.slow_mode_seconds, "
                       "r.is_closed FROM rooms r "
                       "LEFT JOIN users u ON u.id = r.creator ORDER BY r.id");
        while (rows.next()) {
            RoomRecord room { storedRoom(rows.text(0)), rows.text(1), rows.text(2),
                              fromWire<RoomKind>(rows.text(3)).value_or(RoomKind::Private), {},
                              Seq(rows.integer(5)), {}, Seq(rows.integer(6)) };
            if (!rows.isNull(7))
                room.keepDays = static_cast<int>(rows.integer(7));
            room.slowModeSeconds = static_cast<int>(rows.integer(8));
            room.isClosed = rows.integer(9) != 0;
            if (!rows.isNull(4))
                room.creator = storedUser(rows.text(4));
            state.rooms.append(room);
        }
    }
    {
        Statement rows(m_database,
                       "SELECT s.id, u.name, s.token_hash, s.client, s.address, s.created_at, s.last_seen FROM sessions s "
                       "JOIN users u ON u.id = s.user_id ORDER BY s.created_at, s.id");
        while (rows.next()) {
            state.sessions.append({ rows.text(0), storedUser(rows.text(1)), rows.bytes(2), rows.text(3), rows.text(4),
                                    storedTime(rows, 5), storedTime(rows, 6) });
        }
    }
    Statement rows(m_database,
                   "SELECT r.room, u.name, m.joined_seq, m.read_seq FROM members m "
                   "JOIN rooms r ON r.id = m.room_id JOIN users u ON u.id = m.user_id "
                   "ORDER BY m.room_id, m.joined_seq");
    while (rows.next()) {
        state.memberships.append({ storedRoom(rows.text(0)), storedUser(rows.text(1)),
                                   Seq(rows.integer(2)), Seq(rows.integer(3)) });
    }
    return state;
}

} // namespace hearth
