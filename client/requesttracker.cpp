#include "client/requesttracker.h"

#include <QDeadlineTimer>
#include <QTimerEvent>

#include <algorithm>

namespace hearth {

RequestTracker::RequestTracker(std::chrono::milliseconds timeout, QObject *parent)
    : QObject(parent), m_timeout(timeout)
{
}

RequestId RequestTracker::add(OnReply onReply, OnFailure onFailure)
{
    const qint64 id = ++m_lastId;
    const qint64 deadline = QDeadlineTimer(m_timeout).deadline();
    m_open.insert(id, Open { std::move(onReply), std::move(onFailure), deadline });
    if (!m_timer.isActive())
        m_timer.start(static_cast<int>(m_timeout.count() / 4), this);
    return id;
}

bool RequestTracker::take(const ServerMessage &message)
{
    const qint64 *id = message.id ? std::get_if<qint64>(&*message.id) : nullptr;
    if (id == nullptr || !m_open.contains(*id))
        return false;
    const Open open = m_open.take(*id);
    if (const auto *error = std::get_if<Error>(&message.frame))
        open.onFailure(Failure { Failure::Kind::Refused, *error });
    else
        open.onReply(message.frame);
    return true;
}

void RequestTracker::failAll(Failure::Kind kind)
{
    m_timer.stop();
    // In the order in which they were asked; what asks again meanwhile is not part of it.
    const QHash<qint64, Open> open = std::exchange(m_open, {});
    QList<qint64> ids = open.keys();
    std::sort(ids.begin(), ids.end());
    for (const qint64 id : ids)
        open.value(id).onFailure(Failure { kind, {} });
}

void RequestTracker::timerEvent(QTimerEvent *)
{
    const qint64 now = QDeadlineTimer::current().deadline();
    QList<qint64> late;
    for (auto it = m_open.cbegin(); it != m_open.cend(); ++it) {
        if (it->deadline <= now)
            late.append(it.key());
    }
    std::sort(late.begin(), late.end());
    for (const qint64 id : late) {
        if (m_open.contains(id))
            m_open.take(id).onFailure(Failure { Failure::Kind::TimedOut, {} });
    }
    if (m_open.isEmpty())
        m_timer.stop();
}

} // namespace hearth
