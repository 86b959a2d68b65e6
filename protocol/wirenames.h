#pragma once

#include "protocol/serverframes.h"

#include <QLatin1StringView>
#include <QStringView>

#include <optional>

/// The spelling of the protocol's enumerations on the wire, for the codec and for whoever stores them.
namespace hearth {

[[nodiscard]] QLatin1StringView wireName(RoomKind kind);
[[nodiscard]] QLatin1StringView wireName(PresenceState state);
[[nodiscard]] QLatin1StringView wireName(Role role);
[[nodiscard]] QLatin1StringView wireName(Access access);
[[nodiscard]] QLatin1StringView wireName(Resource resource);
[[nodiscard]] QLatin1StringView wireName(Notification::Kind kind);
[[nodiscard]] QLatin1StringView wireName(MembershipChanged::Change change);
[[nodiscard]] QLatin1StringView wireName(Deed deed);
[[nodiscard]] QLatin1StringView wireName(Removal::Kind kind);

/// The value that is spelled so; nothing where none is.
template <typename Enum>
[[nodiscard]] std::optional<Enum> fromWire(QStringView name);

template <>
std::optional<RoomKind> fromWire<RoomKind>(QStringView name);
template <>
std::optional<PresenceState> fromWire<PresenceState>(QStringView name);
template <>
std::optional<Role> fromWire<Role>(QStringView name);
template <>
std::optional<Access> fromWire<Access>(QStringView name);
template <>
std::optional<Resource> fromWire<Resource>(QStringView name);
template <>
std::optional<Notification::Kind> fromWire<Notification::Kind>(QStringView name);
template <>
std::optional<MembershipChanged::Change> fromWire<MembershipChanged::Change>(QStringView name);
template <>
std::optional<Deed> fromWire<Deed>(QStringView name);
template <>
std::optional<Removal::Kind> fromWire<Removal::Kind>(QStringView name);

} // namespace hearth
