#pragma once

#include "server/store/eventstore.h"

namespace hearth {

struct AuditPage
{
    QList<AuditEntry> entries; ///< newest first
    bool hasMore = false; ///< older ones exist
};

/// The part of the store that remembers who may not do what, and who said so. Writes share the queue, the order and the
/// commits of `EventStore`; completions are called as there.
class ModerationStore
{
public:
    template <typename T>
    using Completion = EventStore::Completion<T>;

    virtual ~ModerationStore() = default;

    /// Does what the entry says and writes it into the audit log, both or neither. The completion has the entry with its
    /// id and time. SetRole is NotFound for nobody, and Forbidden for the last owner; Unban and Unmute are NotFound where
    /// there is nothing to lift; SlowMode, CloseRoom and OpenRoom where there is no such room. A second ban or mute
    /// replaces the first. What somebody who is an owner now did, or nobody in particular, only such may lift or replace while
    /// it holds: Ban, Unban, Mute and Unmute are Forbidden to others. SetRole to Owner or Moderator lifts the user's mutes.
    /// Whoever is banned, or loses a moderator's role, has the invites taken back that they made; who loses an owner's,
    /// those that make moderators. Other deeds are done
    /// elsewhere, and only written down.
    virtual void carryOut(const AuditEntry &deed, Completion<AuditEntry> done) = 0;

    /// The newest entries before that one. Sees every deed whose completion was called before.
    virtual void audit(std::optional<qint64> before, int limit, Completion<AuditPage> done) = 0;
};

} // namespace hearth
