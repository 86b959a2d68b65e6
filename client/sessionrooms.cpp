#include "client/session_p.h"

#include "client/moderation.h"
#include "protocol/visitor.h"

#include <algorithm>
#include <utility>

// What a session does with the server's words about rooms; the rest stands in session_p.cpp.
namespace hearth {

namespace {

/// A room that moved on further than this is read afresh from its end; what was cached of it is let go.
constexpr qint64 MaxEventsToSync = 2'000;
constexpr std::chrono::milliseconds MembersDelay { 300 };

} // namespace

void Session::Private::receive(const QList<ServerMessage> &messages)
{
    for (const ServerMessage &message : messages) {
        if (!link->isOpen())
            return; // one of them ended it
        if (!m_isIntroduced && !std::holds_alternative<Connected>(message.frame))
            continue; // whoever says this may be anybody
        if (!tracker->take(message))
            dispatch(message.frame);
    }
}

void Session::Private::dispatch(const ServerFrame &frame)
{
    std::visit(Visitor {
                   [this](const Connected &connected) { greet(connected); },
                   [this](const RoomEvent &roomEvent) { event(roomEvent); },
                   [this](const Typing &sign) { book->setTyping(sign.room, sign.user, sign.isTyping, now()); },
                   [this](const Presence &change) { book->setPresence(change); },
                   [this](const UserJoined &joining) { book->userJoined(joining.room, joining.user); },
                   [this](const UserLeft &leaving) {
                       book->userLeft(leaving.room, leaving.user);
                       refreshMembers(leaving.room); // gone, or a member who is offline now: the server knows
                   },
                   [this](const ListenersChanged &change) { book->setListenersInTheClear(change.room, change.unencrypted); },
                   [this](const Notification &notification) { emit q->notified(notification); },
                   [this](const ReadMarkMoved &mark) {
                       if (book->markRead(mark.room, mark.seq))
                           noteRoomsChanged();
                   },
                   [this](const RoomOpened &opened) { openRoom(opened.room, false); },
                   [this](const RoomUpdated &updated) {
                       if (book->rooms()->rowOf(updated.room.room) >= 0)
                           putRoom(updated.room);
                   },
                   [this](const KeepChanged &change) { keepChanged(change); },
                   [this](const RoomRestricted &change) { restricted(change); },
                   [this](const UserUpdated &updated) { userUpdated(updated.user); },
                   [this](const MuteChanged &change) { moderation->take(change); },
                   [this](const GuestWaiting &change) { moderation->take(change); },
                   [this](const Welcome &welcome) { welcomed(welcome); }, // somebody has let us in
                   [this](const Error &error) {
                       if (error.removal)
                           removed(*error.removal);
                       else if (error.detail == AboutInvite)
                           inviteFailed(error);
                   },
                   [this](const Joined &here) { joined(here); }, // on another connection of this user
                   [this](const Left &there) { leftRoom(there); },
                   [](const auto &) {},
               },
               frame);
}

void Session::Private::event(const RoomEvent &roomEvent)
{
    if (book->rooms()->rowOf(roomEvent.room) < 0)
        return;
    const auto *posted = std::get_if<MessagePosted>(&roomEvent.body);
    if (posted != nullptr && posted->clientId && roomEvent.user == settings.user && outbox.confirm(*posted->clientId)) {
        // The acknowledgement was lost, or sent by an earlier run: the event itself says that it arrived.
        store->removeFromOutbox(*posted->clientId);
        emit q->unsentCountChanged(outbox.unsentCount());
        flushOutbox();
    }
    switch (book->apply(roomEvent)) {
    case RoomBook::Applied::InOrder:
        noteApplied(roomEvent.room, { roomEvent });
        if (shownRoom != roomEvent.room)
            keepAround(roomEvent.room, book->record(roomEvent.room).timeline->lastSeq());
        noteRoomsChanged();
        break;
    case RoomBook::Applied::Gap:
        fetchMissing(roomEvent.room);
        break;
    case RoomBook::Applied::Known:
        break;
    }
}

// ---- rooms ----

void Session::Private::catchUp(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (status.state != State::Online || record.isSyncing)
        return;
    const auto summary = book->rooms()->summary(room);
    if (!summary)
        return;
    if (!record.areMembersKnown)
        loadMembers(room);
    record.heardOf = std::max(record.heardOf, summary->lastSeq);
    // A log that is shorter than what was known of it is another log (the server's data was replaced).
    const qint64 missing = summary->lastSeq.value() - record.syncedTo.value();
    if (!record.isLoaded || record.isCacheUseless || missing < 0 || missing > MaxEventsToSync)
        fetchNewest(room);
    else if (missing > 0)
        fetchMissing(room);
}

void Session::Private::fetchNewest(const RoomId &room)
{
    RoomState &record = book->record(room);
    const auto summary = book->rooms()->summary(room);
    record.isSyncing = true;
    record.isLoaded = false;
    record.isComplete = false;
    record.paging = RoomState::Paging::None; // a page that comes from the cache belongs to what is let go
    record.isReadingCache = false;
    record.isCacheUseless = false;
    record.timeline->timeline().clearSent();
    record.timeline->setPaging(false, true);
    record.sinceAsked.clear();
    m_unsavedEvents.remove(room);
    store->forgetMessages(room);
    // Events from here on come live, and fit behind the page.
    record.syncedTo = summary ? summary->lastSeq : Seq();
    ask(What::History, room, FetchHistory { room, {}, PageSize },
        [this, room](const ServerFrame &frame) {
            if (const auto *history = std::get_if<History>(&frame))
                takeHistory(room, *history);
        },
        [this, room] { book->record(room).isSyncing = false; });
}

void Session::Private::takeHistory(const RoomId &room, const History &history)
{
    RoomState &record = book->record(room);
    record.isLoaded = true;
    mergePage(room, history);
    if (history.hasMore && !history.messages.isEmpty())
        record.timeline->timeline().forgetBefore(history.messages.first().seq); // acknowledged again meanwhile
    record.timeline->setPaging(history.hasMore, false);
    for (const MessageSnapshot &message : history.messages) {
        if (message.clientId && message.user == settings.user && outbox.confirm(*message.clientId)) {
            store->removeFromOutbox(*message.clientId);
            emit q->unsentCountChanged(outbox.unsentCount());
        }
    }
    record.isSyncing = false;
    if (record.heardOf > record.syncedTo)
        fetchMissing(room);
}

void Session::Private::putRoom(const RoomSummary &room)
{
    const auto known = book->rooms()->summary(room.room);
    book->rooms()->put(room);
    dropExpired(room.room, known ? known->firstSeq : Seq(1), room.firstSeq);
    showBeginning(room);
}

void Session::Private::dropExpired(const RoomId &room, Seq known, Seq firstSeq)
{
    if (firstSeq <= known)
        return;
    book->expire(room, firstSeq);
    if (const auto unsaved = m_unsavedEvents.find(room); unsaved != m_unsavedEvents.end()) {
        erase_if(*unsaved, [firstSeq](const RoomEvent &roomEvent) { return roomEvent.seq < firstSeq; });
        if (unsaved->isEmpty())
            m_unsavedEvents.erase(unsaved);
    }
    store->forgetBefore(room, firstSeq);
    noteRoomsChanged();
}

QList<MessageSnapshot> Session::Private::kept(const RoomId &room, QList<MessageSnapshot> messages) const
{
    if (const auto summary = book->rooms()->summary(room))
        erase_if(messages, [first = summary->firstSeq](const MessageSnapshot &message) { return message.seq < first; });
    return messages;
}

void Session::Private::keepChanged(const KeepChanged &change)
{
    const auto before = book->rooms()->summary(change.room);
    if (!before)
        return;
    dropExpired(change.room, before->firstSeq, change.firstSeq);
    RoomSummary room = *book->rooms()->summary(change.room);
    room.keepDays = change.keepDays;
    book->rooms()->put(room);
    showBeginning(room);
    noteRoomsChanged();
}

void Session::Private::restricted(const RoomRestricted &change)
{
    auto room = book->rooms()->summary(change.room);
    if (!room)
        return;
    room->slowModeSeconds = change.slowModeSeconds;
    room->isClosed = change.isClosed;
    book->rooms()->put(*room);
}

void Session::Private::leftRoom(const Left &left)
{
    const auto room = book->rooms()->summary(left.room);
    if (room && left.by && *left.by != settings.user)
        emit q->removedFromRoom(*room, *left.by, left.reason);
    removeRoom(left.room);
}

void Session::Private::userUpdated(const MemberInfo &user)
{
    book->putUser(user);
    if (user.user != settings.user || user.role == local.role)
        return;
    local.role = user.role;
    store->saveIdentity(local.token, local.role);
    emit q->identityChanged();
}

void Session::Private::showBeginning(const RoomSummary &room)
{
    const int days = room.keepDays.value_or(local.server.keepDays);
    book->record(room.room).timeline->setExpired(room.firstSeq > Seq(1) ? std::optional(days) : std::nullopt);
}

void Session::Private::showBeginnings()
{
    for (const RoomSummary &room : book->rooms()->summaries())
        showBeginning(room);
}

void Session::Private::noteApplied(const RoomId &room, const QList<RoomEvent> &events)
{
    RoomState &record = book->record(room);
    if (!record.isLoaded || record.paging != RoomState::Paging::None)
        record.sinceAsked.append(events);
    if (record.isLoaded)
        keepEvents(room, events);
}

/// An edit found nothing to change then. Twice is once.
QList<RoomEvent> Session::Private::applySince(RoomState &record)
{
    QList<RoomEvent> since = std::exchange(record.sinceAsked, {});
    for (const RoomEvent &roomEvent : since)
        record.timeline->timeline().apply(roomEvent);
    return since;
}

void Session::Private::mergePage(const RoomId &room, const History &history)
{
    RoomState &record = book->record(room);
    record.isComplete = !history.hasMore;
    const QList<MessageSnapshot> messages = kept(room, history.messages);
    record.timeline->timeline().merge(messages);
    const QList<RoomEvent> since = applySince(record);
    saveNow(); // what is still to be kept comes before `since` says that it was
    store->saveMessages(room, messages, record.isComplete);
    store->saveEvents(room, since, record.syncedTo);
}

void Session::Private::fetchMissing(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (record.isSyncing)
        return;
    record.isSyncing = true;
    ask(What::History, room, SyncRoom { room, record.syncedTo },
        [this, room](const ServerFrame &frame) {
            book->record(room).isSyncing = false;
            if (const auto *synced = std::get_if<Synced>(&frame))
                takeSync(room, *synced);
        },
        [this, room] { book->record(room).isSyncing = false; });
}

void Session::Private::takeSync(const RoomId &room, const Synced &synced)
{
    RoomState &record = book->record(room);
    const Seq before = record.syncedTo;
    if (const auto summary = book->rooms()->summary(room); summary && synced.firstSeq > summary->firstSeq) {
        dropExpired(room, summary->firstSeq, synced.firstSeq);
        showBeginning(*book->rooms()->summary(room));
    }
    QList<RoomEvent> applied;
    for (const RoomEvent &roomEvent : synced.events) {
        if (const auto *posted = std::get_if<MessagePosted>(&roomEvent.body);
            posted != nullptr && posted->clientId && roomEvent.user == settings.user && outbox.confirm(*posted->clientId)) {
            store->removeFromOutbox(*posted->clientId);
            emit q->unsentCountChanged(outbox.unsentCount());
        }
        if (book->apply(roomEvent) == RoomBook::Applied::InOrder)
            applied.append(roomEvent);
    }
    noteApplied(room, applied);
    noteRoomsChanged();
    record.heardOf = std::max(record.heardOf, synced.lastSeq);
    // Only when this page brought something: a server that answers with nothing is not asked for ever.
    if (record.syncedTo > before && record.heardOf > record.syncedTo)
        fetchMissing(room);
}

void Session::Private::loadOlder(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (record.paging != RoomState::Paging::None || record.isSyncing || record.isComplete || !record.isLoaded)
        return;
    const Seq first = record.timeline->timeline().firstSeq();
    if (status.state != State::Online && !record.hasOlderCached)
        return;
    record.paging = RoomState::Paging::Older;
    record.sinceAsked.clear();
    record.timeline->setPaging(true, true);
    if (status.state != State::Online) {
        record.isReadingCache = true;
        store->loadPage(room, first, PageSize);
        return;
    }
    const auto end = [this, room] {
        if (book->record(room).paging == RoomState::Paging::Older)
            endPaging(room);
    };
    ask(What::History, room, FetchHistory { room, first, PageSize },
        [this, room, end](const ServerFrame &frame) {
            if (const auto *history = std::get_if<History>(&frame))
                mergePage(room, *history);
            end();
        },
        end);
}

/// What was here once is in the cache, without a hole up to the newest event: no server needs to be asked.
void Session::Private::loadNewer(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (record.paging != RoomState::Paging::None || record.timeline->newerCount() == 0 || record.isCacheUseless)
        return;
    record.paging = RoomState::Paging::Newer;
    record.isReadingCache = true;
    record.sinceAsked.clear();
    saveNow(); // the page is read behind what came so far
    store->loadPageAfter(room, record.timeline->lastSeq(), PageSize);
}

void Session::Private::takeNewerPage(const LocalPage &page)
{
    RoomState &record = book->record(page.room);
    if (record.paging != RoomState::Paging::Newer)
        return; // what it belongs to is gone
    if (page.messages.isEmpty() || !m_isStoreUsable) {
        readAfresh(page.room);
        return;
    }
    record.timeline->timeline().mergeNewer(kept(page.room, page.messages), page.hasMore ? Timeline::PageEnd::MoreFollow : Timeline::PageEnd::IsNewest);
    applySince(record);
    endPaging(page.room);
}

void Session::Private::loadNewest(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (record.timeline->newerCount() == 0 || record.isCacheUseless)
        return;
    if (record.paging != RoomState::Paging::None) {
        record.isNewestWanted = true;
        return;
    }
    record.paging = RoomState::Paging::Newest;
    record.isReadingCache = true;
    record.sinceAsked.clear();
    saveNow();
    store->loadPage(room, {}, PageSize);
}

void Session::Private::endPaging(const RoomId &room)
{
    RoomState &record = book->record(room);
    record.paging = RoomState::Paging::None;
    record.isReadingCache = false;
    record.timeline->setPaging(!record.isComplete, false);
    if (std::exchange(record.isNewestWanted, false))
        loadNewest(room);
    else if (shownRoom && shownRoom != room)
        rest(room);
}

void Session::Private::readAfresh(const RoomId &room)
{
    book->record(room).isCacheUseless = true; // it is not asked again before the server was
    endPaging(room);
    if (status.state == State::Online)
        fetchNewest(room);
}

void Session::Private::keepAround(const RoomId &room, Seq seq)
{
    RoomState &record = book->record(room);
    Timeline &timeline = record.timeline->timeline();
    const int row = timeline.rowOf(seq);
    if (row < 0 || timeline.sentCount() <= MaxRows || record.paging != RoomState::Paging::None)
        return;
    if (m_isStoreUsable) // where they come back from
        timeline.keepOldest(row + 1 + KeptBehind);
    if (row > KeptBefore)
        letOlderGo(record, timeline.sentCount() - (row - KeptBefore));
}

void Session::Private::letOlderGo(RoomState &record, int keep)
{
    if (!record.timeline->timeline().keepNewest(keep))
        return;
    record.isComplete = false;
    record.hasOlderCached = true;
    record.timeline->setPaging(true, false);
}

void Session::Private::rest(const RoomId &room)
{
    RoomState &record = book->record(room);
    if (record.timeline->newerCount() > 0)
        loadNewest(room);
    else if (record.paging == RoomState::Paging::None)
        letOlderGo(record, KeptAtRest);
}

void Session::Private::openRoom(const RoomSummary &room, bool wasAskedFor)
{
    listed.remove(room.room);
    RoomSummary opened = room;
    opened.isMember = true;
    putRoom(opened);
    if (opened.peer) {
        const auto peer = book->everyone()->member(*opened.peer);
        book->rooms()->setPeerState(*opened.peer, peer ? peer->state : PresenceState::Offline);
    }
    noteRoomsChanged();
    catchUp(room.room);
    if (wasAskedFor)
        emit q->roomReady(room.room);
}

void Session::Private::joined(const Joined &joined)
{
    RoomSummary room = listed.value(joined.room);
    const auto known = book->rooms()->summary(joined.room);
    if (known)
        room = *known;
    const bool isNamed = !room.room.isNull();
    room.room = joined.room;
    room.lastSeq = joined.lastSeq;
    if (!known)
        room.readSeq = joined.lastSeq; // what was said before is nobody's unread
    room.memberCount = static_cast<int>(joined.members.size());
    RoomState &record = book->record(joined.room);
    record.members->reset(joined.members);
    record.areMembersKnown = true;
    openRoom(room, true);
    if (!isNamed)
        q->listRooms(); // its name and topic
}

void Session::Private::removeRoom(const RoomId &room)
{
    if (book->rooms()->rowOf(room) < 0)
        return;
    book->rooms()->remove(room);
    RoomState &record = book->record(room);
    record.timeline->timeline().clearSent();
    record.isLoaded = false;
    record.paging = RoomState::Paging::None;
    record.areMembersKnown = false;
    record.syncedTo = {};
    book->setListenersInTheClear(room, 0);
    m_unsavedEvents.remove(room);
    store->forgetMessages(room);
    noteRoomsChanged();
    emit q->roomGone(room);
}

void Session::Private::loadMembers(const RoomId &room)
{
    ask(What::Other, room, Who { room }, [this, room](const ServerFrame &frame) {
        const auto *listedMembers = std::get_if<MembersListed>(&frame);
        if (listedMembers == nullptr)
            return;
        RoomState &record = book->record(room);
        record.members->reset(listedMembers->members);
        record.areMembersKnown = true;
        for (const MemberInfo &member : listedMembers->members)
            book->everyone()->put(member);
        if (auto summary = book->rooms()->summary(room)) {
            summary->memberCount = static_cast<int>(listedMembers->members.size());
            book->rooms()->put(*summary);
        }
    });
}

void Session::Private::refreshMembers(const RoomId &room)
{
    m_staleMembers.insert(room);
    if (!m_membersTimer.isActive())
        m_membersTimer.start(MembersDelay);
}

void Session::Private::sendRead(const RoomId &room, Seq seq)
{
    if (status.state != State::Online)
        return; // told after the next welcome
    const bool isUnderWay = m_readsUnderWay.contains(room);
    m_readsUnderWay.insert(room, std::max(seq, m_readsUnderWay.value(room)));
    if (isUnderWay)
        return;
    const auto end = [this, room, seq] {
        const Seq newest = m_readsUnderWay.take(room);
        if (newest > seq)
            sendRead(room, newest);
    };
    ask(What::Other, room, MarkRead { room, seq }, [end](const ServerFrame &) { end(); },
        [this, room] { m_readsUnderWay.remove(room); });
}

} // namespace hearth
