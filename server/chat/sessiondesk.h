#pragma once

#include "server/chat/chatdesk.h"

#include <QHostAddress>
#include <QSet>

#include <memory>

namespace hearth {

class GuestDesk;
class RestrictionDesk;

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
    /// What a hello comes to, as far as can be told at once.
    struct Verdict
    {
        enum class Kind {
            Refused,
            Comes, ///< has proved itself
            Claims, ///< a name that belongs to nobody
            AskPassword, ///< is to be compared
        };
        Kind kind = Kind::Refused;
        ErrorCode code = ErrorCode::Unauthorized; ///< of Refused
        QString session {}; ///< of Comes
        QByteArray passwordHash {}; ///< of AskPassword; empty where nobody can have the right one
    };
    [[nodiscard]] Verdict judge(const Peer &peer, const Hello &frame) const;
    [[nodiscard]] Verdict judgeWithoutAccounts(const Peer &peer, const Hello &frame, const QByteArray &passwordHash) const;
    /// The one of the account, wherever the hello says it.
    [[nodiscard]] std::optional<QString> accountPassword(const Hello &frame) const;
    void comeIn(Peer &peer, const Id &id, const Hello &frame, const QString &session);
    void askPassword(Peer &peer, const Id &id, const Hello &frame, const QByteArray &passwordHash);
    void signIn(Peer &peer, const Id &id, const Hello &frame, const UserRecord &user);
    [[nodiscard]] SessionRecord newSession(const Peer &peer, const Hello &frame, const QString &token) const;
    /// Room for one more: the device that was not seen for longest is signed out. Those with a connection are seen now; of them
    /// it is the one that came first.
    void endOldestSession(const UserName &user);
    void countFailure(const QHostAddress &address);
    void fail(Peer &peer, const Id &id, ErrorCode code, std::optional<qint64> wait = {});
    void joinLobby(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                   const std::shared_ptr<const bool> &isStored);
    void welcome(Peer &peer, const Id &id, const Hello &frame, const QString &token);
    void finishWelcome(Peer &peer, const Id &id, const Hello &frame, const QString &token,
                       const QList<RoomCounts> &counts);
    void takeStored(const UserName &user);
    void tellOrKeep(const UserName &user, const Notification &notification);

    /// Whether somebody has to let them in first.
    [[nodiscard]] bool mustWait() const;
    /// True, and the peer has heard so and is gone, when that name is banned.
    [[nodiscard]] bool isBanned(Peer &peer, const Id &id, const UserName &user);

    GuestDesk &m_guests;
    RestrictionDesk &m_restrictions;
    QByteArray m_passwordHash;
    QHash<QHostAddress, TokenBucket> m_failures; ///< refused hellos by address
    QSet<UserName> m_arriving; ///< names on their way into the store
    /// Who is being told what was stored, with what came up meanwhile.
    QHash<UserName, QList<Notification>> m_delivering;
};

} // namespace hearth
