#pragma once

#include "server/chat/chatdesk.h"

namespace hearth {

class GuestDesk;
class RoomDesk;

/// Who is who among those in charge, and who has to go. Nothing happens before the store has written it down.
class ModerationDesk : public ChatDesk
{
public:
    ModerationDesk(ChatContext &context, RoomDesk &rooms, GuestDesk &guests)
        : ChatDesk(context), m_rooms(rooms), m_guests(guests)
    {
    }

    void setRole(Peer &peer, const Id &id, const SetRole &frame);
    void kick(Peer &peer, const Id &id, const Kick &frame);
    void ban(Peer &peer, const Id &id, const Ban &frame);
    void unban(Peer &peer, const Id &id, const Unban &frame);
    void listBans(Peer &peer, const Id &id);
    void audit(Peer &peer, const Id &id, const FetchAudit &frame);

private:
    /// To whom the peer does something, whoever waits at the door among them; nothing, and it has heard why, where it may not.
    [[nodiscard]] std::optional<UserName> subjectOrGuest(Peer &peer, const Id &id, const UserName &user);
    void kickFromRoom(Peer &peer, const Id &id, const Kick &frame);
    /// What follows from a role that was given.
    void takeRole(const AuditEntry &given);
    /// The address of the frame, written out; nothing, and the peer has heard why, where it cannot be banned.
    [[nodiscard]] std::optional<QString> bannable(Peer &peer, const Id &id, const QString &address);
    /// Ends the connections of everybody whom the deed keeps away.
    void sendAway(const AuditEntry &ban);
    void sendAway(const UserName &user, const Removal &removal);

    RoomDesk &m_rooms;
    GuestDesk &m_guests;
};

} // namespace hearth
