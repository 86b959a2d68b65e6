#pragma once

#include "protocol/serverframes.h"

#include <QBasicTimer>
#include <QHash>
#include <QObject>

#include <chrono>
#include <functional>

namespace hearth {

/// Which answer belongs to which request. A request that finds none within its time is told as timed out; when
/// the link is lost, all are told so.
class RequestTracker : public QObject
{
    Q_OBJECT

public:
    /// How a request ended without its reply.
    struct Failure
    {
        enum class Kind { Refused, TimedOut, LinkLost };
        Kind kind = Kind::Refused;
        Error error; ///< of Refused
    };
    using OnReply = std::function<void(const ServerFrame &)>;
    using OnFailure = std::function<void(const Failure &)>;

    explicit RequestTracker(std::chrono::milliseconds timeout, QObject *parent = nullptr);

    /// Registers a request; the id that it is to be sent under.
    [[nodiscard]] RequestId add(OnReply onReply, OnFailure onFailure);
    /// True when the message answered a request.
    bool take(const ServerMessage &message);
    /// Ends all that is open.
    void failAll(Failure::Kind kind);
    [[nodiscard]] bool isEmpty() const { return m_open.isEmpty(); }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct Open
    {
        OnReply onReply;
        OnFailure onFailure;
        qint64 deadline = 0; ///< ms, monotonic
    };

    std::chrono::milliseconds m_timeout;
    QHash<qint64, Open> m_open;
    qint64 m_lastId = 0;
    QBasicTimer m_timer;
};

} // namespace hearth
