#include "server/chat/monitor.h"

#include "server/chat/chatchannel.h"
#include "server/net/iothreads.h"
#include "server/net/turnclock.h"
#include "server/telemetry/metricspage.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// In the order of EventBody.
constexpr std::array EventKinds { "message", "edit", "delete", "reaction", "topic", "member" };
static_assert(EventKinds.size() == std::variant_size_v<EventBody>);

HttpResponse unavailable(const QString &sentence) { return { 503, "text/plain; charset=utf-8", sentence.toUtf8() + '\n' }; }

QByteArray bytesOf(QLatin1StringView text) { return QByteArray(text.data(), text.size()); }

/// What goes through the sockets, wherever they are.
struct Transport
{
    Traffic traffic;
    qint64 largestQueue = 0;
};

Transport transportOf(const ChatChannel &chat, const IoThreads *threads)
{
    Transport all;
    if (threads == nullptr) {
        all.traffic = chat.traffic();
        chat.forEachConnection([&all](Connection &connection) { all.largestQueue = std::max(all.largestQueue, connection.queuedBytes()); });
        return all;
    }
    for (const IoFigures &figures : threads->figures()) {
        all.traffic.add(figures.traffic);
        all.largestQueue = std::max(all.largestQueue, figures.largestQueue);
    }
    return all;
}

void writeConnections(MetricsPage &page, const ChatChannel &chat, const DoorFigures &door, const Traffic &traffic)
{
    page.gauge("hearth_connections", "Open WebSocket connections.", static_cast<double>(chat.connectionCount()));
    page.gauge("hearth_connections_waiting", "Sockets that have not said yet what they want.", static_cast<double>(door.waiting));
    page.counter("hearth_connections_accepted_total", "Accepted sockets.", door.accepted);
    page.counter("hearth_accept_failures_total", "Times that accepting failed (out of descriptors).", door.acceptFailures);
    page.beginCounter("hearth_connections_refused_total", "Sockets that never became a connection, by reason.");
    for (std::size_t i = 0; i < door.refusals.size(); ++i)
        page.sample({ { "reason", bytesOf(wordFor(static_cast<DoorFigures::Refusal>(i))) } }, static_cast<double>(door.refusals[i]));

    page.beginCounter("hearth_connection_failures_total", "Connections that the server gave up, by reason.");
    for (std::size_t i = 0; i < traffic.failures.size(); ++i)
        page.sample({ { "reason", bytesOf(wordFor(static_cast<ConnectionFailure>(i))) } }, static_cast<double>(traffic.failures[i]));
    page.beginCounter("hearth_closes_total", "Ended connections by WebSocket close code.");
    for (std::size_t i = 0; i < traffic.closes.size(); ++i) {
        const bool isOther = i + 1 == traffic.closes.size();
        const QByteArray code = isOther ? QByteArray("other") : QByteArray::number(Traffic::FirstCloseCode + static_cast<int>(i));
        if (traffic.closes[i] > 0)
            page.sample({ { "code", code } }, static_cast<double>(traffic.closes[i]));
    }
}

void writeTraffic(MetricsPage &page, const Transport &transport)
{
    const Traffic &traffic = transport.traffic;
    page.counter("hearth_messages_received_total", "WebSocket messages from clients.", traffic.messagesReceived);
    page.counter("hearth_deliveries_total", "Frames queued, one for each connection that they were for.", traffic.framesQueued);
    page.counter("hearth_received_bytes_total", "Bytes read from connections.", traffic.bytesReceived);
    page.counter("hearth_sent_bytes_total", "Bytes written to connections.", traffic.bytesSent);
    page.gauge("hearth_queued_bytes", "Bytes that wait for clients to read.", static_cast<double>(traffic.bytesQueued));
    page.gauge("hearth_largest_queue_bytes", "The most that waits for one client.", static_cast<double>(transport.largestQueue));
}

