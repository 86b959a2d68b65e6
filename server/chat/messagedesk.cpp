#include "server/chat/messagedesk.h"

#include "protocol/mentions.h"
#include "server/chat/roomdesk.h"
#include "server/chat/sessiondesk.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Reach = Audience::Reach;

namespace {

/// What is said to whoever may not.
QString whoMayTouch(const AppendRequest &request)
{
    if (std::holds_alternative<MessageEdited>(request.body))
        return u"Only whoever wrote a message can change it"_s;
    if (request.room.isDirect())
        return u"Only whoever wrote a message can delete it here"_s;
    return u"Only moderators can delete what somebody else wrote"_s;
}

} // namespace

void MessageDesk::post(Peer &peer, const Id &id, const PostMessage &frame)
{
    const RoomId wanted = frame.room.value_or(peer.room);
    // Nobody has said anything in a plain client's room yet: it comes to be now.
    const bool isNewRoom = isYetToBe(peer, wanted);
    if (!isNewRoom) {
        if (const auto objection = objectionTo(peer, wanted)) {
            refusePost(peer, id, wanted, frame, roomError(*objection));
            return;
        }
    }
    if (!m_sessions.identify(peer, id, frame.user, frame.clientId))
        return;
    if (const auto objection = objectionToPost(peer, wanted)) {
        refusePost(peer, id, wanted, frame, *objection);
        return;
    }
    if (isNewRoom && !m_rooms.mayCreate(peer, id, frame.clientId))
        return;
    remember(peer);
    if (isNewRoom)
        m_rooms.createForGuest(peer);

    AppendRequest request { .room = wanted, .user = *peer.user, .body = MessagePosted { frame.content, frame.clientId, frame.replyTo } };
    const QList<UserName> named = addressees(wanted, *peer.user, frame.content);
    if (wanted.isDirect())
        request.notificationKind = Notification::Kind::Direct;
    else
        request.mentions = named;
    for (const UserName &user : named) {
        if (!m_chat.audience.isWelcomed(user))
            request.notify.append(user);
    }
    const bool wantsAck = id || frame.clientId;
    const QDateTime when = m_chat.now();
    if (slowModeFor(peer, wanted) > 0)
        m_slowMode.posted(wanted, *peer.user, when);
    m_chat.store.append(request, then<Appended>(peer, [this, id, request, named, wantsAck, when](Peer *back, const auto &posted) {
        const auto &clientId = std::get<MessagePosted>(request.body).clientId;
        if (!posted || posted->isRepeat)
            m_slowMode.forget(request.room, request.user, when);
        if (!posted) {
            if (back != nullptr)
                refuse(*back, id, posted.error(), clientId);
            return;
        }
        const RoomEvent &event = posted->event;
        if (back != nullptr && wantsAck)
            m_chat.audience.reply(*back, id, Ack { clientId, event.room, event.seq, event.timestamp });
        if (posted->isRepeat)
            return;
        m_chat.directory.apply(event);
        m_chat.audience.tellRoom(event.room, Reach::Everyone, event);
        AppendRequest told = request;
        told.mentions = named;
        notify(told, event);
        m_chat.audience.tellRoomChanged(event.room);
    }));
}

bool MessageDesk::isYetToBe(const Peer &peer, const RoomId &room) const
{
    return !peer.isWelcomed && room == peer.room && m_chat.directory.room(room) == nullptr && !m_rooms.isBeingMade(room);
}

int MessageDesk::slowModeFor(const Peer &peer, const RoomId &room) const
{
    const Directory::Room *known = m_chat.directory.room(room);
    return known == nullptr || isModerator(peer) ? 0 : known->record.slowModeSeconds;
}

std::optional<Error> MessageDesk::objectionToPost(const Peer &peer, const RoomId &room) const
{
    if (auto objection = objectionToWriting(peer, room))
        return objection;
    const int seconds = slowModeFor(peer, room);
    const auto wait = m_slowMode.wait(room, *peer.user, seconds, m_chat.now());
    if (!wait)
        return std::nullopt;
    Error error;
    error.code = ErrorCode::RateLimited;
    error.message = u"One message every %1 seconds in this room"_s.arg(seconds);
    error.timestamp = m_chat.now();
    error.retryAfterMs = wait;
    return error;
}

