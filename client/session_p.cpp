#include "client/session_p.h"

#include "client/moderation.h"
#include "protocol/token.h"

#include <QDeadlineTimer>
#include <QHostAddress>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::chrono::milliseconds RequestTimeout { 15'000 };
constexpr std::chrono::milliseconds SaveDelay { 500 };
constexpr std::chrono::milliseconds TickInterval { 500 };
constexpr qint64 StorageRetryMs = 5'000;
constexpr qint64 TimeoutRetryMs = 1'000;

bool isWithinThisComputer(const QUrl &url)
{
    return QHostAddress(url.host()).isLoopback() || url.host() == "localhost"_L1;
}

/// A draft of blanks is kept, but nobody is reminded of it.
bool isWorthAMark(const QString &draft) { return !draft.trimmed().isEmpty(); }

} // namespace

Session::Private::Private(const SessionSettings &sessionSettings, Session *session)
    : q(session), settings(sessionSettings), store(new LocalStore(settings.dataDirectory, this)),
      link(new ServerLink({}, this)), tracker(new RequestTracker(RequestTimeout, this)),
      book(new RoomBook(settings.user, this)),
      moderation(new Moderation(
          [this](const std::optional<RoomId> &room, const ClientFrame &frame, RequestTracker::OnReply onReply) {
              ask(What::Moderate, room, frame, std::move(onReply));
          },
          this))
{
    local.user = settings.user;

    // link → session
    connect(link, &ServerLink::connecting, this, [this] {
        m_isHelloDue = false;
        m_isIntroduced = false;
        m_greeting.reset();
        setStatus(m_wasOnline ? State::Reconnecting : State::Connecting);
    });
    connect(link, &ServerLink::received, this, &Private::receive);
    connect(link, &ServerLink::garbled, this, [this] {
        if (!m_wasOnline)
            giveUp(Problem::NotHearth, {});
        else
            link->drop(Problem::NotHearth, {});
    });
    connect(link, &ServerLink::lost, this, &Private::linkLost);
    // store → session
    connect(store, &LocalStore::stateLoaded, this, &Private::takeState);
    connect(store, &LocalStore::pageLoaded, this, &Private::takePage);
    connect(store, &LocalStore::keyLoaded, this, &Private::checkServer);
    connect(store, &LocalStore::entryStored, this, [this](const ClientId &id) {
        outbox.markStored(id);
        flushOutbox();
    });
    connect(store, &LocalStore::identityStored, this, &Private::identityStored);
    connect(store, &LocalStore::failed, q, &Session::localStoreFailed);
    // book → session
    connect(book, &RoomBook::typistsChanged, q, [this](const RoomId &room) {
        noteTypingActivity();
        emit q->typistsChanged(room);
    });
    connect(book, &RoomBook::selfLeft, this, &Private::removeRoom, Qt::QueuedConnection);

    m_saveTimer.setSingleShot(true);
    connect(&m_saveTimer, &QTimer::timeout, this, &Private::saveNow);
    connect(&m_tickTimer, &QTimer::timeout, this, &Private::tick);
    m_outboxTimer.setSingleShot(true);
    connect(&m_outboxTimer, &QTimer::timeout, this, &Private::flushOutbox);
    m_membersTimer.setSingleShot(true);
    connect(&m_membersTimer, &QTimer::timeout, this, [this] {
        for (const RoomId &room : std::exchange(m_staleMembers, {}))
            loadMembers(room);
    });
}

qint64 Session::Private::now() { return QDeadlineTimer::current().deadline(); }

// ---- coming and going ----

void Session::Private::open()
{
    if (std::exchange(m_isOpened, true))
        return;
    setStatus(State::Connecting);
    m_afterState = [this] { connectLink(); };
    QUrl place = settings.url; // however it is spoken to
    place.setScheme(u"ws"_s);
    store->bindAddress(place.toString(), settings.user);
}

void Session::Private::close()
{
    if (typing.isActive())
        sendTyping(typing.edited(currentRoom.value_or(RoomId::lobby()), true, now()));
    saveNow();
    m_isOpened = false;
    link->close();
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    book->clearTypists();
    typing.reset();
    setStatus(State::Offline);
}

void Session::Private::retryNow()
{
    if (m_isOpened)
        link->retryNow();
}

void Session::Private::authenticate(const QString &password)
{
    settings.password = password;
    m_isOpened = true;
    connectLink();
}

void Session::Private::trustKey(const Fingerprint &key)
{
    m_acceptedKey = key;
    m_isOpened = true;
    connectLink();
}

