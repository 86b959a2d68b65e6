#include "server/net/admissions.h"

namespace hearth {

Result<std::shared_ptr<void>, DoorFigures::Refusal> Admissions::admit(const QHostAddress &address)
{
    using Refusal = DoorFigures::Refusal;
    const auto refuse = [this](Refusal refusal) {
        m_refusals.fetch_add(1, std::memory_order_relaxed);
        return Unexpected(refusal);
    };
    {
        const std::lock_guard lock(m_mutex);
        if (m_mostOfAnAddress > 0 && m_byAddress.value(address) >= m_mostOfAnAddress)
            return refuse(Refusal::AddressLimit);
        if (m_most > 0 && m_inAll >= m_most)
            return refuse(Refusal::ConnectionLimit);
        ++m_byAddress[address];
        ++m_inAll;
    }
    return std::shared_ptr<void>(nullptr, [all = shared_from_this(), address](void *) { all->leave(address); });
}

void Admissions::leave(const QHostAddress &address)
{
    const std::lock_guard lock(m_mutex);
    --m_inAll;
    const auto place = m_byAddress.find(address);
    if (place != m_byAddress.end() && --*place <= 0)
        m_byAddress.erase(place);
}

} // namespace hearth
