#include "server/chat/sessiondesk.h"

#include "server/chat/guestdesk.h"
#include "server/chat/token.h"
#include "server/store/invitestore.h"

// What an invite does for whoever says hello with one. The rest of a hello stands in sessionhello.cpp.
namespace hearth {

using namespace Qt::Literals::StringLiterals;

const InviteInfo *SessionDesk::inviteOf(const Hello &frame) const
{
    return frame.invite ? m_chat.directory.invites().withCode(token::hash(*frame.invite), m_chat.now()) : nullptr;
}

// ---- somebody new ----

void SessionDesk::registerAccount(Peer &peer, const Id &id, const Hello &frame)
{
    const auto answer = [this, peerId = peer.id(), id, frame](const QByteArray &passwordHash) {
        Peer *back = present(peerId);
        if (back == nullptr)
            return;
        if (!passwordHash.isEmpty()) {
            finishRegistration(*back, id, frame, passwordHash);
            return;
        }
        refuse(*back, id, StoreError { StoreError::Reason::Failed, u"no memory for a password's hash"_s });
        unblock(back);
    };
    if (const auto wait = m_chat.passwords.hash(peer.connection.info().peerAddress, *accountPassword(frame), answer))
        fail(peer, id, ErrorCode::RateLimited, wait);
    else
        block(peer);
}

/// Hashing has taken its time: everything is judged again.
void SessionDesk::finishRegistration(Peer &peer, const Id &id, const Hello &frame, const QByteArray &passwordHash)
{
    const quint64 peerId = peer.id();
    const Verdict verdict = judge(peer, frame);
    const bool isComing = verdict.kind == Verdict::Kind::Comes; // it was sent twice
    if (!isComing && verdict.kind != Verdict::Kind::Registers) {
        failSignIn(peer, id, verdict.refusal);
    } else if (!isBanned(peer, id, frame.user)) {
        if (isComing)
            comeIn(peer, id, frame, verdict.session);
        else if (!verdict.session.isEmpty())
            promote(peer, id, frame, *verdict.invite, passwordHash);
        else
            enrollInvited(peer, id, frame, *verdict.invite, passwordHash);
        return;
    }
    unblock(m_chat.audience.find(peerId)); // it may have been shown the door
}

void SessionDesk::enrollInvited(Peer &peer, const Id &id, const Hello &frame, const InviteInfo &invite, const QByteArray &passwordHash)
{
    block(peer);
    const QString token = tokenFor(frame);
    const SessionRecord session = newSession(peer, frame, token);
    peer.session = session.id;
    UserRecord record { .name = frame.user, .role = invite.role, .passwordHash = passwordHash };
    if (m_chat.settings.access == Access::Accounts && isAbove(Role::Member, record.role))
        record.role = Role::Member; // there are no guests
    m_arriving.insert(frame.user);
    m_chat.directory.invites().reserve(invite.id);
    m_chat.store.invites().enroll(invite.id, record, session, then<Enrolled>(peer, [this, id, frame, invite = invite.id, session, token](Peer *back, const auto &enrolled) {
        m_arriving.remove(frame.user);
        m_chat.directory.invites().settle(invite, enrolled.has_value());
        if (enrolled) {
            takeAccount(enrolled->user);
            m_chat.directory.putSession(session);
            for (const RoomEvent &joined : enrolled->joined)
                tellJoined(joined);
            if (back != nullptr)
                welcome(*back, id, frame, token);
            return;
        }
        if (back != nullptr)
            refuseEnrolment(*back, id, enrolled.error());
        unblock(back);
    }));
}

void SessionDesk::promote(Peer &peer, const Id &id, const Hello &frame, const InviteInfo &invite, const QByteArray &passwordHash)
{
    if (m_chat.changing.contains(frame.user)) {
        refuse(peer, id, ErrorCode::Conflict, u"Somebody else is changing this account now"_s);
        unblock(&peer);
        return;
    }
    const QString session = guestSessionOf(frame)->id;
    m_chat.changing.insert(frame.user);
    m_chat.directory.invites().reserve(invite.id);
    m_chat.store.invites().promote(invite.id, frame.user, passwordHash, then<Redeemed>(peer, [this, id, frame, invite = invite.id, session, passwordHash, peerId = peer.id()](Peer *back, const auto &promoted) {
        m_chat.changing.remove(frame.user);
        m_chat.directory.invites().settle(invite, promoted.has_value());
        if (promoted) {
            UserRecord record = *m_chat.directory.user(frame.user);
            record.passwordHash = passwordHash;
            m_chat.directory.putUser(record);
            m_chat.passwords.forgive(frame.user); // whatever was tried while nobody had one
            addTo(frame.user, *promoted, back);
            if (back != nullptr && m_chat.directory.session(frame.user, session) != nullptr) {
                comeIn(*back, id, frame, session);
                return;
            }
        }
        if (back != nullptr && promoted)
            failSignIn(*back, id, Refusal::OfPassword); // the session was ended meanwhile
        else if (back != nullptr)
            refuseEnrolment(*back, id, promoted.error());
        unblock(m_chat.audience.find(peerId)); // it may have been shown the door
    }));
}

void SessionDesk::refuseEnrolment(Peer &peer, const Id &id, const StoreError &error)
{
    using Reason = StoreError::Reason;
    const bool hasAccounts = m_chat.settings.access == Access::Accounts;
    if (error.reason == Reason::NotFound)
        failSignIn(peer, id, Refusal::OfInvite); // taken back along with whoever made it
    else if (error.reason == Reason::Exists && hasAccounts)
        failSignIn(peer, id, Refusal::OfPassword);
    else if (error.reason == Reason::Exists)
        refuse(peer, id, ErrorCode::NameTaken);
    else
        refuse(peer, id, error);
}

// ---- somebody who is known ----

void SessionDesk::redeem(Peer &peer, const Id &id, const Hello &frame, const QString &token)
{
    const InviteInfo *invite = inviteOf(frame);
    if (invite == nullptr || !addsTo(*invite, frame.user)) {
        welcome(peer, id, frame, token);
        return;
    }
    m_chat.directory.invites().reserve(invite->id);
    m_chat.store.invites().redeem(invite->id, frame.user, then<Redeemed>(peer, [this, id, frame, token, invite = invite->id](Peer *back, const auto &redeemed) {
        m_chat.directory.invites().settle(invite, redeemed && redeemed->isUse());
        if (redeemed)
            addTo(frame.user, *redeemed, back);
        if (back == nullptr)
            return;
        // One that is gone meanwhile is as one that does not hold any more.
        const bool hasFailed = !redeemed && redeemed.error().reason != StoreError::Reason::NotFound;
        welcome(*back, id, frame, token, hasFailed ? std::optional(redeemed.error()) : std::nullopt);
    }));
}

bool SessionDesk::addsTo(const InviteInfo &invite, const UserName &user) const
{
    const UserRecord *known = m_chat.directory.user(user);
    const bool raises = known != nullptr && isAbove(invite.role, known->role);
    return raises || (invite.room && !m_chat.directory.isMember(*invite.room, user));
}

void SessionDesk::addTo(const UserName &user, const Redeemed &redeemed, const Peer *except)
{
    if (redeemed.joined) {
        tellJoined(*redeemed.joined);
        bringIn(user, redeemed.joined->room, except);
    }
    if (!redeemed.role)
        return;
    giveRole({ .deed = Deed::SetRole, .user = user, .role = *redeemed.role });
    for (Peer *own : m_chat.audience.peersOf(user)) {
        if (isModerator(*own))
            m_guests.tellWho(*own);
    }
}

void SessionDesk::tellJoined(const RoomEvent &joined)
{
    m_chat.directory.apply(joined);
    m_chat.audience.tellRoom(joined.room, Audience::Reach::HearsAll, joined);
    m_chat.audience.tellRoomChanged(joined.room);
}

} // namespace hearth
