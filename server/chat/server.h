#pragma once

#include "protocol/fingerprint.h"
#include "server/chat/serversettings.h"
#include "server/store/eventstore.h"

#include <QObject>

#include <functional>
#include <memory>

namespace hearth {

/// Why a server could not start: one sentence that says what, where, and what to do.
struct StartError
{
    enum class Reason { PortInUse, AddressNotAvailable, PermissionDenied, Store, Other };
    Reason reason = Reason::Other;
    QString text;
};

/// How a server comes by its store: opened as the settings say, with what it knows put into `state`. Called once, on the
/// server's thread. The one place to change where another store than SQLite is to be used.
using OpenStore = std::function<Result<std::unique_ptr<EventStore>, StoreOpenError>(const ServerSettings &settings, StoreState *state)>;

/// The store in `settings.dataDirectory`.
[[nodiscard]] Result<std::unique_ptr<EventStore>, StoreOpenError> openSqliteStore(const ServerSettings &settings, StoreState *state);

/// A whole chat server: store, chat channel, router and listener, put together. Lives on the thread that
/// made it; `hearthd` uses the main one, the desktop program one of its own (see HostedServer in app/).
class Server : public QObject
{
    Q_OBJECT

public:
    explicit Server(ServerSettings settings, QObject *parent = nullptr, OpenStore openStore = openSqliteStore);
    ~Server() override;

    /// Opens the store and listens. Blocks while the store is opened. Once only. The calling thread has shorter slices from then on.
    [[nodiscard]] Result<void, StartError> start();
    /// Opens the store without listening: for `ask()` alone. Blocks. Instead of `start()`.
    [[nodiscard]] Result<void, StartError> startForConsole();

    /// What whoever administers this computer asks: see ChatChannel::ask().
    void ask(const QByteArray &frame, const std::function<void(const QByteArray &frame)> &answered);

    [[nodiscard]] const ServerSettings &settings() const;
    [[nodiscard]] quint16 port() const; ///< the one in use
    [[nodiscard]] QString id() const;
    /// Of its key; none without TLS.
    [[nodiscard]] Fingerprint fingerprint() const;
    /// People with a connection now.
    [[nodiscard]] int onlineUserCount() const;

public slots:
    /// Ordered end: accepts nobody and nothing more, commits and acknowledges what was accepted, closes
    /// every connection with 1001, then says `drained`. At most 4 s.
    void drain();

signals:
    void drained();
    void onlineUserCountChanged(int count);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
