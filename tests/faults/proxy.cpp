#include "tests/faults/proxy.h"

#include <QDateTime>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <memory>

namespace hearth::test {

namespace {

constexpr int LeastResendMs = 200; ///< TCP's least time-out before it sends a packet again (Linux)

struct Piece
{
    qint64 dueAt = 0; ///< milliseconds since 1970
    QByteArray bytes;
};
using Pieces = std::deque<Piece>;

} // namespace

Proxy::Proxy(quint16 target, quint32 seed) : m_random(seed), m_target(target)
{
    connect(&m_server, &QTcpServer::newConnection, this, &Proxy::accept);
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("no port for the proxy");
}

void Proxy::accept()
{
    while (QTcpSocket *client = m_server.nextPendingConnection()) {
        client->setParent(this);
        auto *server = new QTcpSocket(client);
        if (m_isCut)
            continue; // hangs
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
        carry(client, server);
        carry(server, client);
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        connect(server, &QTcpSocket::disconnected, client, [this, client] {
            if (!m_isCut)
                client->disconnectFromHost();
        });
    }
}

void Proxy::carry(QTcpSocket *from, QTcpSocket *to)
{
    from->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    auto pieces = std::make_shared<Pieces>();
    connect(from, &QTcpSocket::readyRead, to, [this, from, to, pieces] {
        const QByteArray bytes = from->readAll();
        if (m_isCut)
            return;
        const bool isLost = m_random.generateDouble() < m_loss;
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const qint64 due = now + m_delayMs + (isLost ? LeastResendMs + 2 * m_delayMs : 0);
        pieces->push_back({ pieces->empty() ? due : std::max(due, pieces->back().dueAt), bytes });
        QTimer::singleShot(static_cast<int>(pieces->back().dueAt - now), Qt::PreciseTimer, to, [this, to, pieces] {
            const QByteArray first = pieces->front().bytes; // none overtakes another, whichever timer it is
            pieces->pop_front();
            if (!m_isCut)
                to->write(first);
        });
    });
}

void Proxy::mend()
{
    m_isCut = false;
    for (QTcpSocket *socket : findChildren<QTcpSocket *>(QString(), Qt::FindDirectChildrenOnly))
        socket->abort();
}

} // namespace hearth::test
