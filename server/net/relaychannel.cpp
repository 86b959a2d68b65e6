#include "server/net/relaychannel.h"

#include "server/net/channelrelay.h"
#include "server/net/iothread.h"
#include "server/net/traffic.h"
#include "server/net/websocketconnection.h"

#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace hearth {

using namespace relay;

namespace {

QEvent::Type tellEventType()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

} // namespace

RelayChannel::RelayChannel(const ChannelSettings &settings, const Channel &channel, ChannelRelay &home, int lane, IoThread &thread)
    : Channel(settings), m_channel(channel), m_home(home), m_lane(lane), m_thread(thread)
{
    setTurnClock(&thread.clock());
    connect(this, &Channel::pinged, this, [this](Connection *from, const QByteArray &payload) { report(*from, Pinged { payload }); });
    connect(this, &Channel::ponged, this, [this](Connection *from, const QByteArray &payload) { report(*from, Ponged { payload }); });
    thread.addSource(this, [this](IoFigures &figures) {
        figures.connections += connectionCount();
        figures.traffic.add(traffic());
        for (const Resident &resident : m_residents) {
            if (resident.connection != nullptr)
                figures.largestQueue = std::max(figures.largestQueue, resident.connection->queuedBytes());
        }
    });
}

RelayChannel::~RelayChannel() { m_thread.removeSource(this); }

// ---- what happens here is told there ----------------------------------------------------------------

void RelayChannel::onConnected(Connection &connection)
{
    Place place = 0;
    if (m_free.empty()) {
        place = static_cast<Place>(m_residents.size());
        m_residents.emplace_back();
    } else {
        place = m_free.back();
        m_free.pop_back();
    }
    m_residents[place].connection = static_cast<WebSocketConnection *>(&connection); // accept() makes no others
    m_places.emplace(&connection, place);
    report(connection, Opened { connection.id(), connection.info() });
}

/// The channel may want less of it than the settings say, and has the first word.
void RelayChannel::start(WebSocketConnection &connection, QByteArrayView rest)
{
    m_residents[m_places.at(&connection)].rest = rest.toByteArray();
}

void RelayChannel::onText(Connection &from, const QString &text) { report(from, Text { text }); }

void RelayChannel::onBinary(Connection &from, const QByteArray &bytes) { report(from, Binary { bytes }); }

void RelayChannel::onFailed(Connection &connection, ConnectionFailure failure)
{
    putOffEnding(connection);
    report(connection, Failed { failure });
}

void RelayChannel::onPeerClosing(Connection &connection)
{
    putOffEnding(connection);
    report(connection, PeerClosing {});
}

void RelayChannel::putOffEnding(const Connection &connection) { m_residents[m_places.at(&connection)].connection->putOffEnding(); }

void RelayChannel::onClosed(Connection &connection, quint16 code, const QString &reason)
{
    report(connection, Closed { code, reason });
    const auto place = m_places.find(&connection);
    m_residents[place->second].connection = nullptr; // the place stays taken until it is forgotten there
    m_places.erase(place);
}

void RelayChannel::report(const Connection &connection, decltype(Report::fact) fact)
{
    m_reports.reports.push_back({ m_places.at(&connection), std::move(fact) });
    m_ahead += weightOf(m_reports.reports.back());
    if (m_ahead >= ReportWindow)
        holdReading(true);
    post();
}

void RelayChannel::post()
{
    // After what else this turn has to do, like a FlushScheduler.
    if (!std::exchange(m_isPosted, true))
        QCoreApplication::postEvent(this, new QEvent(tellEventType()), Qt::LowEventPriority);
}

bool RelayChannel::event(QEvent *event)
{
    if (event->type() != tellEventType())
        return Channel::event(event);
    m_isPosted = false;
    tell();
    return true;
}

void RelayChannel::tell()
{
    const auto reports = std::make_shared<Reports>(std::exchange(m_reports, {}));
    QMetaObject::invokeMethod(&m_home, [home = &m_home, lane = m_lane, reports] { home->hear(lane, std::move(*reports)); }, Qt::QueuedConnection);
}

// ---- what is ordered there is done here -------------------------------------------------------------

void RelayChannel::carryOut(Orders &orders)
{
    for (const Order &order : orders.orders)
        carryOut(order, orders);
    m_ahead -= orders.heard;
    if (orders.heard > 0 && m_ahead < ReportWindow)
        holdReading(false);
    m_reports.carriedOut += orders.weight;
    if (m_reports.carriedOut >= OrderWindow / 2)
        post();
}

void RelayChannel::carryOut(const Order &order, const Orders &orders)
{
    Resident &resident = m_residents[order.place];
    if (order.kind == Order::Kind::Forget) {
        resident = {};
        m_free.push_back(order.place);
        return;
    }
    WebSocketConnection *connection = resident.connection;
    if (connection == nullptr)
        return; // has closed meanwhile
    switch (order.kind) {
    case Order::Kind::Send:
        connection->send(orders.frames[order.index]);
        break;
    case Order::Kind::SayLast:
        connection->sayLast(orders.frames[order.index]);
        break;
    case Order::Kind::Start:
        connection->start(std::exchange(resident.rest, {}));
        break;
    case Order::Kind::SetMaxMessageSize:
        connection->setMaxMessageSize(orders.sizes[order.index]);
        break;
    case Order::Kind::Close:
        connection->close(orders.endings[order.index].code, orders.endings[order.index].reason);
        break;
    case Order::Kind::Abort:
        connection->abort();
        break;
    case Order::Kind::End:
        connection->endNow();
        break;
    case Order::Kind::Forget:
        break;
    }
}

} // namespace hearth
