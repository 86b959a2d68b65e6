#include "server/store/eventwriter.h"

#include "protocol/wirenames.h"
#include "server/store/deedwriter.h"
#include "server/store/expiry.h"

#include <algorithm>
#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Reason = StoreError::Reason;

Unexpected<StoreError> refuse(Reason reason, const QString &text)
{
    return Unexpected(StoreError { reason, text });
}

QDateTime timeOf(qint64 at) { return QDateTime::fromMSecsSinceEpoch(at, Qt::UTC); }

} // namespace

EventWriter::EventWriter(Database &database, std::function<QDateTime()> now)
    : m_database(database), m_now(std::move(now))
{
}

void EventWriter::beginTransaction()
{
    peopleChanged();
    m_lastSeqs.clear();
    m_grownRooms.clear();
}

void EventWriter::saveLastSeqs()
{
    for (const qint64 roomId : std::exchange(m_grownRooms, {}))
        Statement(m_database, "UPDATE rooms SET last_seq = ? WHERE id = ?", m_lastSeqs.value(roomId), roomId);
}

void EventWriter::forget()
{
    m_roomRows.clear();
    m_userRows.clear();
    beginTransaction();
}

void EventWriter::peopleChanged()
{
    m_presentUsers.clear();
    m_sessions.clear();
}

std::optional<qint64> EventWriter::roomRow(const RoomId &room)
{
    if (const auto known = m_roomRows.constFind(room); known != m_roomRows.constEnd())
        return *known;
    Statement row(m_database, "SELECT id FROM rooms WHERE room = ?", room.toString());
    if (!row.next())
        return std::nullopt;
    return m_roomRows.insert(room, row.integer(0)).value();
}

std::optional<qint64> EventWriter::userRow(const UserName &user)
{
    if (const auto known = m_userRows.constFind(user); known != m_userRows.constEnd())
        return *known;
    Statement row(m_database, "SELECT id FROM users WHERE folded = ?", user.folded());
    if (!row.next())
        return std::nullopt;
    return m_userRows.insert(user, row.integer(0)).value();
}

std::optional<qint64> EventWriter::presentUserRow(const UserName &user)
{
    const auto userId = userRow(user);
    if (!userId || m_presentUsers.contains(*userId))
        return userId;
    Statement row(m_database, "SELECT 1 FROM users WHERE id = ? AND NOT removed", *userId);
    if (!row.next())
        return std::nullopt;
    m_presentUsers.insert(*userId);
    return userId;
}

bool EventWriter::hasSession(qint64 userId, const QString &session)
{
    if (const auto known = m_sessions.constFind(session); known != m_sessions.constEnd())
        return *known == userId;
    Statement row(m_database, "SELECT 1 FROM sessions WHERE id = ? AND user_id = ?", session, userId);
    if (!row.next())
        return false;
    m_sessions.insert(session, userId);
    return true;
}

qint64 EventWriter::lastSeq(qint64 roomId)
{
    if (const auto known = m_lastSeqs.constFind(roomId); known != m_lastSeqs.constEnd())
        return *known;
    Statement last(m_database, "SELECT last_seq FROM rooms WHERE id = ?", roomId);
    last.next();
    return m_lastSeqs.insert(roomId, last.integer(0)).value();
}

QDateTime EventWriter::now() const { return timeOf(m_now().toMSecsSinceEpoch()); }

auto EventWriter::addUser(const UserRecord &record) -> Outcome<UserRecord>
{
    if (userRow(record.name))
        return refuse(Reason::Exists, u"the user name is taken"_s);
    UserRecord stored = record;
    stored.createdAt = now();
    Statement insert(m_database, "INSERT INTO users (folded, name, role, created_at, last_seen) VALUES (?, ?, ?, ?, ?)",
                     stored.name.folded(), stored.name.toString(), QString(wireName(stored.role)), milliseconds(stored.createdAt),
                     milliseconds(stored.lastSeen));
    return stored;
}

