#pragma once

#include "server/net/iothread.h"

#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace hearth {

class Channel;
class ChannelRelay;

/// Threads for the sockets of channels, so that more than one core carries them: TLS, upgrades, frames, queues and time-outs
/// are theirs, what the channels themselves do stays on the channels' thread, which makes, uses and ends this object. Give it to
/// a Listener. Channels notice nothing, but that what they order is done a moment later (see RelayedConnection).
class IoThreads final : public QObject
{
    Q_OBJECT

public:
    explicit IoThreads(int count, QObject *parent = nullptr);
    /// Ends the threads, and with them the connections that are left. To be ended after the listener and the channels.
    ~IoThreads() override;

    [[nodiscard]] int count() const { return static_cast<int>(m_threads.size()); }
    [[nodiscard]] IoThread &thread(int index) const { return *m_threads[static_cast<std::size_t>(index)]; }
    /// Where the next socket is to go.
    [[nodiscard]] int leastLoaded() const;
    /// What there is between this channel and its connections on the threads.
    [[nodiscard]] ChannelRelay &relay(Channel &channel);

    /// Asks every thread how it fares; `done` is called when all have answered, unless this object ends before; at once
    /// when there are none.
    void gather(const std::function<void()> &done);
    /// What they said the last time, by thread.
    [[nodiscard]] const std::vector<IoFigures> &figures() const { return m_figures; }

private:
    struct Round;

    std::vector<std::unique_ptr<IoThread>> m_threads;
    std::map<const Channel *, std::unique_ptr<ChannelRelay>> m_relays;
    std::vector<IoFigures> m_figures;
};

} // namespace hearth
