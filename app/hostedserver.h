#pragma once

#include "protocol/fingerprint.h"
#include "protocol/result.h"
#include "server/chat/serversettings.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace hearth {

class Server;

/// The server of a desktop program that hosts, on a thread of its own: the window's thread never touches a socket that
/// carries other people's traffic. Its own methods are called on the window's thread.
class HostedServer : public QObject
{
    Q_OBJECT

public:
    explicit HostedServer(const ServerSettings &settings, QObject *parent = nullptr);
    /// Drains, and waits for it (at most some 4 s).
    ~HostedServer() override;

    void start(); ///< `started` or `failed` follows

signals:
    void started(quint16 port, const hearth::Fingerprint &key); ///< null without TLS
    void failed(const QString &sentence);
    void onlineUserCountChanged(int count);

private:
    void end();

    ServerSettings m_settings;
    QThread m_thread;
    QObject *m_worker; // lives, and is deleted, on m_thread
    // Touched on m_thread only:
    std::unique_ptr<Server> m_server;
    bool m_isStarting = false;
    bool m_isEnding = false; ///< nobody hears of it any more
};

/// Addresses of this computer under which others can reach a server that is bound so, nearest to what people know first;
/// with the port where it is not the usual one.
[[nodiscard]] QStringList reachableAddresses(const QList<QHostAddress> &bound, quint16 port);

} // namespace hearth
