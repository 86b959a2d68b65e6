#include "server/net/flushscheduler.h"

#include "server/net/prefetch.h"
#include "server/net/turnclock.h"
#include "server/net/websocketconnection.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

/// Longest that connections write at the end of one turn, but for the few until the clock is looked at; the others write in the next one.
/// Writing to thousands takes longer than anybody should wait to be heard.
constexpr qint64 FlushBudgetNs = 5'000'000;
/// Looking at the clock costs a sixtieth of what writing to one of them does.
constexpr int VisitedBetweenLooks = 8;
/// Shortest that may be read in a turn, counted from its begin. Where writing takes longer, reading may take as long: what is read then
/// shares what is written, and without that a busy room would be written to for each message. Where nobody is written to, whoever
/// talks much keeps the others waiting for this time at the most.
constexpr qint64 ReadBudgetNs = 500'000;

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
    m_waiting.push_back(&connection);
    post();
}

void FlushScheduler::post()
{
    // After everything else that this turn has posted: the store's completions bring more to send. What is posted while
    // posted events are delivered has the next turn (qcoreapplication.cpp, sendPostedEvents()).
    if (!std::exchange(m_isPosted, true))
        QCoreApplication::postEvent(this, new QEvent(flushEventType()), Qt::LowEventPriority);
}

void FlushScheduler::remove(WebSocketConnection &connection)
{
    std::replace(m_waiting.begin(), m_waiting.end(), &connection, static_cast<WebSocketConnection *>(nullptr));
    std::replace(m_unread.begin(), m_unread.end(), &connection, static_cast<WebSocketConnection *>(nullptr));
}

bool FlushScheduler::putOff(WebSocketConnection &connection)
{
    if (m_isReading || m_clock == nullptr)
        return false;
    m_clock->enter();
    // Nobody overtakes those who wait already.
    if (m_unread.empty() && !m_isHeld && m_clock->elapsed() < readBudget())
        return false;
    m_unread.push_back(&connection);
    if (!m_isHeld)
        post();
    return true;
}

void FlushScheduler::holdReading(bool isHeld)
{
    m_isHeld = isHeld;
    if (!isHeld && !m_unread.empty())
        post();
}

void FlushScheduler::readSome()
{
    if (m_unread.empty())
        return;
    const qint64 began = m_clock->now(); // without a clock nobody is put off
    m_isReading = true;
    while (!m_unread.empty() && !m_isHeld && m_clock->now() - began < readBudget()) {
        WebSocketConnection *connection = m_unread.front();
        m_unread.pop_front();
        if (connection != nullptr)
            connection->readWire();
    }
    m_isReading = false;
}

void FlushScheduler::flushAll()
{
    // Flushing can end a connection, which takes itself out while we go through.
    while (m_first < m_waiting.size()) {
        if (WebSocketConnection *connection = std::exchange(m_waiting[m_first++], nullptr))
            connection->flush();
    }
    m_waiting.clear();
    m_first = 0;
}

qint64 FlushScheduler::readBudget() const { return std::max(ReadBudgetNs, m_flushTook); }

void FlushScheduler::flushSome()
{
    QElapsedTimer clock;
    clock.start();
    for (int visited = 0; m_first < m_waiting.size(); ++visited) {
        if (visited % VisitedBetweenLooks == 0) {
            m_flushTook = clock.nsecsElapsed();
            if (m_flushTook > FlushBudgetNs)
                return;
        }
        prefetch();
        if (WebSocketConnection *connection = std::exchange(m_waiting[m_first++], nullptr))
            connection->flush();
    }
    m_flushTook = clock.nsecsElapsed();
    m_waiting.clear();
    m_first = 0;
}

/// Each system call pushes out of the processor's cache what the next connections are made of.
void FlushScheduler::prefetch() const
{
    const auto ahead = [this](std::size_t places) {
        return m_first + places < m_waiting.size() ? m_waiting[m_first + places] : nullptr;
    };
    if (const WebSocketConnection *connection = ahead(PrefetchAhead))
        connection->prefetch();
    if (const WebSocketConnection *connection = ahead(PrefetchAhead / 2)) // is there by now, and says what it points to
        connection->prefetchParts();
}

bool FlushScheduler::event(QEvent *event)
{
    if (event->type() != flushEventType())
        return QObject::event(event);
    m_isPosted = false;
    readSome();
    flushSome();
    if ((!m_unread.empty() && !m_isHeld) || !m_waiting.empty())
        post();
    return true;
}

} // namespace hearth
