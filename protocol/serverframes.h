#pragma once

#include "protocol/clientframes.h"
#include "protocol/errorcode.h"
#include "protocol/ids.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>

#include <optional>
#include <variant>

/// What a server says: replies to one, events of a room to its members, and pushes. All times are UTC
/// with milliseconds.
namespace hearth {

enum class Access { Open, Password, Accounts };

// ---- parts ----------------------------------------------------------------------------------------

struct ServerInfo
{
    QString id; ///< stable for the life of the data directory
    QString name;
    QString version;
    int keepDays = 0; ///< how long it keeps what is said, where a room has no setting of its own; 0: for good
    friend bool operator==(const ServerInfo &, const ServerInfo &) = default;
};

struct MemberInfo
{
    UserName user;
    PresenceState state = PresenceState::Offline;
    Role role = Role::Guest;
    QDateTime lastSeen; ///< null while online or unknown
    bool isInTheClear = false; ///< on a connection that others on the network can read
    friend bool operator==(const MemberInfo &, const MemberInfo &) = default;
};

/// A room as one user sees it in lists.
struct RoomSummary
{
    RoomId room;
    QString name;
    QString topic;
    RoomKind kind = RoomKind::Public;
    Seq lastSeq;
    Seq readSeq;
    qint64 unread = 0; ///< messages of others after readSeq
    qint64 mentions = 0; ///< of those, the ones that name the user
    bool isMember = true; ///< false only in `rooms`: a public room that one could join
    std::optional<UserName> peer; ///< the other user of a direct room
    int memberCount = 0;
    std::optional<int> keepDays; ///< how long what is said is kept; 0: for good; nothing: as the server does
    Seq firstSeq { 1 }; ///< the first event that is still there; what stood before has expired
    std::optional<UserName> creator; ///< nothing for one that belongs to nobody
    int slowModeSeconds = 0; ///< a member waits so long between two messages
    bool isClosed = false; ///< moderators write, everybody else reads
    friend bool operator==(const RoomSummary &, const RoomSummary &) = default;
};

/// One device on which a user is signed in.
struct SessionInfo
{
    QString session;
    QString client; ///< what it called itself: `hearth 0.1.0`
    QString address; ///< from where it was last seen
    QDateTime createdAt;
    QDateTime lastSeen;
    bool isOnline = false;
    bool isCurrent = false; ///< the one that asks
    friend bool operator==(const SessionInfo &, const SessionInfo &) = default;
};

/// A user as whoever administers the server sees them.
struct AccountInfo
{
    UserName user;
    Role role = Role::Guest;
    bool hasPassword = false;
    PresenceState state = PresenceState::Offline;
    QDateTime lastSeen; ///< null while online or unknown
    bool isRemoved = false; ///< cannot come in any more; the name stays taken
    friend bool operator==(const AccountInfo &, const AccountInfo &) = default;
};

// ---- events: everything durable in a room ------------------------------------------------------------

struct MessagePosted
{
    QString content;
    std::optional<ClientId> clientId;
    std::optional<Seq> replyTo;
    friend bool operator==(const MessagePosted &, const MessagePosted &) = default;
};

struct MessageEdited
{
    Seq target;
    QString content;
    friend bool operator==(const MessageEdited &, const MessageEdited &) = default;
};

struct MessageDeleted
{
    Seq target;
    friend bool operator==(const MessageDeleted &, const MessageDeleted &) = default;
};

struct ReactionChanged
{
    Seq target;
    QString emoji;
    bool add = true;
    friend bool operator==(const ReactionChanged &, const ReactionChanged &) = default;
};

struct TopicChanged
{
    QString topic;
    friend bool operator==(const TopicChanged &, const TopicChanged &) = default;
};

/// Membership changed: `RoomEvent::user` joined or left; `by` is set where somebody else did it.
struct MembershipChanged
{
    enum class Change { Joined, Left };
    Change change = Change::Joined;
    std::optional<UserName> by;
    friend bool operator==(const MembershipChanged &, const MembershipChanged &) = default;
};

using EventBody = std::variant<MessagePosted, MessageEdited, MessageDeleted, ReactionChanged,
                               TopicChanged, MembershipChanged>;

/// One entry of a room's log, the same bytes for everyone, live and in `sync`.
struct RoomEvent
{
    RoomId room;
    Seq seq;
    UserName user; ///< who did it (whose membership changed, for MembershipChanged)
    QDateTime timestamp;
    EventBody body;
    friend bool operator==(const RoomEvent &, const RoomEvent &) = default;
};

struct ReactionSummary
{
    QString emoji;
    QList<UserName> users; ///< in the order in which they reacted
    friend bool operator==(const ReactionSummary &, const ReactionSummary &) = default;
};

/// A message as it stands now: edits folded in, reactions summed, a tombstone when deleted.
struct MessageSnapshot
{
    RoomId room;
    Seq seq;
    UserName user;
    QString content; ///< empty when deleted
    QDateTime timestamp;
    std::optional<ClientId> clientId;
    std::optional<Seq> replyTo;
    QDateTime editedAt; ///< null: never edited
    bool isDeleted = false;
    QList<ReactionSummary> reactions;
    friend bool operator==(const MessageSnapshot &, const MessageSnapshot &) = default;
};

// ---- frames -----------------------------------------------------------------------------------------

struct Connected
{
    QDateTime timestamp;
    ServerInfo server;
    Access access = Access::Open;
    qint64 maxMessageSize = limits::DefaultMaxMessageSize;
    int maxContentLength = limits::DefaultMaxContentLength;
    int pingIntervalMs = 30'000;
    int protocol = limits::ProtocolVersion;
    friend bool operator==(const Connected &, const Connected &) = default;
};

struct Pong
{
    QDateTime timestamp;
    friend bool operator==(const Pong &, const Pong &) = default;
};

struct Welcome
{
    UserName user;
    QString token; ///< empty when the client brought its own
    Role role = Role::Guest;
    QDateTime timestamp;
    QList<RoomSummary> rooms;
    QList<MemberInfo> users; ///< everybody who shares a room with the user
    bool hasPassword = false; ///< the user's account has one
    friend bool operator==(const Welcome &, const Welcome &) = default;
};

struct RoomsListed
{
    QList<RoomSummary> rooms;
    friend bool operator==(const RoomsListed &, const RoomsListed &) = default;
};

/// `room`: a room was created for, or opened to, the receiver.
struct RoomOpened
{
    RoomSummary room;
    friend bool operator==(const RoomOpened &, const RoomOpened &) = default;
};

struct Joined
{
    RoomId room;
    Seq lastSeq;
    QList<MemberInfo> members;
    friend bool operator==(const Joined &, const Joined &) = default;
};

struct Left
{
    RoomId room;
    std::optional<UserName> by; ///< whoever removed the user, if somebody did
    QString reason;
    friend bool operator==(const Left &, const Left &) = default;
};

struct Ack
{
    std::optional<ClientId> clientId;
    std::optional<RoomId> room;
    std::optional<Seq> seq;
    QDateTime timestamp;
    friend bool operator==(const Ack &, const Ack &) = default;
};

struct History
{
    RoomId room;
    QList<MessageSnapshot> messages; ///< oldest first
    bool hasMore = false;
    friend bool operator==(const History &, const History &) = default;
};

struct Synced
{
    RoomId room;
    QList<RoomEvent> events; ///< in seq order
    Seq lastSeq;
    bool hasMore = false;
    Seq firstSeq { 1 }; ///< the room's: nothing is missing before it, it has expired
    friend bool operator==(const Synced &, const Synced &) = default;
};

/// The user's own read mark, moved by another of their connections.
struct ReadMarkMoved
{
    RoomId room;
    Seq seq;
    friend bool operator==(const ReadMarkMoved &, const ReadMarkMoved &) = default;
};

struct Typing
{
    RoomId room;
    UserName user;
    bool isTyping = false;
    QDateTime timestamp;
    friend bool operator==(const Typing &, const Typing &) = default;
};

struct MembersListed
{
    RoomId room;
    QList<MemberInfo> members;
    friend bool operator==(const MembersListed &, const MembersListed &) = default;
};

struct SearchResults
{
    QList<MessageSnapshot> messages; ///< newest first
    bool hasMore = false;
    friend bool operator==(const SearchResults &, const SearchResults &) = default;
};

/// The user's first connection entered the room.
struct UserJoined
{
    RoomId room;
    UserName user;
    QDateTime timestamp;
    friend bool operator==(const UserJoined &, const UserJoined &) = default;
};

/// The user's last connection left the room.
struct UserLeft
{
    RoomId room;
    UserName user;
    QDateTime timestamp;
    friend bool operator==(const UserLeft &, const UserLeft &) = default;
};

struct Presence
{
    UserName user;
    PresenceState state = PresenceState::Offline;
    QDateTime lastSeen;
    bool isInTheClear = false; ///< see MemberInfo
    friend bool operator==(const Presence &, const Presence &) = default;
};

/// To those who hear a room: how many connections without TLS, from other computers than the server's, hear it too and
/// have given no name. `Presence` tells of those who have.
struct ListenersChanged
{
    RoomId room;
    qint64 unencrypted = 0;
    friend bool operator==(const ListenersChanged &, const ListenersChanged &) = default;
};

struct Notification
{
    enum class Kind { Mention, Direct, System };
    Kind kind = Kind::Mention;
    std::optional<RoomId> room; ///< absent for System
    std::optional<Seq> seq;
    UserName user; ///< who said it
    QString content;
    QDateTime timestamp;
    friend bool operator==(const Notification &, const Notification &) = default;
};

struct Subscribed
{
    Resource resource = Resource::Room;
    QString id;
    friend bool operator==(const Subscribed &, const Subscribed &) = default;
};

struct Unsubscribed
{
    Resource resource = Resource::Room;
    QString id;
    friend bool operator==(const Unsubscribed &, const Unsubscribed &) = default;
};

/// A subscribed room changed (its topic, size or last seq), as the receiver may see it.
struct RoomUpdated
{
    RoomSummary room;
    friend bool operator==(const RoomUpdated &, const RoomUpdated &) = default;
};

/// How long a room keeps what is said, and from where on it is still there. Said to its members when either changes.
struct KeepChanged
{
    RoomId room;
    std::optional<int> keepDays; ///< as in RoomSummary
    Seq firstSeq { 1 };
    friend bool operator==(const KeepChanged &, const KeepChanged &) = default;
};

/// A subscribed user changed (state or role).
struct UserUpdated
{
    MemberInfo user;
    friend bool operator==(const UserUpdated &, const UserUpdated &) = default;
};

struct SessionsListed
{
    QList<SessionInfo> sessions;
    friend bool operator==(const SessionsListed &, const SessionsListed &) = default;
};

struct UsersListed
{
    QList<AccountInfo> users;
    friend bool operator==(const UsersListed &, const UsersListed &) = default;
};

struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message; ///< empty: the code's default
    QString detail; ///< for a developer: which member, which bound; may be empty
    QDateTime timestamp;
    std::optional<qint64> retryAfterMs;
    std::optional<ClientId> clientId; ///< of the message that was refused
    QString reference; ///< of the log line, for `internal`
    std::optional<Removal> removal; ///< the connection is ended on somebody's word
    friend bool operator==(const Error &, const Error &) = default;
};

