#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

namespace hearth {

/// Tells the supervisor that started this process how it stands: systemd's protocol, a datagram to the socket that
/// NOTIFY_SOCKET names (sd_notify(3), docs/decisions/0018-sd-notify.md). Where nobody asked, and on other systems, it
/// does nothing.
class ServiceNotifier : public QObject
{
    Q_OBJECT

public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment: they are for this
    /// process, not for its children.
    explicit ServiceNotifier(QObject *parent = nullptr);

    /// It serves. From now on the watchdog hears, twice in its time, that the event loop of this thread turns.
    void ready();
    /// It ends, in its own time.
    void stopping();

private:
    void say(const QByteArray &state) const;

    QByteArray m_socket; ///< empty: nobody listens
    QTimer m_watchdog; ///< interval 0: nobody watches
};

} // namespace hearth
