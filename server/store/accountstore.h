#pragma once

#include "server/store/eventstore.h"

namespace hearth {

/// Durable memory of accounts and of the devices on which people are signed in. Its writes are the store's: one queue, in
/// order with `EventStore`'s, in the same commits, with the same promise about completions.
class AccountStore
{
public:
    template <typename T>
    using Completion = EventStore::Completion<T>;

    virtual ~AccountStore() = default;

    /// The name belongs to somebody from now on: a guest with a first session, or an account with a password. A name that a
    /// plain client used is taken over as it is spelled. The first one becomes the Owner whatever `record.role` says; the
    /// completion tells. Exists when the name belongs to somebody already, who may have been removed. `deed`, where somebody else
    /// made the account, is written into the audit log in the same transaction, with the name and the role that came of it;
    /// whoever is an owner or a moderator by it is muted no more.
    virtual void addAccount(const UserRecord &record, const std::optional<SessionRecord> &session,
                            const std::optional<AuditEntry> &deed, Completion<UserRecord> done) = 0;
    /// Of a name that belongs to somebody; NotFound otherwise.
    virtual void beginSession(const SessionRecord &session, Completion<void> done) = 0;
    /// When and from where the device was last seen. A session that has ended stays so.
    virtual void noteSession(const QString &session, const QString &address, const QDateTime &seen, Completion<void> done) = 0;
    /// NotFound when the user has no such session.
    virtual void endSession(const UserName &user, const QString &session, Completion<void> done) = 0;
    /// The user's sessions but `keep` end in the same transaction. `deed`, where somebody else did it, is written into the audit
    /// log there as well.
    virtual void setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                             const std::optional<AuditEntry> &deed, Completion<void> done) = 0;
    /// The user has no password, no session, no notification, no invite and no room but the direct ones any more, and cannot
    /// come back; the name stays taken. The completion has the `member` events. Forbidden for the last owner. The audit log
    /// says so in the same transaction; without `by` it was done from the command line.
    virtual void removeUser(const UserName &user, const std::optional<UserName> &by, Completion<QList<RoomEvent>> done) = 0;
};

} // namespace hearth
