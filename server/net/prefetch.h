#pragma once

#include <cstddef>

namespace hearth {

/// Fetching memory into the processor's cache before it is needed. A broadcast at rest goes through the connections of a room
/// once to queue a frame and once to send it; each system call in between pushes them out of the cache again, and waiting for
/// them was a tenth of what a delivery cost. All of it is hints: any address will do, and nothing happens where the compiler
/// knows no such thing.

inline constexpr std::size_t CacheLine = 64; ///< bytes; where a line is longer, some are asked for twice
inline constexpr std::size_t PrefetchAhead = 4; ///< objects: long enough before, not so long that they are gone again

inline void prefetchLine([[maybe_unused]] const void *address)
{
#if defined(__GNUC__)
    __builtin_prefetch(address);
#endif
}

inline void prefetchObject(const void *object, std::size_t size)
{
    for (std::size_t at = 0; at < size; at += CacheLine)
        prefetchLine(static_cast<const char *>(object) + at);
}

} // namespace hearth
