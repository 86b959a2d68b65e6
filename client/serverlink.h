#pragma once

#include "client/backoff.h"
#include "client/connectionstatus.h"
#include "protocol/clientframes.h"
#include "protocol/fingerprint.h"
#include "protocol/serverframes.h"

#include <QBasicTimer>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QObject>
#include <QUrl>

#include <deque>
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

    /// Whether a server that cannot be reached by TLS is tried without.
    enum class Fallback { None, Plain };
    /// Connects now, and again after every loss, until `close()`.
    void open(const QUrl &url, Fallback fallback = Fallback::None);
    /// From now on: it has shown that it speaks TLS.
    void forbidFallback() { m_fallback = Fallback::None; }
    /// Says goodbye and stops trying.
    void close();
    /// Does not wait for the next attempt.
    void retryNow();
    /// Drops this connection and tries again later; at least `wait` from now.
    void drop(ConnectionStatus::Problem problem, const QString &detail, std::chrono::milliseconds wait = {});
    /// The server took us: the next loss starts with a short wait again.
    void settle() { m_backoff.reset(); }

    [[nodiscard]] bool isOpen() const;
    /// Of the key that this connection is secured with; null: it is not encrypted. Whoever signed its certificate is not
    /// looked at, so nothing is known of the peer but this.
    [[nodiscard]] Fingerprint peerKey() const { return m_peerKey; }
    /// Ignored while not open: whoever needs an answer asks again after the next `opened`.
    void send(const ClientRequest &request);

signals:
    void connecting();
    void opened();
    /// In the order in which they came. What comes in a burst is told over several turns of the event loop.
    void received(const QList<hearth::ServerMessage> &messages);
    /// Something arrived that is no frame of this protocol.
    void garbled();
    /// The connection is gone, or did not come about; the next attempt is at `retryAt`.
    void lost(hearth::ConnectionStatus::Problem problem, const QString &detail, const QDateTime &retryAt);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void connectNow();
    void connectTo(const QUrl &url);
    void secure();
    [[nodiscard]] bool isEncrypting() const;
    /// Tells of what has arrived, until the time is up.
    void takeArrived(const QDeadlineTimer &until);
    void takeLastArrived();
    void handleDisconnected();
    void end(ConnectionStatus::Problem problem, const QString &detail, std::chrono::milliseconds wait = {});
    void discardSocket();
    void noteLife();

    Timing m_timing;
    Backoff m_backoff;
    QUrl m_url;
    Fallback m_fallback = Fallback::None;
    Fingerprint m_peerKey;
    std::unique_ptr<QWebSocket> m_socket;
    QBasicTimer m_connectTimer;
    QBasicTimer m_retryTimer;
    QBasicTimer m_silenceTimer;
    std::deque<QString> m_arrived; ///< not told of yet
    qsizetype m_arrivedSize = 0; ///< of all of it, in UTF-16 units
    QBasicTimer m_takeTimer;
    bool m_isTakingLast = false; ///< of a connection that is gone
    bool m_isPinged = false;
    bool m_wasOpen = false;
};

} // namespace hearth
