#pragma once

#include "client/backoff.h"
#include "client/connectionstatus.h"
#include "protocol/clientframes.h"
#include "protocol/serverframes.h"

#include <QBasicTimer>
#include <QDateTime>
#include <QObject>
#include <QUrl>

#include <memory>

class QWebSocket;

namespace hearth {

/// The WebSocket to the server, kept up: connects, connects again after a loss, notices a server that has gone
/// silent. Knows frames, but not what they mean. Lives on the thread that made it.
class ServerLink : public QObject
{
    Q_OBJECT

public:
    struct Timing
    {
        std::chrono::milliseconds connectTimeout { 10'000 }; ///< QWebSocket has none of its own
        std::chrono::milliseconds pingInterval { 15'000 }; ///< of silence before asking
        std::chrono::milliseconds pingTimeout { 10'000 }; ///< of silence after asking
        std::chrono::milliseconds firstRetry { 500 };
        std::chrono::milliseconds lastRetry { 30'000 };
    };

    explicit ServerLink(const Timing &timing, QObject *parent = nullptr);
    ~ServerLink() override;

    /// Connects now, and again after every loss, until `close()`.
    void open(const QUrl &url);
    /// Says goodbye and stops trying.
    void close();
    /// Does not wait for the next attempt.
    void retryNow();
    /// Drops this connection and tries again later; at least `wait` from now.
    void drop(ConnectionStatus::Problem problem, const QString &detail, std::chrono::milliseconds wait = {});
    /// The server took us: the next loss starts with a short wait again.
    void settle() { m_backoff.reset(); }

    [[nodiscard]] bool isOpen() const;
    /// Ignored while not open: whoever needs an answer asks again after the next `opened`.
    void send(const ClientRequest &request);

signals:
    void connecting();
    void opened();
    void received(const QList<hearth::ServerMessage> &messages);
    /// Something arrived that is no frame of this protocol.
    void garbled();
    /// The connection is gone, or did not come about; the next attempt is at `retryAt`.
    void lost(hearth::ConnectionStatus::Problem problem, const QString &detail, const QDateTime &retryAt);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void connectNow();
    void handleDisconnected();
    void end(ConnectionStatus::Problem problem, const QString &detail, std::chrono::milliseconds wait = {});
    void discardSocket();
    void noteLife();

    Timing m_timing;
    Backoff m_backoff;
    QUrl m_url;
    std::unique_ptr<QWebSocket> m_socket;
    QBasicTimer m_connectTimer;
    QBasicTimer m_retryTimer;
    QBasicTimer m_silenceTimer;
    bool m_isPinged = false;
    bool m_wasOpen = false;
};

} // namespace hearth
