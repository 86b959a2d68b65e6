#pragma once

#include <QObject>

#include <vector>

namespace hearth {

class TurnClock;
class WebSocketConnection;

/// Remembers which connections have something to send and lets them send it when the event loop's turn ends,
/// so that whatever a turn produced for one peer leaves in one system call: under load that coalesces, at rest
/// nothing waits.
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
    /// Does not wait for the end of the turn.
    void flushAll();

protected:
    bool event(QEvent *event) override;

private:
    TurnClock *m_clock = nullptr;
    std::vector<WebSocketConnection *> m_waiting;
};

} // namespace hearth
