#include "app/servicenotifier.h"

#ifdef Q_OS_LINUX
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#endif

namespace hearth {

using namespace std::chrono_literals;

#ifdef Q_OS_LINUX

namespace {

/// Nothing where there is no watchdog, or one for another process (sd_watchdog_enabled(3)).
std::chrono::microseconds watchdogTime()
{
    const QByteArray pid = qgetenv("WATCHDOG_PID");
    if (!pid.isEmpty() && pid.toLongLong() != ::getpid())
        return 0us;
    return std::chrono::microseconds(qgetenv("WATCHDOG_USEC").toLongLong());
}

void sendDatagram(const QByteArray &path, const QByteArray &text)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    if (static_cast<std::size_t>(path.size()) >= sizeof address.sun_path)
        return;
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    if (address.sun_path[0] == '@') // an abstract socket, which no file stands for (unix(7))
        address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + static_cast<std::size_t>(path.size()));
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return;
    // A supervisor that does not listen is not this program's trouble.
    [[maybe_unused]] const auto sent = ::sendto(descriptor, text.constData(), static_cast<std::size_t>(text.size()),
                                                MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&address), size);
    ::close(descriptor);
}

} // namespace

ServiceNotifier::ServiceNotifier(QObject *parent) : QObject(parent), m_socket(qgetenv("NOTIFY_SOCKET"))
{
    if (!m_socket.startsWith('/') && !m_socket.startsWith('@'))
        m_socket.clear();
    m_watchdog.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(watchdogTime() / 2));
    connect(&m_watchdog, &QTimer::timeout, this, [this] { say("WATCHDOG=1"); });
    for (const char *name : { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID" })
        qunsetenv(name);
}

void ServiceNotifier::say(const QByteArray &state) const
{
    if (!m_socket.isEmpty())
        sendDatagram(m_socket, state);
}

#else

ServiceNotifier::ServiceNotifier(QObject *parent) : QObject(parent) { }

void ServiceNotifier::say(const QByteArray &) const { }

#endif

void ServiceNotifier::ready()
{
    say("READY=1");
    if (m_watchdog.intervalAsDuration() > 0ms && !m_socket.isEmpty())
        m_watchdog.start();
}

void ServiceNotifier::stopping() { say("STOPPING=1"); }

} // namespace hearth
