#include "tests/model/referencemodel.h"

#include "server/chat/directory.h"

#include <algorithm>

namespace hearth::test {

namespace {

using Change = MembershipChanged::Change;

Outcome refused(ErrorCode code)
{
    Outcome outcome;
    outcome.error = code;
    return outcome;
}

Outcome unchanged(const RoomId &room, Seq seq)
{
    Outcome outcome;
    outcome.room = room;
    outcome.seq = seq;
    return outcome;
}

} // namespace

// ---- what there is ----

const ReferenceModel::Room &ReferenceModel::at(const RoomId &room) const
{
    static const Room nothing;
    const auto found = m_rooms.constFind(room);
    return found == m_rooms.constEnd() ? nothing : *found;
}

QSet<UserName> ReferenceModel::membersOf(const RoomId &room) const
{
    QSet<UserName> members;
    for (const RoomEvent &event : at(room).log) {
        const auto *change = std::get_if<MembershipChanged>(&event.body);
        if (change != nullptr && change->change == Change::Joined)
            members.insert(event.user);
        else if (change != nullptr)
            members.remove(event.user);
    }
    return members;
}

QList<RoomId> ReferenceModel::roomsOf(const UserName &user) const
{
    QList<RoomId> own = m_rooms.keys();
    own.removeIf([&](const RoomId &room) { return !isMember(room, user); });
    return own;
}

bool ReferenceModel::maySee(const RoomId &room, const UserName &user) const
{
    return m_rooms.contains(room) && (at(room).kind == RoomKind::Public || isMember(room, user));
}

QList<RoomEvent> ReferenceModel::told(const RoomId &room) const
{
    QList<RoomEvent> events = log(room).mid(firstSeq(room).value() - 1);
    for (RoomEvent &event : events) {
        auto *edit = std::get_if<MessageEdited>(&event.body);
        auto *reaction = std::get_if<ReactionChanged>(&event.body);
        if (edit != nullptr && edit->target < firstSeq(room))
            edit->content.clear();
        else if (reaction != nullptr && reaction->target < firstSeq(room))
            reaction->emoji.clear();
    }
    return events;
}

QList<MessageSnapshot> ReferenceModel::messages(const RoomId &room) const
{
    QList<MessageSnapshot> all = messagesOf(log(room));
    all.removeIf([first = firstSeq(room)](const MessageSnapshot &message) { return message.seq < first; });
    return all;
}

std::optional<RoomEvent> ReferenceModel::posted(const RoomId &room, Seq seq) const
{
    const QList<RoomEvent> &events = at(room).log;
    if (seq < firstSeq(room) || seq > Seq(events.size()) || !std::holds_alternative<MessagePosted>(events[seq.value() - 1].body))
        return std::nullopt;
    return events[seq.value() - 1];
}

bool ReferenceModel::isDeleted(const RoomId &room, Seq seq) const
{
    const QList<RoomEvent> &events = at(room).log;
    return std::any_of(events.begin(), events.end(), [seq](const RoomEvent &event) {
        const auto *deletion = std::get_if<MessageDeleted>(&event.body);
        return deletion != nullptr && deletion->target == seq;
    });
}

Seq ReferenceModel::readSeq(const RoomId &room, const UserName &user) const { return at(room).marks.value(user); }

qint64 ReferenceModel::unread(const RoomId &room, const UserName &user) const
{
    const QList<RoomEvent> &events = at(room).log;
    const Seq mark = readSeq(room, user);
    return std::count_if(events.begin(), events.end(), [&](const RoomEvent &event) {
        return event.seq > mark && event.seq >= firstSeq(room) && event.user != user && std::holds_alternative<MessagePosted>(event.body);
    });
}

qint64 ReferenceModel::mentions(const RoomId &room, const UserName &user) const
{
    const Seq mark = readSeq(room, user);
    qint64 count = 0;
    const auto &all = at(room).named;
    for (auto named = all.begin(); named != all.end(); ++named)
        count += named.key() > mark && named.key() >= firstSeq(room) && named->contains(user) ? 1 : 0;
    return count;
}

// ---- what happens ----

void ReferenceModel::enroll(const UserName &user, const QDateTime &now)
{
    m_rooms[RoomId::lobby()].kind = RoomKind::Public;
    const Outcome joined = happen(RoomId::lobby(), user, MembershipChanged { Change::Joined, {} }, now);
    Q_UNUSED(joined)
}

QSet<RoomId> ReferenceModel::expire(const QDateTime &cutoff)
{
    QSet<RoomId> later;
    for (auto room = m_rooms.begin(); room != m_rooms.end(); ++room) {
        while (room->firstSeq <= lastSeq(room.key()) && room->log.at(room->firstSeq.value() - 1).timestamp < cutoff) {
            room->firstSeq = room->firstSeq.next();
            later.insert(room.key());
        }
    }
    return later;
}

Outcome ReferenceModel::happen(const RoomId &room, const UserName &user, const EventBody &body, const QDateTime &now)
{
    const QSet<UserName> before = membersOf(room);
    const Seq seq = lastSeq(room).next();
    m_rooms[room].log.append({ room, seq, user, now, body });
    if (const auto *change = std::get_if<MembershipChanged>(&body)) {
        if (change->change == Change::Joined)
            m_rooms[room].marks[user] = seq;
        else
            m_rooms[room].marks.remove(user);
    }
    return { {}, room, seq, m_rooms[room].log.last(), before & membersOf(room) };
}

std::optional<ErrorCode> ReferenceModel::objection(const RoomId &room, const UserName &user) const
{
    if (!maySee(room, user))
        return ErrorCode::NotFound;
    return isMember(room, user) ? std::nullopt : std::optional(ErrorCode::Forbidden);
}

Outcome ReferenceModel::apply(const UserName &user, const ClientFrame &request, const QDateTime &now)
{
    return std::visit(
        [&](const auto &frame) -> Outcome {
            if constexpr (requires { on(user, frame, now); })
                return on(user, frame, now);
            qFatal("the model does not know frame type %zu", request.index());
        },
        request);
}

Outcome ReferenceModel::make(const RoomId &room, RoomKind kind, const QList<UserName> &members, const QDateTime &now)
{
    m_rooms[room].kind = kind;
    for (const UserName &member : members) {
        MembershipChanged joined { Change::Joined, {} };
        if (member != members.first())
            joined.by = members.first();
        const Outcome made = happen(room, member, joined, now);
        Q_UNUSED(made)
    }
    return unchanged(room, lastSeq(room)); // its first events are told to nobody
}

Outcome ReferenceModel::on(const UserName &user, const CreateRoom &frame, const QDateTime &now)
{
    if (m_rooms.contains(frame.room))
        return refused(ErrorCode::Conflict);
    return make(frame.room, frame.kind, { user }, now);
}

Outcome ReferenceModel::on(const UserName &user, const OpenDirect &frame, const QDateTime &now)
{
    if (frame.user == user)
        return refused(ErrorCode::Forbidden);
    const RoomId room = directRoomId(user, frame.user);
    return m_rooms.contains(room) ? unchanged(room, lastSeq(room)) : make(room, RoomKind::Direct, { user, frame.user }, now);
}

Outcome ReferenceModel::on(const UserName &user, const JoinRoom &frame, const QDateTime &now)
{
    if (!maySee(*frame.room, user))
        return refused(ErrorCode::NotFound);
    if (isMember(*frame.room, user))
        return unchanged(*frame.room, lastSeq(*frame.room));
    return happen(*frame.room, user, MembershipChanged { Change::Joined, {} }, now);
}

Outcome ReferenceModel::on(const UserName &user, const LeaveRoom &frame, const QDateTime &now)
{
    if (!maySee(*frame.room, user))
        return refused(ErrorCode::NotFound);
    if (m_rooms[*frame.room].kind == RoomKind::Direct)
        return refused(ErrorCode::Forbidden);
    if (!isMember(*frame.room, user))
        return unchanged(*frame.room, {});
    return happen(*frame.room, user, MembershipChanged { Change::Left, {} }, now);
}

Outcome ReferenceModel::on(const UserName &user, const InviteMember &frame, const QDateTime &now)
{
    if (const auto code = objection(*frame.room, user))
        return refused(*code);
    if (m_rooms[*frame.room].kind == RoomKind::Direct)
        return refused(ErrorCode::Forbidden);
    if (!isMember(*frame.room, frame.user))
        return happen(*frame.room, frame.user, MembershipChanged { Change::Joined, user }, now);
    Seq joined;
    for (const RoomEvent &event : log(*frame.room)) {
        if (event.user == frame.user && std::holds_alternative<MembershipChanged>(event.body))
            joined = event.seq;
    }
    return unchanged(*frame.room, joined);
}

std::optional<Outcome> ReferenceModel::repeat(const RoomId &room, const UserName &user, const PostMessage &frame) const
{
    if (!frame.clientId)
        return std::nullopt;
    for (const RoomId &known : m_rooms.keys()) {
        for (const RoomEvent &event : log(known)) {
            const auto *message = std::get_if<MessagePosted>(&event.body);
            if (message == nullptr || event.user != user || message->clientId != frame.clientId)
                continue;
            const bool isForgotten = event.seq < firstSeq(known); // what it said
            const bool isSame = known == room
                && (isForgotten || (message->content == frame.content && message->replyTo == frame.replyTo));
            return isSame ? unchanged(room, event.seq) : refused(ErrorCode::Conflict);
        }
    }
    return std::nullopt;
}

Outcome ReferenceModel::on(const UserName &user, const PostMessage &frame, const QDateTime &now)
{
    const RoomId room = *frame.room;
    if (!m_rooms.contains(room))
        return refused(ErrorCode::NotFound);
    // What was acknowledged once is acknowledged again, whatever became of the membership. What conflicts with it tells
    // of no room that may not be known.
    const auto again = repeat(room, user, frame);
    if (again && (!again->error || maySee(room, user)))
        return *again;
    if (const auto code = objection(room, user))
        return refused(*code);
    if (frame.replyTo && !posted(room, *frame.replyTo))
        return refused(ErrorCode::NotFound);
    Outcome outcome = happen(room, user, MessagePosted { frame.content, frame.clientId, frame.replyTo }, now);
    if (!room.isDirect()) {
        for (const UserName &member : membersOf(room)) {
            if (member != user && frame.content.contains(u'@' + member.toString(), Qt::CaseInsensitive))
                m_rooms[room].named[outcome.seq].insert(member);
        }
    }
    return outcome;
}

Outcome ReferenceModel::on(const UserName &user, const EditMessage &frame, const QDateTime &now)
{
    if (const auto code = objection(*frame.room, user))
        return refused(*code);
    const auto target = posted(*frame.room, frame.seq);
    if (!target || isDeleted(*frame.room, frame.seq))
        return refused(ErrorCode::NotFound);
    if (target->user != user)
        return refused(ErrorCode::Forbidden);
    const QList<MessageSnapshot> all = messages(*frame.room);
    const bool isSame = std::any_of(all.begin(), all.end(), [&](const MessageSnapshot &m) { return m.seq == frame.seq && m.content == frame.content; });
    if (isSame)
        return unchanged(*frame.room, frame.seq);
    return happen(*frame.room, user, MessageEdited { frame.seq, frame.content }, now);
}

Outcome ReferenceModel::on(const UserName &user, const DeleteMessage &frame, const QDateTime &now)
{
    if (const auto code = objection(*frame.room, user))
        return refused(*code);
    const auto target = posted(*frame.room, frame.seq);
    if (!target)
        return refused(ErrorCode::NotFound);
    const bool mayTouchOthers = user == m_users.first() && !frame.room->isDirect();
    if (target->user != user && !mayTouchOthers)
        return refused(ErrorCode::Forbidden);
    if (isDeleted(*frame.room, frame.seq))
        return unchanged(*frame.room, frame.seq);
    return happen(*frame.room, user, MessageDeleted { frame.seq }, now);
}

Outcome ReferenceModel::on(const UserName &user, const React &frame, const QDateTime &now)
{
    if (const auto code = objection(*frame.room, user))
        return refused(*code);
    if (!posted(*frame.room, frame.seq) || isDeleted(*frame.room, frame.seq))
        return refused(ErrorCode::NotFound);
    bool isThere = false;
    for (const RoomEvent &event : log(*frame.room)) {
        const auto *reaction = std::get_if<ReactionChanged>(&event.body);
        if (reaction != nullptr && reaction->target == frame.seq && reaction->emoji == frame.emoji && event.user == user)
            isThere = reaction->add;
    }
    if (isThere == frame.add)
        return unchanged(*frame.room, frame.seq);
    return happen(*frame.room, user, ReactionChanged { frame.seq, frame.emoji, frame.add }, now);
}

Outcome ReferenceModel::on(const UserName &user, const MarkRead &frame, const QDateTime &)
{
    if (const auto code = objection(*frame.room, user))
        return refused(*code);
    Seq &mark = m_rooms[*frame.room].marks[user];
    mark = std::max(mark, std::min(frame.seq, lastSeq(*frame.room)));
    return unchanged(*frame.room, mark);
}

} // namespace hearth::test
