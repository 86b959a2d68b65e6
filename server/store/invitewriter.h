#pragma once

#include "server/store/database.h"
#include "server/store/invitestore.h"

namespace hearth {

class EventWriter;

/// What the writes of `InviteStore` do, under the same rules as `EventWriter`. Writer's thread.
class InviteWriter
{
public:
    template <typename T>
    using Outcome = Result<T, StoreError>;

    InviteWriter(Database &database, EventWriter &events, const QDateTime &now) : m_database(database), m_events(events), m_now(now) { }

    [[nodiscard]] Outcome<InviteInfo> create(const InviteRecord &invite);
    [[nodiscard]] Outcome<void> revoke(const QString &invite, const std::optional<UserName> &by);
    [[nodiscard]] Outcome<Enrolled> enroll(const QString &invite, const UserRecord &record, const SessionRecord &session);
    [[nodiscard]] Outcome<Redeemed> redeem(const QString &invite, const UserName &user);
    [[nodiscard]] Outcome<Redeemed> promote(const QString &invite, const UserName &guest, const QByteArray &passwordHash);

private:
    struct Row
    {
        Role role = Role::Guest;
        std::optional<RoomId> room;
        bool isUsedUp = false;
    };

    [[nodiscard]] std::optional<Row> find(const QString &invite);
    /// The same for one that can be used.
    [[nodiscard]] Outcome<Row> findUsable(const QString &invite);
    /// Of somebody who has the name; nothing where nobody has.
    [[nodiscard]] std::optional<Role> roleOf(const UserName &user);
    /// Adds what `row` has and they lack.
    [[nodiscard]] Outcome<Redeemed> give(const QString &invite, const Row &row, const UserName &user, Role current);
    [[nodiscard]] bool mayMake(const InviteInfo &invite);
    [[nodiscard]] bool isMember(const RoomId &room, const UserName &user);
    /// Nothing for somebody who is a member already.
    [[nodiscard]] Outcome<std::optional<RoomEvent>> join(const RoomId &room, const UserName &user);
    void countUse(const QString &invite, AuditEntry deed);
    void log(AuditEntry deed);

    Database &m_database;
    EventWriter &m_events;
    QDateTime m_now;
};

/// Takes back what that user has made, all of it or what makes that role. For whoever changes what they may do, inside the same transaction.
void takeBackInvitesOf(Database &database, const UserName &user, std::optional<Role> role = {});

/// Those that hold no more among them, oldest first. Any connection to the database.
[[nodiscard]] QList<InviteRecord> readInvites(Database &database);

} // namespace hearth
