#pragma once

#include "server/store/invitestore.h"
#include "server/store/invitewriter.h"
#include "server/store/writetask.h"

#include <span>

namespace hearth {

/// `InviteStore` on the queue of a `SqliteEventStore`, which owns it.
class SqliteInviteStore final : public InviteStore
{
public:
    using Write = std::function<void(WriteTask)>;
    using Count = std::function<void(std::span<const RoomEvent>)>;

    /// `now` is called on the writer's thread; `count` hears of events that were appended, on the store object's.
    SqliteInviteStore(Write write, Count count, std::function<QDateTime()> now);

    void create(const InviteRecord &invite, Completion<InviteInfo> done) override;
    void revoke(const QString &invite, const std::optional<UserName> &by, Completion<void> done) override;
    void enroll(const QString &invite, const UserRecord &record, const SessionRecord &session, Completion<Enrolled> done) override;
    void redeem(const QString &invite, const UserName &user, Completion<Redeemed> done) override;
    void promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash, Completion<Redeemed> done) override;

private:
    /// `done`, but what was joined is counted first.
    [[nodiscard]] Completion<Redeemed> counted(Completion<Redeemed> done);
    /// `call` is made with an InviteWriter, inside the transaction.
    template <typename T, typename Call>
    void write(Completion<T> done, Call call)
    {
        m_write(WriteTask::of<T>(std::move(done), [now = m_now, call = std::move(call)](Database &database, EventWriter &events) {
            InviteWriter writer(database, events, now());
            return call(writer);
        }));
    }

    Write m_write;
    Count m_count;
    std::function<QDateTime()> m_now;
};

} // namespace hearth
