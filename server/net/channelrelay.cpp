#include "server/net/channelrelay.h"

#include "server/net/iothread.h"
#include "server/net/relaychannel.h"
#include "server/net/relayedconnection.h"

#include "protocol/visitor.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>

#include <algorithm>
#include <utility>

namespace hearth {

using namespace relay;

namespace {

/// Longest that reports are told in one turn: others have work here, too.
constexpr qint64 TellBudgetNs = 5'000'000;

QEvent::Type handOverEventType()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

/// All I/O threads together have the bound that one thread has.
ChannelSettings shareOf(ChannelSettings settings, std::size_t threads)
{
    if (settings.maxQueuedInAll > 0)
        settings.maxQueuedInAll = std::max<qint64>(1, settings.maxQueuedInAll / static_cast<qint64>(threads));
    return settings;
}

} // namespace

qint64 relay::weightOf(const Report &report)
{
    const qsizetype bytes = std::visit(Visitor {
                                           [](const Text &said) { return said.text.size() * qsizetype(sizeof(QChar)); },
                                           [](const Binary &said) { return said.bytes.size(); },
                                           [](const Pinged &said) { return said.payload.size(); },
                                           [](const Ponged &said) { return said.payload.size(); },
                                           [](const auto &) { return qsizetype(0); },
                                       },
                                       report.fact);
    return Overhead + bytes;
}

ChannelRelay::ChannelRelay(Channel &channel, const std::vector<std::unique_ptr<IoThread>> &threads)
    : m_channel(&channel), m_lanes(threads.size())
{
    const ChannelSettings settings = shareOf(channel.settings(), threads.size());
    for (std::size_t i = 0; i < threads.size(); ++i) {
        m_lanes[i].thread = threads[i].get();
        m_lanes[i].far = std::make_shared<FarEnd>();
        const auto make = [this, &channel, settings, lane = static_cast<int>(i), far = m_lanes[i].far, thread = threads[i].get()] {
            far->channel = std::make_unique<RelayChannel>(settings, channel, *this, lane, *thread);
        };
        threads[i]->post(make);
    }
}

ChannelRelay::~ChannelRelay() = default;

void ChannelRelay::end()
{
    for (Lane &lane : m_lanes)
        lane.thread->post([far = lane.far] { far->channel.reset(); });
}

Channel &ChannelRelay::farEnd(int lane) const { return *m_lanes[static_cast<std::size_t>(lane)].far->channel; }

// ---- what is reported -------------------------------------------------------------------------------

void ChannelRelay::hear(int index, Reports reports)
{
    lane(index).ahead -= reports.carriedOut;
    if (!reports.reports.empty())
        m_heard.push_back({ index, std::move(reports.reports), 0 });
    if (!m_isGoingOn)
        tellSome();
}

bool ChannelRelay::isAhead() const
{
    return std::any_of(m_lanes.begin(), m_lanes.end(), [](const Lane &lane) { return lane.ahead + lane.orders.weight >= OrderWindow; });
}

void ChannelRelay::tellSome()
{
    QElapsedTimer clock;
    clock.start();
    while (!m_heard.empty()) {
        Heard &heard = m_heard.front();
        while (heard.next < heard.reports.size()) {
            if (isAhead())
                return; // hear() goes on, when they have caught up
            if (clock.nsecsElapsed() > TellBudgetNs) {
                goOn();
                return;
            }
            tell(heard.lane, heard.reports[heard.next++]);
        }
        m_heard.pop_front();
    }
}

void ChannelRelay::goOn()
{
    if (std::exchange(m_isGoingOn, true))
        return;
    const auto next = [this] {
        m_isGoingOn = false;
        tellSome();
    };
    QMetaObject::invokeMethod(this, next, Qt::QueuedConnection);
}

void ChannelRelay::tell(int index, const Report &report)
{
    Lane &from = lane(index);
    from.heard += weightOf(report);
    if (from.heard >= ReportWindow / 2)
        post();
    if (!m_channel)
        return; // nobody is left to hear it
    if (const auto *opened = std::get_if<Opened>(&report.fact)) {
        if (report.place >= from.connections.size())
            from.connections.resize(report.place + 1);
        auto connection = std::make_unique<RelayedConnection>(*opened, *this, index, report.place);
        from.connections[report.place] = connection.get();
        m_channel->adopt(std::move(connection));
        order(index, report.place, Order::Kind::Start);
        return;
    }
    RelayedConnection &connection = *from.connections[report.place];
    std::visit(Visitor {
                   [](const Opened &) {},
                   [&connection](const auto &fact) { connection.tell(fact); },
               },
               report.fact);
    if (std::holds_alternative<Closed>(report.fact)) {
        from.connections[report.place] = nullptr;
        order(index, report.place, Order::Kind::Forget);
    }
}

// ---- what is ordered --------------------------------------------------------------------------------

void ChannelRelay::send(int index, Place place, Order::Kind kind, const OutgoingFrame &frame)
{
    // The frame before is still held, so that no other has its address.
    std::vector<OutgoingFrame> &frames = lane(index).orders.frames;
    if (frames.empty() || frames.back().wire().constData() != frame.wire().constData()
        || frames.back().delivery() != frame.delivery()) {
        frames.push_back(frame);
        lane(index).orders.weight += frame.wire().size();
    }
    order(index, place, kind, static_cast<quint32>(frames.size() - 1));
}

void ChannelRelay::close(int index, Place place, const Ending &ending)
{
    std::vector<Ending> &endings = lane(index).orders.endings;
    endings.push_back(ending);
    order(index, place, Order::Kind::Close, static_cast<quint32>(endings.size() - 1));
}

void ChannelRelay::setMaxMessageSize(int index, Place place, qint64 bytes)
{
    std::vector<qint64> &sizes = lane(index).orders.sizes;
    sizes.push_back(bytes);
    order(index, place, Order::Kind::SetMaxMessageSize, static_cast<quint32>(sizes.size() - 1));
}

void ChannelRelay::order(int index, Place place, Order::Kind kind, quint32 which)
{
    Orders &orders = lane(index).orders;
    orders.orders.push_back({ place, kind, which });
    orders.weight += Overhead;
    post();
}

void ChannelRelay::post()
{
    // After all that this turn still does: the store's completions bring more to send.
    if (!std::exchange(m_isPosted, true))
        QCoreApplication::postEvent(this, new QEvent(handOverEventType()), Qt::LowEventPriority);
}

bool ChannelRelay::event(QEvent *event)
{
    if (event->type() != handOverEventType())
        return QObject::event(event);
    m_isPosted = false;
    handOver();
    return true;
}

void ChannelRelay::handOver()
{
    for (Lane &lane : m_lanes) {
        if (lane.orders.orders.empty() && lane.heard < ReportWindow / 2)
            continue; // what was heard goes with the next orders
        const auto orders = std::make_shared<Orders>(std::exchange(lane.orders, {}));
        orders->heard = std::exchange(lane.heard, 0);
        lane.ahead += orders->weight;
        lane.thread->post([far = lane.far, orders] {
            if (far->channel)
                far->channel->carryOut(*orders);
        });
    }
}

} // namespace hearth
