#pragma once

#include <cstdint>
#include <sys/types.h>

namespace bench {

/// Processor time that all threads of a process have used so far, in nanoseconds, from the scheduler's own
/// account (/proc/PID/task/*/schedstat). 0 when the process is gone.
[[nodiscard]] std::int64_t cpuNanoseconds(pid_t pid);

/// Memory that a process holds and does not share, in bytes (/proc/PID/smaps_rollup, private pages).
[[nodiscard]] std::int64_t privateBytes(pid_t pid);

/// Monotonic time in nanoseconds.
[[nodiscard]] std::int64_t nowNanoseconds();

/// From now on SIGTERM is only noted.
void catchTermination();
[[nodiscard]] bool isTerminated();

/// Allows as many descriptors as the system lets this process have; returns that number.
std::int64_t raiseDescriptorLimit();

} // namespace bench
