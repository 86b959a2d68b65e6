#pragma once

#include "server/net/traffic.h"
#include "server/net/turnclock.h"

#include <QObject>
#include <QThread>

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_map>

namespace hearth {

/// How one I/O thread fares: a snapshot, taken on it.
struct IoFigures
{
    qsizetype connections = 0;
    qint64 largestQueue = 0; ///< bytes
    Traffic traffic;
    DoorFigures door;
    Histogram turns = Histogram::ofSeconds(); ///< seconds
    quint64 slowTurns = 0;
};

/// One thread with an event loop of its own, for sockets. Works off what is posted to it, in order; all that it holds is made,
/// used and ended so. Its own methods are called by the thread that owns it, unless they say otherwise.
class IoThread
{
public:
    IoThread();
    /// Waits until what was posted is done.
    ~IoThread();
    IoThread(const IoThread &) = delete;
    IoThread &operator=(const IoThread &) = delete;

    /// From any thread.
    void post(const std::function<void()> &work);

    /// One socket more is there, for as long as this is held (on any thread).
    [[nodiscard]] std::shared_ptr<void> use();
    /// Sockets that it has; how many there were a moment ago.
    [[nodiscard]] int load() const { return m_load->load(std::memory_order_relaxed); }

    // For what lives on it, on it.
    [[nodiscard]] TurnClock &clock() { return *m_clock; }
    using Source = std::function<void(IoFigures &figures)>;
    /// Asked whenever somebody wants to know how the thread fares, until `removeSource()`.
    void addSource(const void *owner, Source source) { m_sources.emplace(owner, std::move(source)); }
    void removeSource(const void *owner) { m_sources.erase(owner); }
    [[nodiscard]] IoFigures figures() const;

private:
    QThread m_thread;
    QObject m_worker; ///< lives on m_thread
    /// Not guarded by anything: it only says where the next socket goes, and a number that is a little old does as well.
    std::shared_ptr<std::atomic<int>> m_load = std::make_shared<std::atomic<int>>(0);
    // Touched on m_thread only.
    std::unique_ptr<TurnClock> m_clock;
    std::unordered_map<const void *, Source> m_sources;
};

} // namespace hearth
