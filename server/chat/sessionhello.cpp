#include "server/chat/sessiondesk.h"

#include "server/chat/guestdesk.h"
#include "server/chat/sanctions.h"
#include "server/chat/sentences.h"
#include "server/chat/token.h"
#include "server/telemetry/monotonicnow.h"

#include <QLoggingCategory>
#include <QNetworkInterface>

#include <algorithm>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

// What a hello comes to, up to the welcome. New sessions and names stand in sessionenrol.cpp, the welcome and the rest in sessiondesk.cpp.
namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MaxFailedHellos = 3; ///< on one connection
constexpr qint64 OwnerTimeMs = 1'000; ///< that a host takes from listening to being there

} // namespace

/// A client that brings a token along owns the name, or the session, by that: when `welcome` is lost on its way, the same
/// hello works again. Anything else that it brings is no token.
QString SessionDesk::tokenFor(const Hello &frame)
{
    return frame.token && token::isWellFormed(*frame.token) ? *frame.token : token::generate();
}

std::optional<QString> SessionDesk::accountPassword(const Hello &frame) const
{
    if (frame.accountPassword || m_chat.settings.access == Access::Password)
        return frame.accountPassword;
    return frame.password;
}

SessionDesk::Verdict SessionDesk::judge(const Peer &peer, const Hello &frame) const
{
    using Kind = Verdict::Kind;
    const Access access = m_chat.settings.access;
    if (peer.user && *peer.user != frame.user)
        return { Kind::Refused, ErrorCode::IdentityMismatch };
    if (peer.isWelcomed)
        return { .kind = Kind::Comes };
    // Compared by hash: a wrong password takes the same time whatever is wrong with it.
    if (access == Access::Password && !token::isSame(token::hash(frame.password.value_or(QString())), m_passwordHash))
        return judgeWithoutPassword(frame);
    const UserRecord *known = m_chat.directory.user(frame.user);
    const bool mayCome = known != nullptr && mayComeIn(*known);
    const SessionRecord *session = mayCome ? sessionOf(frame) : nullptr;
    if (session != nullptr)
        return { .kind = Kind::Comes, .session = session->id };
    const QByteArray passwordHash = mayCome ? known->passwordHash : QByteArray();
    return access == Access::Accounts ? judgeWithAccounts(frame, passwordHash) : judgeWithoutAccounts(peer, frame, passwordHash);
}

const SessionRecord *SessionDesk::sessionOf(const Hello &frame) const
{
    return frame.token ? m_chat.directory.sessionWith(frame.user, token::hash(*frame.token)) : nullptr;
}

bool SessionDesk::needsOnlyToken(const Hello &frame) const
{
    const UserRecord *known = m_chat.directory.user(frame.user);
    return m_chat.settings.access != Access::Password && known != nullptr && mayComeIn(*known) && sessionOf(frame) != nullptr;
}

const SessionRecord *SessionDesk::guestSessionOf(const Hello &frame) const
{
    const UserRecord *known = m_chat.directory.user(frame.user);
    const bool isGuest = known != nullptr && known->isSomebody() && !mayComeIn(*known);
    return isGuest ? sessionOf(frame) : nullptr;
}

/// Whoever is new hears first of an invite that does not hold, whatever they know of the password: nobody shall ask for it in vain.
SessionDesk::Verdict SessionDesk::judgeWithoutPassword(const Hello &frame) const
{
    Verdict refused;
    if (frame.invite && sessionOf(frame) == nullptr) {
        if (inviteOf(frame) == nullptr)
            refused.refusal = Refusal::OfInvite;
        else if (!frame.password)
            refused.refusal = Refusal::ForPassword;
    }
    return refused;
}

/// Where only an invite makes a name somebody's. One that does not hold gets the same answer, after the same work, for every
/// name: whoever has none that holds learns nothing.
SessionDesk::Verdict SessionDesk::judgeWithAccounts(const Hello &frame, const QByteArray &passwordHash) const
{
    using Kind = Verdict::Kind;
    const auto password = accountPassword(frame);
    const InviteInfo *invite = inviteOf(frame);
    const UserRecord *known = m_chat.directory.user(frame.user);
    const bool isFree = known == nullptr && !m_arriving.contains(frame.user);
    const SessionRecord *guest = invite != nullptr ? guestSessionOf(frame) : nullptr;
    // A guest who has a password already shows it: their token alone does not give them another one.
    if (guest != nullptr && !known->passwordHash.isEmpty() && password)
        return { .kind = Kind::AskPassword, .passwordHash = known->passwordHash };
    if (invite != nullptr && isFree && m_chat.directory.lookAlike(frame.user))
        return { Kind::Refused, ErrorCode::NameTaken };
    if (invite != nullptr && (isFree || (guest != nullptr && known->passwordHash.isEmpty()))) {
        if (!password || password->size() < limits::MinPasswordLength)
            return { Kind::Refused, ErrorCode::InvalidMessage };
        return { .kind = Kind::Registers, .session = guest != nullptr ? guest->id : QString(), .invite = *invite };
    }
    const Refusal refusal = frame.invite && invite == nullptr ? Refusal::OfInvite : Refusal::OfPassword;
    if (!password)
        return { .kind = Kind::Refused, .refusal = refusal };
    return { .kind = Kind::AskPassword, .refusal = refusal, .passwordHash = passwordHash };
}

