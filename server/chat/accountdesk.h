#pragma once

#include "server/chat/chatdesk.h"

namespace hearth {

/// Who has an account: what owners and the console ask.
class AccountDesk : public ChatDesk
{
public:
    using ChatDesk::ChatDesk;

    void listUsers(Peer &peer, const Id &id);
};

} // namespace hearth
