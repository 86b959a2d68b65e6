#pragma once

#include "server/store/accountstore.h"
#include "server/store/accountwriter.h"
#include "server/store/writetask.h"

namespace hearth {

/// `AccountStore` on the queue of a `SqliteEventStore`, which owns it.
class SqliteAccountStore final : public AccountStore
{
public:
    using Write = std::function<void(WriteTask)>;

    explicit SqliteAccountStore(Write write) : m_write(std::move(write)) { }

    void addAccount(const UserRecord &record, const std::optional<SessionRecord> &session, const std::optional<AuditEntry> &deed,
                    Completion<UserRecord> done) override;
    void beginSession(const SessionRecord &session, Completion<void> done) override;
    void noteSession(const QString &session, const QString &address, const QDateTime &seen, Completion<void> done) override;
    void endSession(const UserName &user, const QString &session, Completion<void> done) override;
    void setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                     const std::optional<AuditEntry> &deed, Completion<void> done) override;
    void removeUser(const UserName &user, const std::optional<UserName> &by, Completion<QList<RoomEvent>> done) override;

private:
    /// `call` is made with an AccountWriter, inside the transaction.
    template <typename T, typename Call>
    void write(Completion<T> done, Call call)
    {
        m_write(WriteTask::of<T>(std::move(done), [call = std::move(call)](Database &database, EventWriter &events) {
            AccountWriter writer(database, events);
            return call(writer);
        }));
    }

    Write m_write;
};

} // namespace hearth