void writeChat(MetricsPage &page, const ChatChannel &chat, const Directory &directory, const StoreFigures &store)
{
    page.gauge("hearth_users_online", "People with a connection.", chat.onlineUserCount());
    page.gauge("hearth_rooms", "Rooms of every kind.", static_cast<double>(directory.roomCount()));
    page.beginCounter("hearth_events_total", "Events appended to rooms, by kind.");
    for (std::size_t i = 0; i < EventKinds.size(); ++i)
        page.sample({ { "kind", EventKinds[i] } }, static_cast<double>(store.events[i]));
    page.beginCounter("hearth_errors_total", "Errors told to clients, by code.");
    const ErrorCounts &errors = chat.errorCounts();
    for (std::size_t i = 0; i < errors.size(); ++i)
        page.sample({ { "code", bytesOf(wireName(static_cast<ErrorCode>(i))) } }, static_cast<double>(errors[i]));
}

void writeStore(MetricsPage &page, const StoreFigures &store)
{
    page.gauge("hearth_store_available", "1, or 0 when the last commit did not succeed.", store.failure ? 0 : 1);
    page.gauge("hearth_store_waiting_writes", "Writes whose commit is awaited.", static_cast<double>(store.waitingWrites));
    page.counter("hearth_store_failed_commits_total", "Commits that did not succeed.", store.failedCommits);
    page.histogram("hearth_store_commit_seconds", "Time from the begin of a transaction until it is on disk.", store.commitSeconds);
    page.histogram("hearth_store_writes_per_commit", "Writes that shared a commit.", store.writesPerCommit);
}

void writeLoop(MetricsPage &page, const TurnClock &clock)
{
    page.histogram("hearth_loop_turn_seconds", "Time that the turns of the server's event loop took.", clock.turns());
    page.gauge("hearth_loop_longest_turn_seconds", "The longest of them.", clock.turns().largest());
    page.counter("hearth_loop_slow_turns_total", "Turns of more than 50 ms.", clock.slowTurns());
}

void writeThreads(MetricsPage &page, const IoThreads &threads)
{
    const std::vector<IoFigures> &all = threads.figures();
    const auto each = [&all](const auto &write) {
        for (std::size_t i = 0; i < all.size(); ++i)
            write(MetricsPage::Label { "thread", QByteArray::number(i) }, all[i]);
    };
    page.beginGauge("hearth_io_connections", "Open WebSocket connections by I/O thread.");
    each([&page](const auto &thread, const IoFigures &figures) { page.sample({ thread }, static_cast<double>(figures.connections)); });
    page.beginHistogram("hearth_io_turn_seconds", "Time that the turns of the I/O threads' event loops took.");
    each([&page](const auto &thread, const IoFigures &figures) { page.sample(thread, figures.turns); });
    page.beginGauge("hearth_io_longest_turn_seconds", "The longest of them.");
    each([&page](const auto &thread, const IoFigures &figures) { page.sample({ thread }, figures.turns.largest()); });
    page.beginCounter("hearth_io_slow_turns_total", "Turns of more than 50 ms.");
    each([&page](const auto &thread, const IoFigures &figures) { page.sample({ thread }, static_cast<double>(figures.slowTurns)); });
}

} // namespace

HttpResponse Monitor::health() const
{
    if (m_isDraining)
        return unavailable(u"The server is shutting down."_s);
    const StoreFigures store = m_watched.store.figures();
    if (!store.failure)
        return { 200, "text/plain; charset=utf-8", "ok\n" };
    if (store.waitingWrites == 0)
        m_watched.store.probe(); // nobody else may write for hours
    return unavailable(u"The store cannot commit: %1."_s.arg(store.failure->text));
}

HttpResponse Monitor::metrics() const
{
    MetricsPage page;
    page.beginGauge("hearth_build_info", "What runs here.");
    page.sample({ { "version", HEARTH_VERSION }, { "qt", qVersion() } }, 1);
    page.gauge("hearth_start_time_seconds", "When the server was started, in seconds since 1970.",
               static_cast<double>(m_startedAt.toMSecsSinceEpoch()) / 1'000);
    const StoreFigures store = m_watched.store.figures();
    const Transport transport = transportOf(m_watched.chat, m_watched.threads);
    writeConnections(page, m_watched.chat, m_watched.listener.figures(), transport.traffic);
    writeTraffic(page, transport);
    writeChat(page, m_watched.chat, m_watched.directory, store);
    writeStore(page, store);
    writeLoop(page, m_watched.clock);
    if (m_watched.threads != nullptr)
        writeThreads(page, *m_watched.threads);
    return { 200, MetricsPage::ContentType, page.text() };
}

} // namespace hearth
