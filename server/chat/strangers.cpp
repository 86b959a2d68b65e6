#include "server/chat/strangers.h"

#include "server/telemetry/monotonicnow.h"

#include <algorithm>

namespace hearth {

Strangers::Strangers(std::chrono::milliseconds time, int mostOfAddress, Dismiss dismiss)
    : m_time(time), m_mostOfAddress(mostOfAddress), m_dismiss(std::move(dismiss))
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { dismissLate(); });
}

void Strangers::came(quint64 connection, const QHostAddress &address)
{
    const bool isNew = m_strangers.emplace(connection, Stranger { address, monotonicNow() + m_time.count() }).second;
    if (!isNew)
        return;
    std::set<quint64> &neighbours = m_ofAddress[address];
    neighbours.insert(connection);
    if (m_mostOfAddress > 0 && neighbours.size() > static_cast<std::size_t>(m_mostOfAddress))
        dismiss(*neighbours.begin());
    if (!m_timer.isActive())
        wake();
}

void Strangers::left(quint64 connection)
{
    const auto stranger = m_strangers.find(connection);
    if (stranger == m_strangers.end())
        return;
    const auto neighbours = m_ofAddress.find(stranger->second.address);
    neighbours->erase(connection);
    if (neighbours->empty())
        m_ofAddress.erase(neighbours);
    m_strangers.erase(stranger);
}

void Strangers::dismiss(quint64 connection)
{
    left(connection);
    m_dismiss(connection);
}

void Strangers::dismissLate()
{
    const qint64 now = monotonicNow();
    while (!m_strangers.empty() && m_strangers.begin()->second.until <= now)
        dismiss(m_strangers.begin()->first);
    wake();
}

void Strangers::wake()
{
    if (m_time > std::chrono::milliseconds::zero() && !m_strangers.empty())
        m_timer.start(std::chrono::milliseconds(std::max<qint64>(1, m_strangers.begin()->second.until - monotonicNow())));
}

} // namespace hearth
