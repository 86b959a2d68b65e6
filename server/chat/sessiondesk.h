#pragma once

#include "server/chat/bucketmap.h"
#include "server/chat/chatdesk.h"

#include <QHostAddress>
#include <QSet>

#include <memory>

namespace hearth {

class GuestDesk;
class RestrictionDesk;
struct Redeemed;

/// Who is who: `hello`, the names of plain clients, presence, and what waits for somebody who was away.
class SessionDesk : public ChatDesk
{
public:
    SessionDesk(ChatContext &context, GuestDesk &guests, RestrictionDesk &restrictions);

    void hello(Peer &peer, const Id &id, const Hello &frame);
    /// Goes on with a hello for a name that belongs to nobody, when nothing is to be said against it.
    void enroll(Peer &peer, const Id &id, const Hello &frame);
    void setPresence(Peer &peer, const Id &id, const SetPresence &frame);
    /// The name that a frame brings along, checked against the one the peer has. False, and the peer has heard
    /// why, where it may not speak as that.
    [[nodiscard]] bool identify(Peer &peer, const Id &id, const std::optional<UserName> &name,
                                const std::optional<ClientId> &clientId = {});
    /// Sends the notifications that were stored for somebody who is here now.
    void deliverStored(const UserName &user);
    /// Tells somebody, behind what is still being delivered; stores it where there is no connection.
    void notify(const UserName &user, const Notification &notification);
    void noteAway(const UserName &user, const QDateTime &when);
    /// A welcomed peer is about to go: its device was seen until now.
    void noteSeen(const Peer &peer);
    /// The same of all who are here, and of their users.
    void noteAllSeen();

private:
    /// What is said to whoever has not proved itself.
    enum class Refusal {
        OfPassword,
        OfInvite,
        OfName, ///< it is somebody's, and neither its token nor its password was shown
        ForPassword, ///< as of a password, to whoever has said none and has an invite that holds: no attempt, and not counted
    };

