#include "server/net/preemptionticker.h"

namespace hearth {

PreemptionTicker::~PreemptionTicker()
{
    if (!m_thread)
        return;
    enter(State::Over);
    m_thread->wait();
}

void PreemptionTicker::start()
{
#ifdef Q_OS_LINUX
    if (!m_thread) {
        m_thread.reset(QThread::create([this] { run(); }));
        m_thread->setObjectName(QStringLiteral("ticker"));
        m_thread->start();
        if (!m_thread->isRunning()) {
            m_thread.reset(); // Qt has said why; the next start tries again
            return;
        }
    }
    enter(State::Ticking);
#endif
}

void PreemptionTicker::stop() { enter(State::Resting); }

void PreemptionTicker::run()
{
    for (auto state = m_state.load(); state != State::Over; state = m_state.load()) {
        if (state == State::Resting)
            m_state.wait(State::Resting);
        else
            QThread::usleep(Period.count());
    }
}

void PreemptionTicker::enter(State state)
{
    if (m_state.exchange(state) == State::Resting)
        m_state.notify_one();
}

} // namespace hearth
