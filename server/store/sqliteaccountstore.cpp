#include "server/store/sqliteaccountstore.h"

namespace hearth {

void SqliteAccountStore::addAccount(const UserRecord &record, const std::optional<SessionRecord> &session,
                                    const std::optional<AuditEntry> &deed, Completion<UserRecord> done)
{
    write(std::move(done), [record, session, deed](AccountWriter &writer) { return writer.addAccount(record, session, deed); });
}

void SqliteAccountStore::beginSession(const SessionRecord &session, Completion<void> done)
{
    write(std::move(done), [session](AccountWriter &writer) { return writer.beginSession(session); });
}

void SqliteAccountStore::noteSession(const QString &session, const QString &address, const QDateTime &seen, Completion<void> done)
{
    write(std::move(done), [session, address, seen](AccountWriter &writer) { return writer.noteSession(session, address, seen); });
}

void SqliteAccountStore::endSession(const UserName &user, const QString &session, Completion<void> done)
{
    write(std::move(done), [user, session](AccountWriter &writer) { return writer.endSession(user, session); });
}

void SqliteAccountStore::setPassword(const UserName &user, const QByteArray &passwordHash, const std::optional<QString> &keep,
                                     const std::optional<AuditEntry> &deed, Completion<void> done)
{
    write(std::move(done),
          [user, passwordHash, keep, deed](AccountWriter &writer) { return writer.setPassword(user, passwordHash, keep, deed); });
}

void SqliteAccountStore::removeUser(const UserName &user, const std::optional<UserName> &by, Completion<QList<RoomEvent>> done)
{
    write(std::move(done), [user, by](AccountWriter &writer) { return writer.removeUser(user, by); });
}

} // namespace hearth
