#pragma once

#include "server/chat/chatdesk.h"
#include "server/chat/slowmode.h"

namespace hearth {

class RoomDesk;
class SessionDesk;

/// What is said, and what becomes of it.
class MessageDesk : public ChatDesk
{
public:
    MessageDesk(ChatContext &context, SessionDesk &sessions, RoomDesk &rooms)
        : ChatDesk(context), m_sessions(sessions), m_rooms(rooms)
    {
    }

    void post(Peer &peer, const Id &id, const PostMessage &frame);
    void setTyping(Peer &peer, const Id &id, const SetTyping &frame);
    void edit(Peer &peer, const Id &id, const EditMessage &frame);
    void remove(Peer &peer, const Id &id, const DeleteMessage &frame);
    void react(Peer &peer, const Id &id, const React &frame);
    void history(Peer &peer, const Id &id, const FetchHistory &frame);
    void sync(Peer &peer, const Id &id, const SyncRoom &frame);
    void search(Peer &peer, const Id &id, const Search &frame);
    void announce(Peer &peer, const Id &id, const Announce &frame);

    /// The room in a plain client's path that nobody has said anything in.
    [[nodiscard]] bool isYetToBe(const Peer &peer, const RoomId &room) const;

private:
    void removeFromConsole(Peer &peer, const Id &id, const DeleteMessage &frame);
    /// A room that whoever runs the server may look into; nothing, and the peer has heard why, where there is none.
    [[nodiscard]] std::optional<RoomId> roomForConsole(Peer &peer, const Id &id, const std::optional<RoomId> &wanted);
    /// Why the peer may not post there now, in words that keep a hidden room hidden.
    [[nodiscard]] std::optional<Error> objectionToPost(const Peer &peer, const RoomId &room) const;
    void refusePost(Peer &peer, const Id &id, const RoomId &room, const PostMessage &frame, const Error &objection);
    /// Seconds that the peer waits between two messages there; 0: none.
    [[nodiscard]] int slowModeFor(const Peer &peer, const RoomId &room) const;
    /// Changes a message that is there: edit, deletion, reaction.
    void change(Peer &peer, const Id &id, const AppendRequest &request);
    /// Whom a message is for in particular.
    [[nodiscard]] QList<UserName> addressees(const RoomId &room, const UserName &author, const QString &content) const;
    void notify(const AppendRequest &request, const RoomEvent &event);

    SessionDesk &m_sessions;
    RoomDesk &m_rooms;
    SlowMode m_slowMode;
};

} // namespace hearth
