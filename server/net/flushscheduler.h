#pragma once

#include <QObject>

#include <vector>

namespace hearth {

class WebSocketConnection;

/// Remembers which connections have something to send and lets them send it when the event loop's turn ends,
/// so that whatever a turn produced for one peer leaves in one system call: under load that coalesces, at rest
/// nothing waits.
class FlushScheduler : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Once a turn for each; the connection keeps count.
    void add(WebSocketConnection &connection);
    void remove(WebSocketConnection &connection);
    /// Does not wait for the end of the turn.
    void flushAll();

protected:
    bool event(QEvent *event) override;

private:
    std::vector<WebSocketConnection *> m_waiting;
};

} // namespace hearth
