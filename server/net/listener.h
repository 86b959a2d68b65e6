#pragma once

#include "protocol/result.h"
#include "server/net/httpresponse.h"
#include "server/net/router.h"
#include "server/net/traffic.h"

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

namespace hearth {

class IoThreads;
class TlsContext;
class TurnClock;

/// The bounds of the doorway: where a descriptor waits until its first bytes say what it is. Zero lifts a
/// limit.
struct ListenerSettings
{
    QList<QHostAddress> addresses { QHostAddress::Any };
    quint16 port = 7373; ///< 0: any free one
    std::chrono::milliseconds handshakeTimeout { 5'000 }; ///< from accept to upgraded, in all; up to 250 ms sooner
    qsizetype maxHeadBytes = 16 * 1024;
    int maxHeadLines = 100;
    int maxConnections = 0; ///< in all
    int maxConnectionsPerAddress = 0;
    int maxWaiting = 1'024; ///< in the doorway, in all
    int backlog = 4'096;
    QStringList allowedOrigins; ///< beside the host that was asked for itself; exact matches
    std::shared_ptr<const TlsContext> tls; ///< nothing: TLS is not spoken
    bool isTlsRequired = false; ///< pages for this computer are answered without it all the same
};

/// Why listening could not begin.
struct ListenError
{
    enum class Reason { AddressInUse, AddressNotAvailable, PermissionDenied, Other };
    Reason reason = Reason::Other;
    QHostAddress address;
    quint16 port = 0;
    QString text; ///< the system's words
};

/// Who gets an answer at a plain path. To others it does not exist.
enum class HttpReach {
    Everyone,
    Loopback, ///< programs on this computer
};

/// Accepts TCP connections, holds each in a bounded doorway until its request head is there (with TLS before it, where
/// the peer begins so), and hands it to the channel that the router names. Everything else gets a plain HTTP answer (400, 403, 404, 426, 431)
/// or is closed. Never blocks, survives running out of descriptors. Lives on the channels' thread; with I/O threads, each of
/// those has a doorway of its own, and what is accepted goes to the one with the fewest sockets.
class Listener : public QObject
{
    Q_OBJECT

public:
    /// `router` must outlive the listener.
    Listener(const ListenerSettings &settings, const Router &router, QObject *parent = nullptr);
    ~Listener() override;

    /// Sockets go there. Before `listen()`; must outlive the listener.
    void setIoThreads(IoThreads *threads);
    [[nodiscard]] Result<void, ListenError> listen();
    /// The port in use (the same for every address); 0 before `listen()`.
    [[nodiscard]] quint16 port() const;
    /// Nobody new gets in; whoever is in the doorway is let go.
    void stopAccepting();

    /// Calls `answered` with the page, once, at once or later, on the listener's thread.
    using HttpHandler = std::function<void(const std::function<void(const HttpResponse &)> &answered)>;
    /// Answers plain GET requests on `path` (exact). Called on the listener's thread; must be quick.
    void setHttpHandler(const QString &path, const std::function<HttpResponse()> &handler, HttpReach reach = HttpReach::Everyone);
    void setHttpHandler(const QString &path, const HttpHandler &handler, HttpReach reach = HttpReach::Everyone);

    /// How those fared who came so far; with I/O threads, until those were last asked (see IoThreads::gather()).
    [[nodiscard]] DoorFigures figures() const;
    /// See Channel.
    void setTurnClock(TurnClock *clock);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
