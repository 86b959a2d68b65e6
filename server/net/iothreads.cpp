#include "server/net/iothreads.h"

#include "server/net/channelrelay.h"

#include <algorithm>

namespace hearth {

struct IoThreads::Round
{
    std::vector<IoFigures> figures;
    std::size_t missing = 0;
    std::function<void()> done;
};

IoThreads::IoThreads(int count, QObject *parent) : QObject(parent), m_figures(static_cast<std::size_t>(count))
{
    for (int i = 0; i < count; ++i)
        m_threads.push_back(std::make_unique<IoThread>());
}

IoThreads::~IoThreads()
{
    for (const auto &[channel, relay] : m_relays)
        relay->end();
    m_threads.clear(); // from here on nobody calls a relay
}

int IoThreads::leastLoaded() const
{
    const auto least = std::min_element(m_threads.begin(), m_threads.end(),
                                        [](const auto &a, const auto &b) { return a->load() < b->load(); });
    return static_cast<int>(least - m_threads.begin());
}

ChannelRelay &IoThreads::relay(Channel &channel)
{
    auto &relay = m_relays[&channel];
    if (!relay)
        relay = std::make_unique<ChannelRelay>(channel, m_threads);
    return *relay;
}

void IoThreads::gather(const std::function<void()> &done)
{
    if (m_threads.empty()) {
        done();
        return;
    }
    auto round = std::make_shared<Round>(Round { std::vector<IoFigures>(m_threads.size()), m_threads.size(), done });
    for (std::size_t i = 0; i < m_threads.size(); ++i) {
        const auto look = [this, i, round, thread = m_threads[i].get()] {
            const auto note = [this, i, round, figures = thread->figures()] {
                round->figures[i] = figures;
                if (--round->missing > 0)
                    return;
                m_figures = round->figures;
                round->done();
            };
            QMetaObject::invokeMethod(this, note, Qt::QueuedConnection);
        };
        m_threads[i]->post(look);
    }
}

} // namespace hearth
