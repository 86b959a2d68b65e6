#include "server/chat/console.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Console : public test::Test
{
    Q_OBJECT

private:
    /// Answers with what it was asked, in brackets.
    static void echo(const QByteArray &frame, const Console::Answered &answered) { answered('[' + frame + ']'); }

    static QByteArray heard(QLocalSocket &socket)
    {
        QByteArray answer;
        const bool hasEnded = QTest::qWaitFor([&] {
            answer += socket.readAll();
            return socket.state() == QLocalSocket::UnconnectedState;
        }, 10'000);
        return hasEnded ? answer + socket.readAll() : QByteArray("it goes on");
    }

    QTemporaryDir m_directory;

private slots:
    void answersALineWithALine()
    {
        Console console(echo);
        QVERIFY(console.listen(m_directory.path()));
        QLocalSocket socket;
        socket.connectToServer(Console::path(m_directory.path()));
        QVERIFY(socket.waitForConnected());
        socket.write("{\"a\":");
        socket.flush();
        socket.write("1}\n");
        QCOMPARE(heard(socket), "[{\"a\":1}]\n");
    }

    void opensForTheOwnerOnly()
    {
        Console console(echo);
        QVERIFY(console.listen(m_directory.path()));
        const QString path = Console::path(m_directory.path());
        QCOMPARE(path, m_directory.filePath(u"console"_s));
        constexpr auto Others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QCOMPARE(QFileInfo(path).permissions() & Others, QFile::Permissions());
    }

    void takesThePlaceOfADeadOne()
    {
        const QString path = Console::path(m_directory.path());
        QVERIFY(QFile(path).open(QIODevice::WriteOnly)); // what a killed server leaves behind
        Console console(echo);
        QVERIFY(console.listen(m_directory.path()));
        QLocalSocket socket;
        socket.connectToServer(path);
        QVERIFY(socket.waitForConnected());
        socket.write("x\n");
        QCOMPARE(heard(socket), "[x]\n");
    }

    /// A socket's path has some hundred bytes at most; a directory's may be longer.
    void findsAPlaceForADeepDirectory()
    {
        QTemporaryDir runtime;
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime.path()));
        QFile::setPermissions(runtime.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const QString deep = m_directory.filePath(QString(150, u'd'));
        QVERIFY(QDir().mkpath(deep));
        const QString path = Console::path(deep);
        QVERIFY2(path.startsWith(runtime.path()), qPrintable(path));
        QVERIFY(path != Console::path(deep + u'e'));
        Console console(echo);
        QVERIFY(console.listen(deep));
        QLocalSocket socket;
        socket.connectToServer(path);
        QVERIFY(socket.waitForConnected());
        socket.write("x\n");
        QCOMPARE(heard(socket), "[x]\n");
    }

    // ---- rainy ----

    void hasNoPlaceForDataInMemory()
    {
        QCOMPARE(Console::path(u":memory:"_s), QString());
        Console console(echo);
        QVERIFY(!console.listen(u":memory:"_s));
    }

    void saysWhyItCannotListen()
    {
        Console console(echo);
        const QString missing = m_directory.filePath(u"missing"_s);
        const auto listens = console.listen(missing);
        QVERIFY(!listens);
        QVERIFY2(listens.error().startsWith(Console::path(missing) + u": "_s), qPrintable(listens.error()));
    }

    void dropsWhoNeverEndsALine()
    {
        Console console(echo);
        QVERIFY(console.listen(m_directory.path()));
        QLocalSocket socket;
        socket.connectToServer(Console::path(m_directory.path()));
        QVERIFY(socket.waitForConnected());
        socket.write(QByteArray(100 * 1024, 'x'));
        QCOMPARE(heard(socket), "");
    }

    void whoHangsUpIsNotAnswered()
    {
        Console::Answered late;
        Console console([&late](const QByteArray &, const Console::Answered &answered) { late = answered; });
        QVERIFY(console.listen(m_directory.path()));
        auto socket = std::make_unique<QLocalSocket>();
        socket->connectToServer(Console::path(m_directory.path()));
        QVERIFY(socket->waitForConnected());
        socket->write("x\n");
        QTRY_VERIFY(late != nullptr);
        socket.reset();
        QTRY_COMPARE(console.findChildren<QLocalSocket *>().size(), 0);
        late("[x]");
    }
};

HEARTH_TEST_MAIN(tst_Console)
#include "tst_console.moc"
