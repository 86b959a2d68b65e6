#include "client/session_p.h"

#include "client/moderation.h"
#include "protocol/token.h"

#include <utility>

// How a session gets in: who the server is, the hello, and what comes of it; the rest stands in session_p.cpp.
namespace hearth {

using namespace Qt::Literals::StringLiterals;

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
    facts.ofAddress = m_met && !m_met->key.isNull() ? m_met->key : local.addressKey;
    facts.ofLink = settings.linkKey;
    facts.accepted = m_acceptedKey;
    facts.isPlainWanted = settings.url.scheme() == "ws"_L1;
    facts.isOtherServer = m_met && m_met->server != serverId;
    const KeyVerdict verdict = checkKey(facts);
    if (verdict == KeyVerdict::OtherServer) {
        m_greeting.reset();
        giveUp(Problem::Lost, {}); // what was typed, or is still to be sent, was for the one from before
        return;
    }
    if (verdict != KeyVerdict::Known && verdict != KeyVerdict::Verified) {
        refuseKey(verdict, facts);
        return;
    }
    remember(verdict, facts);
    introduce();
}

/// Of the server that has said who it is, and may be told things.
void Session::Private::remember(KeyVerdict verdict, const KeyFacts &facts)
{
    const QString &server = m_greeting->server.id;
    const bool isNewKey = verdict == KeyVerdict::Verified && !facts.ofServer.isNull() && facts.presented != facts.ofServer;
    if (isNewKey && server == local.server.id)
        forgetToken(); // whoever had the old key gave it
    if (verdict == KeyVerdict::Verified)
        store->saveKey(server, facts.presented);
    // Without a key it may say that it is anybody: then it takes no place of one that has a key.
    const bool hasProved = !facts.presented.isNull() || (facts.ofServer.isNull() && facts.ofAddress.isNull());
    const Met met { server, facts.presented };
    if (hasProved && m_met != met)
        store->saveAddress(server);
    m_met = met;
    m_acceptedKey = {};
    if (!facts.presented.isNull()) {
        local.key = facts.presented;
        link->forbidFallback();
    }
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
    m_newToken.clear(); // and so does this
    store->bindServer(connected.server, settings.user);
}

void Session::Private::sayHello()
{
    // Where there are accounts, a token of its own lets this device in without the password. Whoever has an invite hears first
    // whether it holds: nobody shall choose a password in vain.
    const bool needsPassword = access == Access::Password || (access == Access::Accounts && local.token.isEmpty());
    if (needsPassword && settings.password.isEmpty() && settings.invite.isEmpty()) {
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
    if (!settings.accountPassword.isEmpty())
        hello.accountPassword = settings.accountPassword;
    hello.client = { u"hearth"_s, QStringLiteral(HEARTH_VERSION) };
    hello.features = { u"batch"_s };
    if (!settings.invite.isEmpty())
        hello.invite = settings.invite;
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

void Session::Private::identityStored(const QString &token, bool isInKeychain)
{
    local.isTokenInKeychain = isInKeychain;
    if (token != m_newToken)
        return;
    local.token = std::exchange(m_newToken, {});
    if (std::exchange(m_isHelloDue, false) && link->isOpen())
        sayHello();
}

void Session::Private::forgetToken()
{
    local.token.clear();
    local.isTokenInKeychain = false;
    store->forgetToken();
}

ConnectionStatus::Problem Session::Private::problemOfAccess() const
{
    switch (access) {
    case Access::Password:
        return Problem::WrongPassword;
    case Access::Accounts:
        return settings.invite.isEmpty() ? Problem::WrongAccount : Problem::NameHasAccount;
    case Access::Open:
        break;
    }
    return Problem::NameTaken;
}

ConnectionStatus::Problem Session::Private::problemOf(const Error &refusal) const
{
    if (refusal.detail == AboutInvite)
        return Problem::InviteRefused;
    if (refusal.detail == AboutName)
        return settings.accountPassword.isEmpty() ? Problem::NameIsOwned : Problem::WrongNamePassword;
    return problemOfAccess();
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
        // The token stays: on a chat that has accounts now it is what makes a guest's name an account's, with an invite.
        giveUp(problemOf(failure.error), detail);
        break;
    case ErrorCode::InvalidMessage:
        if (access == Access::Accounts && !settings.invite.isEmpty()) {
            giveUp(Problem::NoPasswordChosen, detail);
            break;
        }
        [[fallthrough]];
    default:
        link->drop(Problem::Refused, detail, std::chrono::milliseconds(failure.error.retryAfterMs.value_or(0)));
        break;
    }
}

void Session::Private::inviteFailed(const Error &error)
{
    if (m_usedInvite.isEmpty())
        return;
    settings.invite = std::exchange(m_usedInvite, {});
    fail(What::UseInvite, {}, { RequestTracker::Failure::Kind::Refused, error });
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
    book->linkLost();
    ConnectionStatus changed;
    changed.problem = Problem::Removed;
    changed.removal = removal;
    setStatus(changed);
}

void Session::Private::welcomed(const Welcome &welcome)
{
    link->settle();
    m_wasOnline = true;
    m_usedInvite = std::exchange(settings.invite, {}); // it has done what it could, unless the server says otherwise
    // From now on the token lets us in: a device that is signed out from elsewhere does not come back by itself.
    settings.accountPassword.clear();
    if (access == Access::Accounts)
        settings.password.clear();
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
            record.members->setPresence({ user.user, user.state, user.lastSeen, user.isInTheClear });
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

} // namespace hearth
