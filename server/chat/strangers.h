#pragma once

#include <QHash>
#include <QHostAddress>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <set>

namespace hearth {

/// Connections that have not proved themselves yet, on a server where they have to: each for a time, and so many of one
/// address. Whoever comes beyond that has a place, and the one of its address who has waited longest loses theirs: a client
/// that means well says who it is at once.
class Strangers
{
public:
    using Dismiss = std::function<void(quint64 connection)>;

    /// A time or a number of 0 lifts that limit. `dismiss` is called, once for each, when somebody's time or place is
    /// over.
    Strangers(std::chrono::milliseconds time, int mostOfAddress, Dismiss dismiss);

    /// Twice is once.
    void came(quint64 connection, const QHostAddress &address);
    /// It has proved itself, or is gone. Of one that is not here, nothing happens.
    void left(quint64 connection);

private:
    struct Stranger
    {
        QHostAddress address;
        qint64 until = 0; ///< monotonic milliseconds
    };
    using All = std::map<quint64, Stranger>; ///< by connection, so who came first is first

    void dismiss(quint64 connection);
    void dismissLate();
    void wake();

    std::chrono::milliseconds m_time;
    int m_mostOfAddress;
    Dismiss m_dismiss;
    All m_strangers;
    QHash<QHostAddress, std::set<quint64>> m_ofAddress;
    QTimer m_timer; ///< until the first one's time is over
};

} // namespace hearth