auto EventWriter::setLastSeen(const UserName &user, const QDateTime &when) -> Outcome<void>
{
    const auto userId = userRow(user);
    if (!userId)
        return refuse(Reason::NotFound, u"no such user"_s);
    Statement(m_database, "UPDATE users SET last_seen = ? WHERE id = ?", milliseconds(when), *userId);
    return {};
}

auto EventWriter::createRoom(const RoomRecord &room, const QList<UserName> &members)
    -> Outcome<QList<RoomEvent>>
{
    if (roomRow(room.id))
        return refuse(Reason::Exists, u"the room id is taken"_s);
    for (const UserName &member : members) {
        if (!presentUserRow(member))
            return refuse(Reason::NotFound, u"no such user"_s);
    }
    const auto creator = room.creator ? userRow(*room.creator) : std::nullopt;
    Statement insert(
        m_database,
        "INSERT INTO rooms (room, name, topic, kind, creator, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        room.id.toString(), room.name, room.topic, QString(wireName(room.kind)), creator,
        m_now().toMSecsSinceEpoch());
    QList<RoomEvent> events;
    for (const UserName &member : members) {
        MembershipChanged joined { MembershipChanged::Change::Joined, {} };
        if (room.creator && *room.creator != member)
            joined.by = room.creator;
        const auto appended = append({ .room = room.id, .user = member, .body = joined });
        if (!appended)
            return Unexpected(appended.error());
        if (!appended->isNoop)
            events.append(appended->event);
    }
    return events;
}

std::optional<EventWriter::Target> EventWriter::message(qint64 roomId, qint64 seq)
{
    Statement row(m_database,
                  "SELECT e.user_id, coalesce(s.content, e.text), coalesce(s.deleted, 0) "
                  "FROM events e LEFT JOIN message_state s ON s.room_id = e.room_id AND s.seq = e.seq "
                  "WHERE e.room_id = ? AND e.seq = ? AND e.kind = 1 AND e.text IS NOT NULL",
                  roomId, seq);
    if (!row.next())
        return std::nullopt;
    return Target { row.integer(0), row.text(1), row.integer(2) != 0 };
}

auto EventWriter::repeatOf(const AppendRequest &request, const EventRow &row)
    -> std::optional<Outcome<Appended>>
{
    Statement first(m_database,
                    "SELECT " HEARTH_EVENT_COLUMNS ", e.room_id FROM " HEARTH_EVENT_TABLES
                    " WHERE e.user_id = ? AND e.client_id = ?",
                    row.userId, *row.clientId);
    if (!first.next())
        return std::nullopt;
    const RoomEvent event = readEvent(request.room, first);
    const auto *message = std::get_if<MessagePosted>(&event.body);
    const auto &wanted = std::get<MessagePosted>(request.body);
    // Of one that has expired nobody knows what it said: the id alone makes it a repeat.
    const bool isSame = message != nullptr
        && (first.isNull(5) || (message->content == wanted.content && message->replyTo == wanted.replyTo));
    if (!isSame || first.integer(10) != row.roomId)
        return refuse(Reason::Conflict, u"the client id was used for something else"_s);
    return Appended { event, true, false };
}

