#pragma once

#include <QObject>

#include <chrono>
#include <deque>
#include <functional>

namespace hearth {

/// Completions of a store, called in the order in which they came, on the thread of this object. Those of one turn of
/// the event loop take a bounded time, the rest have the next one: a storm of arrivals completes hundreds of writes at
/// once, and each can mean a frame for everybody.
class CompletionQueue : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void push(std::function<void()> call) { m_calls.push_back(std::move(call)); }
    /// Calls what was pushed, as far as this turn goes.
    void deliver();

private:
    using Clock = std::chrono::steady_clock;

    std::deque<std::function<void()>> m_calls;
    bool m_isPosted = false; ///< the rest has the next turn
    Clock::time_point m_end; ///< of this turn's share
    Clock::time_point m_delivered; ///< when the last call ended
};

} // namespace hearth
