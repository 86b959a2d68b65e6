#pragma once

#include "server/net/preemptionticker.h"

#include <QtGlobal>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

QT_BEGIN_NAMESPACE
class QThread;
QT_END_NAMESPACE

namespace hearth {

/// Threads that compute what handshakes need, at a low priority; made when there is something to do for them. No QThreadPool:
/// OpenSSL keeps a few things for each thread and has to be told in it that it ends (OPENSSL_thread_stop(3)), since the end of
/// Qt's threads is told before they are quite over. `start()` may be called from any thread, but not beside the destructor.
class HandshakeThreads
{
public:
    using Step = std::function<void()>;

    explicit HandshakeThreads(int most);
    /// Waits for the steps that have begun; the others are dropped.
    ~HandshakeThreads();
    HandshakeThreads(const HandshakeThreads &) = delete;
    HandshakeThreads &operator=(const HandshakeThreads &) = delete;

    /// Steps begin in the order of the calls.
    void start(Step step);

private:
    void work();

    const std::size_t m_most;
    std::mutex m_mutex; ///< of everything below; never held while a step runs
    std::condition_variable m_isNeeded;
    std::deque<Step> m_steps;
    std::size_t m_idle = 0; ///< threads that wait
    bool m_isOver = false;
    PreemptionTicker m_ticker; ///< ticks while steps are computed
    std::vector<std::unique_ptr<QThread>> m_threads;
};

} // namespace hearth
