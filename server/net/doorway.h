#pragma once

#include "server/net/admissions.h"
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
class TurnClock;

/// Where accepted sockets wait until their request head says what they want, each for a bounded time with a
/// bounded number of bytes. Then they go to a channel, or hear why not. Many members because everything that bounds a
/// socket before it is somebody's stands here.
class Doorway : public QObject
{
    Q_OBJECT

public:
    /// `admissions` are shared with other doorways of the same listener, or made for this one.
    Doorway(const ListenerSettings &settings, const Router &router, QObject *parent = nullptr,
            std::shared_ptr<Admissions> admissions = {});
    ~Doorway() override;

    void setHttpHandler(const QString &path, Listener::HttpHandler handler, HttpReach reach);
    void setTurnClock(TurnClock *clock) { m_clock = clock; }
    /// `alsoHeld` is kept for as long as the socket is.
    void enter(std::unique_ptr<TcpWire> wire, std::shared_ptr<void> alsoHeld = {});
    /// Lets everybody go who waits here.
    void clear();

    [[nodiscard]] DoorFigures figures() const;
    void countAcceptFailure() { ++m_figures.acceptFailures; }

private:
    using Refusal = DoorFigures::Refusal;
    struct Guest;
    struct Page
    {
        Listener::HttpHandler handler;
        HttpReach reach;
    };

    void enterTurn();
    void listenTo(Guest &guest);
    void read(quint64 id);
    /// The first bytes are there: TLS or not.
    void startTls(Guest &guest, QByteArrayView hello);
    void readHead(Guest &guest, QByteArrayView bytes);
    void decide(Guest &guest);
    void upgrade(Guest &guest, const Router::Match &match, const QByteArray &path);
    void ask(Guest &guest, const Page &page);
    void refuse(Guest &guest, Refusal refusal, const QByteArray &text, const QByteArray &extraHeaders = {});
    void answer(Guest &guest, const HttpResponse &response, const QByteArray &extraHeaders = {});
    /// Sends what is left of the answer, as far as the kernel takes it.
    void write(Guest &guest);
    void remove(quint64 id);
    [[nodiscard]] quint64 whoMakesRoom() const;
    void sweep();

    ListenerSettings m_settings;
    const Router &m_router;
    QHash<QString, Page> m_pages;
    std::map<quint64, std::unique_ptr<Guest>> m_guests; ///< oldest first
    std::shared_ptr<Admissions> m_admissions; ///< kept alive by the connections
    quint64 m_lastId = 0;
    int m_left; ///< requests that this turn still decides
    DoorFigures m_figures;
    TurnClock *m_clock = nullptr; ///< not owned
    QTimer m_sweeper;
};

} // namespace hearth