/// Where anybody may pick a free name.
SessionDesk::Verdict SessionDesk::judgeWithoutAccounts(const Peer &peer, const Hello &frame, const QByteArray &passwordHash) const
{
    using Kind = Verdict::Kind;
    const UserRecord *known = m_chat.directory.user(frame.user);
    if (known != nullptr && known->isOwned) {
        if (accountPassword(frame) && !passwordHash.isEmpty())
            return { .kind = Kind::AskPassword, .refusal = Refusal::OfName, .passwordHash = passwordHash };
        return { .kind = Kind::Refused, .code = frame.token ? ErrorCode::Unauthorized : ErrorCode::NameTaken, .refusal = Refusal::OfName };
    }
    // Nobody owns the name: it goes to whoever comes first, unless somebody speaks under it now.
    const auto speakers = m_chat.audience.peersOf(frame.user);
    const bool isInUse = std::any_of(speakers.begin(), speakers.end(), [&peer](const Peer *other) { return other != &peer; });
    if (isInUse || m_arriving.contains(frame.user) || m_guests.isWaiting(frame.user) || m_chat.directory.lookAlike(frame.user))
        return { Kind::Refused, ErrorCode::NameTaken };
    const InviteInfo *invite = inviteOf(frame);
    if (frame.invite && invite == nullptr)
        return { .kind = Kind::Refused, .refusal = Refusal::OfInvite };
    return { .kind = Kind::Claims, .invite = invite != nullptr ? std::optional(*invite) : std::nullopt };
}

void SessionDesk::hello(Peer &peer, const Id &id, const Hello &frame)
{
    if (m_guests.isWaiting(peer)) {
        refuse(peer, id, ErrorCode::Conflict, u"You are waiting to be let in"_s);
        return;
    }
    const auto wait = m_failures.wait(peer.connection.info().peerAddress, monotonicNow());
    if (wait && !needsOnlyToken(frame)) { // whoever needs nothing else has nothing to guess, whatever others at the address do
        fail(peer, id, ErrorCode::RateLimited, wait);
        return;
    }
    const Verdict verdict = judge(peer, frame);
    switch (verdict.kind) {
    case Verdict::Kind::Refused:
        if (verdict.code == ErrorCode::Unauthorized)
            failSignIn(peer, id, verdict.refusal);
        else if (verdict.code == ErrorCode::InvalidMessage)
            refuse(peer, id, verdict.code, sentenceForShortPassword());
        else if (verdict.code == ErrorCode::NameTaken)
            refuse(peer, id, verdict.code, sentenceForLookAlike(m_chat.directory.lookAlike(frame.user)));
        else
            fail(peer, id, verdict.code);
        return;
    case Verdict::Kind::Comes:
        if (!isBanned(peer, id, frame.user))
            comeIn(peer, id, frame, verdict.session);
        return;
    case Verdict::Kind::Claims:
        if (isBanned(peer, id, frame.user))
            return;
        if (isBeforeOwner(peer)) {
            refuseFor(peer, id, OwnerTimeMs, u"The host is not there yet"_s);
            return;
        }
        if (bringsTooManyNames(peer, id, frame.user))
            return;
        if (verdict.invite)
            enrollInvited(peer, id, frame, *verdict.invite, {});
        else if (mustWait())
            m_guests.wait(peer, id, frame);
        else
            enroll(peer, id, frame);
        return;
    case Verdict::Kind::Registers:
        if (!isBanned(peer, id, frame.user) && !bringsTooManyNames(peer, id, frame.user))
            registerAccount(peer, id, frame);
        return;
    case Verdict::Kind::AskPassword:
        askPassword(peer, id, frame, verdict);
        return;
    }
}

/// Whoever comes first becomes the owner; where somebody hosts from a window, that is them, however fast others are.
bool SessionDesk::isBeforeOwner(const Peer &peer) const
{
    if (!m_chat.settings.isOwnerLocal || m_chat.directory.hasOwner())
        return false;
    const QHostAddress address = peer.connection.info().peerAddress;
    return !address.isLoopback() && !QNetworkInterface::allAddresses().contains(address);
}

