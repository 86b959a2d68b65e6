#pragma once

#include "protocol/serverframes.h"

#include <QHash>
#include <QSet>

namespace hearth {

/// Finds messages of a timeline without looking at every row: one's own by client id, and the replies to one. Knows
/// them by `seq`, because rows move and a `seq` does not. Only sent messages are in it; pending ones are few.
class TimelineIndex
{
public:
    explicit TimelineIndex(const UserName &self) : m_self(self) { }

    void add(const MessageSnapshot &message);
    /// One that was added, as it was then.
    void remove(const MessageSnapshot &message);

    /// Of one's own message; 0: not here. Another person's client may have minted the same id.
    [[nodiscard]] Seq own(const ClientId &id) const { return m_own.value(id); }
    [[nodiscard]] QSet<Seq> repliesTo(Seq seq) const { return m_replies.value(seq); }

private:
    [[nodiscard]] bool isOwn(const MessageSnapshot &message) const;

    UserName m_self;
    QHash<ClientId, Seq> m_own;
    QHash<Seq, QSet<Seq>> m_replies; ///< by what they reply to
};

} // namespace hearth
