#include "client/authority.h"

#include "protocol/moderation.h"

namespace hearth {

bool Authority::isInCharge() const { return moderates(m_role); }

bool Authority::mayRestrain(const UserName &other, Role role) const
{
    if (!isInCharge() || other == m_user || role == Role::Owner)
        return false;
    return role != Role::Moderator || m_role == Role::Owner;
}

/// One's own the server would take from an owner who is not the last; nobody does that from a menu by accident.
bool Authority::mayGiveRoleTo(const UserName &other) const { return m_role == Role::Owner && other != m_user; }

bool Authority::mayLift(std::optional<Role> by) const { return m_role == Role::Owner || (isInCharge() && by && *by != Role::Owner); }

bool Authority::mayShape(const RoomSummary &room) const
{
    return room.kind != RoomKind::Direct && (isInCharge() || room.creator == m_user);
}

bool Authority::mayDeleteOthers(RoomKind room) const { return isInCharge() && room != RoomKind::Direct; }

} // namespace hearth
