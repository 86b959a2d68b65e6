#include "server/chat/accountdesk.h"

#include "server/chat/sentences.h"

#include <QLoggingCategory>

#include <algorithm>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace Qt::Literals::StringLiterals;

// ---- one's own ------------------------------------------------------------------------------------------

void AccountDesk::setPassword(Peer &peer, const Id &id, const SetPassword &frame)
{
    if (!isWelcomed(peer, id) || !isFit(peer, id, frame.password))
        return;
    const UserRecord user = *m_chat.directory.user(*peer.user);
    if (!user.passwordHash.isEmpty() && !frame.old) {
        refuse(peer, id, ErrorCode::Unauthorized, u"The old password is needed"_s);
        return;
    }
    if (const auto tooOften = m_chat.passwords.beginChange(user.name, peer.connection.info().peerAddress)) {
        refuseFor(peer, id, *tooOften);
        return;
    }
    if (user.passwordHash.isEmpty()) {
        block(peer);
        change(peer, id, user.name, frame.password, peer.session);
        return;
    }
    const auto answer = [this, peerId = peer.id(), id, name = user.name, verified = user.passwordHash, password = frame.password](bool isRight) {
        Peer *back = present(peerId);
        if (back != nullptr && isRight && m_chat.directory.user(name)->passwordHash == verified) {
            change(*back, id, name, password, back->session);
            return;
        }
        if (back != nullptr)
            refuse(*back, id, ErrorCode::Unauthorized, u"The old password is wrong"_s);
        unblock(back);
    };
    const auto wait = m_chat.passwords.verify(user.name, peer.connection.info().peerAddress, *frame.old, user.passwordHash, answer);
    if (wait)
        refuseFor(peer, id, *wait);
    else
        block(peer);
}

void AccountDesk::listSessions(Peer &peer, const Id &id)
{
    if (!isWelcomed(peer, id))
        return;
    const QList<Peer *> peers = m_chat.audience.peersOf(*peer.user);
    SessionsListed listed;
    for (const SessionRecord &session : m_chat.directory.sessionsOf(*peer.user)) {
        const bool isOnline = std::any_of(peers.begin(), peers.end(), [&session](const Peer *p) { return p->session == session.id; });
        listed.sessions.append({ session.id, session.client, session.address, session.createdAt,
                                 isOnline ? m_chat.now() : session.lastSeen, isOnline, session.id == peer.session });
    }
    m_chat.audience.reply(peer, id, listed);
}

void AccountDesk::revokeSession(Peer &peer, const Id &id, const RevokeSession &frame)
{
    if (!isWelcomed(peer, id))
        return;
    const UserRecord user = *m_chat.directory.user(*peer.user);
    if (m_chat.directory.session(user.name, frame.session) == nullptr) {
        refuse(peer, id, ErrorCode::NotFound, u"You are not signed in there"_s);
        return;
    }
    if (user.passwordHash.isEmpty() && m_chat.directory.sessionsOf(user.name).size() == 1) {
        refuse(peer, id, ErrorCode::Forbidden, u"Set a password first: without one nobody could come back as you"_s);
        return;
    }
    m_chat.store.accounts().endSession(user.name, frame.session, then<void>(peer, [this, id, name = user.name, session = frame.session](Peer *back, const auto &ended) {
        if (!ended) {
            refuseAccount(back, id, ended.error());
            return;
        }
        m_chat.directory.endSession(name, session);
        if (back != nullptr)
            acknowledge(*back, id);
        for (Peer *other : m_chat.audience.peersOf(name)) {
            if (other->session == session)
                signOut(*other);
        }
    }));
}

// ---- others' ----------------------------------------------------------------------------------------------

