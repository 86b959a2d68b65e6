#pragma once

#include "protocol/result.h"
#include "server/net/traffic.h"

#include <QHash>
#include <QHostAddress>

#include <atomic>
#include <memory>
#include <mutex>

namespace hearth {

/// How many sockets are in, in all and from each address, whichever thread they are on, and how many were turned away. One of the few
/// places with a mutex: places are taken by every doorway and given back where the connection ends, and a limit for each thread
/// would be another limit. It is held for a look into a table, once when a socket comes and once when it goes.
class Admissions : public std::enable_shared_from_this<Admissions>
{
public:
    /// 0 lifts a limit.
    Admissions(int most, int mostOfAnAddress) : m_most(most), m_mostOfAnAddress(mostOfAnAddress) { }

    /// A place for as long as it is held, on any thread; or why there is none.
    [[nodiscard]] Result<std::shared_ptr<void>, DoorFigures::Refusal> admit(const QHostAddress &address);
    /// One that was gone before it could be asked for its address, which is no better than one who is refused.
    void noteGone() { m_refusals.fetch_add(1, std::memory_order_relaxed); }
    /// How many have been refused a place so far, or were gone. On any thread.
    [[nodiscard]] quint64 refusals() const { return m_refusals.load(std::memory_order_relaxed); }

private:
    void leave(const QHostAddress &address);

    const int m_most;
    const int m_mostOfAnAddress;
    std::atomic<quint64> m_refusals { 0 };
    std::mutex m_mutex; ///< guards what follows
    QHash<QHostAddress, int> m_byAddress;
    int m_inAll = 0;
};

} // namespace hearth