auto EventWriter::instead(const AppendRequest &request, const EventRow &row)
    -> std::optional<Outcome<Appended>>
{
    const auto noop = [&request](qint64 seq) {
        return Appended { RoomEvent { request.room, Seq(seq), request.user, {}, request.body }, false, true };
    };
    if (row.kind == EventKind::Message) {
        // Otherwise the database says so when the row is written: repeats are rare.
        if (row.clientId && (row.replyTo || request.onlyRepeats)) {
            if (auto repeat = repeatOf(request, row))
                return repeat;
        }
        if (row.replyTo && !message(row.roomId, *row.replyTo))
            return refuse(Reason::NotFound, u"no message to reply to"_s);
        return std::nullopt;
    }
    if (row.kind == EventKind::Topic) {
        Statement same(m_database, "SELECT 1 FROM rooms WHERE id = ? AND topic = ?", row.roomId, *row.text);
        return same.next() ? std::optional<Outcome<Appended>>(noop(lastSeq(row.roomId))) : std::nullopt;
    }
    if (row.kind == EventKind::Member) {
        Statement known(m_database, "SELECT joined_seq FROM members WHERE room_id = ? AND user_id = ?",
                        row.roomId, row.userId);
        const bool isMember = known.next();
        if (isMember != (row.flag == 1))
            return std::nullopt;
        return noop(isMember ? known.integer(0) : 0);
    }

    const auto target = message(row.roomId, *row.target);
    if (!target || (target->isDeleted && row.kind != EventKind::Delete))
        return refuse(Reason::NotFound, u"no such message"_s);
    if (row.kind == EventKind::Reaction) {
        Statement there(m_database,
                        "SELECT count(DISTINCT emoji), "
                        "count(CASE WHEN emoji = ? AND user_id = ? THEN 1 END), "
                        "count(CASE WHEN emoji = ? THEN 1 END) "
                        "FROM reactions WHERE room_id = ? AND seq = ?",
                        *row.text, row.userId, *row.text, row.roomId, *row.target);
        there.next();
        if ((there.integer(1) > 0) == (row.flag == 1))
            return noop(*row.target);
        if (row.flag == 1 && there.integer(2) == 0 && there.integer(0) >= MaxReactionKinds)
            return refuse(Reason::LimitReached, u"too many different reactions"_s);
        return std::nullopt;
    }
    if (target->authorId != row.userId && !request.mayTouchOthers)
        return refuse(Reason::Forbidden, u"the message is somebody else's"_s);
    if (row.kind == EventKind::Delete ? target->isDeleted : target->content == *row.text)
        return noop(*row.target);
    return std::nullopt;
}

auto EventWriter::append(const AppendRequest &request) -> Outcome<Appended>
{
    const auto room = roomRow(request.room);
    if (!room)
        return refuse(Reason::NotFound, u"no such room"_s);
    // From the command line, what somebody said who was removed is deleted as well.
    const bool isFromCommandLine = request.audit && !request.audit->by && std::holds_alternative<MessageDeleted>(request.body);
    const auto user = isFromCommandLine ? userRow(request.user) : presentUserRow(request.user);
    if (!user)
        return refuse(Reason::NotFound, u"no such user"_s);
    if (request.onlyWithSession && !hasSession(*user, *request.onlyWithSession))
        return refuse(Reason::Forbidden, u"not signed in"_s);
    EventRow row = EventRow::of(request.body);
    row.roomId = *room;
    row.userId = *user;
    if (const auto *membership = std::get_if<MembershipChanged>(&request.body); membership && membership->by)
        row.otherUserId = userRow(*membership->by);
    if (auto outcome = instead(request, row))
        return *std::move(outcome);
    if (request.onlyRepeats)
        return refuse(Reason::Forbidden, u"no such message yet"_s);
    if (const auto event = commitEvent(request, row))
        return Appended { *event, false, false };
    return *repeatOf(request, row);
}

std::optional<RoomEvent> EventWriter::commitEvent(const AppendRequest &request, EventRow row)
{
    row.seq = lastSeq(row.roomId) + 1;
    row.at = m_now().toMSecsSinceEpoch();
    // Not RETURNING: SQLite makes a table for its rows, with a page cache of 80 KB each time.
    const Statement insert(m_database,
                           "INSERT INTO events (room_id, seq, kind, user_id, at, target, text, client_id, "
                           "reply_to, flag, other_user, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                           "ON CONFLICT (user_id, client_id) WHERE client_id IS NOT NULL DO NOTHING",
                           row.roomId, row.seq, static_cast<qint64>(row.kind), row.userId, row.at,
                           row.target, row.text, row.clientId, row.replyTo, row.flag, row.otherUserId, row.checksum());
    if (insert.changedRows() == 0)
        return std::nullopt;
    m_lastSeqs.insert(row.roomId, row.seq);
    m_grownRooms.insert(row.roomId);
    applyEvent(request, row);
    if (request.audit)
        logDeed(*request.audit, row);
    return RoomEvent { request.room, Seq(row.seq), request.user, timeOf(row.at), request.body };
}

