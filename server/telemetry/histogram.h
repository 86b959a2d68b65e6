#pragma once

#include <QtGlobal>

#include <initializer_list>
#include <vector>

namespace hearth {

/// How often values fell below which bounds, as Prometheus counts them. A value class: copied between threads, not
/// shared by them. Counting one looks at no more than a dozen numbers.
class Histogram
{
public:
    /// Upper bounds, rising; what lies above the last one is counted too.
    explicit Histogram(std::initializer_list<double> bounds);
    /// From 0.1 ms to 10 s, in seconds.
    [[nodiscard]] static Histogram ofSeconds();
    /// From 1 to 4,096, in powers of 4.
    [[nodiscard]] static Histogram ofCounts();

    void add(double value);

    [[nodiscard]] const std::vector<double> &bounds() const { return m_bounds; }
    /// Values up to and with the bound of this index.
    [[nodiscard]] quint64 countUpTo(std::size_t bound) const;
    [[nodiscard]] quint64 count() const { return m_count; }
    [[nodiscard]] double sum() const { return m_sum; }
    [[nodiscard]] double largest() const { return m_largest; }

private:
    std::vector<double> m_bounds;
    std::vector<quint64> m_counts; ///< each bound's own share
    quint64 m_count = 0;
    double m_sum = 0;
    double m_largest = 0;
};

} // namespace hearth
