#pragma once

#include "server/chat/chatdesk.h"

namespace hearth {

/// What somebody, or everybody in a room, may write: mutes, slow mode, closed rooms.
class RestrictionDesk : public ChatDesk
{
public:
    using ChatDesk::ChatDesk;

    void mute(Peer &peer, const Id &id, const Mute &frame);
    void unmute(Peer &peer, const Id &id, const Unmute &frame);
    void setSlowMode(Peer &peer, const Id &id, const SetSlowMode &frame);
    void closeRoom(Peer &peer, const Id &id, const CloseRoom &frame);
    /// Tells somebody who has come where they are muted.
    void tellMutes(Peer &peer);

private:
    /// False, and the peer has heard why, where nobody is muted in a room.
    [[nodiscard]] bool isPlace(Peer &peer, const Id &id, const std::optional<RoomId> &room);
    void tell(const UserName &user, const MuteChanged &change);
    void restrict(Peer &peer, const Id &id, const std::optional<RoomId> &wanted, AuditEntry deed);
};

} // namespace hearth
