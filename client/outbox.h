#pragma once

#include "protocol/errorcode.h"
#include "protocol/ids.h"

#include <QDateTime>
#include <QList>

#include <optional>

namespace hearth {

/// A message that the server has not acknowledged.
struct OutboxEntry
{
    ClientId id;
    RoomId room;
    QString content;
    std::optional<Seq> replyTo;
    QDateTime writtenAt; ///< UTC
    std::optional<ErrorCode> error; ///< why it failed for good; it waits for the user then
    friend bool operator==(const OutboxEntry &, const OutboxEntry &) = default;
};

/// What is still to be sent, in the order in which it was written, and which of it may go now. One message is
/// under way at a time: the next is sent when the one before is acknowledged, so that a refusal cannot change the
/// order. No sockets, no disk.
class Outbox
{
public:
    /// What is on disk. What was written while it was being read, and is not on disk yet, stays, behind it.
    void reset(const QList<OutboxEntry> &entries);
    /// Not sent before `markStored()`: it must survive a crash first.
    void add(const OutboxEntry &entry);
    void markStored(const ClientId &id);

    /// The entry to send now, which is then under way; nothing while one is, or before `notBefore`.
    [[nodiscard]] std::optional<OutboxEntry> takeNext(qint64 nowMs);
    /// It is in the room's log: forgotten. False: it was not here (any more).
    bool confirm(const ClientId &id);
    /// The server refused it for good.
    bool fail(const ClientId &id, ErrorCode code);
    /// It may be tried again, `waitMs` from now.
    void postpone(const ClientId &id, qint64 nowMs, qint64 waitMs);
    /// The user wants it sent after all.
    bool retry(const ClientId &id);
    bool discard(const ClientId &id);
    /// The link is gone: what was under way is to be sent again.
    void linkLost();

    [[nodiscard]] const QList<OutboxEntry> &entries() const { return m_entries; }
    [[nodiscard]] const OutboxEntry *find(const ClientId &id) const;
    [[nodiscard]] int unsentCount() const { return static_cast<int>(m_entries.size()); }
    /// Milliseconds of the same clock at which `takeNext()` may have something again; 0: no wait.
    [[nodiscard]] qint64 notBefore() const { return m_notBefore; }

private:
    qsizetype indexOf(const ClientId &id) const;

    QList<OutboxEntry> m_entries;
    QList<ClientId> m_unstored;
    std::optional<ClientId> m_underWay;
    qint64 m_notBefore = 0;
};

} // namespace hearth
