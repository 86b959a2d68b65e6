#pragma once

#include "protocol/ids.h"
#include "protocol/result.h"
#include "protocol/serverframes.h"
#include "server/telemetry/histogram.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>

#include <array>
#include <functional>
#include <optional>

/// What the chat asks of durable storage, and nothing of how it is done.
namespace hearth {

class ModerationStore;

/// Why a write or a read did not happen. Nothing of it is in the database then.
struct StoreError
{
    enum class Reason {
        NotFound, ///< no such room, user, message or target
        Exists, ///< room or user name taken
        Forbidden, ///< the target is somebody else's
        Conflict, ///< client id reused with other content
        LimitReached, ///< a bound of the store (different reactions to one message)
        StorageFull, ///< the disk has no room; tried again with the next write
        Busy, ///< somebody else holds the database longer than we wait
        Failed, ///< anything else; `text` says what
    };
    Reason reason = Reason::Failed;
    QString text; ///< for the log
};

/// Why a store could not be opened. The data directory is as it was.
struct StoreOpenError
{
    enum class Reason {
        DirectoryMissing, ///< and could not be made
        DirectoryReadOnly,
        Locked, ///< by another server
        Corrupt,
        NewerVersion, ///< written by a later Hearth
        Failed,
    };
    Reason reason = Reason::Failed;
    QString path; ///< the file or directory at fault
    QString text; ///< one sentence for the administrator: what is wrong and what to do
};

struct UserRecord
{
    UserName name;
    Role role = Role::Guest;
    QDateTime createdAt;
    QDateTime lastSeen;
    bool isOwned = false; ///< it belongs to somebody with a token or a password; otherwise a plain client's name
    QByteArray passwordHash; ///< Argon2id in its text form; empty: no password
    bool isRemoved = false; ///< can never come in again

    /// Somebody who may still come in.
    [[nodiscard]] bool isSomebody() const { return isOwned && !isRemoved; }
};

/// One device on which a user is signed in.
struct SessionRecord
{
    QString id;
    UserName user;
    QByteArray tokenHash; ///< SHA-256
    QString client; ///< what it called itself
    QString address; ///< where it was last seen
    QDateTime createdAt;
    QDateTime lastSeen;
};

struct RoomRecord
{
    RoomId id;
    QString name;
    QString topic;
    RoomKind kind = RoomKind::Public;
    std::optional<UserName> creator;
    Seq lastSeq;
    std::optional<int> keepDays = {}; ///< how long what is said is kept; 0: for good; nothing: as the server does
    Seq firstSeq { 1 }; ///< the first event that still has its words; may be the next one to come
    int slowModeSeconds = 0; ///< between two messages of one member; 0: off
    bool isClosed = false; ///< only moderators write
};

struct MembershipRecord
{
    RoomId room;
    UserName user;
    Seq joinedSeq; ///< seq of the `member` event that made them one
    Seq readSeq;
};

/// An invite as it is kept: who has the code is let in, and nobody else knows it.
struct InviteRecord
{
    InviteInfo info;
    QByteArray codeHash; ///< SHA-256
};

/// Everything the chat keeps in memory, read once at the start.
struct StoreState
{
    QString serverId;
    QList<UserRecord> users;
    QList<RoomRecord> rooms;
    QList<MembershipRecord> memberships;
    QList<BanInfo> bans; ///< those that have ended among them
    QList<MuteInfo> mutes; ///< likewise
    QList<SessionRecord> sessions;
    QList<InviteRecord> invites; ///< those that hold no more among them, oldest first
};

/// One event to append. The store gives it its `seq` and its timestamp inside the transaction.
struct AppendRequest
{
    RoomId room;
    UserName user; ///< who does it
    EventBody body;
    bool mayTouchOthers = false; ///< a moderator: edits and deletes need not be the author's own
    QList<UserName> mentions; ///< of a message: members whom it names (kept for unread counts)
    QList<UserName> notify; ///< users with no connection for whom a notification is stored along
    Notification::Kind notificationKind = Notification::Kind::Mention;
    /// Of a message: answers only a repeat of one that is there; Forbidden otherwise, nothing is appended.
    bool onlyRepeats = false;
    /// Written into the audit log along with the event. Of a deletion only when the message is somebody else's, whose name
    /// the store fills in.
    std::optional<AuditEntry> audit = {};
    /// Only while the user has this session: Forbidden otherwise. Of what is asked along with the session, which may be refused.
    std::optional<QString> onlyWithSession = {};
};

struct Appended
{
    RoomEvent event; ///< as committed
    bool isRepeat = false; ///< the client id was known: `event` is the first one; tell nobody again
    bool isNoop = false; ///< nothing to change (a reaction already there): no event, seq is the target's
};

struct RoomCounts
{
    RoomId room;
    qint64 unread = 0; ///< messages of others after readSeq
    qint64 mentions = 0;
};

struct HistoryPage
{
    QList<MessageSnapshot> messages; ///< oldest first
    bool hasMore = false; ///< older ones exist
};

struct SyncPage
{
    QList<RoomEvent> events; ///< in seq order
    Seq lastSeq; ///< the room's, in the same snapshot
    bool hasMore = false;
    Seq firstSeq { 1 }; ///< the room's, in the same snapshot: of what stood before, nothing is left to tell
};

/// What one step of expiry did.
struct Expired
{
    Seq firstSeq; ///< the room's first event that still has its words
    int events = 0; ///< that lost theirs in this step; 0: there was nothing left to do
};

struct SearchQuery
{
    QString text; ///< taken literally, found as a substring, case-insensitively
    QList<RoomId> rooms; ///< where to look: those that the asker may read
    std::optional<UserName> from;
    std::optional<Seq> before; ///< only with one room
    int limit = limits::DefaultSearchLimit;
};

/// What a store has counted since it was opened, for whoever watches the server.
struct StoreFigures
{
    qsizetype waitingWrites = 0; ///< asked for, their fate not told yet
    quint64 failedCommits = 0;
    Histogram commitSeconds = Histogram::ofSeconds(); ///< from the transaction's begin until it is on disk
    Histogram writesPerCommit = Histogram::ofCounts();
    std::array<quint64, std::variant_size_v<EventBody>> events {}; ///< appended, by their place in EventBody
    std::optional<StoreError> failure; ///< of the last commit, when it did not succeed
};

class AccountStore;
class InviteStore;

/// Durable memory of one server: users, rooms, memberships, and each room's log.
///
/// Every call returns at once. Its completion is called exactly once, later, on the thread of the store
/// object (the server's), in the order in which the writes were made; several writes made in one turn of
/// the event loop, or while a commit is under way, share one commit. A completion of a write means that
/// it is on disk. Completions after `drain()` or the store's end are not called.
class EventStore : public QObject
{
    Q_OBJECT

public:
    template <typename T>
    using Completion = std::function<void(Result<T, StoreError>)>;

