#pragma once

#include <QProcess>
#include <QStringList>
#include <QUrl>

namespace hearth::test {

/// A real `hearthd` (or `hearth`) on 127.0.0.1. Ends with this object, by force if need be.
class ServerProcess
{
public:
    explicit ServerProcess(const QString &program, const QString &dataDirectory);
    ~ServerProcess();
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    /// Starts it and waits for its ready line. The port stays the same over restarts.
    [[nodiscard]] bool start(const QStringList &more = {});
    /// For the process, in addition to this one's.
    void setEnvironment(const QString &name, const QString &value);
    /// For the next start.
    void setEnvironment(const QProcessEnvironment &environment) { m_process.setProcessEnvironment(environment); }
    /// In place of 127.0.0.1, for the next start. Only in a network of its own (ownnetwork.h): nobody else shall reach it.
    void setBind(const QString &address) { m_bind = address; }
    void kill(); ///< SIGKILL
    /// SIGTERM; the exit code, or -1 when it did not end in time.
    [[nodiscard]] int terminate();
    /// Waits for an end that comes by itself; -1 when it does not.
    [[nodiscard]] int waitForEnd();

    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] QString readyLine() const { return m_readyLine; }
    [[nodiscard]] QString errors(); ///< everything on standard error so far
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

private:
    QString m_program;
    QString m_dataDirectory;
    QString m_bind = QStringLiteral("127.0.0.1");
    QProcess m_process;
    QUrl m_url;
    QString m_readyLine;
    QString m_errors;
};

/// Runs a program to its end: exit code, standard output and error.
struct Ended
{
    int code = -1;
    QString output;
    QString errors;
};
[[nodiscard]] Ended run(const QString &program, const QStringList &arguments);

} // namespace hearth::test
