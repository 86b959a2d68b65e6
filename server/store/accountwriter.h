#pragma once

#include "server/store/accountstore.h"
#include "server/store/database.h"

namespace hearth {

class EventWriter;

/// What the writes of `AccountStore` do, under the same rules as `EventWriter`. Writer's thread.
class AccountWriter
{
public:
    template <typename T>
    using Outcome = Result<T, StoreError>;

    AccountWriter(Database &database, EventWriter &events) : m_database(database), m_events(events) { }

    [[nodiscard]] Outcome<UserRecord> addAccount(const UserRecord &record, const std::optional<SessionRecord> &session,
                                                 const std::optional<AuditEntry> &deed);
    [[nodiscard]] Outcome<void> beginSession(const SessionRecord &session);
    [[nodiscard]] Outcome<void> noteSession(const QString &session, const QString &address, const QDateTime &seen);
    [[nodiscard]] Outcome<void> endSession(const UserName &user, const QString &session);
    [[nodiscard]] Outcome<void> setPassword(const UserName &user, const QByteArray &passwordHash,
                                            const std::optional<QString> &keep, const std::optional<AuditEntry> &deed);
    [[nodiscard]] Outcome<QList<RoomEvent>> removeUser(const UserName &user, const std::optional<UserName> &by);

private:
    struct Account
    {
        qint64 id = 0;
        UserName name; ///< as it was first spelled
        bool isOwned = false;
        bool isRemoved = false;
        QDateTime createdAt;
        QDateTime lastSeen;
    };

    [[nodiscard]] std::optional<Account> find(const UserName &user);
    /// The same for a name that belongs to somebody who has not been removed.
    [[nodiscard]] Outcome<Account> findOwned(const UserName &user);
    void insertSession(qint64 userId, const SessionRecord &session);
    [[nodiscard]] QList<RoomId> roomsToLeave(qint64 userId);
    /// Writes down what was done to that account.
    void log(AuditEntry deed, const UserName &user);

    Database &m_database;
    EventWriter &m_events;
};

} // namespace hearth
