#include "client/session_p.h"

#include "client/invites.h"
#include "client/moderation.h"
#include "client/serveraddress.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::chrono::milliseconds RequestTimeout { 15'000 };
constexpr std::chrono::milliseconds SaveDelay { 500 };
constexpr std::chrono::milliseconds TickInterval { 500 };
constexpr qint64 StorageRetryMs = 5'000;
constexpr qint64 TimeoutRetryMs = 1'000;

/// A draft of blanks is kept, but nobody is reminded of it.
bool isWorthAMark(const QString &draft) { return !draft.trimmed().isEmpty(); }

} // namespace

Session::Private::Private(const SessionSettings &sessionSettings, Session *session)
    : q(session), settings(sessionSettings), store(new LocalStore(settings.dataDirectory, settings.keychain, this)),
      link(new ServerLink({}, this)), tracker(new RequestTracker(RequestTimeout, this)),
      book(new RoomBook(settings.user, this)),
      moderation(new Moderation(
          [this](const std::optional<RoomId> &room, const ClientFrame &frame, RequestTracker::OnReply onReply) {
              ask(What::Moderate, room, frame, std::move(onReply));
          },
          this)),
      invites(new Invites([this](What what, const ClientFrame &frame, RequestTracker::OnReply onReply) {
          ask(what, {}, frame, std::move(onReply));
      }, this))
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
    connect(store, &LocalStore::pageAfterLoaded, this, &Private::takeNewerPage);
    connect(store, &LocalStore::keyLoaded, this, &Private::checkServer);
    connect(store, &LocalStore::entryStored, this, [this](const ClientId &id) {
        outbox.markStored(id);
        flushOutbox();
    });
    connect(store, &LocalStore::identityStored, this, &Private::identityStored);
    connect(store, &LocalStore::failed, q, [this](const QString &detail) {
        m_isStoreUsable = false;
        emit q->localStoreFailed(detail);
    });
    // book → session
    connect(book, &RoomBook::typistsChanged, q, [this](const RoomId &room) {
        noteTypingActivity();
        emit q->typistsChanged(room);
    });
    connect(book, &RoomBook::listenersChanged, q, &Session::listenersChanged);
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
    store->bindAddress(LocalStore::placeOf(settings.url), settings.user);
}

void Session::Private::close()
{
    if (typing.isActive())
        sendTyping(typing.edited(currentRoom.value_or(RoomId::lobby()), true, now()));
    saveNow();
    m_isOpened = false;
    link->close();
    tracker->failAll(RequestTracker::Failure::Kind::LinkLost);
    book->linkLost();
    typing.reset();
    setStatus(State::Offline);
}

void Session::Private::retryNow()
{
    if (status.problem == Problem::KeychainLocked) {
        m_isOpened = false;
        open();
    } else if (m_isOpened) {
        link->retryNow();
    }
}

void Session::Private::authenticate(const QString &password)
{
    const bool isOfName = status.problem == Problem::NameIsOwned || status.problem == Problem::WrongNamePassword;
    (isOfName ? settings.accountPassword : settings.password) = password;
    m_isOpened = true;
    connectLink();
}

void Session::Private::trustKey(const Fingerprint &key)
{
    m_acceptedKey = key;
    m_isOpened = true;
    connectLink();
}

bool Session::Private::expectsKey() const
{
    return !local.key.isNull() || !local.addressKey.isNull() || (m_met && !m_met->key.isNull()) || !settings.linkKey.isNull();
}

void Session::Private::connectLink()
{
    const bool mayBePlain = settings.mayBePlain && !expectsKey();
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
    book->linkLost();
    for (auto &[room, record] : book->records()) {
        record.isSyncing = false;
        record.areMembersKnown = false;
    }
    // Whatever answered at first was no chat, or one that does not encrypt; it will not become one by asking again.
    if ((problem == Problem::NotHearth || problem == Problem::Downgraded) && !m_wasOnline) {
        giveUp(problem == Problem::Downgraded && !expectsKey() ? Problem::Unencrypted : problem, detail);
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
    changed.isOpenToOthers = state == State::Online && link->peerKey().isNull() && !isWithinThisComputer(settings.url.host());
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
    const auto next = std::exchange(m_afterState, {});
    if (state.isTokenLocked)
        giveUp(Problem::KeychainLocked, {});
    else
        afterPages(next);
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
    const bool isAtStart = record.paging == RoomState::Paging::None;
    if (isAtStart && m_pagesToCome == 0)
        return; // what it belongs to is gone
    if (record.paging == RoomState::Paging::Newest) {
        if (page.messages.isEmpty() || !m_isStoreUsable) {
            readAfresh(page.room);
            return;
        }
        record.timeline->timeline().clearSent();
        record.isComplete = false;
    }
    record.timeline->timeline().merge(kept(page.room, page.messages));
    applySince(record);
    record.hasOlderCached = page.hasMore;
    record.isComplete = record.isComplete || page.isComplete;
    endPaging(page.room);
    if (!isAtStart)
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
