#pragma once

#include <QObject>

#include <deque>
#include <vector>

namespace hearth {

class TurnClock;
class WebSocketConnection;

/// Remembers which connections have something to send and lets them send it when the event loop's turn ends,
/// so that whatever a turn produced for one peer leaves in one system call: under load that coalesces, at rest
/// nothing waits. Neither what is sent nor what is read in one turn takes much longer than a few milliseconds: whoever is
/// left has the next one, in the order in which they came.
class FlushScheduler : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Told when a turn begins; not owned, may be nothing.
    void setTurnClock(TurnClock *clock) { m_clock = clock; }
    /// A socket or a timer has called somebody.
    void enterTurn();
    /// Once a turn for each; the connection keeps count.
    void add(WebSocketConnection &connection);
    void remove(WebSocketConnection &connection);
    /// True when this turn has read enough: the connection is told to `readWire()` in a later one. Until then it must not
    /// ask again.
    [[nodiscard]] bool putOff(WebSocketConnection &connection);
    /// While it is held nobody reads: whoever asks is put off. Needs a turn clock.
    void holdReading(bool isHeld);
    /// Everybody, without waiting for the end of the turn.
    void flushAll();

protected:
    bool event(QEvent *event) override;

private:
    void flushSome();
    void prefetch() const;
    void readSome();
    [[nodiscard]] qint64 readBudget() const;
    void post();

    TurnClock *m_clock = nullptr;
    std::vector<WebSocketConnection *> m_waiting;
    std::size_t m_first = 0; ///< those before it have written
    qint64 m_flushTook = 0; ///< nanoseconds, the last time
    std::deque<WebSocketConnection *> m_unread; ///< put off
    bool m_isReading = false;
    bool m_isHeld = false; ///< nobody reads
    bool m_isPosted = false; ///< event() will be called
};

} // namespace hearth