void EventWriter::logDeed(AuditEntry deed, const EventRow &row)
{
    deed.at = timeOf(row.at);
    DeedWriter log(m_database);
    if (row.kind == EventKind::Delete)
        log.logDeletion(deed, row.userId, row.roomId, Seq(*row.target));
    else
        log.log(deed);
}

void EventWriter::applyEvent(const AppendRequest &request, const EventRow &row)
{
    switch (row.kind) {
    case EventKind::Message: {
        for (const UserName &mentioned : request.mentions) {
            if (const auto user = userRow(mentioned))
                Statement(m_database, "INSERT OR IGNORE INTO mentions (user_id, room_id, seq) VALUES (?, ?, ?)",
                          *user, row.roomId, row.seq);
        }
        for (const UserName &away : request.notify) {
            const Notification notification { request.notificationKind, request.room, Seq(row.seq),
                                              request.user, *row.text, timeOf(row.at) };
            const auto stored = addNotification(away, notification);
            Q_UNUSED(stored) // a user who is not there needs none
        }
        break;
    }
    case EventKind::Edit:
    case EventKind::Delete: {
        const bool isDelete = row.kind == EventKind::Delete;
        Statement upsert(m_database,
                         "INSERT INTO message_state (room_id, seq, content, edited_at, deleted) "
                         "VALUES (?, ?, ?, ?, ?) ON CONFLICT (room_id, seq) DO UPDATE "
                         "SET content = excluded.content, deleted = excluded.deleted, "
                         "edited_at = coalesce(excluded.edited_at, edited_at)",
                         row.roomId, *row.target, row.text.value_or(u""_s),
                         isDelete ? std::nullopt : std::optional(row.at), isDelete ? 1 : 0);
        if (isDelete) {
            Statement(m_database, "DELETE FROM reactions WHERE room_id = ? AND seq = ?", row.roomId,
                      *row.target);
        }
        break;
    }
    case EventKind::Reaction:
        if (row.flag == 1) {
            Statement(m_database, "INSERT INTO reactions (room_id, seq, emoji, user_id) VALUES (?, ?, ?, ?)",
                      row.roomId, *row.target, *row.text, row.userId);
        } else {
            takeReactionBack(row);
        }
        break;
    case EventKind::Topic:
        Statement(m_database, "UPDATE rooms SET topic = ? WHERE id = ?", *row.text, row.roomId);
        break;
    case EventKind::Member:
        if (row.flag == 1) {
            Statement(m_database,
                      "INSERT INTO members (room_id, user_id, joined_seq, read_seq) VALUES (?, ?, ?, ?)",
                      row.roomId, row.userId, row.seq, row.seq);
        } else {
            Statement(m_database, "DELETE FROM members WHERE room_id = ? AND user_id = ?", row.roomId,
                      row.userId);
        }
        break;
    }
}

/// Whoever is next takes the place of the first one who goes: an emoji stays where it is among the others for as long
/// as somebody has it, in a page as for who hears the events.
void EventWriter::takeReactionBack(const EventRow &row)
{
    qint64 place = 0;
    {
        Statement taken(m_database, "SELECT id FROM reactions WHERE room_id = ? AND seq = ? AND emoji = ? AND user_id = ?",
                        row.roomId, *row.target, *row.text, row.userId);
        if (!taken.next())
            return;
        place = taken.integer(0);
    }
    Statement(m_database, "DELETE FROM reactions WHERE id = ?", place);
    Statement(m_database,
              "UPDATE reactions SET id = ? WHERE id > ? AND id = (SELECT min(id) FROM reactions "
              "WHERE room_id = ? AND seq = ? AND emoji = ?)",
              place, place, row.roomId, *row.target, *row.text);
}

