#include "client/timelineindex.h"

namespace hearth {

bool TimelineIndex::isOwn(const MessageSnapshot &message) const { return message.user == m_self && message.clientId; }

void TimelineIndex::add(const MessageSnapshot &message)
{
    if (isOwn(message))
        m_own.insert(*message.clientId, message.seq);
    if (message.replyTo)
        m_replies[*message.replyTo].insert(message.seq);
}

void TimelineIndex::remove(const MessageSnapshot &message)
{
    // A server without manners may send two messages of one id: the other one stays.
    if (isOwn(message) && own(*message.clientId) == message.seq)
        m_own.remove(*message.clientId);
    const auto replies = message.replyTo ? m_replies.find(*message.replyTo) : m_replies.end();
    if (replies == m_replies.end())
        return;
    replies->remove(message.seq);
    if (replies->isEmpty())
        m_replies.erase(replies);
}

} // namespace hearth
