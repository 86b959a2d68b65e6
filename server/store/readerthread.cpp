#include "server/store/readerthread.h"

#include "server/telemetry/logvalue.h"

#include <QLoggingCategory>

#include <future>

Q_DECLARE_LOGGING_CATEGORY(lcStore)

namespace hearth {

namespace {

/// Most reads taken at once: they are answered one by one.
constexpr std::size_t MaxReadsAtOnce = 64;

} // namespace

ReaderThread::ReaderThread(const QString &path, std::chrono::milliseconds busyTimeout, Tell tell) : m_tell(std::move(tell))
{
    std::promise<bool> promise;
    auto isThere = promise.get_future();
    const auto setUp = [this, path, busyTimeout, &promise] {
        connect(path, busyTimeout);
        promise.set_value(m_database != nullptr);
    };
    const auto work = [this](std::vector<ReadTask> tasks) {
        for (const ReadTask &task : tasks)
            m_tell(task(*m_database));
    };
    m_thread = std::make_unique<TaskThread<ReadTask>>(MaxReadsAtOnce, setUp, work, [this] { m_database.reset(); });
    m_isConnected = isThere.get();
}

void ReaderThread::connect(const QString &path, std::chrono::milliseconds busyTimeout)
{
    try {
        m_database = std::make_unique<Database>(path, Database::Mode::ReadOnly, busyTimeout);
    } catch (const SqlFailure &failure) {
        qCCritical(lcStore).noquote().nospace() << "event=reader-failed error=" << logValue(failure.error().text);
    }
}

void ReaderThread::enqueue(ReadTask task)
{
    std::vector<ReadTask> one;
    one.push_back(std::move(task));
    m_thread->enqueue(std::move(one));
}

} // namespace hearth
