#include "client/session.h"

#include "client/invites.h"
#include "client/moderation.h"
#include "client/session_p.h"

#include <utility>

namespace hearth {

using What = RequestFailure::What;

Session::Session(const SessionSettings &settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(settings, this))
{
}

Session::~Session() { d->close(); }

const SessionSettings &Session::settings() const { return d->settings; }
ConnectionStatus Session::status() const { return d->status; }
UserName Session::user() const { return d->settings.user; }
Role Session::role() const { return d->local.role; }
ServerInfo Session::server() const { return d->local.server; }
Access Session::access() const { return d->access; }
int Session::maxContentLength() const { return d->maxContentLength; }
bool Session::isTokenInKeychain() const { return d->local.isTokenInKeychain; }
bool Session::hasPassword() const { return d->hasPassword; }
Fingerprint Session::serverKey() const
{
    // While it is not online, whoever answers is not checked yet.
    return d->status.state == ConnectionStatus::State::Online ? d->link->peerKey() : d->local.key;
}
RoomListModel *Session::rooms() const { return d->book->rooms(); }
TimelineModel *Session::timeline(const RoomId &room) { return d->book->record(room).timeline; }
MemberListModel *Session::members(const RoomId &room) { return d->book->record(room).members; }
MemberListModel *Session::everyone() const { return d->book->everyone(); }
Moderation *Session::moderation() const { return d->moderation; }

Invites *Session::invites() const { return d->invites; }
QList<UserName> Session::typists(const RoomId &room) const { return d->book->record(room).typists.names(); }
qint64 Session::listenersInTheClear(const RoomId &room) const { return d->book->record(room).listenersInTheClear; }
QString Session::draft(const RoomId &room) const { return d->drafts.value(room); }
int Session::unsentCount() const { return d->outbox.unsentCount(); }

void Session::open() { d->open(); }
void Session::close() { d->close(); }
void Session::retryNow() { d->retryNow(); }
void Session::authenticate(const QString &password) { d->authenticate(password); }
void Session::trustKey(const Fingerprint &key) { d->trustKey(key); }

ClientId Session::post(const RoomId &room, const QString &content, std::optional<Seq> replyTo)
{
    OutboxEntry entry;
    entry.id = ClientId::generate();
    entry.room = room;
    entry.content = content;
    entry.replyTo = replyTo;
    entry.writtenAt = QDateTime::currentDateTimeUtc();
    d->outbox.add(entry);
    d->store->addToOutbox(entry); // sent when it is on disk
    d->book->record(room).timeline->timeline().addPending(entry);
    d->sendTyping(d->typing.sent(room));
    emit unsentCountChanged(d->outbox.unsentCount());
    return entry.id;
}

void Session::retry(const RoomId &room, const ClientId &id)
{
    if (!d->outbox.retry(id))
        return;
    d->store->setOutboxError(id, std::nullopt);
    d->book->record(room).timeline->timeline().setError(id, std::nullopt);
    d->flushOutbox();
}

void Session::discard(const RoomId &room, const ClientId &id)
{
    if (!d->outbox.discard(id))
        return;
    d->store->removeFromOutbox(id);
    d->book->record(room).timeline->timeline().removePending(id);
    emit unsentCountChanged(d->outbox.unsentCount());
    d->flushOutbox();
}

void Session::edit(const RoomId &room, Seq seq, const QString &content)
{
    d->ask(What::Edit, room, EditMessage { room, seq, content });
}

void Session::remove(const RoomId &room, Seq seq) { d->ask(What::Delete, room, DeleteMessage { room, seq }); }

void Session::react(const RoomId &room, Seq seq, const QString &emoji, bool add)
{
    d->ask(What::React, room, React { room, seq, emoji, add });
}

void Session::loadOlder(const RoomId &room) { d->loadOlder(room); }

void Session::loadNewer(const RoomId &room) { d->loadNewer(room); }

void Session::loadNewest(const RoomId &room) { d->loadNewest(room); }

void Session::keepAround(const RoomId &room, Seq seq) { d->keepAround(room, seq); }

void Session::setShownRoom(const RoomId &room)
{
    const auto before = std::exchange(d->shownRoom, room);
    if (before && *before != room)
        d->rest(*before);
}

void Session::markRead(const RoomId &room, Seq seq)
{
    if (!d->book->markRead(room, seq))
        return;
    d->noteRoomsChanged();
    d->sendRead(room, seq);
}

void Session::setCurrentRoom(const RoomId &room)
{
    if (room.isNull()) {
        d->currentRoom.reset();
        return;
    }
    const bool isOther = d->currentRoom != room;
    d->currentRoom = room;
    const auto summary = d->book->rooms()->summary(room);
    // The line moves when there is something new to stand above, and goes when one comes back without.
    if (summary && (summary->unread > 0 || isOther)) {
        const Seq upTo = summary->unread > 0 ? summary->lastSeq : summary->readSeq;
        d->book->record(room).timeline->timeline().setUnreadRange(summary->readSeq, upTo);
    }
    d->catchUp(room);
}

void Session::noteComposing(const RoomId &room, const QString &text)
{
    d->noteDraft(room, text);
    d->sendTyping(d->typing.edited(room, text.trimmed().isEmpty(), Private::now()));
}

void Session::createRoom(const RoomId &room, const QString &name, const QString &topic, RoomKind kind)
{
    d->ask(What::CreateRoom, room, CreateRoom { room, name, topic, kind }, [this](const ServerFrame &frame) {
        if (const auto *opened = std::get_if<RoomOpened>(&frame))
            d->openRoom(opened->room, true);
    });
}

void Session::joinRoom(const RoomId &room)
{
    d->ask(What::JoinRoom, room, JoinRoom { room }, [this](const ServerFrame &frame) {
        if (const auto *joined = std::get_if<Joined>(&frame))
            d->joined(*joined);
    });
}

void Session::leaveRoom(const RoomId &room)
{
    d->ask(What::LeaveRoom, room, LeaveRoom { room }, [this, room](const ServerFrame &) { d->removeRoom(room); });
}

void Session::openDirect(const UserName &user)
{
    d->ask(What::OpenDirect, std::nullopt, OpenDirect { user }, [this](const ServerFrame &frame) {
        if (const auto *opened = std::get_if<RoomOpened>(&frame))
            d->openRoom(opened->room, true);
    });
}

void Session::invite(const RoomId &room, const UserName &user) { d->ask(What::Invite, room, InviteMember { room, user }); }

void Session::setTopic(const RoomId &room, const QString &topic) { d->ask(What::SetTopic, room, SetTopic { room, topic }); }

void Session::setKeep(const RoomId &room, std::optional<int> days) { d->ask(What::SetKeep, room, SetKeep { room, days }); }

void Session::setPresence(PresenceState state)
{
    if (std::exchange(d->presence, state) != state)
        d->ask(What::Other, std::nullopt, SetPresence { state });
}

void Session::announce(const QString &content) { d->ask(What::Announce, std::nullopt, Announce { content }); }

void Session::setPassword(const std::optional<QString> &old, const QString &password)
{
    d->ask(What::SetPassword, std::nullopt, SetPassword { old, password }, [this](const ServerFrame &) {
        d->hasPassword = true;
        emit passwordSet();
    });
}

void Session::listSessions()
{
    d->ask(What::ListSessions, std::nullopt, ListSessions {}, [this](const ServerFrame &frame) {
        if (const auto *listed = std::get_if<SessionsListed>(&frame))
            emit sessionsListed(listed->sessions);
    });
}

void Session::revokeSession(const QString &session)
{
    d->ask(What::RevokeSession, std::nullopt, RevokeSession { session }, [this](const ServerFrame &) { listSessions(); });
}

void Session::signOut(const QString &session)
{
    d->ask(What::RevokeSession, std::nullopt, RevokeSession { session }, [this](const ServerFrame &) {
        d->forgetToken();
        d->close();
        emit signedOut();
    });
}

void Session::listRooms()
{
    d->ask(What::JoinRoom, std::nullopt, ListRooms {}, [this](const ServerFrame &frame) {
        const auto *listed = std::get_if<RoomsListed>(&frame);
        if (listed == nullptr)
            return;
        d->listed.clear();
        for (const RoomSummary &room : listed->rooms) {
            const auto known = d->book->rooms()->summary(room.room);
            if (!known && !room.isMember) {
                d->listed.insert(room.room, room);
            } else if (known && known->name.isEmpty()) {
                RoomSummary named = *known;
                named.name = room.name;
                named.topic = room.topic;
                named.kind = room.kind;
                named.keepDays = room.keepDays;
                named.firstSeq = room.firstSeq;
                named.creator = room.creator;
                named.slowModeSeconds = room.slowModeSeconds;
                named.isClosed = room.isClosed;
                d->putRoom(named);
            }
        }
        emit roomsListed(listed->rooms);
    });
}

void Session::search(const QString &query, std::optional<RoomId> room)
{
    Search frame;
    frame.query = query;
    frame.room = room;
    d->ask(What::Search, room, frame, [this](const ServerFrame &reply) {
        if (const auto *results = std::get_if<SearchResults>(&reply))
            emit searchFinished(*results);
    });
}

} // namespace hearth
