#pragma once

#include "server/chat/chatdesk.h"

namespace hearth {

/// Accounts: one's own password and devices, and what owners and the console do for others.
class AccountDesk : public ChatDesk
{
public:
    using ChatDesk::ChatDesk;

    void setPassword(Peer &peer, const Id &id, const SetPassword &frame);
    void listSessions(Peer &peer, const Id &id);
    void revokeSession(Peer &peer, const Id &id, const RevokeSession &frame);

    void listUsers(Peer &peer, const Id &id);
    void addUser(Peer &peer, const Id &id, const AddUser &frame);
    void removeUser(Peer &peer, const Id &id, const RemoveUser &frame);
    void resetPassword(Peer &peer, const Id &id, const ResetPassword &frame);

private:
    using Hashed = std::function<void(Peer &peer, const QByteArray &hash)>;

    /// False, and the peer has heard why and is unblocked, when it has lost the right meanwhile, or when an account that this
    /// is about is being changed by somebody else.
    [[nodiscard]] bool mayGoOn(Peer &peer, const Id &id, const UserName &user);
    void refuseAccount(Peer *peer, const Id &id, const StoreError &error);
    /// False, and the peer has heard why, for a password that is none.
    [[nodiscard]] bool isFit(Peer &peer, const Id &id, const QString &password);
    /// `next` with the hash, later; the peer, which must be blocked, is unblocked where there is none.
    void hash(Peer &peer, const Id &id, const QString &password, const Hashed &next);
    /// The peer must be blocked. All sessions of the user but `keep` end.
    void change(Peer &peer, const Id &id, const UserName &user, const QString &password, const std::optional<QString> &keep);
    void forgetUser(const UserName &user, const QList<RoomEvent> &left);
    /// Closes the user's connections but those of one session.
    void signOutAll(const UserName &user, const std::optional<QString> &keep);
};

} // namespace hearth
