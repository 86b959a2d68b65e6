#pragma once

#include "server/store/database.h"
#include "server/store/eventrow.h"
#include "server/store/eventstore.h"

#include <QHash>
#include <QSet>

#include <functional>

namespace hearth {

/// What the store's writes do, one call each, inside the transaction that its caller began. What a call
/// refuses it refuses before its first change, so that its neighbours in the transaction lose nothing.
/// Throws SqlFailure when the database itself fails; the transaction is lost then. Writer's thread.
class EventWriter
{
public:
    /// Most different emoji on one message.
    static constexpr int MaxReactionKinds = 32;
    /// Most notifications kept for one user: the newest.
    static constexpr int MaxNotifications = 500;

    template <typename T>
    using Outcome = Result<T, StoreError>;

    EventWriter(Database &database, std::function<QDateTime()> now);

    [[nodiscard]] Outcome<UserRecord> addUser(const UserRecord &record);
    [[nodiscard]] Outcome<void> setLastSeen(const UserName &user, const QDateTime &when);
    [[nodiscard]] Outcome<QList<RoomEvent>> createRoom(const RoomRecord &room,
                                                       const QList<UserName> &members);
    [[nodiscard]] Outcome<Appended> append(const AppendRequest &request);
    [[nodiscard]] Outcome<Seq> markRead(const RoomId &room, const UserName &user, Seq seq);
    [[nodiscard]] Outcome<void> addNotification(const UserName &user, const Notification &notification);
    [[nodiscard]] Outcome<QList<Notification>> takeNotifications(const UserName &user, int limit);
    [[nodiscard]] Outcome<void> setKeepDays(const RoomId &room, std::optional<int> days);
    [[nodiscard]] Outcome<Expired> expire(const RoomId &room, const QDateTime &cutoff, int atMost);

    /// The store's clock, as precise as the database is.
    [[nodiscard]] QDateTime now() const;
    /// A transaction begins: what was learned of people and rooms in the one before may have changed.
    void beginTransaction();
    /// The transaction was rolled back: forgets what was learned in it.
    void forget();
    /// Rooms are told once a transaction how far they have come: before its end, and before anybody reads them in it.
    void saveLastSeqs();
    /// Somebody was removed, or signed out, in this transaction.
    void peopleChanged();

private:
    struct Target
    {
        qint64 authorId = 0;
        QString content;
        bool isDeleted = false;
    };

    [[nodiscard]] std::optional<qint64> roomRow(const RoomId &room);
    [[nodiscard]] std::optional<qint64> userRow(const UserName &user);
    /// The same for one who has not been removed.
    [[nodiscard]] std::optional<qint64> presentUserRow(const UserName &user);
    [[nodiscard]] bool hasSession(qint64 userId, const QString &session);
    /// Nothing for one that has expired.
    [[nodiscard]] std::optional<Target> message(qint64 roomId, qint64 seq);
    /// What to do instead of appending, if anything: a refusal, a repeat or a no-op.
    [[nodiscard]] std::optional<Outcome<Appended>> instead(const AppendRequest &request, const EventRow &row);
    [[nodiscard]] std::optional<Outcome<Appended>> repeatOf(const AppendRequest &request,
                                                            const EventRow &row);
    /// Gives the row its seq and time, and writes it and what becomes of it. Nothing where its author has used the client id.
    [[nodiscard]] std::optional<RoomEvent> commitEvent(const AppendRequest &request, EventRow row);
    [[nodiscard]] qint64 lastSeq(qint64 roomId);
    void applyEvent(const AppendRequest &request, const EventRow &row);
    void logDeed(AuditEntry deed, const EventRow &row);
    void takeReactionBack(const EventRow &row);

    Database &m_database;
    std::function<QDateTime()> m_now;
    QHash<RoomId, qint64> m_roomRows;
    QHash<UserName, qint64> m_userRows;
    // Of this transaction, which nobody else writes beside:
    QSet<qint64> m_presentUsers;
    QHash<QString, qint64> m_sessions; ///< whose they are
    QHash<qint64, qint64> m_lastSeqs; ///< by room
    QSet<qint64> m_grownRooms; ///< whose last seq is not saved yet
};

} // namespace hearth
