#pragma once

#include "server/chat/chatdesk.h"

namespace hearth {

/// Makes invites, shows which ones hold, and takes them back. What they do for whoever comes with one is `SessionDesk`'s.
class InviteDesk : public ChatDesk
{
public:
    static constexpr qsizetype MaxInvites = 1'000; ///< that hold

    using ChatDesk::ChatDesk;

    void create(Peer &peer, const Id &id, const CreateInvite &frame);
    void list(Peer &peer, const Id &id);
    void revoke(Peer &peer, const Id &id, const RevokeInvite &frame);

private:
    /// False, and the peer has heard why, where it can invite nobody.
    [[nodiscard]] bool isPlace(Peer &peer, const Id &id, const RoomId &room);
    void refuseToMake(Peer &peer, const Id &id, const StoreError &error);

    int m_making = 0; ///< invites on their way into the store
};

} // namespace hearth
