#pragma once

#include "server/chat/chatdesk.h"

#include <QSet>

namespace hearth {

/// Rooms and who belongs to them.
class RoomDesk : public ChatDesk
{
public:
    using ChatDesk::ChatDesk;

    void list(Peer &peer, const Id &id);
    void create(Peer &peer, const Id &id, const CreateRoom &frame);
    void join(Peer &peer, const Id &id, const JoinRoom &frame);
    void leave(Peer &peer, const Id &id, const LeaveRoom &frame);
    void invite(Peer &peer, const Id &id, const InviteMember &frame);
    void setTopic(Peer &peer, const Id &id, const SetTopic &frame);
    void setKeep(Peer &peer, const Id &id, const SetKeep &frame);
    void openDirect(Peer &peer, const Id &id, const OpenDirect &frame);
    void who(Peer &peer, const Id &id, const Who &frame);
    void markRead(Peer &peer, const Id &id, const MarkRead &frame);
    void subscribe(Peer &peer, const Id &id, const Subscribe &frame);
    void unsubscribe(Peer &peer, const Id &id, const Unsubscribe &frame);
    /// Somebody is out of a room: their connections hear it, but for `except`, and so do its members.
    void takeOut(const Appended &gone, const Left &told, const Peer *except);
    /// False, and the peer has heard so, when it has created as many rooms as one may.
    [[nodiscard]] bool mayCreate(Peer &peer, const Id &id, const std::optional<ClientId> &clientId = {});
    /// A room that somebody creates, on its way into the store: nobody else may take its place.
    [[nodiscard]] bool isBeingMade(const RoomId &room) const { return m_making.contains(room); }
    /// The room in a plain client's path comes to be with its first message.
    void createForGuest(const Peer &peer);

private:
    /// Creator, moderator, owner, and a member: who may say how a room is.
    [[nodiscard]] bool mayShape(const Peer &peer, const RoomId &room) const;
    /// A room's events so far reach nobody: it is new, and its members hear of it as a whole.
    void announceNewRoom(const RoomRecord &room, const QList<RoomEvent> &events, const UserName &creator, Peer *requester,
                         const Id &id);

    void refuseUser(Peer &peer, const Id &id, const StoreError &error);

    QSet<RoomId> m_making;
};

} // namespace hearth
