#pragma once

#include "server/net/prefetch.h"
#include "server/net/sanitizers.h"

#include <cstddef>
#include <memory_resource>
#include <type_traits>

namespace hearth {

/// `class A final : public Pooled<A>`: the objects of A lie side by side, each beginning on a cache line of its own, whatever else is made
/// between them. Going through many of them then touches few pages: it was a thirtieth of what a delivery cost.
///
/// What an object leaves is kept for the next one that its thread makes, and not given back to the system. Any thread may make and delete
/// them. Sanitizers see each object by itself, as without.
template <typename T>
class Pooled
{
#ifndef HEARTH_SEES_OBJECTS
public:
    static void *operator new(std::size_t)
    {
        static_assert(std::is_final_v<T> && alignof(T) <= CacheLine);
        return pool().allocate(size(), CacheLine);
    }
    static void operator delete(void *object) { pool().deallocate(object, size(), CacheLine); }

private:
    /// Whole lines: a pool's blocks are aligned to what divides their size.
    static constexpr std::size_t size() { return (sizeof(T) + CacheLine - 1) / CacheLine * CacheLine; }
    static std::pmr::memory_resource &pool()
    {
        constexpr std::size_t ObjectsAtOnce = 512; // at most; few at first
        static std::pmr::synchronized_pool_resource pool(std::pmr::pool_options { ObjectsAtOnce, size() });
        return pool;
    }
#endif
};

} // namespace hearth
