#include "server/net/flushscheduler.h"

#include "server/net/turnclock.h"
#include "server/net/websocketconnection.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

QEvent::Type flushEventType()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

} // namespace

void FlushScheduler::enterTurn()
{
    if (m_clock != nullptr)
        m_clock->enter();
}

void FlushScheduler::add(WebSocketConnection &connection)
{
    if (m_waiting.empty()) {
        // After everything else that this turn has posted: the store's completions bring more to send.
        QCoreApplication::postEvent(this, new QEvent(flushEventType()), Qt::LowEventPriority);
    }
    m_waiting.push_back(&connection);
}

void FlushScheduler::remove(WebSocketConnection &connection)
{
    std::replace(m_waiting.begin(), m_waiting.end(), &connection, static_cast<WebSocketConnection *>(nullptr));
}

void FlushScheduler::flushAll()
{
    // Flushing can end a connection, which takes itself out while we go through.
    for (std::size_t i = 0; i < m_waiting.size(); ++i) {
        if (WebSocketConnection *connection = std::exchange(m_waiting[i], nullptr))
            connection->flush();
    }
    m_waiting.clear();
}

bool FlushScheduler::event(QEvent *event)
{
    if (event->type() != flushEventType())
        return QObject::event(event);
    flushAll();
    return true;
}

} // namespace hearth
