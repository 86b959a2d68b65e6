#pragma once

#include "server/chat/audience.h"
#include "server/net/listener.h"
#include "server/store/eventstore.h"

#include <QDateTime>

namespace hearth {

class ChatChannel;
class Directory;
class IoThreads;
class TurnClock;

/// Says how the server fares, to whoever watches it: `GET /healthz` for a person or a supervisor, `GET /metrics` for
/// Prometheus. Numbers only: no names, nothing that anybody said. Counts nothing itself; each part counts what it
/// does, and is asked when somebody looks. Lives on the server's thread.
class Monitor
{
public:
    /// All of them must outlive the monitor.
    struct Watched
    {
        EventStore &store;
        const Directory &directory;
        const ChatChannel &chat;
        const Listener &listener;
        const TurnClock &clock;
        const IoThreads *threads = nullptr; ///< when there are any; they have to be asked first (see IoThreads::gather())
    };

    Monitor(const Watched &watched, const QDateTime &startedAt) : m_watched(watched), m_startedAt(startedAt) { }

    /// 200 `ok`; 503 and a sentence while the store cannot commit, or from `startDraining()` on.
    [[nodiscard]] HttpResponse health() const;
    /// In the text format of Prometheus (docs/operating.md lists the names).
    [[nodiscard]] HttpResponse metrics() const;

    void startDraining() { m_isDraining = true; }

private:
    Watched m_watched;
    QDateTime m_startedAt;
    bool m_isDraining = false;
};

} // namespace hearth
