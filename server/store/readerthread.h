#pragma once

#include "server/store/database.h"
#include "server/store/taskthread.h"

#include <functional>
#include <memory>

namespace hearth {

/// One read. What it returns is to be called where the answers are wanted.
using ReadTask = std::function<std::function<void()>(Database &)>;

/// A connection to a database for reading, on a thread of its own. Tasks are done one by one, in order; they never wait for
/// the writer, nor for what another such thread is busy with.
class ReaderThread
{
public:
    /// Takes an answer to where it is to be called. Called on this thread, for each task in turn.
    using Tell = std::function<void(std::function<void()> answer)>;

    /// Blocks until the database `path` is open, or is known not to be.
    ReaderThread(const QString &path, std::chrono::milliseconds busyTimeout, Tell tell);

    [[nodiscard]] bool isConnected() const { return m_isConnected; }
    void enqueue(ReadTask task);

private:
    void connect(const QString &path, std::chrono::milliseconds busyTimeout);

    Tell m_tell;
    bool m_isConnected = false;
    std::unique_ptr<Database> m_database; ///< made, used and ended by the thread
    std::unique_ptr<TaskThread<ReadTask>> m_thread; ///< ends first
};

} // namespace hearth
