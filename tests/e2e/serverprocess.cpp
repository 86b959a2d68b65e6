#include "tests/e2e/serverprocess.h"

#include <QElapsedTimer>
#include <QTest>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int StartMs = 30'000; ///< under sanitizers, on a busy machine
constexpr int EndMs = 30'000;

} // namespace

ServerProcess::ServerProcess(const QString &program, const QString &dataDirectory)
    : m_program(program), m_dataDirectory(dataDirectory)
{
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
}

ServerProcess::~ServerProcess() { kill(); }

bool ServerProcess::start(const QStringList &more)
{
    QStringList arguments { u"--bind"_s, m_bind, u"--no-discovery"_s, u"--data"_s, m_dataDirectory, u"--port"_s,
                            m_url.isEmpty() ? u"0"_s : QString::number(m_url.port()) };
    if (const QString threads = qEnvironmentVariable("HEARTH_TEST_IO_THREADS"); !threads.isEmpty())
        arguments << u"--io-threads"_s << threads;
    m_process.start(m_program, arguments + more);
    QElapsedTimer clock;
    clock.start();
    while (!m_process.canReadLine() && clock.elapsed() < StartMs && m_process.state() != QProcess::NotRunning)
        QTest::qWait(10); // lets a window of the same process live meanwhile
    m_readyLine = QString::fromUtf8(m_process.readLine()).trimmed();
    if (!m_readyLine.startsWith("Listening on ws://"_L1))
        return false;
    m_url = QUrl(m_readyLine.sliced(13));
    return true;
}

void ServerProcess::setEnvironment(const QString &name, const QString &value)
{
    QProcessEnvironment environment = m_process.processEnvironment();
    if (environment.isEmpty())
        environment = QProcessEnvironment::systemEnvironment();
    environment.insert(name, value);
    m_process.setProcessEnvironment(environment);
}

void ServerProcess::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(EndMs);
}

int ServerProcess::terminate()
{
    m_process.terminate();
    return waitForEnd();
}

int ServerProcess::waitForEnd()
{
    const bool hasEnded = QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, EndMs);
    return hasEnded && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QString ServerProcess::errors()
{
    m_errors += QString::fromUtf8(m_process.readAllStandardError());
    return m_errors;
}

Ended run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(EndMs)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
             QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError()) };
}

} // namespace hearth::test
