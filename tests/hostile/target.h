#pragma once

#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

namespace hearth::test {

/// A server of its own with the settings of a configuration file.
class Target
{
public:
    explicit Target(const QByteArray &configuration = {}) : m_server(QStringLiteral(HEARTHD), m_base.filePath(QStringLiteral("data")))
    {
        QFile file(m_base.filePath(QStringLiteral("hearth.ini")));
        if (!file.open(QIODevice::WriteOnly) || file.write(configuration) < 0)
            qFatal("cannot write the configuration");
        file.close();
        if (!m_server.start({ QStringLiteral("--config"), file.fileName() }))
            qFatal("the server does not start: %s", qPrintable(m_server.errors()));
    }
    [[nodiscard]] quint16 port() const { return static_cast<quint16>(m_server.url().port()); }
    [[nodiscard]] QUrl url() const { return m_server.url(); }
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
        QFile status(QStringLiteral("/proc/%1/status").arg(m_server.pid()));
        if (!status.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.mid(6).trimmed().split(' ').first().toLongLong();
        }
        return 0;
    }

private:
    QTemporaryDir m_base;
    ServerProcess m_server;
};

} // namespace hearth::test
