#pragma once

#include "protocol/ids.h"
#include "protocol/invites.h"
#include "protocol/limits.h"
#include "protocol/moderation.h"

#include <QStringList>

#include <optional>
#include <variant>

/// What a client says. One struct a frame, named by what the client wants; keys and their spelling are
/// the codec's business. `room` is absent where the frame leaves it to the connection's path.
namespace hearth {

enum class RoomKind { Public, Private, Direct };

/// What `subscribe` can name.
enum class Resource { Room, User };

struct Ping
{
    friend bool operator==(const Ping &, const Ping &) = default;
};

struct ClientInfo
{
    QString name;
    QString version;
    friend bool operator==(const ClientInfo &, const ClientInfo &) = default;
};

/// Starts a full session.
struct Hello
{
    UserName user;
    std::optional<QString> token;
    std::optional<QString> password; ///< the server's; the account's own where the server has none
    ClientInfo client;
    QStringList features; ///< `batch` is the only one known; others are ignored
    std::optional<QString> accountPassword; ///< of the account, also where the server has a password of its own
    std::optional<QString> invite; ///< the code of one
    friend bool operator==(const Hello &, const Hello &) = default;
};

struct PostMessage
{
    std::optional<RoomId> room;
    QString content; ///< verbatim; never empty
    std::optional<ClientId> clientId;
    std::optional<Seq> replyTo;
    std::optional<UserName> user; ///< a plain client names itself here
    friend bool operator==(const PostMessage &, const PostMessage &) = default;
};

struct SetTyping
{
    std::optional<RoomId> room;
    bool isTyping = false;
    std::optional<UserName> user; ///< a plain client names itself here
    friend bool operator==(const SetTyping &, const SetTyping &) = default;
};

struct ListRooms
{
    friend bool operator==(const ListRooms &, const ListRooms &) = default;
};

struct CreateRoom
{
    RoomId room;
    QString name; ///< empty: the id serves
    QString topic;
    RoomKind kind = RoomKind::Public; ///< never Direct
    friend bool operator==(const CreateRoom &, const CreateRoom &) = default;
};

struct JoinRoom
{
    std::optional<RoomId> room;
    friend bool operator==(const JoinRoom &, const JoinRoom &) = default;
};

struct LeaveRoom
{
    std::optional<RoomId> room;
    friend bool operator==(const LeaveRoom &, const LeaveRoom &) = default;
};

/// Adds somebody to a room that one is a member of: the only way into a private room.
struct InviteMember
{
    std::optional<RoomId> room;
    UserName user;
    friend bool operator==(const InviteMember &, const InviteMember &) = default;
};

struct SetTopic
{
    std::optional<RoomId> room;
    QString topic;
    friend bool operator==(const SetTopic &, const SetTopic &) = default;
};

/// How long the room keeps what is said.
struct SetKeep
{
    std::optional<RoomId> room;
    std::optional<int> keepDays; ///< 0: for good; nothing: as the server does
    friend bool operator==(const SetKeep &, const SetKeep &) = default;
};

struct EditMessage
{
    std::optional<RoomId> room;
    Seq seq;
    QString content;
    friend bool operator==(const EditMessage &, const EditMessage &) = default;
};

struct DeleteMessage
{
    std::optional<RoomId> room;
    Seq seq;
    friend bool operator==(const DeleteMessage &, const DeleteMessage &) = default;
};

struct React
{
    std::optional<RoomId> room;
    Seq seq;
    QString emoji;
    bool add = true;
    friend bool operator==(const React &, const React &) = default;
};

struct FetchHistory
{
    std::optional<RoomId> room;
    std::optional<Seq> before;
    int limit = limits::DefaultHistoryLimit; ///< already clamped to 1…MaxHistoryLimit
    friend bool operator==(const FetchHistory &, const FetchHistory &) = default;
};

struct SyncRoom
{
    std::optional<RoomId> room;
    Seq after;
    int limit = limits::DefaultSyncLimit; ///< already clamped to 1…MaxSyncLimit
    friend bool operator==(const SyncRoom &, const SyncRoom &) = default;
};

struct MarkRead
{
    std::optional<RoomId> room;
    Seq seq;
    friend bool operator==(const MarkRead &, const MarkRead &) = default;
};

struct OpenDirect
{
    UserName user;
    friend bool operator==(const OpenDirect &, const OpenDirect &) = default;
};

struct Who
{
    std::optional<RoomId> room;
    friend bool operator==(const Who &, const Who &) = default;
};

struct Search
{
    QString query;
    std::optional<RoomId> room;
    std::optional<UserName> from;
    std::optional<Seq> before; ///< only with `room`
    int limit = limits::DefaultSearchLimit;
    friend bool operator==(const Search &, const Search &) = default;
};

struct Subscribe
{
    Resource resource = Resource::Room;
    QString id;
    friend bool operator==(const Subscribe &, const Subscribe &) = default;
};

struct Unsubscribe
{
    Resource resource = Resource::Room;
    QString id;
    friend bool operator==(const Unsubscribe &, const Unsubscribe &) = default;
};

/// What the user shows of themselves: online, away or busy (offline is what having no connection means).
enum class PresenceState { Online, Away, Busy, Offline };

struct SetPresence
{
    PresenceState state = PresenceState::Online;
    friend bool operator==(const SetPresence &, const SetPresence &) = default;
};

struct Announce
{
    QString content;
    friend bool operator==(const Announce &, const Announce &) = default;
};

// ---- accounts and devices ----

/// One's own password: a first one, or a new one in place of `old`. The user's other sessions end.
struct SetPassword
{
    std::optional<QString> old;
    QString password;
    friend bool operator==(const SetPassword &, const SetPassword &) = default;
};

/// Where one is signed in.
struct ListSessions
{
    friend bool operator==(const ListSessions &, const ListSessions &) = default;
};

struct RevokeSession
{
    QString session;
    friend bool operator==(const RevokeSession &, const RevokeSession &) = default;
};

// What follows is for owners and for the console.

struct ListUsers
{
    friend bool operator==(const ListUsers &, const ListUsers &) = default;
};

struct AddUser
{
    UserName user;
    QString password;
    Role role = Role::Member;
    friend bool operator==(const AddUser &, const AddUser &) = default;
};

struct RemoveUser
{
    UserName user;
    friend bool operator==(const RemoveUser &, const RemoveUser &) = default;
};

/// A new password for somebody whose old one is lost. All of their sessions end.
struct ResetPassword
{
    UserName user;
    QString password;
    friend bool operator==(const ResetPassword &, const ResetPassword &) = default;
};

/// What a client may say. Its copying, comparing and ending are compiled once, in frames.cpp: for so many alternatives
/// they are more code than most files that have a frame.
struct ClientFrame
    : std::variant<Ping, Hello, PostMessage, SetTyping, ListRooms, CreateRoom, JoinRoom, LeaveRoom,
                   InviteMember, SetTopic, SetKeep, EditMessage, DeleteMessage, React, FetchHistory, SyncRoom,
                   MarkRead, OpenDirect, Who, Search, Subscribe, Unsubscribe, SetPresence, Announce, SetRole,
                   Kick, Ban, Unban, ListBans, Mute, Unmute, SetSlowMode, CloseRoom, Admit, ListWaitingGuests,
                   FetchAudit, SetPassword, ListSessions, RevokeSession, ListUsers, AddUser, RemoveUser,
                   ResetPassword, CreateInvite, ListInvites, RevokeInvite>
{
    using variant::variant;
    ClientFrame();
    ClientFrame(const ClientFrame &);
    ClientFrame(ClientFrame &&) noexcept;
    ClientFrame &operator=(const ClientFrame &);
    ClientFrame &operator=(ClientFrame &&) noexcept;
    ~ClientFrame();
    friend bool operator==(const ClientFrame &, const ClientFrame &);
    friend bool operator<(const ClientFrame &, const ClientFrame &) = delete; // else QMetaType finds the variant's
};

/// A client frame with the `id` that its reply shall carry.
struct ClientRequest
{
    std::optional<RequestId> id;
    ClientFrame frame;
    friend bool operator==(const ClientRequest &, const ClientRequest &) = default;
};

} // namespace hearth
