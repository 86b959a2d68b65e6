#pragma once

#include "server/store/eventstore.h"

namespace hearth {

/// Whether a role is the higher one.
[[nodiscard]] inline bool isAbove(Role role, Role other) { return static_cast<int>(role) < static_cast<int>(other); }

/// Somebody new, who came by an invite.
struct Enrolled
{
    UserRecord user; ///< as in `AccountStore::addAccount`
    QList<RoomEvent> joined; ///< of the lobby and the invite's room
};

/// What an invite has added to somebody who was there already. Nothing: it was not used.
struct Redeemed
{
    std::optional<Role> role; ///< the new one
    std::optional<RoomEvent> joined;

    [[nodiscard]] bool isUse() const { return role || joined; }
};

/// Durable memory of invites. Its writes are the store's, as those of `AccountStore` are. Whether an invite has ended is for
/// the chat to say, by its clock; the store makes sure that none is used more often than it may be.
class InviteStore
{
public:
    template <typename T>
    using Completion = EventStore::Completion<T>;

    virtual ~InviteStore() = default;

    /// The completion has it with its time. What has ended or is used up is deleted on the way. Forbidden when whoever makes
    /// it is banned or no moderator any more (an owner, where it makes moderators); NotFound when there is no such room.
    virtual void create(const InviteRecord &invite, Completion<InviteInfo> done) = 0;
    /// NotFound when there is none.
    virtual void revoke(const QString &invite, const std::optional<UserName> &by, Completion<void> done) = 0;
    /// `AccountStore::addAccount` of somebody who joins the lobby and the invite's room along with it. NotFound when the
    /// invite is gone or used up.
    virtual void enroll(const QString &invite, const UserRecord &record, const SessionRecord &session, Completion<Enrolled> done) = 0;
    /// Adds the invite's room and its role to somebody, as far as they lack them. NotFound as `enroll`, and when the name
    /// belongs to nobody.
    virtual void redeem(const QString &invite, const UserName &user, Completion<Redeemed> done) = 0;
    /// The same for a guest who is to have an account: the password is theirs, and their role a member's or the invite's, whichever
    /// is higher. Exists when they are no guest any more.
    virtual void promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash, Completion<Redeemed> done) = 0;
};

} // namespace hearth
