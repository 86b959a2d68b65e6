#include "server/store/sqlitemoderation.h"

#include "server/store/deedwriter.h"

namespace hearth {

SqliteModeration::SqliteModeration(Write write, Read read, std::function<QDateTime()> now)
    : m_write(std::move(write)), m_read(std::move(read)), m_now(std::move(now))
{
}

void SqliteModeration::carryOut(const AuditEntry &deed, Completion<AuditEntry> done)
{
    using Outcome = Result<AuditEntry, StoreError>;
    const auto result = std::make_shared<std::optional<Outcome>>();
    m_write([this, result, deed](Database &database) { *result = DeedWriter(database).carryOut(deed, m_now()); },
            [result, done = std::move(done)](const StoreError *failure) {
                done(failure != nullptr ? Outcome(Unexpected(*failure)) : **result);
            });
}

void SqliteModeration::audit(std::optional<qint64> before, int limit, Completion<AuditPage> done)
{
    m_read([before, limit, done = std::move(done)](Database &database) -> std::function<void()> {
        try {
            return [done, page = readAudit(database, before, limit)] { done(page); };
        } catch (const SqlFailure &failure) {
            return [done, error = failure.error()] { done(Unexpected(error)); };
        }
    });
}

} // namespace hearth