/// Whoever comes first becomes the owner: nobody is there who could let them in.
bool SessionDesk::mustWait() const
{
    return m_chat.settings.approveGuests && (m_chat.directory.hasOwner() || !m_arriving.isEmpty());
}

bool SessionDesk::bringsTooManyNames(Peer &peer, const Id &id, const UserName &user, const std::optional<ClientId> &clientId)
{
    const QHostAddress address = plainAddress(peer.connection.info().peerAddress);
    if (m_chat.directory.user(user) != nullptr || address.isLoopback())
        return false;
    const qint64 now = monotonicNow();
    const auto wait = m_newUsers.wait(address, now);
    if (!wait) {
        m_newUsers.take(address, now);
        return false;
    }
    qCDebug(lcChat).noquote().nospace() << "event=new-user-limit peer=" << address.toString();
    refuseFor(peer, id, *wait, u"Too many new names come from your address"_s, clientId);
    return true;
}

void SessionDesk::countFailure(const QHostAddress &address) { m_failures.take(address, monotonicNow()); }

void SessionDesk::fail(Peer &peer, const Id &id, ErrorCode code, std::optional<qint64> wait)
{
    if (wait)
        refuseFor(peer, id, *wait);
    else
        refuse(peer, id, code);
    if (code == ErrorCode::Unauthorized || code == ErrorCode::RateLimited)
        countFailedHello(peer);
}

void SessionDesk::failSignIn(Peer &peer, const Id &id, Refusal refusal)
{
    if (refusal == Refusal::ForPassword) {
        refuse(peer, id, ErrorCode::Unauthorized);
        return;
    }
    countFailure(peer.connection.info().peerAddress);
    sayRefusal(peer, id, refusal);
}

void SessionDesk::sayRefusal(Peer &peer, const Id &id, Refusal refusal)
{
    if (refusal == Refusal::OfInvite) // in the same words whatever is wrong with it
        refuse(peer, id, ErrorCode::Unauthorized, u"This invite does not hold any more"_s, u"invite"_s);
    else
        refuse(peer, id, ErrorCode::Unauthorized, {}, refusal == Refusal::OfName ? u"name"_s : QString());
    countFailedHello(peer);
}

void SessionDesk::countFailedHello(Peer &peer)
{
    if (++peer.failedHellos >= MaxFailedHellos) {
        qCInfo(lcChat).nospace() << "event=hello-failed connection=" << peer.id();
        peer.isDismissed = true; // nor is what it has said behind that looked at
        peer.connection.close(CloseCode::PolicyViolation, u"Authentication failed"_s);
    }
}

void SessionDesk::comeIn(Peer &peer, const Id &id, const Hello &frame, const QString &session)
{
    block(peer);
    if (peer.isWelcomed) {
        redeem(peer, id, frame, {});
        return;
    }
    peer.session = session;
    SessionRecord record = *m_chat.directory.session(frame.user, session);
    record.address = peer.connection.info().peerAddress.toString();
    record.lastSeen = m_chat.now();
    m_chat.directory.putSession(record);
    m_chat.store.accounts().noteSession(session, record.address, record.lastSeen, [](const auto &) {});
    redeem(peer, id, frame, frame.token.value_or(QString())); // the right one: it was compared
}

void SessionDesk::askPassword(Peer &peer, const Id &id, const Hello &frame, const Verdict &verdict)
{
    const QHostAddress address = peer.connection.info().peerAddress;
    const QByteArray passwordHash = verdict.passwordHash;
    const auto answer = [this, peerId = peer.id(), id, frame, passwordHash, address, refusal = verdict.refusal](bool isRight) {
        if (!isRight)
            countFailure(address);
        Peer *back = present(peerId);
        if (back == nullptr)
            return;
        // It may have been changed meanwhile, or whoever it belongs to removed.
        const UserRecord *known = m_chat.directory.user(frame.user);
        const bool isStillRight = isRight && known != nullptr && known->passwordHash == passwordHash && !m_chat.changing.contains(frame.user);
        const InviteInfo *invite = isStillRight && guestSessionOf(frame) != nullptr ? inviteOf(frame) : nullptr;
        if (isStillRight && (invite != nullptr || mayComeIn(*known))) {
            if (isBanned(*back, id, frame.user))
                return;
            if (invite != nullptr)
                promote(*back, id, frame, *invite, passwordHash);
            else
                signIn(*back, id, frame, *known);
            return;
        }
        sayRefusal(*back, id, refusal);
        unblock(m_chat.audience.find(peerId)); // it may have been shown the door
    };
    const auto wait = m_chat.passwords.signIn(frame.user, address, *accountPassword(frame), passwordHash, answer);
    if (wait)
        fail(peer, id, ErrorCode::RateLimited, wait);
    else
        block(peer);
}

} // namespace hearth