    /// What a hello comes to, as far as can be told at once.
    struct Verdict
    {
        enum class Kind {
            Refused,
            Comes, ///< has proved itself
            Claims, ///< a name that belongs to nobody
            Registers, ///< an account of a free name, or of a guest's with its token, by an invite
            AskPassword, ///< is to be compared
        };
        Kind kind = Kind::Refused;
        ErrorCode code = ErrorCode::Unauthorized; ///< of Refused
        Refusal refusal = Refusal::OfPassword; ///< where `code` is Unauthorized, or the password is wrong
        QString session {}; ///< of Comes, and of Registers for a guest
        std::optional<InviteInfo> invite {}; ///< of Registers, and of Claims with one
        QByteArray passwordHash {}; ///< of AskPassword; empty where nobody can have the right one
    };
    [[nodiscard]] Verdict judge(const Peer &peer, const Hello &frame) const;
    [[nodiscard]] Verdict judgeWithoutAccounts(const Peer &peer, const Hello &frame, const QByteArray &passwordHash) const;
    [[nodiscard]] Verdict judgeWithAccounts(const Hello &frame, const QByteArray &passwordHash) const;
    /// Of a hello without the server's password.
    [[nodiscard]] Verdict judgeWithoutPassword(const Hello &frame) const;
    /// The session whose token was shown, whoever may come in with it; null where there is none.
    [[nodiscard]] const SessionRecord *sessionOf(const Hello &frame) const;
    /// Whether the token is enough by itself: where a password or an invite is wanted beside it, that could be guessed.
    [[nodiscard]] bool needsOnlyToken(const Hello &frame) const;
    /// The same, of somebody who is a guest where only accounts may come in.
    [[nodiscard]] const SessionRecord *guestSessionOf(const Hello &frame) const;
    /// The one of the account, wherever the hello says it.
    [[nodiscard]] std::optional<QString> accountPassword(const Hello &frame) const;
    void comeIn(Peer &peer, const Id &id, const Hello &frame, const QString &session);
    void askPassword(Peer &peer, const Id &id, const Hello &frame, const Verdict &verdict);
    void signIn(Peer &peer, const Id &id, const Hello &frame, const UserRecord &user);
    [[nodiscard]] static QString tokenFor(const Hello &frame);
    [[nodiscard]] SessionRecord newSession(const Peer &peer, const Hello &frame, const QString &token) const;
    /// Room for one more: the device that was not seen for longest is signed out. Those with a connection are seen now; of them
    /// it is the one that came first.
    void endOldestSession(const UserName &user);
    /// True, and the peer has heard so, when too many names that nobody had yet came from its address. Otherwise this one is counted,
    /// if it is one.
    [[nodiscard]] bool bringsTooManyNames(Peer &peer, const Id &id, const UserName &user, const std::optional<ClientId> &clientId = {});
    void countFailure(const QHostAddress &address);
    void fail(Peer &peer, const Id &id, ErrorCode code, std::optional<qint64> wait = {});
    /// Counts it for the address as well.
    void failSignIn(Peer &peer, const Id &id, Refusal refusal);
    void sayRefusal(Peer &peer, const Id &id, Refusal refusal);
    /// Of one connection: too many close it.
    void countFailedHello(Peer &peer);
    void joinLobby(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                   const std::shared_ptr<const bool> &isStored);
    /// The invite of the hello, if it holds.
    [[nodiscard]] const InviteInfo *inviteOf(const Hello &frame) const;
    void registerAccount(Peer &peer, const Id &id, const Hello &frame);
    void finishRegistration(Peer &peer, const Id &id, const Hello &frame, const QByteArray &passwordHash);
    /// The same as `enroll`, by an invite that holds.
    void enrollInvited(Peer &peer, const Id &id, const Hello &frame, const InviteInfo &invite, const QByteArray &passwordHash);
    /// Makes an account of a guest's name, and goes on with its session.
    void promote(Peer &peer, const Id &id, const Hello &frame, const InviteInfo &invite, const QByteArray &passwordHash);
    void refuseEnrolment(Peer &peer, const Id &id, const StoreError &error);
    /// Welcomes somebody who is known, with what the invite of the hello adds, if anything. They come in whatever becomes of it.
    void redeem(Peer &peer, const Id &id, const Hello &frame, const QString &token);
    [[nodiscard]] bool addsTo(const InviteInfo &invite, const UserName &user) const;
    void addTo(const UserName &user, const Redeemed &redeemed, const Peer *except);
    void tellJoined(const RoomEvent &joined);
    /// `inviteFailure`: why the store has added nothing by the invite of the hello. They hear of it behind the welcome.
    void welcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                 const std::optional<StoreError> &inviteFailure = {});
    /// False, and the peer has heard why, where they may not come in any more.
    [[nodiscard]] bool finishWelcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                                     const QList<RoomCounts> &counts);
    void takeStored(const UserName &user);
    void tellOrKeep(const UserName &user, const Notification &notification);

    /// Whether somebody has to let them in first.
    [[nodiscard]] bool isBeforeOwner(const Peer &peer) const;
    [[nodiscard]] bool mustWait() const;
    /// True, and the peer has heard so and is gone, when that name is banned.
    [[nodiscard]] bool isBanned(Peer &peer, const Id &id, const UserName &user);

    static constexpr RateSettings FailuresPerAddress { 10, 0.2 };

    GuestDesk &m_guests;
    RestrictionDesk &m_restrictions;
    QByteArray m_passwordHash;
    BucketMap<QHostAddress> m_failures { FailuresPerAddress }; ///< refused hellos
    BucketMap<QHostAddress> m_newUsers;
    QSet<UserName> m_arriving; ///< names on their way into the store
    /// Who is being told what was stored, with what came up meanwhile.
    QHash<UserName, QList<Notification>> m_delivering;
};

} // namespace hearth
