#pragma once

#include <QDateTime>

#include <chrono>
#include <functional>
#include <optional>

namespace hearth {

/// The time of day for what cannot be taken back: a clock that is set forward is believed only when it has stood so for
/// a day. A mistake that is noticed by then costs nothing. One that is set back is believed at once: that only puts
/// things off. Any one thread.
class PatientClock
{
public:
    using Wall = std::function<QDateTime()>;
    /// Time since whenever, which nobody can set.
    using Elapsed = std::function<std::chrono::milliseconds()>;

    /// What `wall` says now is believed.
    PatientClock(Wall wall, Elapsed elapsed);
    /// Of this computer; where it can be told, the time that it slept is no jump.
    [[nodiscard]] static PatientClock ofThisComputer();

    [[nodiscard]] QDateTime now();

private:
    [[nodiscard]] std::chrono::milliseconds lead() const; ///< of the wall clock before the elapsed time

    Wall m_wall;
    Elapsed m_elapsed;
    std::chrono::milliseconds m_believed; ///< lead
    std::optional<std::chrono::milliseconds> m_aheadSince; ///< in elapsed time
};

} // namespace hearth
