#pragma once

#include "load/process.h"

#include <array>
#include <cstdint>
#include <utility>

namespace bench {

/// What a writer beside the others does.
enum Shift { Quiet, Writing };

/// Half seconds in which a writer writes, and others in which it does not: what it does to those beside it is then seen in one run, on a
/// machine that is as fast with it as without. Keeps account of the server's processor time in each.
class Shifts
{
public:
    explicit Shifts(int server) : m_server(server) { start(); }

    void start()
    {
        m_began = m_changed = nowNanoseconds();
        m_cpu = cpuNanoseconds(m_server);
        m_now = Quiet;
        m_spent = m_lasted = {};
    }
    /// Looks at the clock. Whoever has no writer does not ask: then all of it is quiet.
    Shift now()
    {
        const Shift now = count() % 2 == 0 ? Writing : Quiet;
        if (now != m_now)
            settle();
        return m_now = now;
    }
    /// When the next one begins.
    [[nodiscard]] std::int64_t next() const { return m_began + (count() + 1) * Length; }
    /// What there has been since the last change belongs to the shift that it was in.
    void settle()
    {
        const std::int64_t cpu = cpuNanoseconds(m_server);
        const std::int64_t now = nowNanoseconds();
        m_spent[m_now] += cpu - std::exchange(m_cpu, cpu);
        m_lasted[m_now] += now - std::exchange(m_changed, now);
    }
    [[nodiscard]] std::int64_t spent(Shift shift) const { return m_spent[shift]; } ///< nanoseconds
    [[nodiscard]] std::int64_t lasted(Shift shift) const { return m_lasted[shift]; } ///< nanoseconds

private:
    static constexpr std::int64_t Length = 500'000'000; // nanoseconds

    /// Those that are over.
    [[nodiscard]] std::int64_t count() const { return (nowNanoseconds() - m_began) / Length; }

    int m_server;
    std::int64_t m_began = 0;
    std::int64_t m_changed = 0;
    std::int64_t m_cpu = 0;
    Shift m_now = Quiet;
    std::array<std::int64_t, 2> m_spent {};
    std::array<std::int64_t, 2> m_lasted {};
};

} // namespace bench