void Session::Private::connectLink()
{
    const bool mayBePlain = settings.mayBePlain && local.key.isNull() && settings.linkKey.isNull();
    link->open(settings.url, mayBePlain ? ServerLink::Fallback::Plain : ServerLink::Fallback::None);
}

void Session::Private::giveUp(Problem problem, const QString &detail)
{
    link->close();
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    setStatus(State::Offline, problem, detail);
}

void Session::Private::linkLost(Problem problem, const QString &detail, const QDateTime &retryAt)
{
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    outbox.linkLost();
    typing.reset();
    m_readsUnderWay.clear();
    book->clearTypists();
    for (auto &[room, record] : book->records()) {
        record.isSyncing = false;
        record.areMembersKnown = false;
        if (record.isLoadingOlder) {
            record.isLoadingOlder = false;
            record.timeline->setPaging(record.timeline->hasOlder(), false);
        }
    }
    // Whatever answered at first was no chat, or one that does not encrypt; it will not become one by asking again.
    if ((problem == Problem::NotHearth || problem == Problem::Downgraded) && !m_wasOnline) {
        giveUp(problem, detail);
        return;
    }
    m_isClosed = problem == Problem::ServerClosed || (m_isClosed && problem == Problem::Unreachable);
    setStatus(State::Waiting, m_isClosed ? Problem::ServerClosed : problem, detail, retryAt);
}

void Session::Private::setStatus(State state, Problem problem, const QString &detail, const QDateTime &retryAt)
{
    ConnectionStatus changed;
    changed.state = state;
    changed.problem = problem;
    changed.detail = detail;
    changed.retryAt = retryAt;
    changed.isOpenToOthers = state == State::Online && link->peerKey().isNull() && !isWithinThisComputer(settings.url);
    setStatus(changed);
}

void Session::Private::setStatus(const ConnectionStatus &changed)
{
    if (changed == status)
        return;
    status = changed;
    emit q->statusChanged(status);
}

// ---- the disk ----

void Session::Private::takeState(const LocalState &state)
{
    const bool isOther = local.server.id != state.server.id || !m_wasOnline;
    local = state;
    if (isOther)
        resetBookTo(state);
    emit q->identityChanged();
    afterPages(std::exchange(m_afterState, {}));
}

void Session::Private::resetBookTo(const LocalState &state)
{
    for (auto &[room, record] : book->records()) {
        record.timeline->timeline().clearSent();
        for (const OutboxEntry &entry : outbox.entries())
            record.timeline->timeline().removePending(entry.id);
        record.isLoaded = false;
        record.syncedTo = {};
    }
    book->rooms()->reset(state.rooms);
    showBeginnings();
    outbox.reset(state.outbox);
    drafts = state.drafts;
    for (auto it = drafts.cbegin(); it != drafts.cend(); ++it)
        book->rooms()->setDraft(it.key(), isWorthAMark(it.value()));
    for (const OutboxEntry &entry : outbox.entries())
        book->record(entry.room).timeline->timeline().addPending(entry);
    for (auto it = state.syncedTo.cbegin(); it != state.syncedTo.cend(); ++it) {
        if (it.value() == Seq())
            continue;
        book->record(it.key()).syncedTo = it.value();
        ++m_pagesToCome;
        store->loadPage(it.key(), {}, PageSize);
    }
    emit q->unsentCountChanged(outbox.unsentCount());
}

void Session::Private::afterPages(std::function<void()> next)
{
    if (m_pagesToCome > 0)
        m_afterPages = std::move(next);
    else if (next)
        next();
}

void Session::Private::takePage(const LocalPage &page)
{
    RoomState &record = book->record(page.room);
    record.timeline->timeline().merge(kept(page.room, page.messages));
    record.hasOlderCached = page.hasMore;
    record.isComplete = record.isComplete || page.isComplete;
    record.isLoadingOlder = false;
    record.timeline->setPaging(!record.isComplete, false);
    if (m_pagesToCome == 0)
        return;
    record.isLoaded = true;
    if (--m_pagesToCome == 0) {
        if (const auto next = std::exchange(m_afterPages, {}))
            next();
    }
}

void Session::Private::noteDraft(const RoomId &room, const QString &text)
{
    if (drafts.value(room) == text)
        return;
    if (text.isEmpty())
        drafts.remove(room);
    else
        drafts.insert(room, text);
    book->rooms()->setDraft(room, isWorthAMark(text));
    m_dirtyDrafts.insert(room);
    if (!m_saveTimer.isActive())
        m_saveTimer.start(SaveDelay);
}

