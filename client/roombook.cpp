#include "client/roombook.h"

#include "protocol/mentions.h"

#include <algorithm>
#include <utility>

namespace hearth {

RoomBook::RoomBook(const UserName &self, QObject *parent)
    : QObject(parent), m_self(self), m_rooms(new RoomListModel(this)), m_everyone(new MemberListModel(self, this))
{
}

RoomBook::~RoomBook() = default;

RoomState &RoomBook::record(const RoomId &room)
{
    RoomState &record = m_records[room];
    if (record.timeline == nullptr) {
        record.timeline = new TimelineModel(m_self, this);
        record.members = new MemberListModel(m_self, this);
    }
    return record;
}

RoomBook::Applied RoomBook::apply(const RoomEvent &event)
{
    RoomState &record = this->record(event.room);
    record.heardOf = std::max(record.heardOf, event.seq);
    if (event.seq <= record.syncedTo)
        return Applied::Known;
    if (event.seq != record.syncedTo.next())
        return Applied::Gap;
    record.syncedTo = event.seq;
    record.timeline->timeline().apply(event);
    countUnread(event);
    if (const auto *change = std::get_if<MembershipChanged>(&event.body))
        applyMembership(event, *change);
    if (std::holds_alternative<MessagePosted>(event.body) && record.typists.set(event.user, false, 0))
        emit typistsChanged(event.room);
    return Applied::InOrder;
}

/// What the server has counted already (everything up to the summary's `lastSeq`) is not counted again.
void RoomBook::countUnread(const RoomEvent &event)
{
    auto room = m_rooms->summary(event.room);
    if (!room || event.seq <= room->lastSeq)
        return;
    room->lastSeq = event.seq;
    if (const auto *topic = std::get_if<TopicChanged>(&event.body))
        room->topic = topic->topic;
    const auto *posted = std::get_if<MessagePosted>(&event.body);
    if (posted != nullptr && event.user != m_self && event.seq > room->readSeq) {
        ++room->unread;
        const auto isSelf = [this](const UserName &name) { return name == m_self; };
        if (!findMentions(posted->content, isSelf).isEmpty())
            ++room->mentions;
    }
    m_rooms->put(*room);
}

void RoomBook::applyMembership(const RoomEvent &event, const MembershipChanged &change)
{
    RoomState &record = this->record(event.room);
    auto room = m_rooms->summary(event.room);
    const bool isJoin = change.change == MembershipChanged::Change::Joined;
    if (record.areMembersKnown && isJoin && !record.members->member(event.user)) {
        const auto known = m_everyone->member(event.user);
        record.members->put(known.value_or(MemberInfo { .user = event.user, .state = PresenceState::Online }));
    } else if (record.areMembersKnown && !isJoin) {
        record.members->remove(event.user);
    }
    if (room && record.areMembersKnown) {
        room->memberCount = record.members->rowCount();
        m_rooms->put(*room);
    }
    if (!isJoin && event.user == m_self)
        emit selfLeft(event.room);
}

bool RoomBook::markRead(const RoomId &room, Seq seq)
{
    auto summary = m_rooms->summary(room);
    if (!summary || seq <= summary->readSeq)
        return false;
    leaveUnreadAfter(*summary, seq);
    summary->readSeq = seq;
    m_rooms->put(*summary);
    return true;
}

void RoomBook::leaveUnreadAfter(RoomSummary &summary, Seq seq)
{
    // Loaded messages are counted; of those that are not, at most as many are left as there are events before the
    // first loaded one.
    const Timeline &timeline = record(summary.room).timeline->timeline();
    const Timeline::Unread before = timeline.unreadAfter(summary.readSeq);
    const Timeline::Unread after = timeline.unreadAfter(seq);
    const qint64 eventsBetween = std::max<qint64>(0, timeline.firstSeq().value() - 1 - seq.value());
    const auto left = [&](qint64 known, qint64 loadedBefore, qint64 loadedAfter) {
        if (seq >= summary.lastSeq)
            return qint64 { 0 };
        return loadedAfter + std::min(std::max<qint64>(0, known - loadedBefore), eventsBetween);
    };
    summary.unread = left(summary.unread, before.messages, after.messages);
    summary.mentions = left(summary.mentions, before.mentions, after.mentions);
}

void RoomBook::expire(const RoomId &room, Seq firstSeq)
{
    RoomState &record = this->record(room);
    Timeline &timeline = record.timeline->timeline();
    const Seq last = Seq(firstSeq.value() - 1); // that is gone
    auto summary = m_rooms->summary(room);
    if (summary && summary->firstSeq < firstSeq) {
        // What is still to be fetched is counted too, and nobody knows where it stands: then the number stays.
        if (last > summary->readSeq && record.syncedTo >= summary->lastSeq)
            leaveUnreadAfter(*summary, last);
        summary->firstSeq = firstSeq;
        m_rooms->put(*summary);
    }
    const bool wasReached = timeline.firstSeq() > Seq(0) && timeline.firstSeq() <= firstSeq;
    timeline.forgetBefore(firstSeq);
    erase_if(record.sinceAsked, [firstSeq](const RoomEvent &event) { return event.seq < firstSeq; });
    if (record.isLoaded)
        record.syncedTo = std::max(record.syncedTo, last); // what is missing of it will not come
    if (wasReached) {
        record.isComplete = true;
        record.hasOlderCached = false;
        record.timeline->setPaging(false, record.paging == RoomState::Paging::Older);
    }
}

void RoomBook::linkLost()
{
    for (auto &[room, record] : m_records) {
        if (record.typists.clear())
            emit typistsChanged(room);
        setListenersInTheClear(room, 0);
    }
}

void RoomBook::setListenersInTheClear(const RoomId &room, qint64 count)
{
    if (std::exchange(record(room).listenersInTheClear, count) != count)
        emit listenersChanged(room);
}

void RoomBook::setPresence(const Presence &presence)
{
    const auto &[user, state, lastSeen, isInTheClear] = presence;
    if (m_everyone->member(user))
        m_everyone->setPresence(presence);
    else
        m_everyone->put({ .user = user, .state = state, .lastSeen = lastSeen, .isInTheClear = isInTheClear });
    for (auto &[room, record] : m_records)
        record.members->setPresence(presence);
    m_rooms->setPeerState(user, state);
}

void RoomBook::putUser(const MemberInfo &user)
{
    if (user.user != m_self)
        m_everyone->put(user);
    for (auto &[room, record] : m_records) {
        if (record.members->member(user.user))
            record.members->put(user);
    }
    m_rooms->setPeerState(user.user, user.state);
}

void RoomBook::userJoined(const RoomId &room, const UserName &user)
{
    RoomState &record = this->record(room);
    MemberInfo member = record.members->member(user).value_or(
        m_everyone->member(user).value_or(MemberInfo { .user = user }));
    member.state = member.state == PresenceState::Offline ? PresenceState::Online : member.state;
    member.lastSeen = {};
    m_everyone->put(member);
    if (record.areMembersKnown)
        record.members->put(member);
}

void RoomBook::userLeft(const RoomId &room, const UserName &user)
{
    RoomState &record = this->record(room);
    if (record.typists.set(user, false, 0))
        emit typistsChanged(room);
}

void RoomBook::setTyping(const RoomId &room, const UserName &user, bool isTyping, qint64 nowMs)
{
    if (user != m_self && record(room).typists.set(user, isTyping, nowMs))
        emit typistsChanged(room);
}

void RoomBook::expireTypists(qint64 nowMs)
{
    for (auto &[room, record] : m_records) {
        if (record.typists.expire(nowMs))
            emit typistsChanged(room);
    }
}

bool RoomBook::hasTypists() const
{
    return std::any_of(m_records.begin(), m_records.end(), [](const auto &entry) { return !entry.second.typists.isEmpty(); });
}

} // namespace hearth
