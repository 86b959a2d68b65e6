#pragma once

#include "server/store/database.h"
#include "server/store/moderationstore.h"

namespace hearth {

/// Deeds of those in charge and the log of them, inside the transaction that the caller began. What a call refuses it
/// refuses before its first change. Throws SqlFailure when the database itself fails. Writer's thread.
class DeedWriter
{
public:
    explicit DeedWriter(Database &database) : m_database(database) { }

    [[nodiscard]] Result<AuditEntry, StoreError> carryOut(AuditEntry deed, const QDateTime &now);
    /// Writes it down, and gives it its id.
    void log(AuditEntry &deed);
    /// The same for a deletion, unless the message was the deleter's own and was not deleted from the command line.
    void logDeletion(AuditEntry deed, qint64 deleterId, qint64 roomId, Seq seq);
    /// Of one who is in charge from now on, wherever they hold.
    void liftMutes(const UserName &user);

private:
    /// Why it cannot be done; nothing: it is done.
    [[nodiscard]] std::optional<StoreError> apply(const AuditEntry &deed);
    [[nodiscard]] std::optional<StoreError> setRole(const UserName &user, Role role);
    /// Why nobody but an owner may change the ban or the mute that is there: an owner made it, or the command line.
    [[nodiscard]] std::optional<StoreError> objectionToChanging(const AuditEntry &deed);
    /// Nobody in particular is the command line, which is everybody's owner.
    [[nodiscard]] bool isOwner(const std::optional<UserName> &user);
    void ban(const AuditEntry &deed);
    void mute(const AuditEntry &deed);

    Database &m_database;
};

/// Whether the server still has an owner without this user.
[[nodiscard]] bool hasOwnerBeside(Database &database, qint64 userId);

// ---- reading; any connection to the database ----

[[nodiscard]] AuditPage readAudit(Database &database, std::optional<qint64> before, int limit);
/// Those that have ended among them.
[[nodiscard]] QList<BanInfo> readBans(Database &database);
[[nodiscard]] QList<MuteInfo> readMutes(Database &database);

} // namespace hearth
