#include "server/store/sqliteinvitestore.h"

namespace hearth {

SqliteInviteStore::SqliteInviteStore(Write write, Count count, std::function<QDateTime()> now)
    : m_write(std::move(write)), m_count(std::move(count)), m_now(std::move(now))
{
}

void SqliteInviteStore::create(const InviteRecord &invite, Completion<InviteInfo> done)
{
    write(std::move(done), [invite](InviteWriter &writer) { return writer.create(invite); });
}

void SqliteInviteStore::revoke(const QString &invite, const std::optional<UserName> &by, Completion<void> done)
{
    write(std::move(done), [invite, by](InviteWriter &writer) { return writer.revoke(invite, by); });
}

void SqliteInviteStore::enroll(const QString &invite, const UserRecord &record, const SessionRecord &session, Completion<Enrolled> done)
{
    const auto counted = [this, done = std::move(done)](const Result<Enrolled, StoreError> &enrolled) {
        if (enrolled)
            m_count(enrolled->joined);
        done(enrolled);
    };
    write<Enrolled>(counted, [invite, record, session](InviteWriter &writer) { return writer.enroll(invite, record, session); });
}

auto SqliteInviteStore::counted(Completion<Redeemed> done) -> Completion<Redeemed>
{
    return [this, done = std::move(done)](const Result<Redeemed, StoreError> &redeemed) {
        if (redeemed && redeemed->joined)
            m_count({ &*redeemed->joined, 1 });
        done(redeemed);
    };
}

void SqliteInviteStore::redeem(const QString &invite, const UserName &user, Completion<Redeemed> done)
{
    write(counted(std::move(done)), [invite, user](InviteWriter &writer) { return writer.redeem(invite, user); });
}

void SqliteInviteStore::promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash, Completion<Redeemed> done)
{
    write(counted(std::move(done)), [invite, guest, passwordHash](InviteWriter &writer) { return writer.promote(invite, guest, passwordHash); });
}

} // namespace hearth
