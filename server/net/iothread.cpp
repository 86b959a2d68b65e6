#include "server/net/iothread.h"

#include "server/net/eventdispatcher.h"

#include <QAbstractEventDispatcher>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

IoThread::IoThread()
{
    m_thread.setObjectName(u"io"_s);
    if (auto dispatcher = makeEventDispatcher())
        m_thread.setEventDispatcher(dispatcher.release()); // the thread owns it
    m_worker.moveToThread(&m_thread);
    m_thread.start();
    post([this] { m_clock = std::make_unique<TurnClock>(); });
}

IoThread::~IoThread()
{
    post([this] {
        m_clock.reset();
        m_thread.quit();
    });
    m_thread.wait();
}

void IoThread::post(const std::function<void()> &work) { QMetaObject::invokeMethod(&m_worker, work, Qt::QueuedConnection); }

std::shared_ptr<void> IoThread::use()
{
    ++*m_load;
    return std::shared_ptr<void>(m_load.get(), [load = m_load](void *) { --*load; });
}

IoFigures IoThread::figures() const
{
    IoFigures figures;
    for (const auto &[owner, source] : m_sources)
        source(figures);
    figures.turns = m_clock->turns();
    figures.slowTurns = m_clock->slowTurns();
    return figures;
}

} // namespace hearth
