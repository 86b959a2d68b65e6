#include "server/chat/inviteledger.h"

#include "server/chat/token.h"

#include <algorithm>

namespace hearth {

InviteLedger::InviteLedger(const QList<InviteRecord> &records)
{
    for (const InviteRecord &record : records)
        m_entries.append({ record });
}

bool InviteLedger::Entry::holds(const QDateTime &now) const
{
    const InviteInfo &info = record.info;
    return !isHidden && holdsAt(info.until, now) && (!info.maxUses || info.used + reserved < *info.maxUses);
}

const InviteInfo *InviteLedger::withCode(const QByteArray &codeHash, const QDateTime &now) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&codeHash](const Entry &e) { return token::isSame(e.record.codeHash, codeHash); });
    return found != m_entries.end() && found->holds(now) ? &found->record.info : nullptr;
}

const InviteInfo *InviteLedger::find(const QString &id, const QDateTime &now) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&id](const Entry &e) { return e.record.info.id == id; });
    return found != m_entries.end() && found->holds(now) ? &found->record.info : nullptr;
}

QList<InviteInfo> InviteLedger::all(const QDateTime &now) const
{
    QList<InviteInfo> holding;
    for (const Entry &entry : m_entries) {
        if (entry.holds(now))
            holding.append(entry.record.info);
    }
    return holding;
}

void InviteLedger::add(const InviteRecord &record, const QDateTime &now)
{
    // One whose fate the store has not told yet may hold again.
    m_entries.removeIf([&now](const Entry &e) { return !e.holds(now) && e.reserved == 0 && !e.isHidden; });
    m_entries.append({ record });
}

InviteLedger::Entry *InviteLedger::entry(const QString &id)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&id](const Entry &e) { return e.record.info.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

void InviteLedger::reserve(const QString &id)
{
    if (Entry *found = entry(id))
        ++found->reserved;
}

void InviteLedger::settle(const QString &id, bool isUsed)
{
    Entry *found = entry(id);
    if (found == nullptr)
        return; // taken back meanwhile
    --found->reserved;
    if (isUsed)
        ++found->record.info.used;
}

void InviteLedger::hide(const QString &id)
{
    if (Entry *found = entry(id))
        found->isHidden = true;
}

void InviteLedger::reveal(const QString &id)
{
    if (Entry *found = entry(id))
        found->isHidden = false;
}

void InviteLedger::remove(const QString &id)
{
    m_entries.removeIf([&id](const Entry &e) { return e.record.info.id == id; });
}

void InviteLedger::removeMadeBy(const UserName &user, std::optional<Role> role)
{
    m_entries.removeIf([&](const Entry &e) { return e.record.info.by == user && (!role || e.record.info.role == *role); });
}

} // namespace hearth
