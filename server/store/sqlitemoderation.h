#pragma once

#include "server/store/moderationstore.h"
#include "server/store/readerthread.h"

namespace hearth {

/// `ModerationStore` on the database, the writer's queue and the reader of a `SqliteEventStore`, which owns it.
class SqliteModeration final : public ModerationStore
{
public:
    /// Queues a write: `run` inside the transaction on the writer's thread, `finish` once its fate is known.
    using Write = std::function<void(std::function<void(Database &)> run, std::function<void(const StoreError *failure)> finish)>;
    using Read = std::function<void(ReadTask)>;

    /// `now` is called on the writer's thread.
    SqliteModeration(Write write, Read read, std::function<QDateTime()> now);

    void carryOut(const AuditEntry &deed, Completion<AuditEntry> done) override;
    void audit(std::optional<qint64> before, int limit, Completion<AuditPage> done) override;

private:
    Write m_write;
    Read m_read;
    std::function<QDateTime()> m_now;
};

} // namespace hearth
