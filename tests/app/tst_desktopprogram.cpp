#include "app/desktopprogram.h"
#include "tests/support/testmain.h"

#include <QApplication>
#include <QDeadlineTimer>
#include <QPushButton>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int LongMs = 20'000;

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

/// Without letting this thread hear of anything: the server there has begun, and has said so.
bool hasAnswered(quint16 port)
{
    for (QDeadlineTimer until(LongMs); !until.hasExpired();) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        if (!socket.waitForConnected(LongMs))
            continue; // it is not there yet
        socket.write("GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        return socket.waitForReadyRead(LongMs);
    }
    return false;
}

} // namespace

class tst_DesktopProgram : public test::Test
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    quint16 m_port = 0;

    [[nodiscard]] std::unique_ptr<DesktopProgram> start()
    {
        const auto options = parseDesktopOptions({ u"hearth"_s, u"--user"_s, u"anna"_s, u"--data"_s, m_directory->path(), u"--bind"_s,
                                                   u"127.0.0.1"_s, u"--no-discovery"_s, u"--port"_s, QString::number(m_port) });
        if (!options)
            qFatal("%s", qPrintable(options.error()));
        auto program = std::make_unique<DesktopProgram>(*options);
        program->start();
        return program;
    }
    static void host(DesktopProgram &program) { emit program.window()->hostRequested(*UserName::parse(u"anna"), {}); }

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
        m_port = freePort();
    }

    void hostsAndJoinsItsOwn()
    {
        const auto program = start();
        host(*program);
        QTRY_VERIFY(program->session() != nullptr && program->session()->status().state == ConnectionStatus::State::Online);
        program->window()->showStart();
        emit program->window()->leaveRequested();
        QTRY_VERIFY(program->session() == nullptr);
    }

    // ---- rainy ----

    /// While the server's own event loop of its start runs.
    void aHostThatIsLeftWhileItBeginsEnds()
    {
        for (int i = 0; i < 5; ++i) {
            const auto program = start();
            host(*program);
            host(*program);
        }
    }

    /// "Cancel" is pressed when the server has begun, and the window has not heard of it yet.
    void whatIsCancelledWhileItBeginsIsOver()
    {
        const auto program = start();
        host(*program);
        QVERIFY(hasAnswered(m_port));
        emit program->window()->leaveRequested();
        QCoreApplication::processEvents();
        QVERIFY(program->session() == nullptr);
        QVERIFY(!program->window()->startPage()->findChild<QPushButton *>(u"cancelButton"_s)->isVisible()); // nothing is awaited
        QTcpSocket late;
        late.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        QVERIFY(!late.waitForConnected(LongMs));
    }

    /// What a server said that has ended since is for nobody.
    void aServerThatHasEndedBeginsNoSession()
    {
        const auto program = start();
        host(*program);
        emit program->window()->leaveRequested(); // heard of before the server's word
        QVERIFY(hasAnswered(m_port));
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        QVERIFY(program->session() == nullptr);
    }

    /// Whoever has begun something else meanwhile keeps that.
    void aLateCancelDoesNotEndWhatWasBegunSince()
    {
        const auto program = start();
        host(*program);
        QVERIFY(hasAnswered(m_port));
        emit program->window()->leaveRequested();
        host(*program);
        QTRY_VERIFY(program->session() != nullptr && program->session()->status().state == ConnectionStatus::State::Online);
    }
};

HEARTH_GUI_TEST_MAIN(tst_DesktopProgram)
#include "tst_desktopprogram.moc"