auto EventWriter::markRead(const RoomId &room, const UserName &user, Seq seq) -> Outcome<Seq>
{
    const auto roomId = roomRow(room);
    const auto userId = userRow(user);
    if (!roomId || !userId)
        return refuse(Reason::NotFound, u"no such room or user"_s);
    Statement(m_database,
              "UPDATE members SET read_seq = max(read_seq, ?) WHERE room_id = ? AND user_id = ?",
              std::min(seq.value(), lastSeq(*roomId)), *roomId, *userId);
    Statement read(m_database, "SELECT read_seq FROM members WHERE room_id = ? AND user_id = ?", *roomId, *userId);
    if (!read.next())
        return refuse(Reason::NotFound, u"not a member"_s);
    return Seq(read.integer(0));
}

auto EventWriter::addNotification(const UserName &user, const Notification &notification) -> Outcome<void>
{
    const auto userId = presentUserRow(user);
    if (!userId)
        return refuse(Reason::NotFound, u"no such user"_s);
    const auto room = notification.room ? std::optional(notification.room->toString()) : std::nullopt;
    const auto seq = notification.seq ? std::optional(notification.seq->value()) : std::nullopt;
    {
        // Taken out for somebody who went away again, while the message expired.
        Statement gone(m_database, "SELECT 1 FROM rooms WHERE room = ? AND first_seq > ?", room, seq);
        if (gone.next())
            return {};
    }
    Statement insert(m_database,
                     "INSERT INTO notifications (user_id, kind, room, seq, sender, content, at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?)",
                     *userId, QString(wireName(notification.kind)), room, seq,
                     notification.user.toString(), notification.content,
                     notification.timestamp.toMSecsSinceEpoch());
    Statement trim(m_database,
                   "DELETE FROM notifications WHERE user_id = ? AND id <= (SELECT id FROM notifications "
                   "WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                   *userId, *userId, MaxNotifications);
    return {};
}

auto EventWriter::takeNotifications(const UserName &user, int limit) -> Outcome<QList<Notification>>
{
    const auto userId = userRow(user);
    if (!userId)
        return refuse(Reason::NotFound, u"no such user"_s);
    QList<Notification> taken;
    qint64 lastId = 0;
    {
        Statement rows(m_database,
                       "SELECT id, kind, room, seq, sender, content, at FROM notifications "
                       "WHERE user_id = ? ORDER BY id LIMIT ?",
                       *userId, limit);
        while (rows.next()) {
            lastId = rows.integer(0);
            Notification notification;
            notification.kind = fromWire<Notification::Kind>(rows.text(1)).value_or(Notification::Kind::System);
            if (!rows.isNull(2))
                notification.room = storedRoom(rows.text(2));
            if (!rows.isNull(3))
                notification.seq = Seq(rows.integer(3));
            notification.user = storedUser(rows.text(4));
            notification.content = rows.text(5);
            notification.timestamp = timeOf(rows.integer(6));
            taken.append(notification);
        }
    }
    if (!taken.isEmpty())
        Statement(m_database, "DELETE FROM notifications WHERE user_id = ? AND id <= ?", *userId, lastId);
    return taken;
}

auto EventWriter::setKeepDays(const RoomId &room, std::optional<int> days) -> Outcome<void>
{
    const auto roomId = roomRow(room);
    if (!roomId)
        return refuse(Reason::NotFound, u"no such room"_s);
    Statement(m_database, "UPDATE rooms SET keep_days = ? WHERE id = ?", days, *roomId);
    return {};
}

auto EventWriter::expire(const RoomId &room, const QDateTime &cutoff, int atMost) -> Outcome<Expired>
{
    const auto roomId = roomRow(room);
    if (!roomId)
        return refuse(Reason::NotFound, u"no such room"_s);
    return expireEvents(m_database, *roomId, cutoff, atMost);
}

} // namespace hearth
