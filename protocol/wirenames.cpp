#include "protocol/wirenames.h"

#include <array>
#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

template <typename Enum, std::size_t N>
using WireTable = std::array<std::pair<Enum, QLatin1StringView>, N>;

constexpr WireTable<RoomKind, 3> RoomKinds { {
    { RoomKind::Public, "public"_L1 },
    { RoomKind::Private, "private"_L1 },
    { RoomKind::Direct, "direct"_L1 },
} };
constexpr WireTable<PresenceState, 4> PresenceStates { {
    { PresenceState::Online, "online"_L1 },
    { PresenceState::Away, "away"_L1 },
    { PresenceState::Busy, "busy"_L1 },
    { PresenceState::Offline, "offline"_L1 },
} };
constexpr WireTable<Role, 4> Roles { {
    { Role::Owner, "owner"_L1 },
    { Role::Moderator, "moderator"_L1 },
    { Role::Member, "member"_L1 },
    { Role::Guest, "guest"_L1 },
} };
constexpr WireTable<Access, 3> Accesses { {
    { Access::Open, "open"_L1 },
    { Access::Password, "password"_L1 },
    { Access::Accounts, "accounts"_L1 },
} };
constexpr WireTable<Resource, 2> Resources { {
    { Resource::Room, "room"_L1 },
    { Resource::User, "user"_L1 },
} };
constexpr WireTable<Notification::Kind, 3> NotificationKinds { {
    { Notification::Kind::Mention, "mention"_L1 },
    { Notification::Kind::Direct, "direct"_L1 },
    { Notification::Kind::System, "system"_L1 },
} };
constexpr WireTable<MembershipChanged::Change, 2> Changes { {
    { MembershipChanged::Change::Joined, "joined"_L1 },
    { MembershipChanged::Change::Left, "left"_L1 },
} };

constexpr WireTable<Deed, 19> Deeds { {
    { Deed::SetRole, "set_role"_L1 },
    { Deed::Kick, "kick"_L1 },
    { Deed::Ban, "ban"_L1 },
    { Deed::Unban, "unban"_L1 },
    { Deed::Mute, "mute"_L1 },
    { Deed::Unmute, "unmute"_L1 },
    { Deed::SlowMode, "set_slow_mode"_L1 },
    { Deed::CloseRoom, "close_room"_L1 },
    { Deed::OpenRoom, "open_room"_L1 },
    { Deed::DeleteMessage, "delete"_L1 },
    { Deed::Admit, "admit"_L1 },
    { Deed::TurnAway, "turn_away"_L1 },
    { Deed::AddUser, "add_user"_L1 },
    { Deed::RemoveUser, "remove_user"_L1 },
    { Deed::ResetPassword, "reset_password"_L1 },
    { Deed::CreateInvite, "create_invite"_L1 },
    { Deed::RevokeInvite, "revoke_invite"_L1 },
    { Deed::UseInvite, "use_invite"_L1 },
    { Deed::Other, "other"_L1 },
} };
constexpr WireTable<Removal::Kind, 3> RemovalKinds { {
    { Removal::Kind::Kicked, "kicked"_L1 },
    { Removal::Kind::Banned, "banned"_L1 },
    { Removal::Kind::TurnedAway, "turned_away"_L1 },
} };

template <typename Enum, std::size_t N>
QLatin1StringView nameIn(const WireTable<Enum, N> &table, Enum value)
{
    for (const auto &[known, name] : table) {
        if (known == value)
            return name;
    }
    Q_UNREACHABLE();
}

template <typename Enum, std::size_t N>
std::optional<Enum> valueIn(const WireTable<Enum, N> &table, QStringView name)
{
    for (const auto &[value, known] : table) {
        if (known == name)
            return value;
    }
    return std::nullopt;
}

} // namespace

QLatin1StringView wireName(RoomKind kind) { return nameIn(RoomKinds, kind); }
QLatin1StringView wireName(PresenceState state) { return nameIn(PresenceStates, state); }
QLatin1StringView wireName(Role role) { return nameIn(Roles, role); }
QLatin1StringView wireName(Access access) { return nameIn(Accesses, access); }
QLatin1StringView wireName(Resource resource) { return nameIn(Resources, resource); }
QLatin1StringView wireName(Notification::Kind kind) { return nameIn(NotificationKinds, kind); }
QLatin1StringView wireName(MembershipChanged::Change change) { return nameIn(Changes, change); }
QLatin1StringView wireName(Deed deed) { return nameIn(Deeds, deed); }
QLatin1StringView wireName(Removal::Kind kind) { return nameIn(RemovalKinds, kind); }

template <>
std::optional<RoomKind> fromWire<RoomKind>(QStringView name)
{
    return valueIn(RoomKinds, name);
}
template <>
std::optional<PresenceState> fromWire<PresenceState>(QStringView name)
{
    return valueIn(PresenceStates, name);
}
template <>
std::optional<Role> fromWire<Role>(QStringView name)
{
    return valueIn(Roles, name);
}
template <>
std::optional<Access> fromWire<Access>(QStringView name)
{
    return valueIn(Accesses, name);
}
template <>
std::optional<Resource> fromWire<Resource>(QStringView name)
{
    return valueIn(Resources, name);
}
template <>
std::optional<Notification::Kind> fromWire<Notification::Kind>(QStringView name)
{
    return valueIn(NotificationKinds, name);
}
template <>
std::optional<MembershipChanged::Change> fromWire<MembershipChanged::Change>(QStringView name)
{
    return valueIn(Changes, name);
}
template <>
std::optional<Deed> fromWire<Deed>(QStringView name)
{
    return valueIn(Deeds, name);
}
template <>
std::optional<Removal::Kind> fromWire<Removal::Kind>(QStringView name)
{
    return valueIn(RemovalKinds, name);
}

} // namespace hearth