    using QObject::QObject;

    // ---- writes: one queue, in order ----

    /// A plain client's name, which belongs to nobody yet. Exists when the folded name is taken.
    virtual void addUser(const UserRecord &record, Completion<UserRecord> done) = 0;
    virtual void setLastSeen(const UserName &user, const QDateTime &when, Completion<void> done) = 0;
    /// Creates the room and makes `members` its members, each with a `member` event of its own.
    /// Exists when the id is taken (the record that is there stays as it is), NotFound where a member is nobody, or removed.
    virtual void createRoom(const RoomRecord &room, const QList<UserName> &members,
                            Completion<QList<RoomEvent>> done) = 0;
    /// Gives the event the room's next seq. Membership events change the membership in the same
    /// transaction; joining twice or leaving when not a member is a no-op. NotFound for a user who was removed.
    virtual void append(const AppendRequest &request, Completion<Appended> done) = 0;
    /// Never moves back, never past the room's last seq. The completion tells where it stands.
    virtual void markRead(const RoomId &room, const UserName &user, Seq seq, Completion<Seq> done) = 0;
    /// Notifications for a user who is away, other than those that `append` stores along. NotFound for one who was removed.
    virtual void addNotification(const UserName &user, const Notification &notification,
                                 Completion<void> done) = 0;
    /// The oldest stored notifications of a user, at most `limit`, taken out of the store.
    virtual void takeNotifications(const UserName &user, int limit,
                                   Completion<QList<Notification>> done) = 0;
    /// The room's own setting: see RoomRecord.
    virtual void setKeepDays(const RoomId &room, std::optional<int> days, Completion<void> done) = 0;
    /// One step of expiry: takes the words of the room's oldest events that are from before `cutoff`, at most `atMost`
    /// of them, and all that is kept of those messages elsewhere. An event keeps its seq, its user and its client id
    /// for good, so that the log has no gap and a repeat is known for one. To be called until it did nothing.
    virtual void expire(const RoomId &room, const QDateTime &cutoff, int atMost, Completion<Expired> done) = 0;

    // ---- reads: never wait for a writer; see every write whose completion was called before ----

    virtual void history(const RoomId &room, std::optional<Seq> before, int limit,
                         Completion<HistoryPage> done) = 0;
    virtual void sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done) = 0;
    /// In order with the writes: counts exactly the events whose completions were called before its own.
    virtual void counts(const UserName &user, Completion<QList<RoomCounts>> done) = 0;
    virtual void search(const SearchQuery &query, Completion<HistoryPage> done) = 0;

    /// Calls `done` when every write made before has been committed or refused (on the store's thread of
    /// completions, like all others). Writes made after it are refused as Failed.
    virtual void drain(std::function<void()> done) = 0;

    /// What is remembered of roles, bans and the like.
    [[nodiscard]] virtual ModerationStore &moderation() = 0;
    /// Accounts and devices, in the same queue.
    [[nodiscard]] virtual AccountStore &accounts() = 0;
    /// Invites, likewise.
    [[nodiscard]] virtual InviteStore &invites() = 0;

    // ---- watching; a store that counts nothing need not say anything ----

    [[nodiscard]] virtual StoreFigures figures() const { return {}; }
    /// Tries to commit a little, so that `figures().failure` tells of now although nobody writes.
    virtual void probe() { }
};

} // namespace hearth
