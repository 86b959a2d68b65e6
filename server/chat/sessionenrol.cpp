#include "server/chat/sessiondesk.h"

#include "server/chat/token.h"

#include <algorithm>

// New sessions, and new names with them: what a hello that may come in asks of the store.
namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype MaxSessions = 100; ///< of one user
constexpr qsizetype SessionIdLength = 16;

} // namespace

SessionRecord SessionDesk::newSession(const Peer &peer, const Hello &frame, const QString &token) const
{
    const QString client = (frame.client.name + u' ' + frame.client.version).trimmed();
    return { .id = token::generate().first(SessionIdLength),
             .user = frame.user,
             .tokenHash = token::hash(token),
             .client = client,
             .address = peer.connection.info().peerAddress.toString(),
             .createdAt = m_chat.now(),
             .lastSeen = m_chat.now() };
}

void SessionDesk::endOldestSession(const UserName &user)
{
    QList<SessionRecord> sessions = m_chat.directory.sessionsOf(user);
    if (sessions.size() < MaxSessions)
        return;
    QSet<QString> online;
    for (const Peer *peer : m_chat.audience.peersOf(user))
        online.insert(peer->session);
    std::sort(sessions.begin(), sessions.end(), [&online](const SessionRecord &a, const SessionRecord &b) {
        return std::pair(online.contains(a.id), a.lastSeen) < std::pair(online.contains(b.id), b.lastSeen);
    });
    for (; sessions.size() >= MaxSessions; sessions.removeFirst()) {
        m_chat.store.accounts().endSession(user, sessions.first().id, [this, user, id = sessions.first().id](const auto &ended) {
            if (!ended)
                return;
            m_chat.directory.endSession(user, id);
            for (Peer *peer : m_chat.audience.peersOf(user)) {
                if (peer->session == id)
                    signOut(*peer);
            }
        });
    }
}

/// The password was right: a device more. Its token is new: the one that it brings may be of a session that was ended.
void SessionDesk::signIn(Peer &peer, const Id &id, const Hello &frame, const UserRecord &user)
{
    const QString token = token::generate();
    const SessionRecord session = newSession(peer, frame, token);
    const bool isFirst = !user.lastSeen.isValid() && m_chat.directory.sessionsOf(user.name).isEmpty();
    peer.session = session.id;
    endOldestSession(user.name);
    const auto isStored = std::make_shared<bool>(false);
    m_chat.store.accounts().beginSession(session, then<void>(peer, [this, id, frame, token, session, isFirst, isStored](Peer *back, const auto &begun) {
        *isStored = begun.has_value();
        if (begun)
            m_chat.directory.putSession(session);
        if (back == nullptr || (begun && isFirst)) // joinLobby() goes on
            return;
        if (begun) {
            redeem(*back, id, frame, token);
            return;
        }
        refuse(*back, id, begun.error());
        unblock(back);
    }));
    if (isFirst)
        joinLobby(peer, id, frame, token, isStored);
}

/// A new name is stored with a token of its own.
void SessionDesk::enroll(Peer &peer, const Id &id, const Hello &frame)
{
    block(peer);
    const QString token = tokenFor(frame);
    const SessionRecord session = newSession(peer, frame, token);
    peer.session = session.id;
    const UserRecord record { .name = frame.user, .role = m_chat.settings.access == Access::Open ? Role::Guest : Role::Member };
    m_arriving.insert(frame.user);
    const auto isStored = std::make_shared<bool>(false);
    const auto done = then<UserRecord>(peer, [this, id, frame, session, isStored](Peer *back, const auto &stored) {
        m_arriving.remove(frame.user);
        *isStored = stored.has_value();
        if (stored) {
            m_chat.directory.putUser(*stored);
            m_chat.directory.putSession(session);
            return;
        }
        if (back != nullptr && stored.error().reason == StoreError::Reason::Exists)
            refuse(*back, id, ErrorCode::NameTaken);
        else if (back != nullptr)
            refuse(*back, id, stored.error());
        unblock(back);
    });
    m_chat.store.accounts().addAccount(record, session, {}, done);
    joinLobby(peer, id, frame, token, isStored);
}

/// Asked of the store in the same turn as the name, so that both are in one commit: whatever breaks off meanwhile, nobody
/// owns a name and has never come into the lobby.
void SessionDesk::joinLobby(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                            const std::shared_ptr<const bool> &isStored)
{
    const AppendRequest request { .room = RoomId::lobby(), .user = frame.user, .body = MembershipChanged {}, .onlyWithSession = peer.session };
    m_chat.store.append(request, then<Appended>(peer, [this, id, frame, token, isStored](Peer *back, const auto &joined) {
        if (joined && !joined->isNoop) {
            m_chat.directory.apply(joined->event);
            m_chat.audience.tellRoom(RoomId::lobby(), Audience::Reach::HearsAll, joined->event);
        }
        if (back == nullptr || !*isStored)
            return; // gone, or refused already
        if (joined) {
            redeem(*back, id, frame, token);
            return;
        }
        refuse(*back, id, joined.error());
        unblock(back);
    }));
}

} // namespace hearth