void Session::Private::noteRoomsChanged()
{
    m_areRoomsDirty = true;
    if (!m_saveTimer.isActive())
        m_saveTimer.start(SaveDelay);
}

void Session::Private::keepEvents(const RoomId &room, const QList<RoomEvent> &events)
{
    if (events.isEmpty())
        return;
    m_unsavedEvents[room].append(events);
    if (!m_saveTimer.isActive())
        m_saveTimer.start(SaveDelay);
}

void Session::Private::saveNow()
{
    m_saveTimer.stop();
    const auto events = std::exchange(m_unsavedEvents, {});
    for (auto it = events.cbegin(); it != events.cend(); ++it)
        store->saveEvents(it.key(), it.value(), it.value().last().seq);
    for (const RoomId &room : std::exchange(m_dirtyDrafts, {}))
        store->saveDraft(room, drafts.value(room));
    if (std::exchange(m_areRoomsDirty, false))
        store->saveRooms(book->rooms()->summaries());
}

// ---- hello ----

void Session::Private::greet(const Connected &connected)
{
    if (connected.protocol != limits::ProtocolVersion) {
        giveUp(Problem::VersionTooOld, connected.server.version);
        return;
    }
    m_greeting = connected;
    store->loadKey(connected.server.id);
}

void Session::Private::checkServer(const QString &serverId, const Fingerprint &knownKey)
{
    if (!m_greeting || m_greeting->server.id != serverId || !link->isOpen())
        return;
    KeyFacts facts;
    facts.presented = link->peerKey();
    facts.ofServer = knownKey;
    facts.ofAddress = local.key;
    facts.ofLink = settings.linkKey;
    facts.accepted = m_acceptedKey;
    facts.isPlainWanted = settings.url.scheme() == "ws"_L1;
    const KeyVerdict verdict = checkKey(facts);
    if (verdict != KeyVerdict::Known && verdict != KeyVerdict::Verified) {
        refuseKey(verdict, facts);
        return;
    }
    if (verdict == KeyVerdict::Verified)
        store->saveKey(serverId, facts.presented);
    m_acceptedKey = {};
    if (!facts.presented.isNull()) {
        local.key = facts.presented;
        link->forbidFallback();
    }
    introduce();
}

void Session::Private::refuseKey(KeyVerdict verdict, const KeyFacts &facts)
{
    static const QHash<KeyVerdict, Problem> problems { { KeyVerdict::Unknown, Problem::UnknownKey },
                                                       { KeyVerdict::Changed, Problem::ChangedKey },
                                                       { KeyVerdict::NotOfLink, Problem::WrongKey },
                                                       { KeyVerdict::Downgraded, Problem::Downgraded } };
    ConnectionStatus refused;
    refused.problem = problems.value(verdict);
    refused.presentedKey = facts.presented;
    refused.knownKey = expectedKey(facts);
    refused.isVouchedFor = verdict == KeyVerdict::Changed && facts.presented == facts.ofLink;
    refused.detail = m_greeting->server.name;
    m_greeting.reset();
    link->close();
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    setStatus(refused);
}

void Session::Private::introduce()
{
    const Connected connected = *std::exchange(m_greeting, std::nullopt);
    m_isIntroduced = true;
    access = connected.access;
    maxContentLength = connected.maxContentLength;
    if (connected.server.id == local.server.id) {
        if (connected.server != local.server)
            store->saveServer(connected.server);
        local.server = connected.server;
        emit q->identityChanged();
        sayHello();
        return;
    }
    m_afterState = [this] { sayHello(); };
    saveNow(); // what is known so far belongs to the server that was known so far
    store->bindServer(connected.server, settings.user);
}

void Session::Private::sayHello()
{
    // Where there are accounts, a token of its own lets this device in without the password.
    const bool needsPassword = access == Access::Password || (access == Access::Accounts && local.token.isEmpty());
    if (needsPassword && settings.password.isEmpty()) {
        giveUp(problemOfAccess(), {});
        return;
    }
    if (local.token.isEmpty()) {
        // On disk before it is used: the name is still ours when the answer is lost on its way, or this process ends.
        m_isHelloDue = true;
        if (m_newToken.isEmpty()) {
            m_newToken = token::generate();
            store->saveIdentity(m_newToken, local.role);
        }
        return;
    }
    Hello hello;
    hello.user = settings.user;
    hello.token = local.token;
    if (!settings.password.isEmpty())
        hello.password = settings.password;
    hello.client = { u"hearth"_s, QStringLiteral(HEARTH_VERSION) };
    hello.features = { u"batch"_s };
    const RequestId id = tracker->add(
        [this](const ServerFrame &frame) {
            if (const auto *welcome = std::get_if<Welcome>(&frame))
                welcomed(*welcome);
            else if (const auto *waiting = std::get_if<Waiting>(&frame))
                waitAtDoor(*waiting);
        },
        [this](const RequestTracker::Failure &failure) { helloFailed(failure); });
    link->send({ id, hello });
}

