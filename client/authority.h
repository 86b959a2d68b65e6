#pragma once

#include "protocol/serverframes.h"

#include <optional>

namespace hearth {

/// What somebody may do to others in a chat, as the server decides it: what it would refuse is not offered. The server
/// alone decides; tests/client/tst_authority.cpp holds this against it.
class Authority
{
public:
    Authority(const UserName &user, Role role) : m_user(user), m_role(role) { }

    /// Whether they look after the chat: bans, mutes, the audit log, slow mode, closed rooms, guests at the door.
    [[nodiscard]] bool isInCharge() const;
    /// Mute, remove and ban them, and let them speak again.
    [[nodiscard]] bool mayRestrain(const UserName &other, Role role) const;
    [[nodiscard]] bool mayGiveRoleTo(const UserName &other) const;
    /// Lift a ban or a mute of somebody in that role; nothing for the command line's.
    [[nodiscard]] bool mayLift(std::optional<Role> by) const;
    /// The topic of a room, and how long it keeps what is said.
    [[nodiscard]] bool mayShape(const RoomSummary &room) const;
    /// What others said in a room of that kind.
    [[nodiscard]] bool mayDeleteOthers(RoomKind room) const;

private:
    UserName m_user;
    Role m_role;
};

} // namespace hearth