void AccountDesk::listUsers(Peer &peer, const Id &id)
{
    if (!isOwner(peer, id, u"Only owners see the list of users"_s))
        return;
    UsersListed listed;
    for (const UserRecord &record : m_chat.directory.users()) {
        const MemberInfo seen = m_chat.audience.memberInfo(record.name);
        listed.users.append({ record.name, record.role, !record.passwordHash.isEmpty(), seen.state, seen.lastSeen, record.isRemoved });
    }
    std::sort(listed.users.begin(), listed.users.end(),
              [](const AccountInfo &a, const AccountInfo &b) { return a.user.folded() < b.user.folded(); });
    m_chat.audience.reply(peer, id, listed);
    pause(peer);
}

void AccountDesk::addUser(Peer &peer, const Id &id, const AddUser &frame)
{
    if (!isOwner(peer, id, u"Only owners add users"_s) || !isFit(peer, id, frame.password))
        return;
    if (const UserRecord *known = m_chat.directory.user(frame.user); known != nullptr && known->isOwned) {
        refuse(peer, id, ErrorCode::Conflict, known->isRemoved ? u"The name belongs to somebody who was removed"_s : u"The name belongs to somebody"_s);
        return;
    }
    block(peer);
    hash(peer, id, frame.password, [this, id, frame](Peer &asker, const QByteArray &passwordHash) {
        if (!mayGoOn(asker, id, frame.user))
            return;
        const UserRecord record { .name = frame.user, .role = frame.role, .passwordHash = passwordHash };
        const AuditEntry deed { .by = asker.user, .deed = Deed::AddUser };
        m_chat.changing.insert(frame.user);
        m_chat.store.accounts().addAccount(record, {}, deed, then<UserRecord>(asker, [this, id, user = frame.user](Peer *back, const auto &added) {
            m_chat.changing.remove(user);
            if (added) {
                takeAccount(*added);
                qCInfo(lcChat) << "event=user-added";
                if (back != nullptr)
                    acknowledge(*back, id);
            } else {
                refuseAccount(back, id, added.error());
            }
            unblock(back);
        }));
    });
}

void AccountDesk::removeUser(Peer &peer, const Id &id, const RemoveUser &frame)
{
    if (!isOwner(peer, id, u"Only owners remove users"_s))
        return;
    const UserRecord *user = somebody(peer, id, frame.user);
    if (user == nullptr)
        return;
    if (peer.user == user->name) {
        refuse(peer, id, ErrorCode::Forbidden, u"Another owner has to remove you"_s);
        return;
    }
    block(peer);
    if (!mayGoOn(peer, id, user->name))
        return;
    m_chat.changing.insert(user->name);
    m_chat.store.accounts().removeUser(user->name, peer.user, then<QList<RoomEvent>>(peer, [this, id, name = user->name](Peer *back, const auto &left) {
        m_chat.changing.remove(name);
        if (left) {
            forgetUser(name, *left);
            if (back != nullptr)
                acknowledge(*back, id);
            signOutAll(name, {});
            qCInfo(lcChat) << "event=user-removed";
        } else {
            refuseAccount(back, id, left.error());
        }
        unblock(back);
    }));
}

void AccountDesk::resetPassword(Peer &peer, const Id &id, const ResetPassword &frame)
{
    if (!isOwner(peer, id, u"Only owners set the passwords of others"_s) || !isFit(peer, id, frame.password))
        return;
    const UserRecord *user = somebody(peer, id, frame.user);
    if (user == nullptr)
        return;
    block(peer);
    change(peer, id, user->name, frame.password, {});
}

// ---- common -----------------------------------------------------------------------------------------------

bool AccountDesk::mayGoOn(Peer &peer, const Id &id, const UserName &user)
{
    const UserRecord *asker = peer.user ? m_chat.directory.user(*peer.user) : nullptr;
    const bool isOwn = peer.user == user;
    const bool hasRight = peer.isConsole || (asker != nullptr && asker->isSomebody() && (isOwn || asker->role == Role::Owner));
    const bool isInFlux = m_chat.changing.contains(user) || (peer.user && m_chat.changing.contains(*peer.user));
    if (hasRight && !isInFlux)
        return true;
    if (hasRight)
        refuse(peer, id, ErrorCode::Conflict, u"Somebody else is changing this account now"_s);
    else
        refuse(peer, id, ErrorCode::Forbidden);
    unblock(&peer);
    return false;
}

