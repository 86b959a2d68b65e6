#include "server/store/completionqueue.h"

namespace hearth {

using namespace std::chrono_literals;

namespace {

constexpr auto ShareOfATurn = 1ms;
constexpr auto SameTurn = 1ms; ///< deliveries this close to each other belong to one turn

} // namespace

void CompletionQueue::deliver()
{
    if (m_isPosted)
        return;
    if (Clock::now() - m_delivered > SameTurn)
        m_end = Clock::now() + ShareOfATurn;
    while (!m_calls.empty()) {
        if (Clock::now() > m_end) {
            // What is posted now is called after the loop has looked at its sockets (qcoreapplication.cpp,
            // sendPostedEvents()).
            m_isPosted = true;
            const auto goOn = [this] {
                m_isPosted = false;
                m_delivered = {};
                deliver();
            };
            QMetaObject::invokeMethod(this, goOn, Qt::QueuedConnection);
            return;
        }
        const auto call = std::move(m_calls.front());
        m_calls.pop_front();
        call();
    }
    m_delivered = Clock::now();
}

} // namespace hearth
