#include "server/telemetry/histogram.h"

#include <algorithm>
#include <numeric>

namespace hearth {

Histogram::Histogram(std::initializer_list<double> bounds) : m_bounds(bounds), m_counts(bounds.size(), 0)
{
    Q_ASSERT(std::is_sorted(bounds.begin(), bounds.end()));
}

Histogram Histogram::ofSeconds()
{
    return Histogram { 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };
}

Histogram Histogram::ofCounts() { return Histogram { 1, 4, 16, 64, 256, 1'024, 4'096 }; }

void Histogram::add(double value)
{
    const auto bound = std::lower_bound(m_bounds.begin(), m_bounds.end(), value);
    if (bound != m_bounds.end())
        ++m_counts[static_cast<std::size_t>(bound - m_bounds.begin())];
    ++m_count;
    m_sum += value;
    m_largest = std::max(m_largest, value);
}

quint64 Histogram::countUpTo(std::size_t bound) const
{
    Q_ASSERT(bound < m_counts.size());
    return std::accumulate(m_counts.begin(), m_counts.begin() + static_cast<std::ptrdiff_t>(bound) + 1, quint64(0));
}

} // namespace hearth
