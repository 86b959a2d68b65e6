#pragma once

#include "server/chat/inviteledger.h"
#include "server/chat/sanctions.h"
#include "server/store/eventstore.h"

#include <QHash>
#include <QMap>

#include <optional>

namespace hearth {

/// What the server knows of users, rooms and who belongs where: the store's state, in memory, changed only by
/// what the store has committed. (Invites know besides what the store is about to be asked.)
class Directory
{
public:
    struct Room
    {
        RoomRecord record;
        QMap<UserName, MembershipRecord> members;
    };

    explicit Directory(const StoreState &state);

    [[nodiscard]] const UserRecord *user(const UserName &name) const;
    /// Somebody whose name this one, which is nobody's yet, would pass for.
    [[nodiscard]] std::optional<UserName> lookAlike(const UserName &name) const;
    [[nodiscard]] const Room *room(const RoomId &id) const;
    [[nodiscard]] const Sanctions &sanctions() const { return m_sanctions; }
    [[nodiscard]] const InviteLedger &invites() const { return m_invites; }
    [[nodiscard]] InviteLedger &invites() { return m_invites; }
    /// Whether somebody owns the server yet.
    [[nodiscard]] bool hasOwner() const;
    [[nodiscard]] QList<UserRecord> users() const { return m_users.values(); }
    [[nodiscard]] qsizetype roomCount() const { return m_rooms.size(); }
    [[nodiscard]] bool isMember(const RoomId &id, const UserName &name) const;
    /// Whether somebody (nobody in particular: nullopt) may know that the room exists.
    [[nodiscard]] bool maySee(const RoomId &id, const std::optional<UserName> &name) const;
    [[nodiscard]] QList<RoomId> rooms() const { return m_rooms.keys(); }
    [[nodiscard]] QList<RoomId> roomsOf(const UserName &name) const;
    /// Public ones and the user's own.
    [[nodiscard]] QList<RoomId> visibleRooms(const std::optional<UserName> &name) const;
    [[nodiscard]] int roomsCreatedBy(const UserName &name) const;
    /// The other one of a direct room.
    [[nodiscard]] std::optional<UserName> peerIn(const RoomId &id, const UserName &name) const;
    [[nodiscard]] RoomSummary summary(const RoomId &id, const std::optional<UserName> &name, const RoomCounts &counts = {}) const;

    [[nodiscard]] QList<SessionRecord> sessionsOf(const UserName &name) const { return m_sessions.value(name); }
    /// Null when there is none.
    [[nodiscard]] const SessionRecord *session(const UserName &name, const QString &id) const;
    /// The one whose token has this hash.
    [[nodiscard]] const SessionRecord *sessionWith(const UserName &name, const QByteArray &tokenHash) const;

    void putUser(const UserRecord &record);
    void putSession(const SessionRecord &session);
    void endSession(const UserName &name, const QString &id);
    /// All of the user's but one.
    void endSessions(const UserName &name, const std::optional<QString> &keep);
    void putRoom(const RoomRecord &record);
    /// Membership, topic and last seq follow from events.
    void apply(const RoomEvent &event);
    /// Roles, restrictions of rooms, sanctions, and whose invites are taken back follow from deeds.
    void apply(const AuditEntry &deed);
    void setReadSeq(const RoomId &id, const UserName &name, Seq seq);
    void setKeepDays(const RoomId &id, std::optional<int> days);
    void setFirstSeq(const RoomId &id, Seq seq);

private:
    QHash<UserName, UserRecord> m_users;
    QMultiHash<QString, UserName> m_owned; ///< names that belong to somebody, by what they look like
    QHash<RoomId, Room> m_rooms;
    QHash<UserName, QList<RoomId>> m_roomsOf;
    Sanctions m_sanctions;
    InviteLedger m_invites;
    QHash<UserName, QList<SessionRecord>> m_sessions;
};

/// The id of the conversation of two users: the same whoever opens it, and nothing to be guessed from it.
[[nodiscard]] RoomId directRoomId(const UserName &a, const UserName &b);

} // namespace hearth
