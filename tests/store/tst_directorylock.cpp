#include "server/store/directorylock.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_DirectoryLock : public test::Test
{
    Q_OBJECT

private slots:
    void isTakenOnce()
    {
        QTemporaryDir directory;
        const QString path = directory.filePath(u"hearth.lock"_s);
        {
            const DirectoryLock first(path);
            QCOMPARE(first.outcome(), DirectoryLock::Outcome::Taken);
            const DirectoryLock second(path);
            QCOMPARE(second.outcome(), DirectoryLock::Outcome::HeldByOther);
            QCOMPARE(second.holder(), QCoreApplication::applicationPid());
        }
        QCOMPARE(DirectoryLock(path).outcome(), DirectoryLock::Outcome::Taken);
    }

    void leftoverFileIsNoLock()
    {
        QTemporaryDir directory;
        QFile file(directory.filePath(u"hearth.lock"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("1\n"); // process 1 is alive
        file.close();
        QCOMPARE(DirectoryLock(file.fileName()).outcome(), DirectoryLock::Outcome::Taken);
    }

    void missingDirectoryFails()
    {
        QTemporaryDir directory;
        const DirectoryLock lock(directory.filePath(u"no/such/place"_s));
        QCOMPARE(lock.outcome(), DirectoryLock::Outcome::Failed);
        QVERIFY(!lock.errorText().isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_DirectoryLock)
#include "tst_directorylock.moc"
