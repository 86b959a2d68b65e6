#include "client/outbox.h"

#include <algorithm>

namespace hearth {

void Outbox::reset(const QList<OutboxEntry> &entries)
{
    QList<OutboxEntry> newer;
    for (const OutboxEntry &entry : std::as_const(m_entries)) {
        if (m_unstored.contains(entry.id))
            newer.append(entry);
    }
    m_entries = entries + newer;
    m_underWay.reset();
    m_notBefore = 0;
}

void Outbox::add(const OutboxEntry &entry)
{
    m_entries.append(entry);
    m_unstored.append(entry.id);
}

void Outbox::markStored(const ClientId &id) { m_unstored.removeAll(id); }

std::optional<OutboxEntry> Outbox::takeNext(qint64 nowMs)
{
    if (m_underWay || nowMs < m_notBefore)
        return std::nullopt;
    m_notBefore = 0;
    for (const OutboxEntry &entry : m_entries) {
        if (entry.error)
            continue;
        if (m_unstored.contains(entry.id))
            return std::nullopt; // what was written later does not overtake it
        m_underWay = entry.id;
        return entry;
    }
    return std::nullopt;
}

bool Outbox::confirm(const ClientId &id) { return discard(id); }

bool Outbox::fail(const ClientId &id, ErrorCode code)
{
    const qsizetype at = indexOf(id);
    if (m_underWay == id)
        m_underWay.reset();
    if (at < 0)
        return false;
    m_entries[at].error = code;
    return true;
}

void Outbox::postpone(const ClientId &id, qint64 nowMs, qint64 waitMs)
{
    if (m_underWay == id)
        m_underWay.reset();
    m_notBefore = nowMs + std::max<qint64>(waitMs, 0);
}

bool Outbox::retry(const ClientId &id)
{
    const qsizetype at = indexOf(id);
    if (at < 0 || !m_entries[at].error)
        return false;
    m_entries[at].error.reset();
    return true;
}

bool Outbox::discard(const ClientId &id)
{
    if (m_underWay == id)
        m_underWay.reset();
    m_unstored.removeAll(id);
    const qsizetype at = indexOf(id);
    if (at < 0)
        return false;
    m_entries.removeAt(at);
    return true;
}

void Outbox::linkLost()
{
    m_underWay.reset();
    m_notBefore = 0;
}

const OutboxEntry *Outbox::find(const ClientId &id) const
{
    const qsizetype at = indexOf(id);
    return at < 0 ? nullptr : &m_entries[at];
}

qsizetype Outbox::indexOf(const ClientId &id) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const OutboxEntry &e) { return e.id == id; });
    return found == m_entries.end() ? -1 : std::distance(m_entries.begin(), found);
}

} // namespace hearth