void AccountDesk::refuseAccount(Peer *peer, const Id &id, const StoreError &error)
{
    using Reason = StoreError::Reason;
    if (peer == nullptr)
        return;
    if (error.reason == Reason::NotFound)
        refuse(*peer, id, ErrorCode::NotFound, u"No such user"_s);
    else if (error.reason == Reason::Exists)
        refuse(*peer, id, ErrorCode::Conflict, u"The name belongs to somebody"_s);
    else if (error.reason == Reason::Forbidden)
        refuse(*peer, id, ErrorCode::Forbidden, u"The last owner has to stay one"_s);
    else
        refuse(*peer, id, error);
}

bool AccountDesk::isFit(Peer &peer, const Id &id, const QString &password)
{
    if (password.size() >= limits::MinPasswordLength)
        return true;
    refuse(peer, id, ErrorCode::InvalidMessage, sentenceForShortPassword());
    return false;
}

void AccountDesk::hash(Peer &peer, const Id &id, const QString &password, const Hashed &next)
{
    const auto answer = [this, peerId = peer.id(), id, next](const QByteArray &hash) {
        Peer *back = present(peerId);
        if (back == nullptr)
            return;
        if (!hash.isEmpty()) {
            next(*back, hash);
            return;
        }
        refuse(*back, id, StoreError { StoreError::Reason::Failed, u"no memory for a password's hash"_s });
        unblock(back);
    };
    if (const auto wait = m_chat.passwords.hash(peer.connection.info().peerAddress, password, answer)) {
        refuseFor(peer, id, *wait);
        unblock(&peer);
    }
}

void AccountDesk::change(Peer &peer, const Id &id, const UserName &user, const QString &password, const std::optional<QString> &keep)
{
    hash(peer, id, password, [this, id, user, keep](Peer &asker, const QByteArray &passwordHash) {
        if (!mayGoOn(asker, id, user))
            return;
        std::optional<AuditEntry> deed;
        if (asker.user != user)
            deed = AuditEntry { .by = asker.user, .deed = Deed::ResetPassword };
        m_chat.changing.insert(user);
        m_chat.store.accounts().setPassword(user, passwordHash, keep, deed, then<void>(asker, [this, id, user, keep, passwordHash, peerId = asker.id()](Peer *back, const auto &set) {
            m_chat.changing.remove(user);
            if (set) {
                UserRecord record = *m_chat.directory.user(user);
                record.passwordHash = passwordHash;
                m_chat.directory.putUser(record);
                m_chat.directory.endSessions(user, keep);
                m_chat.passwords.forgive(user);
                if (back != nullptr)
                    acknowledge(*back, id);
                signOutAll(user, keep);
            } else {
                refuseAccount(back, id, set.error());
            }
            unblock(m_chat.audience.find(peerId)); // it may have signed itself out
        }));
    });
}

void AccountDesk::forgetUser(const UserName &user, const QList<RoomEvent> &left)
{
    UserRecord record = *m_chat.directory.user(user);
    record.isRemoved = true;
    record.role = Role::Guest;
    record.passwordHash.clear();
    m_chat.directory.putUser(record);
    m_chat.directory.endSessions(user, {});
    m_chat.directory.invites().removeMadeBy(user);
    for (const RoomEvent &event : left) {
        m_chat.directory.apply(event);
        for (Peer *peer : m_chat.audience.peersOf(user))
            m_chat.audience.exit(*peer, event.room);
        m_chat.audience.tellRoom(event.room, Audience::Reach::HearsAll, event);
        m_chat.audience.tellRoomChanged(event.room);
    }
}

void AccountDesk::signOutAll(const UserName &user, const std::optional<QString> &keep)
{
    for (Peer *peer : m_chat.audience.peersOf(user)) {
        if (peer->session != keep)
            signOut(*peer);
    }
}

} // namespace hearth