/// What was acknowledged once is acknowledged again, whatever became of the membership, or of the right to write, since. A
/// conflict is told only where the room may be known: the store finds one in a hidden room and none in a room that is not
/// there.
void MessageDesk::refusePost(Peer &peer, const Id &id, const RoomId &room, const PostMessage &frame, const Error &objection)
{
    const auto refuseIt = [this, id, objection, clientId = frame.clientId](Peer &to) {
        Error error = objection;
        error.clientId = clientId;
        m_chat.audience.reply(to, id, error);
    };
    if (!peer.user || !frame.clientId) {
        refuseIt(peer);
        return;
    }
    const AppendRequest request { .room = room, .user = *peer.user,
                                  .body = MessagePosted { frame.content, frame.clientId, frame.replyTo }, .onlyRepeats = true };
    m_chat.store.append(request, then<Appended>(peer, [this, id, clientId = frame.clientId, code = objection.code, refuseIt](Peer *back, const auto &first) {
        if (back == nullptr)
            return;
        if (first)
            m_chat.audience.reply(*back, id, Ack { clientId, first->event.room, first->event.seq, first->event.timestamp });
        else if (code != ErrorCode::NotFound && first.error().reason == StoreError::Reason::Conflict)
            refuse(*back, id, first.error(), clientId);
        else
            refuseIt(*back);
    }));
}

QList<UserName> MessageDesk::addressees(const RoomId &room, const UserName &author, const QString &content) const
{
    const Directory::Room *known = m_chat.directory.room(room);
    if (known == nullptr)
        return {};
    if (const auto other = m_chat.directory.peerIn(room, author))
        return { *other };
    QList<UserName> named = findMentions(content, [known](const UserName &name) { return known->members.contains(name); });
    named.removeOne(author);
    return named;
}

void MessageDesk::notify(const AppendRequest &request, const RoomEvent &event)
{
    const Notification notification { request.notificationKind, event.room, event.seq, event.user,
                                      std::get<MessagePosted>(event.body).content, event.timestamp };
    for (const UserName &user : request.mentions) {
        const bool wasStored = request.notify.contains(user);
        const bool isHere = m_chat.audience.isWelcomed(user);
        if (wasStored && isHere)
            m_sessions.deliverStored(user); // came while the message was being committed
        else if (!wasStored)
            m_sessions.notify(user, notification);
    }
}

void MessageDesk::setTyping(Peer &peer, const Id &id, const SetTyping &frame)
{
    const RoomId wanted = frame.room.value_or(peer.room);
    if (!isYetToBe(peer, wanted) && !ownRoom(peer, id, wanted))
        return;
    if (!m_sessions.identify(peer, id, frame.user) || !mayWrite(peer, id, wanted))
        return;
    m_chat.audience.tellRoom(wanted, Reach::Everyone, Typing { wanted, *peer.user, frame.isTyping, m_chat.now() }, nullptr,
                             Delivery::Droppable);
}

void MessageDesk::edit(Peer &peer, const Id &id, const EditMessage &frame)
{
    const auto room = ownRoomOfNamed(peer, id, frame.room);
    if (room && mayWrite(peer, id, *room))
        change(peer, id, { .room = *room, .user = *peer.user, .body = MessageEdited { frame.seq, frame.content } });
}

void MessageDesk::remove(Peer &peer, const Id &id, const DeleteMessage &frame)
{
    if (peer.isConsole) {
        removeFromConsole(peer, id, frame);
        return;
    }
    if (const auto room = ownRoomOfNamed(peer, id, frame.room)) {
        change(peer, id, { .room = *room, .user = *peer.user, .body = MessageDeleted { frame.seq },
                           .mayTouchOthers = isModerator(peer) && !room->isDirect(),
                           .audit = AuditEntry { .by = peer.user, .deed = Deed::DeleteMessage, .room = *room } });
    }
}

/// The event is the author's, for want of another name; the audit log tells who it was.
void MessageDesk::removeFromConsole(Peer &peer, const Id &id, const DeleteMessage &frame)
{
    const auto room = roomForConsole(peer, id, frame.room);
    if (!room)
        return;
    m_chat.store.sync(*room, Seq(frame.seq.value() - 1), 1, then<SyncPage>(peer, [this, id, room = *room, seq = frame.seq](Peer *back, const auto &page) {
        if (back == nullptr)
            return;
        if (!page)
            refuse(*back, id, page.error());
        else if (page->events.isEmpty() || page->events.first().seq != seq)
            refuse(*back, id, ErrorCode::NotFound, u"No such message"_s);
        else
            change(*back, id, { .room = room, .user = page->events.first().user, .body = MessageDeleted { seq }, .mayTouchOthers = true,
                                .audit = AuditEntry { .deed = Deed::DeleteMessage, .room = room } });
    }));
}