void Session::Private::identityStored(const QString &token)
{
    if (token != m_newToken)
        return;
    local.token = std::exchange(m_newToken, {});
    if (std::exchange(m_isHelloDue, false) && link->isOpen())
        sayHello();
}

ConnectionStatus::Problem Session::Private::problemOfAccess() const
{
    switch (access) {
    case Access::Password:
        return Problem::WrongPassword;
    case Access::Accounts:
        return Problem::WrongAccount;
    case Access::Open:
        break;
    }
    return Problem::NameTaken;
}

void Session::Private::helloFailed(const RequestTracker::Failure &failure)
{
    if (failure.kind == RequestTracker::Failure::Kind::LinkLost)
        return; // told already
    if (failure.kind == RequestTracker::Failure::Kind::TimedOut) {
        link->drop(Problem::TimedOut, {});
        return;
    }
    if (failure.error.removal) {
        removed(*failure.error.removal);
        return;
    }
    const QString &detail = failure.error.message;
    switch (failure.error.code) {
    case ErrorCode::NameTaken:
        giveUp(Problem::NameTaken, detail);
        break;
    case ErrorCode::InvalidName:
        giveUp(Problem::InvalidName, detail);
        break;
    case ErrorCode::Unauthorized:
        giveUp(problemOfAccess(), detail);
        break;
    default:
        link->drop(Problem::Refused, detail, std::chrono::milliseconds(failure.error.retryAfterMs.value_or(0)));
        break;
    }
}

/// The welcome comes by itself, later, or an error that says no.
void Session::Private::waitAtDoor(const Waiting &waiting)
{
    link->settle();
    ConnectionStatus changed = status;
    changed.waitsUntil = waiting.until;
    setStatus(changed);
}

/// Whoever was sent away does not come back by itself.
void Session::Private::removed(const Removal &removal)
{
    link->close();
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    book->clearTypists();
    ConnectionStatus changed;
    changed.problem = Problem::Removed;
    changed.removal = removal;
    setStatus(changed);
}

void Session::Private::welcomed(const Welcome &welcome)
{
    link->settle();
    m_wasOnline = true;
    if (!welcome.token.isEmpty())
        local.token = welcome.token;
    local.role = welcome.role;
    hasPassword = welcome.hasPassword;
    local.user = welcome.user;
    moderation->reset();
    store->saveIdentity(local.token, local.role);

    QHash<RoomId, Seq> readHere;
    QHash<RoomId, Seq> beganHere;
    for (const RoomSummary &room : book->rooms()->summaries()) {
        readHere.insert(room.room, room.readSeq);
        beganHere.insert(room.room, room.firstSeq);
    }
    book->rooms()->reset(welcome.rooms);
    for (const RoomSummary &room : welcome.rooms)
        dropExpired(room.room, beganHere.value(room.room, Seq(1)), room.firstSeq);
    showBeginnings();
    book->everyone()->reset(welcome.users);
    for (const MemberInfo &user : welcome.users) {
        book->rooms()->setPeerState(user.user, user.state);
        for (auto &[room, record] : book->records())
            record.members->setPresence(user.user, user.state, user.lastSeen);
    }
    noteRoomsChanged();
    emit q->identityChanged();
    setStatus(State::Online);

    if (presence)
        ask(What::Other, {}, SetPresence { *presence });
    if (currentRoom && book->rooms()->rowOf(*currentRoom) >= 0)
        catchUp(*currentRoom);
    for (const RoomSummary &room : welcome.rooms) {
        catchUp(room.room);
        // Read here while the server was away.
        if (const Seq seq = readHere.value(room.room); seq > room.readSeq) {
            book->markRead(room.room, seq);
            sendRead(room.room, seq);
        }
    }
    flushOutbox();
}

// ---- what is said here ----

