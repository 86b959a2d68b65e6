#pragma once

#include "server/chat/chatdesk.h"

#include <QTimer>

#include <map>

namespace hearth {

/// New guests at the door of a server that lets nobody in unasked: they wait until a moderator has answered.
class GuestDesk : public ChatDesk
{
public:
    /// Goes on with a hello that was held back.
    using LetIn = std::function<void(Peer &peer, const Id &id, const Hello &frame)>;

    GuestDesk(ChatContext &context, LetIn letIn);

    /// Holds the hello back. The guest hears `waiting`, or why there is no place left.
    void wait(Peer &peer, const Id &id, const Hello &frame);
    [[nodiscard]] bool isWaiting(const UserName &user) const;
    [[nodiscard]] bool isWaiting(const Peer &peer) const { return m_guests.contains(peer.id()); }
    /// As the guest writes it; nothing when nobody waits under that name.
    [[nodiscard]] std::optional<UserName> waiting(const UserName &user) const;
    /// Whoever waits under that name hears it, and is gone.
    void sendAway(const UserName &user, const Removal &removal);
    /// A connection is gone.
    void left(quint64 peer);
    /// Tells a moderator who is waiting.
    void tellWho(Peer &moderator);

    void list(Peer &peer, const Id &id);
    void admit(Peer &peer, const Id &id, const Admit &frame);

private:
    struct Guest
    {
        Id id; ///< of the hello
        Hello hello;
        GuestInfo info;
    };
    using Guests = std::map<quint64, Guest>; ///< by connection, so who came first is first

    [[nodiscard]] Guests::const_iterator find(const UserName &user) const;
    void turnAway(quint64 peer, const Removal &removal);
    void tellModerators(const GuestInfo &guest, bool isWaiting);
    void expire();

    LetIn m_letIn;
    Guests m_guests;
    QTimer m_timer; ///< until the first one has waited long enough
};

} // namespace hearth