/// What a server may say; see ClientFrame.
struct ServerFrame
    : std::variant<Connected, Pong, Welcome, RoomsListed, RoomOpened, Joined, Left, Ack, History, Synced,
                   ReadMarkMoved, RoomEvent, Typing, MembersListed, SearchResults, UserJoined, UserLeft,
                   Presence, ListenersChanged, Notification, Subscribed, Unsubscribed, RoomUpdated,
                   UserUpdated, KeepChanged, SessionsListed, UsersListed, BansListed, AuditListed, Waiting,
                   GuestWaiting, WaitingGuestsListed, MuteChanged, RoomRestricted, InviteCreated,
                   InvitesListed, Error>
{
    using variant::variant;
    ServerFrame();
    ServerFrame(const ServerFrame &);
    ServerFrame(ServerFrame &&) noexcept;
    ServerFrame &operator=(const ServerFrame &);
    ServerFrame &operator=(ServerFrame &&) noexcept;
    ~ServerFrame();
    friend bool operator==(const ServerFrame &, const ServerFrame &);
    friend bool operator<(const ServerFrame &, const ServerFrame &) = delete; // else QMetaType finds the variant's
};

/// A server frame with the `id` of the request that it answers, if it answers one.
struct ServerMessage
{
    std::optional<RequestId> id;
    ServerFrame frame;
    friend bool operator==(const ServerMessage &, const ServerMessage &) = default;
};

} // namespace hearth
