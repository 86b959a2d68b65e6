#include "client/backoff.h"

#include <QRandomGenerator>

#include <algorithm>

namespace hearth {

Backoff::Backoff(Milliseconds first, Milliseconds most, std::function<double()> random)
    : m_first(first), m_most(most), m_bound(first), m_random(std::move(random))
{
    if (!m_random)
        m_random = [] { return QRandomGenerator::global()->generateDouble(); };
}

Backoff::Milliseconds Backoff::next()
{
    const auto bound = m_bound.count();
    m_bound = std::min(m_bound * 2, m_most);
    const auto random = static_cast<Milliseconds::rep>(m_random() * static_cast<double>(bound));
    return Milliseconds(std::max(random, bound / 10));
}

} // namespace hearth
