#pragma once

#include "server/net/channel.h"
#include "server/net/listener.h"
#include "server/net/requestparser.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace hearth {

class TcpWire;

/// Where accepted sockets wait until their request head says what they want, each for a bounded time with a
/// bounded number of bytes. Then they go to a channel, or hear why not.
class Doorway : public QObject
{
    Q_OBJECT

public:
    using HttpHandler = std::function<HttpResponse()>;

    Doorway(const ListenerSettings &settings, const Router &router, QObject *parent = nullptr);
    ~Doorway() override;

    void setHttpHandler(const QString &path, HttpHandler handler);
    void enter(std::unique_ptr<TcpWire> wire);
    /// Lets everybody go who waits here.
    void clear();

private:
    struct Guest;

    void read(quint64 id);
    void decide(Guest &guest);
    void upgrade(Guest &guest, const Router::Match &match, const QByteArray &path);
    [[nodiscard]] bool isOriginAllowed(const RequestHead &head) const;
    void answer(Guest &guest, const HttpResponse &response, const QByteArray &extraHeaders = {});
    void remove(quint64 id);
    void sweep();

    ListenerSettings m_settings;
    const Router &m_router;
    QHash<QString, HttpHandler> m_handlers;
    std::map<quint64, std::unique_ptr<Guest>> m_guests; ///< oldest first
    std::shared_ptr<QHash<QHostAddress, int>> m_admitted; ///< connections alive, here or in a channel
    quint64 m_lastId = 0;
    QTimer m_sweeper;
};

} // namespace hearth
