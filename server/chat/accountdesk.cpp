#include "server/chat/accountdesk.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void AccountDesk::listUsers(Peer &peer, const Id &id)
{
    if (!isOwner(peer, id, u"Only owners see the list of users"_s))
        return;
    UsersListed listed;
    for (const UserRecord &record : m_chat.directory.users()) {
        const MemberInfo seen = m_chat.audience.memberInfo(record.name);
        listed.users.append({ .user = record.name, .role = record.role, .state = seen.state, .lastSeen = seen.lastSeen });
    }
    std::sort(listed.users.begin(), listed.users.end(),
              [](const AccountInfo &a, const AccountInfo &b) { return a.user.folded() < b.user.folded(); });
    m_chat.audience.reply(peer, id, listed);
    pause(peer);
}

} // namespace hearth
