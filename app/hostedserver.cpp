#include "app/hostedserver.h"

#include "app/serveroptions.h"
#include "server/chat/server.h"
#include "server/net/eventdispatcher.h"
#include "server/net/localaddresses.h"

#include <QAbstractEventDispatcher>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

HostedServer::HostedServer(const ServerSettings &settings, QObject *parent)
    : QObject(parent), m_settings(settings), m_worker(new QObject)
{
    m_thread.setObjectName(u"server"_s);
    if (auto dispatcher = makeEventDispatcher())
        m_thread.setEventDispatcher(dispatcher.release()); // the thread owns it
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

HostedServer::~HostedServer()
{
    QMetaObject::invokeMethod(m_worker, [this] {
        m_isEnding = true;
        if (!m_isStarting) // which has an event loop of its own
            end();
    });
    m_thread.wait();
}

void HostedServer::end()
{
    if (!m_server) {
        m_thread.quit();
        return;
    }
    // The server ends its own event loop's turn first: it is in the middle of telling.
    connect(m_server.get(), &Server::drained, m_worker, [this] {
        m_server.reset();
        m_thread.quit();
    }, Qt::QueuedConnection);
    m_server->drain();
}

void HostedServer::start()
{
    QMetaObject::invokeMethod(m_worker, [this] {
        prepareDataDirectory(m_settings);
        m_server = std::make_unique<Server>(m_settings);
        m_isStarting = true;
        const auto done = m_server->start();
        m_isStarting = false;
        if (!done)
            m_server.reset();
        if (m_isEnding) {
            end();
            return;
        }
        if (!done) {
            emit failed(done.error().text);
            return;
        }
        connect(m_server.get(), &Server::onlineUserCountChanged, this, &HostedServer::onlineUserCountChanged);
        emit started(m_server->port(), m_server->fingerprint());
    });
}

QStringList reachableAddresses(const QList<QHostAddress> &bound, quint16 port)
{
    QStringList texts;
    for (const QHostAddress &address : reachableAddresses(bound)) {
        const bool isV6 = address.protocol() == QAbstractSocket::IPv6Protocol;
        const QString host = isV6 ? u'[' + address.toString() + u']' : address.toString();
        texts.append(port == limits::DefaultPort ? host : host + u':' + QString::number(port));
    }
    return texts;
}

} // namespace hearth
