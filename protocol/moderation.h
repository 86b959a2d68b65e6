#pragma once

#include "protocol/ids.h"
#include "protocol/limits.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

/// What those in charge say and hear: roles, removals, restrictions, guests at the door, and the log of it all.
/// Whoever did something is absent where it was done from the server's command line.
namespace hearth {

enum class Role { Owner, Moderator, Member, Guest };

/// Whether what lasts until then still holds. A null time: for good.
[[nodiscard]] inline bool holdsAt(const QDateTime &until, const QDateTime &now) { return !until.isValid() || until > now; }
/// Of two such times: whether the first is the earlier end.
[[nodiscard]] inline bool endsBefore(const QDateTime &until, const QDateTime &other)
{
    return until.isValid() && (!other.isValid() || until < other);
}

// ---- requests ---------------------------------------------------------------------------------------

struct SetRole
{
    UserName user;
    Role role = Role::Guest;
    friend bool operator==(const SetRole &, const SetRole &) = default;
};

/// Out of a room; without one out of the chat, to which they may come back.
struct Kick
{
    UserName user;
    std::optional<RoomId> room;
    QString reason;
    friend bool operator==(const Kick &, const Kick &) = default;
};

/// Keeps a user or an address away. One of the two is there.
struct Ban
{
    std::optional<UserName> user;
    QString address; ///< or a subnet, `192.0.2.0/24`; not checked yet
    std::optional<qint64> forSeconds; ///< nothing: for good
    QString reason;
    friend bool operator==(const Ban &, const Ban &) = default;
};

struct Unban
{
    std::optional<UserName> user;
    QString address; ///< as it was banned
    friend bool operator==(const Unban &, const Unban &) = default;
};

struct ListBans
{
    friend bool operator==(const ListBans &, const ListBans &) = default;
};

/// Lets a user read but not write, in a room or, without one, everywhere.
struct Mute
{
    UserName user;
    std::optional<RoomId> room;
    std::optional<qint64> forSeconds; ///< nothing: for good
    QString reason;
    friend bool operator==(const Mute &, const Mute &) = default;
};

struct Unmute
{
    UserName user;
    std::optional<RoomId> room;
    friend bool operator==(const Unmute &, const Unmute &) = default;
};

struct SetSlowMode
{
    std::optional<RoomId> room;
    int seconds = 0; ///< between two messages of one user; 0: off
    friend bool operator==(const SetSlowMode &, const SetSlowMode &) = default;
};

/// A closed room is read by everybody and written by moderators.
struct CloseRoom
{
    std::optional<RoomId> room;
    bool isClosed = true;
    friend bool operator==(const CloseRoom &, const CloseRoom &) = default;
};

/// Answers a guest who waits to be let in.
struct Admit
{
    UserName user;
    bool isAdmitted = true;
    QString reason; ///< for turning away
    friend bool operator==(const Admit &, const Admit &) = default;
};

struct ListWaitingGuests
{
    friend bool operator==(const ListWaitingGuests &, const ListWaitingGuests &) = default;
};

struct FetchAudit
{
    std::optional<qint64> before; ///< an entry's id
    int limit = limits::DefaultAuditLimit; ///< already clamped to 1…MaxAuditLimit
    friend bool operator==(const FetchAudit &, const FetchAudit &) = default;
};

// ---- parts ------------------------------------------------------------------------------------------

/// What the audit log tells of. Written to disk by its name on the wire.
enum class Deed {
    SetRole,
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    SlowMode,
    CloseRoom,
    OpenRoom,
    DeleteMessage, ///< somebody else's
    Admit,
    TurnAway,
    AddUser,
    RemoveUser,
    ResetPassword,
    CreateInvite,
    RevokeInvite,
    UseInvite,
    Other, ///< of a later version
};

/// One line of the audit log. What a deed does not have is absent.
struct AuditEntry
{
    qint64 id = 0; ///< rises with every entry
    QDateTime at;
    std::optional<UserName> by;
    Deed deed = Deed::Other;
    std::optional<UserName> user; ///< to whom it was done
    std::optional<RoomId> room;
    std::optional<Seq> seq; ///< of the message
    QString address;
    std::optional<Role> role; ///< the new one
    std::optional<int> seconds; ///< of slow mode
    QDateTime until;
    QString reason;
    friend bool operator==(const AuditEntry &, const AuditEntry &) = default;
};

struct BanInfo
{
    std::optional<UserName> user; ///< or `address`
    QString address;
    std::optional<UserName> by;
    QDateTime at;
    QDateTime until; ///< null: for good
    QString reason;
    friend bool operator==(const BanInfo &, const BanInfo &) = default;
};

struct MuteInfo
{
    UserName user;
    std::optional<RoomId> room; ///< nothing: everywhere
    std::optional<UserName> by;
    QDateTime at;
    QDateTime until; ///< null: for good
    QString reason;
    friend bool operator==(const MuteInfo &, const MuteInfo &) = default;
};

struct GuestInfo
{
    UserName user;
    QString client; ///< as it calls itself: `hearth 0.1.0`
    QString address;
    QDateTime since;
    friend bool operator==(const GuestInfo &, const GuestInfo &) = default;
};

/// Why a connection is ended on somebody's word; goes along with an error's sentence.
struct Removal
{
    enum class Kind { Kicked, Banned, TurnedAway };
    Kind kind = Kind::Kicked;
    std::optional<UserName> by;
    QDateTime until; ///< of a ban; null: for good
    QString reason;
    friend bool operator==(const Removal &, const Removal &) = default;
};

// ---- answers and pushes -----------------------------------------------------------------------------

struct BansListed
{
    QList<BanInfo> bans;
    QList<MuteInfo> mutes;
    friend bool operator==(const BansListed &, const BansListed &) = default;
};

struct AuditListed
{
    QList<AuditEntry> entries; ///< newest first
    bool hasMore = false;
    friend bool operator==(const AuditListed &, const AuditListed &) = default;
};

/// To a guest: somebody has to let them in first.
struct Waiting
{
    UserName user;
    QDateTime until; ///< when the server gives up
    friend bool operator==(const Waiting &, const Waiting &) = default;
};

/// To moderators: a guest waits, or waits no longer.
struct GuestWaiting
{
    GuestInfo guest;
    bool isWaiting = true;
    friend bool operator==(const GuestWaiting &, const GuestWaiting &) = default;
};

struct WaitingGuestsListed
{
    QList<GuestInfo> guests; ///< who came first, first
    friend bool operator==(const WaitingGuestsListed &, const WaitingGuestsListed &) = default;
};

/// To the user whom it is about.
struct MuteChanged
{
    std::optional<RoomId> room;
    bool isMuted = true;
    std::optional<UserName> by;
    QDateTime until; ///< null: for good
    QString reason;
    friend bool operator==(const MuteChanged &, const MuteChanged &) = default;
};

/// To a room's members: who may write in it, and how often.
struct RoomRestricted
{
    RoomId room;
    int slowModeSeconds = 0;
    bool isClosed = false;
    friend bool operator==(const RoomRestricted &, const RoomRestricted &) = default;
};

} // namespace hearth
