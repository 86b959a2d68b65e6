// What must hold after every step.

#include "protocol/codec.h"
#include "tests/chat/roomlogs.h"
#include "tests/model/storyrun.h"

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

QString shown(const ServerFrame &frame) { return QString::fromUtf8(codec::encode(frame)); }

QString shown(const RoomId &room, const QList<MessageSnapshot> &messages) { return shown(History { room, messages, false }); }

/// The room and seq that a reply names.
std::pair<RoomId, Seq> placeOf(const ServerFrame &reply)
{
    if (const auto *ack = std::get_if<Ack>(&reply))
        return { ack->room.value_or(RoomId()), ack->seq.value_or(Seq()) };
    if (const auto *joined = std::get_if<Joined>(&reply))
        return { joined->room, joined->lastSeq };
    if (const auto *opened = std::get_if<RoomOpened>(&reply))
        return { opened->room.room, opened->room.lastSeq };
    return {};
}

} // namespace

/// (a) The reply is what the model says.
void StoryRun::checkReply(const ClientFrame &request, const ServerFrame &reply, const Outcome &outcome)
{
    const auto *error = std::get_if<Error>(&reply);
    if (outcome.error) {
        require(error != nullptr && error->code == *outcome.error,
                u"the model says %1, the chat %2"_s.arg(wireName(*outcome.error), shown(reply)));
        return;
    }
    require(error == nullptr, u"the model takes what the chat refuses: %1"_s.arg(shown(reply)));
    if (std::holds_alternative<LeaveRoom>(request)) {
        require(std::holds_alternative<Left>(reply), shown(reply));
        return;
    }
    require(placeOf(reply) == std::pair(outcome.room, outcome.seq),
            u"the model says seq %1 of %2, the chat %3"_s.arg(outcome.seq.value()).arg(outcome.room.toString(), shown(reply)));
    if (const auto *post = std::get_if<PostMessage>(&request))
        require(std::get<Ack>(reply).clientId == post->clientId, shown(reply));
}

/// Exactly those hear an event who should, and each once; a read mark, the user's other connections.
void StoryRun::checkHeard(Person &person, const Person *actor, const ClientFrame *request, const Outcome &outcome)
{
    QList<RoomEvent> events;
    QList<ReadMarkMoved> marks;
    QList<RoomId> later;
    for (const ServerFrame &frame : person.takeHeard()) {
        if (const auto *event = std::get_if<RoomEvent>(&frame))
            events.append(*event);
        else if (const auto *mark = std::get_if<ReadMarkMoved>(&frame))
            marks.append(*mark);
        else if (const auto *keep = std::get_if<KeepChanged>(&frame)) {
            require(keep->firstSeq == m_model.firstSeq(keep->room) && !keep->keepDays, shown(frame));
            later.append(keep->room);
            forget(person, keep->room, keep->firstSeq);
        } else
            require(!std::holds_alternative<Error>(frame), u"an error that answers nothing: %1"_s.arg(shown(frame)));
    }
    QList<RoomEvent> expected;
    if (outcome.event && outcome.hearers.contains(person.user()))
        expected.append(*outcome.event);
    require(events == expected,
            u"%1 heard %2 events, not %3"_s.arg(person.user().toString()).arg(events.size()).arg(expected.size())
                + (events.isEmpty() ? QString() : u": "_s + shown(events.first())));

    const QList<RoomId> own = m_model.roomsOf(person.user());
    const auto expectedLater = QSet<RoomId>(own.begin(), own.end()) & m_later;
    require(later.size() == expectedLater.size() && QSet<RoomId>(later.begin(), later.end()) == expectedLater,
            u"%1 heard of %2 rooms that begin later, not of %3"_s.arg(person.user().toString()).arg(later.size()).arg(expectedLater.size()));

    QList<ReadMarkMoved> expectedMarks;
    const bool isRead = request != nullptr && std::holds_alternative<MarkRead>(*request) && !outcome.error;
    if (isRead && &person != actor && person.user() == actor->user())
        expectedMarks.append({ outcome.room, outcome.seq });
    require(marks == expectedMarks, u"%1 heard %2 read marks"_s.arg(person.user().toString()).arg(marks.size()));
    for (const RoomEvent &event : events)
        fold(person, event);
}

