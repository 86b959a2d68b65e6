#include "server/net/handshakethreads.h"

#include "server/net/threadpriority.h"

#include <QThread>

#include <utility>

#include <openssl/crypto.h>

namespace hearth {

HandshakeThreads::HandshakeThreads(int most) : m_most(static_cast<std::size_t>(most)) { }

HandshakeThreads::~HandshakeThreads()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
        m_steps.clear();
    }
    m_isNeeded.notify_all();
    for (const auto &thread : m_threads)
        thread->wait();
}

void HandshakeThreads::start(Step step)
{
    {
        const std::lock_guard lock(m_mutex);
        m_steps.push_back(std::move(step));
        if (m_steps.size() > m_idle && m_threads.size() < m_most) {
            m_threads.emplace_back(QThread::create([this] { work(); }));
            m_threads.back()->setObjectName(QStringLiteral("handshakes"));
            m_threads.back()->start();
            if (!m_threads.back()->isRunning())
                m_threads.pop_back(); // Qt has said why; the next step tries again
        }
        if (!m_threads.empty())
            m_ticker.start();
    }
    m_isNeeded.notify_one();
}

void HandshakeThreads::work()
{
    lowerPriorityOfThisThread();
    std::unique_lock lock(m_mutex);
    while (!m_isOver) {
        if (m_steps.empty()) {
            if (++m_idle == m_threads.size())
                m_ticker.stop();
            m_isNeeded.wait(lock);
            --m_idle;
            continue;
        }
        Step step = std::exchange(m_steps.front(), {});
        m_steps.pop_front();
        lock.unlock();
        step();
        step = {}; // what it holds ends here, not under the mutex
        lock.lock();
    }
    lock.unlock();
    OPENSSL_thread_stop();
}

} // namespace hearth
