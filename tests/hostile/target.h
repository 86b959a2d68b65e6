#pragma once

#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/rawclient.h"

#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QRandomGenerator>
#include <QTemporaryDir>

namespace hearth::test {

/// Sanitizers slow everything down; what is a second for people is more for them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr qint64 Slack = 8;
#else
inline constexpr qint64 Slack = 1;
#endif

/// A server of its own with the settings of a configuration file, spoken to with or without TLS. With
/// HEARTH_HOSTILE_TARGET=PORT:PID:DIRECTORY it is the one that runs there already, whatever the settings, and that others use as
/// well (scripts/bench-undisturbed).
class Target
{
public:
    explicit Target(Transport transport, const QByteArray &configuration = {}, const QString &bind = QStringLiteral("127.0.0.1"))
        : m_transport(transport), m_data(m_base.filePath(QStringLiteral("data"))), m_server(QStringLiteral(HEARTHD), m_data)
    {
        if (qEnvironmentVariableIsSet("HEARTH_HOSTILE_TARGET")) {
            const QList<QByteArray> running = qgetenv("HEARTH_HOSTILE_TARGET").split(':');
            if (running.size() != 3)
                qFatal("HEARTH_HOSTILE_TARGET is not PORT:PID:DIRECTORY");
            m_suffix = QStringLiteral("-%1").arg(QRandomGenerator::global()->generate());
            m_url = QUrl(QStringLiteral("ws://127.0.0.1:%1/chat").arg(running[0].toUShort()));
            m_pid = running[1].toLongLong();
            m_data = QString::fromLocal8Bit(running[2]);
            return;
        }
        QFile file(m_base.filePath(QStringLiteral("hearth.ini")));
        if (!file.open(QIODevice::WriteOnly) || file.write(configuration) < 0)
            qFatal("cannot write the configuration");
        file.close();
        m_server.setBind(bind);
        if (!m_server.start({ QStringLiteral("--config"), file.fileName() }))
            qFatal("the server does not start: %s", qPrintable(m_server.errors()));
        m_url = m_server.url();
        m_pid = m_server.pid();
    }
    [[nodiscard]] quint16 port() const { return static_cast<quint16>(m_url.port()); }
    /// A command of hearthd's about this server that asks for a password.
    [[nodiscard]] Ended administer(const QStringList &words, const QByteArray &password) const
    {
        QFile file(m_base.filePath(QStringLiteral("password")));
        if (!file.open(QIODevice::WriteOnly) || file.write(password) < 0)
            qFatal("cannot write the password");
        file.close();
        return run(QStringLiteral(HEARTHD),
                   words + QStringList { QStringLiteral("--password-file"), file.fileName(), QStringLiteral("--data"), m_data });
    }
    /// A command of hearthd's about this server.
    [[nodiscard]] Ended command(const QStringList &words) const
    {
        return run(QStringLiteral(HEARTHD), QStringList { QStringLiteral("--data"), m_data } + words);
    }
    [[nodiscard]] QUrl url() const
    {
        QUrl url = m_url;
        if (m_transport == Transport::Tls)
            url.setScheme(QStringLiteral("wss"));
        return url;
    }
    [[nodiscard]] Transport transport() const { return m_transport; }
    /// The name of a user or a room that nobody had before: as it is at a server of one's own.
    [[nodiscard]] QString unused(const QString &name) const { return name + m_suffix; }
    /// An address of this computer's from which nobody else has come.
    [[nodiscard]] QString unusedAddress() const
    {
        if (m_suffix.isEmpty()) // nobody else comes to a server of one's own
            return QStringLiteral("127.0.0.1");
        constexpr quint32 Network = 0x7f80'0000; // 127.128.0.0/9
        return QHostAddress(Network + QRandomGenerator::global()->bounded(1U, (1U << 23) - 1)).toString();
    }
    /// Somebody new is greeted within this time.
    [[nodiscard]] bool greetsWithin(qint64 ms)
    {
        QElapsedTimer clock;
        clock.start();
        BareClient guest(url());
        return guest.nextObject()[QLatin1StringView("type")] == QStringLiteral("connected") && clock.elapsed() <= ms;
    }
    /// Memory in use, in KiB (proc(5), VmRSS).
    [[nodiscard]] qint64 residentKiB() const
    {
        QFile status(QStringLiteral("/proc/%1/status").arg(m_pid));
        if (!status.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').first().toLongLong();
        }
        return 0;
    }

private:
    Transport m_transport;
    QTemporaryDir m_base;
    QString m_data;
    QString m_suffix;
    ServerProcess m_server;
    QUrl m_url;
    qint64 m_pid = 0;
};

} // namespace hearth::test