void Session::Private::flushOutbox()
{
    if (status.state != State::Online)
        return;
    const auto entry = outbox.takeNext(now());
    if (!entry) {
        if (outbox.notBefore() > 0)
            m_outboxTimer.start(std::chrono::milliseconds(std::max<qint64>(outbox.notBefore() - now(), 1)));
        return;
    }
    PostMessage post;
    post.room = entry->room;
    post.content = entry->content;
    post.clientId = entry->id;
    post.replyTo = entry->replyTo;
    const RequestId id = tracker->add(
        [this, sent = *entry](const ServerFrame &frame) {
            const auto *ack = std::get_if<Ack>(&frame);
            if (ack == nullptr || !ack->seq)
                return;
            // All of the event is known now: whoever leaves before the echo comes can read it offline all the same.
            event({ sent.room, *ack->seq, local.user, ack->timestamp, MessagePosted { sent.content, sent.id, sent.replyTo } });
            Timeline &timeline = book->record(sent.room).timeline->timeline();
            const auto room = book->rooms()->summary(sent.room);
            if (room && *ack->seq < room->firstSeq)
                timeline.removePending(sent.id); // acknowledged before, in another life, and expired since
            else
                timeline.confirm(sent.id, *ack->seq, ack->timestamp);
            if (outbox.confirm(sent.id)) {
                store->removeFromOutbox(sent.id);
                emit q->unsentCountChanged(outbox.unsentCount());
            }
            flushOutbox();
        },
        [this, clientId = entry->id](const RequestTracker::Failure &failure) { postFailed(clientId, failure); });
    link->send({ id, post });
}

void Session::Private::postFailed(const ClientId &id, const RequestTracker::Failure &failure)
{
    using Kind = RequestTracker::Failure::Kind;
    if (failure.kind == Kind::LinkLost)
        return; // sent again after the next welcome
    const OutboxEntry *entry = outbox.find(id);
    const auto room = entry == nullptr ? std::nullopt : std::optional(entry->room);
    const ErrorCode code = failure.error.code;
    if (failure.kind == Kind::TimedOut) {
        outbox.postpone(id, now(), TimeoutRetryMs); // the same id again: it cannot appear twice
    } else if (code == ErrorCode::RateLimited) {
        outbox.postpone(id, now(), failure.error.retryAfterMs.value_or(TimeoutRetryMs));
    } else if (code == ErrorCode::StorageFull || code == ErrorCode::Internal || code == ErrorCode::ShuttingDown) {
        outbox.postpone(id, now(), StorageRetryMs);
        if (code == ErrorCode::StorageFull)
            fail(What::Post, room, failure);
    } else {
        outbox.fail(id, code);
        store->setOutboxError(id, code);
        if (room)
            book->record(*room).timeline->timeline().setError(id, code);
        fail(What::Post, room, failure);
    }
    flushOutbox();
}

void Session::Private::sendTyping(const TypingSender::Signs &signs)
{
    for (const TypingSender::Sign &sign : signs) {
        if (status.state == State::Online)
            link->send({ {}, SetTyping { sign.room, sign.isTyping, {} } });
    }
    noteTypingActivity();
}

void Session::Private::noteTypingActivity()
{
    if ((typing.isActive() || book->hasTypists()) && !m_tickTimer.isActive())
        m_tickTimer.start(TickInterval);
}

void Session::Private::tick()
{
    sendTyping(typing.tick(now()));
    book->expireTypists(now());
    if (!typing.isActive() && !book->hasTypists())
        m_tickTimer.stop();
}

// ---- requests ----

void Session::Private::ask(What what, const std::optional<RoomId> &room, const ClientFrame &frame,
                           RequestTracker::OnReply onReply, std::function<void()> onEnd)
{
    const auto failed = [this, what, room, onEnd](const RequestTracker::Failure &failure) {
        if (onEnd)
            onEnd();
        fail(what, room, failure);
    };
    if (status.state != State::Online) {
        failed({ RequestTracker::Failure::Kind::LinkLost, {} });
        return;
    }
    const RequestId id = tracker->add(
        [onReply](const ServerFrame &reply) {
            if (onReply)
                onReply(reply);
        },
        failed);
    link->send({ id, frame });
}

void Session::Private::fail(What what, const std::optional<RoomId> &room, const RequestTracker::Failure &failure)
{
    using Kind = RequestTracker::Failure::Kind;
    // What the session asks by itself it asks again by itself.
    if (what == What::Other || (what == What::History && failure.kind != Kind::Refused))
        return;
    RequestFailure told;
    told.what = what;
    told.room = room;
    told.code = failure.error.code;
    told.timedOut = failure.kind == Kind::TimedOut;
    told.offline = failure.kind == Kind::LinkLost;
    told.message = failure.error.message;
    told.retryAfterMs = failure.error.retryAfterMs.value_or(0);
    emit q->requestFailed(told);
}

} // namespace hearth
