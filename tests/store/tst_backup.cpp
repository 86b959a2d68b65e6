#include "server/store/backup.h"
#include "server/store/database.h"
#include "tests/store/filledstore.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QDateTime Now(QDate(2026, 11, 24), QTime(12, 0, 5), Qt::UTC);

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList filesIn(const QString &path) { return QDir(path).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

} // namespace

class tst_Backup : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_directory->filePath(u"data"_s); }
    [[nodiscard]] QString databasePath() const { return data() + u"/hearth.db"_s; }
    [[nodiscard]] QString backupPath() const { return m_directory->filePath(u"copies/hearth.backup"_s); }
    [[nodiscard]] static qint64 usersIn(const QString &path)
    {
        Database database(path, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        return countRows(database).users;
    }
    static void addUserTo(const QString &path, int number)
    {
        Database database(path, Database::Mode::ReadWrite, std::chrono::milliseconds(0));
        database.execute(u"INSERT INTO users (folded, name, role, created_at) VALUES ('u%1', 'u%1', 'guest', 0)"_s.arg(number));
    }

    std::unique_ptr<QTemporaryDir> m_directory;

private slots:
    void init()
    {
        Test::init();
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_directory->path()).mkdir(u"copies"_s));
    }

    void isOneFileForItsOwnerOnly()
    {
        QVERIFY(test::openFilled(data()));
        const QStringList before = filesIn(data());
        const auto report = backUp(data(), backupPath());
        QVERIFY2(report, qPrintable(report ? QString() : report.error()));
        QCOMPARE(report->counts.rooms, 1);
        QCOMPARE(report->counts.messages, 4);
        QCOMPARE(report->bytes, QFileInfo(backupPath()).size());
        QCOMPARE(filesIn(m_directory->filePath(u"copies"_s)), QStringList { u"hearth.backup"_s });
        QCOMPARE(int(QFile::permissions(backupPath()) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)), 0);
        QCOMPARE(filesIn(data()), before);
        // Reading it leaves nothing beside it either.
        QCOMPARE(usersIn(backupPath()), 2);
        QCOMPARE(filesIn(m_directory->filePath(u"copies"_s)), QStringList { u"hearth.backup"_s });
    }

    void holdsOneMomentWhileOthersWrite()
    {
        const auto store = test::openFilled(data());
        QVERIFY(store);
        int steps = 0;
        // Each write succeeds at once, with no time to wait, and none of them is in the copy.
        const CopyPacing pacing { .pagesPerStep = 1,
                                  .pause = std::chrono::milliseconds(0),
                                  .afterStep = [&] { addUserTo(databasePath(), ++steps); } };
        const auto report = backUp(data(), backupPath(), pacing);
        QVERIFY2(report, qPrintable(report ? QString() : report.error()));
        QVERIFY(steps > 5);
        QCOMPARE(report->counts.users, 2);
        QCOMPARE(usersIn(databasePath()), 2 + steps);
    }

    void takesWhatIsInTheJournalAlone()
    {
        const auto store = test::openFilled(data());
        QVERIFY(store);
        // As a killed server leaves it: everything is in the journal yet.
        const QString left = m_directory->filePath(u"left"_s);
        QVERIFY(QDir().mkdir(left));
        for (const auto name : { "/hearth.db"_L1, "/hearth.db-wal"_L1 })
            QVERIFY(QFile::copy(data() + name, left + name));
        const auto report = backUp(left, backupPath());
        QVERIFY2(report, qPrintable(report ? QString() : report.error()));
        QCOMPARE(report->counts.messages, 4);
        QCOMPARE(filesIn(left), (QStringList { u"hearth.db"_s, u"hearth.db-wal"_s }));
    }

    /// Another one may be at work there; whoever kept it may want it.
    void leavesAnotherUnfinishedFileAlone()
    {
        QVERIFY(test::openFilled(data()));
        QFile part(backupPath() + u".part"_s);
        QVERIFY(part.open(QIODevice::WriteOnly));
        part.write("half");
        part.close();
        QVERIFY(backUp(data(), backupPath()));
        QVERIFY(part.open(QIODevice::ReadOnly));
        QCOMPARE(part.readAll(), "half");
        const QFileInfo backup(backupPath());
        QCOMPARE(backup.dir().entryList({ backup.fileName() + u'*' }, QDir::Files),
                 (QStringList { backup.fileName(), backup.fileName() + u".part"_s })); // and nothing of its own
    }

    void restoresIntoANewDirectory()
    {
        QVERIFY(test::openFilled(data()));
        QVERIFY(backUp(data(), backupPath()));
        const QString fresh = m_directory->filePath(u"fresh"_s);
        const auto report = restore(backupPath(), fresh, Now);
        QVERIFY2(report, qPrintable(report ? QString() : report.error()));
        QCOMPARE(report->counts.messages, 4);
        QCOMPARE(report->keptAside, QString());
        QCOMPARE(filesIn(fresh), (QStringList { u"hearth.db"_s, u"hearth.lock"_s }));
        QCOMPARE(checkDataDirectory(fresh).findings, QStringList());
        const auto store = test::openFilled(fresh);
        QVERIFY(store);
        test::Awaited<HistoryPage, StoreError> page;
        store->history(RoomId::lobby(), {}, 50, page.callback());
        QCOMPARE(page.result()->messages.first().content, u"as it should read"_s);
    }

    void keepsWhatWasThere_data()
    {
        QTest::addColumn<QString>("how");
        for (const auto how : { "stopped", "killed", "damaged" })
            QTest::newRow(how) << QString::fromLatin1(how);
    }
    void keepsWhatWasThere()
    {
        QFETCH(QString, how);
        QVERIFY(test::openFilled(data()));
        QVERIFY(backUp(data(), backupPath()));
        QString place = data();
        addUserTo(databasePath(), 1);
        if (how == "killed"_L1) {
            const auto store = test::openFilled(data());
            QVERIFY(store);
            addUserTo(databasePath(), 2);
            place = m_directory->filePath(u"left"_s);
            QVERIFY(QDir().mkdir(place));
            for (const auto name : { "/hearth.db"_L1, "/hearth.db-wal"_L1 })
                QVERIFY(QFile::copy(data() + name, place + name));
        } else if (how == "damaged"_L1) {
            QFile file(databasePath());
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.write(QByteArray(4'096, 'x'));
        }
        const QByteArray before = contentsOf(databasePath());
        const auto report = restore(backupPath(), place, Now);
        QVERIFY2(report, qPrintable(report ? QString() : report.error()));
        QCOMPARE(report->keptAside, place + u"/hearth.db.before-restore-20261124-120005"_s);
        QCOMPARE(usersIn(place + u"/hearth.db"_s), 2);
        if (how == "damaged"_L1)
            QCOMPARE(contentsOf(report->keptAside), before);
        else
            QCOMPARE(usersIn(report->keptAside), how == "killed"_L1 ? 4 : 3);
        QCOMPARE(checkDataDirectory(place).findings, QStringList());
    }

    // ---- rainy ----

    void refusesAFileThatIsThere()
    {
        QVERIFY(test::openFilled(data()));
        QFile file(backupPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("mine");
        file.close();
        QCOMPARE(backUp(data(), backupPath()).error(),
                 u"The file %1 is there already. Name another one, or move it away."_s.arg(backupPath()));
        QCOMPARE(contentsOf(backupPath()), "mine");
    }

    void refusesADirectoryWithoutDatabase()
    {
        QCOMPARE(backUp(data(), backupPath()).error(), u"The data directory %1 has no database."_s.arg(data()));
        QVERIFY(!QFile::exists(data()));
    }

    void refusesAPlaceThatCannotBeWrittenTo()
    {
        QVERIFY(test::openFilled(data()));
        const auto report = backUp(data(), m_directory->filePath(u"nowhere/x"_s));
        QVERIFY(!report);
        QVERIFY2(report.error().contains(QRegularExpression(u"nowhere/x\\.part-[0-9a-f]{8} cannot be made"_s)), qPrintable(report.error()));
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("flipped text") << QByteArray("message number 5") << QByteArray("nessage number 5");
        QTest::newRow("no database") << QByteArray("SQLite format 3") << QByteArray("SQLite format 9");
    }
    void refusesDamage()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QVERIFY(test::openFilled(data()));
        QVERIFY(backUp(data(), backupPath()));
        for (const QString &path : { databasePath(), backupPath() }) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadWrite));
            const qsizetype place = file.readAll().indexOf(before);
            QVERIFY(place >= 0);
            QVERIFY(file.seek(place));
            file.write(after);
        }
        const QStringList copies = filesIn(m_directory->filePath(u"copies"_s));
        const auto copied = backUp(data(), m_directory->filePath(u"copies/second"_s));
        QVERIFY(!copied);
        QVERIFY2(copied.error().contains(u"damaged"_s), qPrintable(copied.error()));
        QCOMPARE(filesIn(m_directory->filePath(u"copies"_s)), copies);
        const QString fresh = m_directory->filePath(u"fresh"_s);
        const auto restored = restore(backupPath(), fresh, Now);
        QVERIFY(!restored);
        QVERIFY2(restored.error().contains(u"damaged"_s), qPrintable(restored.error()));
        QVERIFY(!QFile::exists(fresh));
    }

    void restoreRefusesARunningServer()
    {
        const auto store = test::openFilled(data());
        QVERIFY(store);
        QVERIFY(backUp(data(), backupPath()));
        const QStringList before = filesIn(data());
        const auto report = restore(backupPath(), data(), Now);
        QVERIFY(!report);
        QVERIFY2(report.error().contains(u"in use by another Hearth server (process %1)"_s.arg(QCoreApplication::applicationPid())),
                 qPrintable(report.error()));
        QCOMPARE(filesIn(data()), before);
    }

    void restoreRefusesAMissingFile()
    {
        QCOMPARE(restore(backupPath(), data(), Now).error(), u"There is no file %1."_s.arg(backupPath()));
        QVERIFY(!QFile::exists(data()));
    }

    /// Where the new database is made, everything that is there goes first.
    void restoreRefusesTheFileThatItWouldMake()
    {
        QVERIFY(test::openFilled(data()));
        const QString made = databasePath() + u".new"_s;
        QVERIFY(backUp(data(), made));
        const QString link = m_directory->filePath(u"link"_s);
        QVERIFY(QFile::link(made, link));
        for (const QString &name : { made, link })
            QCOMPARE(restore(name, data(), Now).error(),
                     u"The file %1 is where a restored database is made. Give it another name first."_s.arg(name));
        QCOMPARE(usersIn(made), 2);
        QCOMPARE(checkDataDirectory(data()).findings, QStringList());
    }

    void restoreRefusesAJournalWithoutItsDatabase()
    {
        QVERIFY(test::openFilled(data()));
        QVERIFY(backUp(data(), backupPath()));
        QVERIFY(QFile::rename(databasePath(), databasePath() + u"-wal"_s));
        const QStringList before = filesIn(data());
        const auto report = restore(backupPath(), data(), Now);
        QVERIFY(!report);
        QVERIFY2(report.error().contains(u"is missing although its journal"_s), qPrintable(report.error()));
        QCOMPARE(filesIn(data()), before);
    }
};

HEARTH_TEST_MAIN(tst_Backup)
#include "tst_backup.moc"
