#include "app/systemkeychain.h"
#include "client/localstore.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Name = u"a name"_s;
const QString Token = u"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"_s;
constexpr int LongMs = 20'000;

/// Asks it, and waits for the answer; none ends the test.
class Asked
{
public:
    [[nodiscard]] Keychain::Found read(const QString &name)
    {
        std::optional<Keychain::Found> found;
        m_keychain->read(name, [&found](const Keychain::Found &answer) { found = answer; });
        await([&found] { return found.has_value(); });
        return *found;
    }
    [[nodiscard]] bool write(const QString &name, const QString &secret)
    {
        std::optional<bool> isKept;
        m_keychain->write(name, secret, [&isKept](bool answer) { isKept = answer; });
        await([&isKept] { return isKept.has_value(); });
        return *isKept;
    }
    [[nodiscard]] bool remove(const QString &name)
    {
        std::optional<bool> isGone;
        m_keychain->remove(name, [&isGone](bool answer) { isGone = answer; });
        await([&isGone] { return isGone.has_value(); });
        return *isGone;
    }
    [[nodiscard]] std::shared_ptr<Keychain> keychain() const { return m_keychain; }

private:
    static void await(const std::function<bool()> &isThere)
    {
        if (!QTest::qWaitFor(isThere, LongMs))
            qFatal("the keychain does not answer");
    }

    std::shared_ptr<Keychain> m_keychain = systemKeychain();
};

} // namespace

/// Tokens in a real keychain: ctest runs it in with_keychain, and by itself where there is none.
class tst_SystemKeychain : public test::Test
{
    Q_OBJECT

private slots:
    void init()
    {
        Test::init();
        const bool isMeantForNone = qstrcmp(QTest::currentTestFunction(), "refusesWhereThereIsNone") == 0;
        if (isMeantForNone == qEnvironmentVariableIsSet("HEARTH_KEYCHAIN"))
            QSKIP("for a run with the other kind of keychain");
    }

    void keepsAndGivesBack()
    {
        Asked keychain;
        QVERIFY(!keychain.read(Name).isRefused);
        QCOMPARE(keychain.read(Name).secret, QString());
        QVERIFY(keychain.write(Name, Token));
        QCOMPARE(keychain.read(Name).secret, Token);
        QVERIFY(keychain.write(Name, u"another"_s));
        QCOMPARE(keychain.read(Name).secret, u"another"_s);
    }

    void removes()
    {
        Asked keychain;
        QVERIFY(keychain.write(Name, Token));
        QVERIFY(keychain.remove(Name));
        QVERIFY(!keychain.read(Name).isRefused);
        QCOMPARE(keychain.read(Name).secret, QString());
        QVERIFY(keychain.remove(Name)); // what was never there is gone as well
    }

    void aTokenIsThereAndNotInTheFile()
    {
        const QTemporaryDir directory;
        Asked keychain;
        const UserName anna = *UserName::parse(u"anna");
        const QString url = u"ws://127.0.0.1:7373/chat"_s;
        {
            LocalStore store(directory.path(), keychain.keychain());
            QSignalSpy stored(&store, &LocalStore::identityStored);
            store.bindAddress(url, anna);
            QSignalSpy loaded(&store, &LocalStore::stateLoaded);
            QVERIFY(loaded.wait(LongMs));
            store.saveIdentity(Token, Role::Member);
            QVERIFY(stored.wait(LongMs));
            QVERIFY(stored.first().at(1).toBool());
        }
        LocalStore store(directory.path(), keychain.keychain());
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        store.bindAddress(url, anna);
        QVERIFY(loaded.wait(LongMs));
        QCOMPARE(loaded.first().first().value<LocalState>().token, Token);
        for (const QString &name : QDir(directory.path()).entryList(QDir::Files)) {
            QFile file(directory.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(Token.toLatin1()), qPrintable(name));
        }
        QSignalSpy forgotten(&store, &LocalStore::forgotten);
        store.forget(url);
        QVERIFY(forgotten.wait(LongMs));
        store.bindAddress(url, anna);
        QVERIFY(loaded.wait(LongMs));
        QCOMPARE(loaded.last().first().value<LocalState>().token, QString());
    }

    // ---- rainy ----

    /// Nobody is there to open it: that is no answer, and not "there is none".
    void refusesWhileLocked()
    {
        Asked keychain;
        QVERIFY(keychain.write(Name, Token));
        lock();
        QVERIFY(keychain.read(Name).isRefused);
        QVERIFY(!keychain.write(Name, u"another"_s));
        QVERIFY(!keychain.remove(Name)); // it is there still
    }

    void refusesWhereThereIsNone()
    {
        Asked keychain;
        QVERIFY(keychain.read(Name).isRefused);
        QVERIFY(!keychain.write(Name, Token));
        QVERIFY(!keychain.remove(Name));
    }

private:
    static void lock()
    {
        QProcess process;
        process.start(u"dbus-send"_s, { u"--session"_s, u"--print-reply"_s, u"--dest=org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                        u"org.freedesktop.Secret.Service.Lock"_s, u"array:objpath:/org/freedesktop/secrets/collection/login"_s });
        QVERIFY(process.waitForFinished(LongMs));
        QCOMPARE(process.exitCode(), 0);
    }
};

// Not HEARTH_TEST_MAIN, which takes Qt's own loop: libsecret answers on GLib's.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    tst_SystemKeychain test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_systemkeychain.moc"
