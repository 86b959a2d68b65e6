#pragma once

#include <QThread>

#include <condition_variable>
#include <functional>
#include <memory>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace hearth {

/// A thread that takes what has been queued for it, all at once, and works it off. What is queued meanwhile
/// waits for the next round: that is how the writer's commits fill themselves under load.
///
/// The one mutex of the store is in here: it guards the queue, which is filled by the store object's thread
/// and emptied by this one, and is never held while a task runs.
template <typename Task>
class TaskThread
{
public:
    using Batch = std::vector<Task>;

    /// `setUp`, every call of `work` and `tearDown` run on the new thread, in this order.
    TaskThread(std::size_t maxBatch, std::function<void()> setUp, std::function<void(Batch)> work,
               std::function<void()> tearDown)
        : m_maxBatch(maxBatch)
    {
        m_thread.reset(QThread::create([this, setUp, work, tearDown] {
            setUp();
            for (Batch batch = next(); !batch.empty(); batch = next())
                work(std::move(batch));
            tearDown();
        }));
        m_thread->start();
    }
    /// Works off what is queued, then ends.
    ~TaskThread()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isEnding = true;
        }
        m_wake.notify_one();
        m_thread->wait();
    }
    TaskThread(const TaskThread &) = delete;
    TaskThread &operator=(const TaskThread &) = delete;

    /// Any thread; in practice the store object's.
    void enqueue(Batch tasks)
    {
        {
            const std::lock_guard lock(m_mutex);
            for (Task &task : tasks)
                m_queue.push_back(std::move(task));
        }
        m_wake.notify_one();
    }

private:
    /// Blocks until there is something to do; empty when it is time to end.
    Batch next()
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return m_isEnding || !m_queue.empty(); });
        if (m_queue.size() <= m_maxBatch)
            return std::exchange(m_queue, {});
        const auto end = m_queue.begin() + static_cast<std::ptrdiff_t>(m_maxBatch);
        Batch batch(std::make_move_iterator(m_queue.begin()), std::make_move_iterator(end));
        m_queue.erase(m_queue.begin(), end);
        return batch;
    }

    std::size_t m_maxBatch;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    Batch m_queue;
    bool m_isEnding = false;
    std::unique_ptr<QThread> m_thread;
};

} // namespace hearth