std::optional<RoomId> MessageDesk::roomForConsole(Peer &peer, const Id &id, const std::optional<RoomId> &wanted)
{
    const auto room = visibleRoom(peer, id, wanted);
    if (!room || !room->isDirect())
        return room;
    refuse(peer, id, ErrorCode::Forbidden, u"A direct conversation is between the two"_s);
    return std::nullopt;
}

void MessageDesk::react(Peer &peer, const Id &id, const React &frame)
{
    const auto room = ownRoomOfNamed(peer, id, frame.room);
    if (room && mayWrite(peer, id, *room)) {
        remember(peer);
        change(peer, id, { .room = *room, .user = *peer.user, .body = ReactionChanged { frame.seq, frame.emoji, frame.add } });
    }
}

void MessageDesk::change(Peer &peer, const Id &id, const AppendRequest &request)
{
    m_chat.store.append(request, then<Appended>(peer, [this, id, whoMay = whoMayTouch(request)](Peer *back, const auto &changed) {
        if (!changed) {
            if (back != nullptr && changed.error().reason == StoreError::Reason::Forbidden)
                refuse(*back, id, ErrorCode::Forbidden, whoMay);
            else if (back != nullptr)
                refuse(*back, id, changed.error());
            return;
        }
        const RoomEvent &event = changed->event;
        if (back != nullptr)
            m_chat.audience.reply(*back, id, Ack { {}, event.room, event.seq, event.timestamp.isValid() ? event.timestamp : m_chat.now() });
        if (changed->isNoop)
            return;
        m_chat.directory.apply(event);
        m_chat.audience.tellRoom(event.room, Reach::HearsAll, event);
        m_chat.audience.tellRoomChanged(event.room);
    }));
}

void MessageDesk::history(Peer &peer, const Id &id, const FetchHistory &frame)
{
    const auto room = peer.isConsole ? roomForConsole(peer, id, frame.room) : visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    m_chat.store.history(*room, frame.before, frame.limit, then<HistoryPage>(peer, [this, id, room = *room](Peer *back, const auto &page) {
        if (back == nullptr)
            return;
        if (page)
            m_chat.audience.reply(*back, id, History { room, page->messages, page->hasMore });
        else
            refuse(*back, id, page.error());
    }));
}

void MessageDesk::sync(Peer &peer, const Id &id, const SyncRoom &frame)
{
    const auto room = visibleRoom(peer, id, frame.room);
    if (!room)
        return;
    m_chat.store.sync(*room, frame.after, frame.limit, then<SyncPage>(peer, [this, id, room = *room](Peer *back, const auto &page) {
        if (back == nullptr)
            return;
        if (page)
            m_chat.audience.reply(*back, id, Synced { room, page->events, page->lastSeq, page->hasMore, page->firstSeq });
        else
            refuse(*back, id, page.error());
    }));
}

void MessageDesk::search(Peer &peer, const Id &id, const Search &frame)
{
    SearchQuery query { .text = frame.query, .from = frame.from, .before = frame.before, .limit = frame.limit };
    if (frame.room) {
        const auto room = visibleRoom(peer, id, frame.room);
        if (!room)
            return;
        query.rooms = { *room };
    } else {
        query.rooms = peer.isWelcomed ? m_chat.directory.roomsOf(*peer.user) : m_chat.directory.visibleRooms({});
    }
    m_chat.store.search(query, then<HistoryPage>(peer, [this, id](Peer *back, const auto &page) {
        if (back == nullptr)
            return;
        if (page)
            m_chat.audience.reply(*back, id, SearchResults { page->messages, page->hasMore });
        else
            refuse(*back, id, page.error());
    }));
}

void MessageDesk::announce(Peer &peer, const Id &id, const Announce &frame)
{
    if (!isWelcomed(peer, id))
        return;
    if (!isModerator(peer)) {
        refuse(peer, id, ErrorCode::Forbidden, u"Only the owner and moderators make announcements"_s);
        return;
    }
    Ack ack;
    ack.timestamp = m_chat.now();
    m_chat.audience.reply(peer, id, ack);
    m_chat.audience.tellEveryone(Notification { Notification::Kind::System, {}, {}, *peer.user, frame.content, ack.timestamp });
}

} // namespace hearth