/// (d) Unread are the messages of others after the read mark.
void StoryRun::checkRooms(const Person &person, const QList<RoomSummary> &listed, bool areAllVisible)
{
    const UserName &user = person.user();
    QList<RoomId> expected = m_model.rooms();
    expected.removeIf([&](const RoomId &room) { return areAllVisible ? !m_model.maySee(room, user) : !m_model.isMember(room, user); });
    require(listed.size() == expected.size(), u"%1 sees %2 rooms, not %3"_s.arg(user.toString()).arg(listed.size()).arg(expected.size()));
    for (const RoomSummary &room : listed) {
        const auto differs = [&](const QString &what, qint64 chat, qint64 model) {
            require(chat == model, u"%1 of %2 in %3 is %4, not %5"_s.arg(what, user.toString(), room.room.toString()).arg(chat).arg(model));
        };
        const bool isMember = m_model.isMember(room.room, user);
        differs(u"member"_s, room.isMember, isMember);
        differs(u"first_seq"_s, room.firstSeq.value(), m_model.firstSeq(room.room).value());
        differs(u"last_seq"_s, room.lastSeq.value(), m_model.lastSeq(room.room).value());
        differs(u"member_count"_s, room.memberCount, m_model.membersOf(room.room).size());
        differs(u"read_seq"_s, room.readSeq.value(), isMember ? m_model.readSeq(room.room, user).value() : 0);
        differs(u"unread"_s, room.unread, isMember ? m_model.unread(room.room, user) : 0);
        differs(u"mentions"_s, room.mentions, isMember ? m_model.mentions(room.room, user) : 0);
    }
}

/// (c) A snapshot and the events since are a fresh snapshot, for everybody.
void StoryRun::checkSnapshots()
{
    struct Asked
    {
        Person *person;
        RoomId room;
        qint64 id;
    };
    QList<Asked> asked;
    for (const RoomId &room : m_model.rooms()) {
        const auto reader = std::find_if(m_people.begin(), m_people.end(), [&](const Person &p) { return p.kept.contains(room); });
        if (reader != m_people.end())
            asked.append({ &*reader, room, reader->send(FetchHistory { room, {}, limits::MaxHistoryLimit }) });
    }
    for (const auto &[reader, room, id] : asked) {
        const QList<MessageSnapshot> expected = m_model.messages(room);
        const ServerFrame reply = reader->await(id);
        if (!std::holds_alternative<History>(reply) || std::get<History>(reply).messages != expected)
            fail(u"the page is %1, not %2"_s.arg(shown(reply), shown(room, expected)));
        for (const Person &person : m_people) {
            const auto kept = person.kept.constFind(room);
            if (kept != person.kept.constEnd() && kept->messages != expected)
                fail(u"%1 made %2 of the events, not %3"_s.arg(person.user().toString(), shown(room, kept->messages), shown(room, expected)));
        }
    }
}

/// Who may not see a room hears that there is none; who may, reads it without being a member.
void StoryRun::checkOutsider(const Step &step)
{
    const RoomId room = roomOf(step);
    for (Person &person : m_people) {
        if (m_model.isMember(room, person.user()))
            continue;
        const ServerFrame reply = person.ask(FetchHistory { room, {}, limits::MaxHistoryLimit });
        if (m_model.maySee(room, person.user())) {
            require(std::holds_alternative<History>(reply) && std::get<History>(reply).messages == m_model.messages(room), shown(reply));
        } else {
            const auto *error = std::get_if<Error>(&reply);
            require(error != nullptr && error->code == ErrorCode::NotFound && error->message.contains(u"room"), shown(reply));
        }
        return;
    }
}

/// (e) The log of each room is the model's: every seq once, without a gap.
void StoryRun::checkLogs()
{
    for (Person &person : m_people) {
        for (const RoomId &room : m_model.roomsOf(person.user())) {
            QList<RoomEvent> events;
            bool hasMore = true;
            while (hasMore) {
                const ServerFrame reply = person.ask(SyncRoom { room, events.isEmpty() ? Seq() : events.last().seq, 7 });
                require(std::holds_alternative<Synced>(reply), shown(reply));
                const auto &page = std::get<Synced>(reply);
                events.append(page.events);
                hasMore = page.hasMore;
                require(page.lastSeq == m_model.lastSeq(room) && page.firstSeq == m_model.firstSeq(room) && (!hasMore || page.events.size() == 7), shown(reply));
            }
            require(events == m_model.told(room), u"the log of %1 is not the model's"_s.arg(room.toString()));
        }
    }
}

/// (b) Nobody heard a frame of a room that they were no member of.
void StoryRun::checkAudits()
{
    if (m_hasExpired)
        return; // the logs do not tell it any more
    QSet<RoomId> rooms;
    for (const Person &person : m_people) {
        for (const FrameAudit &audit : person.audits())
            rooms.unite(audit.rooms());
    }
    const RoomLogs logs(*m_chat, rooms);
    require(logs.isGapless() && logs.isShownAsWritten(), u"a log does not make what `history` shows"_s);
    for (const Person &person : m_people) {
        for (const FrameAudit &audit : person.audits())
            require(audit.breach(logs).isEmpty(), audit.breach(logs));
    }
}

} // namespace hearth::test
