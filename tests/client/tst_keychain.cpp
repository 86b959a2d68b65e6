#include "client/localstore.h"
#include "client/session.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Url = u"ws://127.0.0.1:7373/chat"_s;
const QString Token = u"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"_s;
const QString OtherToken = u"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"_s;

UserName anna() { return *UserName::parse(u"anna"_s); }

/// Answers when it is told to.
class FakeKeychain final : public Keychain
{
public:
    void read(const QString &name, std::function<void(const Found &)> done) override
    {
        m_waiting.append([this, name, done] { done({ isLocked, isLocked ? QString() : secrets.value(name) }); });
        answerAtOnce();
    }
    void write(const QString &name, const QString &secret, std::function<void(bool)> done) override
    {
        m_waiting.append([this, name, secret, done] {
            ++writes; // tries
            if (!isLocked)
                secrets[name] = secret;
            done(!isLocked);
        });
        answerAtOnce();
    }
    void remove(const QString &name, std::function<void(bool)> done) override
    {
        m_waiting.append([this, name, done] {
            if (!isLocked)
                secrets.remove(name);
            done(!isLocked);
        });
        answerAtOnce();
    }
    void answer()
    {
        for (const auto &waiting : std::exchange(m_waiting, {}))
            waiting();
    }
    [[nodiscard]] qsizetype waiting() const { return m_waiting.size(); }

    QHash<QString, QString> secrets;
    bool isLocked = false;
    bool isSlow = false;
    int writes = 0;

private:
    void answerAtOnce()
    {
        if (!isSlow)
            answer();
    }

    QList<std::function<void()>> m_waiting;
};

} // namespace

/// Where the token of this device is, with a keychain and without.
class tst_Keychain : public test::Test
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_base;
    std::shared_ptr<FakeKeychain> m_keychain;

    /// The state of anna's account, as it is loaded anew.
    LocalState load(const std::shared_ptr<Keychain> &keychain, const QString &url = Url)
    {
        LocalStore store(m_base->path(), keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        store.bindAddress(url, anna());
        if (!loaded.wait(10'000))
            qFatal("no state");
        return loaded.first().first().value<LocalState>();
    }
    /// Whether the token was in the keychain when that was told.
    bool save(const QString &token, const std::shared_ptr<Keychain> &keychain, const QString &url = Url)
    {
        LocalStore store(m_base->path(), keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        store.bindAddress(url, anna());
        if (!loaded.wait(10'000))
            qFatal("no state");
        store.saveIdentity(token, Role::Member);
        if (!stored.wait(10'000) || stored.first().first() != token)
            qFatal("not stored");
        return stored.first().at(1).toBool();
    }
    [[nodiscard]] bool isInFile(const QString &token) const
    {
        for (const QString &name : QDir(m_base->path()).entryList(QDir::Files)) {
            QFile file(m_base->filePath(name));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(token.toLatin1()))
                return true;
        }
        return false;
    }

private slots:
    void init()
    {
        m_base = std::make_unique<QTemporaryDir>();
        m_keychain = std::make_shared<FakeKeychain>();
    }

    void keepsTheTokenThere()
    {
        QVERIFY(save(Token, m_keychain));
        QCOMPARE(m_keychain->secrets.values(), QStringList { Token });
        QVERIFY(!isInFile(Token));
        const LocalState state = load(m_keychain);
        QCOMPARE(state.token, Token);
        QVERIFY(state.isTokenInKeychain);
        QVERIFY(!state.isTokenLocked);
    }

    void anotherTokenReplacesIt()
    {
        QVERIFY(save(Token, m_keychain));
        QVERIFY(save(OtherToken, m_keychain));
        QCOMPARE(m_keychain->secrets.values(), QStringList { OtherToken });
        QCOMPARE(load(m_keychain).token, OtherToken);
    }

    void theSameTokenIsNotWrittenAgain()
    {
        QVERIFY(save(Token, m_keychain));
        QVERIFY(save(Token, m_keychain));
        QCOMPARE(m_keychain->writes, 1);
    }

    void aTokenInTheFileMovesThere()
    {
        QVERIFY(!save(Token, {}));
        QVERIFY(isInFile(Token));
        QVERIFY(!load({}).isTokenInKeychain);
        QVERIFY(save(load(m_keychain).token, m_keychain));
        QCOMPARE(load(m_keychain).token, Token);
    }

    void whatItDoesNotTakeIsInTheFile()
    {
        m_keychain->isLocked = true;
        QVERIFY(!save(Token, m_keychain));
        QCOMPARE(load(m_keychain).token, Token);
    }

    /// A welcome comes with every connection; a question that was answered with No does not.
    void aRefusalIsNotAskedForAgain()
    {
        m_keychain->isLocked = true;
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        store.bindAddress(Url, anna());
        QVERIFY(loaded.wait(10'000));
        for (int welcomes = 1; welcomes <= 3; ++welcomes) {
            store.saveIdentity(Token, Role::Member);
            QTRY_COMPARE(stored.size(), welcomes);
            QVERIFY(!stored.last().at(1).toBool());
        }
        QCOMPARE(m_keychain->writes, 1);
        QVERIFY(isInFile(Token));
        m_keychain->isLocked = false;
        QVERIFY(save(Token, m_keychain)); // the next start asks once more
    }

    /// What one chat's token met with says nothing of another's: it stays where it is.
    void aRefusalIsOfOneChat()
    {
        const QString otherUrl = u"ws://127.0.0.1:7374/chat"_s;
        QVERIFY(save(Token, m_keychain));
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        store.bindAddress(otherUrl, anna());
        QVERIFY(loaded.wait(10'000));
        m_keychain->isLocked = true;
        store.saveIdentity(OtherToken, Role::Member);
        QVERIFY(stored.wait(10'000));
        QVERIFY(!stored.last().at(1).toBool());
        m_keychain->isLocked = false;
        store.bindAddress(Url, anna());
        QVERIFY(loaded.wait(10'000));
        store.saveIdentity(loaded.last().first().value<LocalState>().token, Role::Owner);
        QVERIFY(stored.wait(10'000));
        QVERIFY(stored.last().at(1).toBool());
        QVERIFY(!isInFile(Token));
        store.bindAddress(otherUrl, anna()); // begun anew, it is asked once more
        QVERIFY(loaded.wait(10'000));
        store.saveIdentity(OtherToken, Role::Member);
        QVERIFY(stored.wait(10'000));
        QVERIFY(stored.last().at(1).toBool());
    }

    /// The keychain has it already: a refusal of another one does not bring it into the file.
    void aKeptTokenIsNotWrittenIntoTheFile()
    {
        QVERIFY(save(Token, m_keychain));
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        store.bindAddress(Url, anna());
        QVERIFY(loaded.wait(10'000));
        m_keychain->isLocked = true;
        for (const QString &token : { OtherToken, Token }) {
            store.saveIdentity(token, Role::Member);
            QVERIFY(stored.wait(10'000));
            QCOMPARE(stored.last().at(1).toBool(), token == Token);
        }
        QVERIFY(!isInFile(Token));
    }

    /// Whoever has the new key did not give it: none is kept for them, of no name.
    void aNewKeyLeavesNoToken()
    {
        const ServerInfo server { .id = u"id"_s, .name = u"Home"_s, .version = u"1"_s };
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        for (const QString &user : { u"anna"_s, u"bo"_s }) {
            store.bindAddress(Url, *UserName::parse(user));
            QVERIFY(loaded.wait(10'000));
            store.bindServer(server, *UserName::parse(user));
            QVERIFY(loaded.wait(10'000));
            store.saveIdentity(Token, Role::Member);
            QVERIFY(stored.wait(10'000));
        }
        store.saveKey(server.id, Fingerprint::ofKey("a"));
        store.bindServer(server, anna());
        QVERIFY(loaded.wait(10'000));
        QCOMPARE(m_keychain->secrets.size(), 2);
        store.saveKey(server.id, Fingerprint::ofKey("b"));
        store.bindServer(server, anna());
        QVERIFY(loaded.wait(10'000));
        QVERIFY(m_keychain->secrets.isEmpty());
        QCOMPARE(loaded.last().first().value<LocalState>().token, QString());
    }

    void aDeadTokenGoes_data()
    {
        QTest::addColumn<bool>("hasKeychain");
        QTest::newRow("from the keychain") << true;
        QTest::newRow("from the file") << false;
    }
    void aDeadTokenGoes()
    {
        QFETCH(bool, hasKeychain);
        const auto keychain = hasKeychain ? m_keychain : nullptr;
        QCOMPARE(save(Token, keychain), hasKeychain);
        {
            LocalStore store(m_base->path(), keychain);
            QSignalSpy loaded(&store, &LocalStore::stateLoaded);
            store.bindAddress(Url, anna());
            QVERIFY(loaded.wait(10'000));
            store.forgetToken();
        }
        QVERIFY(m_keychain->secrets.isEmpty());
        QVERIFY(!isInFile(Token));
        const LocalState state = load(keychain);
        QVERIFY(state.token.isEmpty() && !state.isTokenLocked);
        QCOMPARE(save(OtherToken, keychain), hasKeychain); // under a name of its own
        QCOMPARE(load(keychain).token, OtherToken);
    }

    void aForgottenChatLeavesNothing_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isMeant");
        QTest::newRow("itself") << Url << true;
        QTest::newRow("with a room") << QString(Url + u"/ops"_s) << true;
        QTest::newRow("another port") << u"ws://127.0.0.1:73731/chat"_s << false;
        QTest::newRow("a name that begins alike") << QString(Url + u"ter"_s) << false;
    }
    void aForgottenChatLeavesNothing()
    {
        QFETCH(QString, url);
        QFETCH(bool, isMeant);
        QVERIFY(save(Token, m_keychain, url));
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy forgotten(&store, &LocalStore::forgotten);
        store.forget(Url);
        QVERIFY(forgotten.wait(10'000));
        QCOMPARE(m_keychain->secrets.isEmpty(), isMeant);
        QCOMPARE(load(m_keychain, url).token.isEmpty(), isMeant);
    }
    void aChatIsForgottenByAnAddressFromBefore()
    {
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        QSignalSpy forgotten(&store, &LocalStore::forgotten);
        for (const QString &url : { Url, u"ws://hearth.local:7373/chat"_s }) {
            store.bindAddress(url, anna());
            QVERIFY(loaded.wait(10'000));
            store.bindServer({ .id = u"id"_s, .name = u"Home"_s, .version = u"1"_s }, anna());
            QVERIFY(loaded.wait(10'000));
            store.saveAddress(u"id"_s);
        }
        store.saveIdentity(Token, Role::Member);
        QVERIFY(stored.wait(10'000));
        QCOMPARE(m_keychain->secrets.size(), 1);
        store.forget(Url);
        QVERIFY(forgotten.wait(10'000));
        QVERIFY(m_keychain->secrets.isEmpty());
    }
    /// A name that somebody may still use must not stay behind where nobody looks.
    void aLockedKeychainKeepsAForgottenChat()
    {
        QVERIFY(save(Token, m_keychain));
        m_keychain->isLocked = true;
        {
            LocalStore store(m_base->path(), m_keychain);
            QSignalSpy refused(&store, &LocalStore::notForgotten);
            store.forget(Url);
            QVERIFY(refused.wait(10'000));
            QVERIFY(refused.first().at(1).toString().isEmpty());
        }
        m_keychain->isLocked = false;
        QCOMPARE(load(m_keychain).token, Token);
    }

    void whatItDoesNotGiveOutIsNotLost_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::newRow("locked") << true;
        QTest::newRow("no keychain any more") << false;
    }
    void whatItDoesNotGiveOutIsNotLost()
    {
        QFETCH(bool, isThere);
        QVERIFY(save(Token, m_keychain));
        m_keychain->isLocked = true;
        const LocalState state = load(isThere ? m_keychain : nullptr);
        QVERIFY(state.isTokenLocked);
        QVERIFY(state.token.isEmpty());
        m_keychain->isLocked = false;
        QCOMPARE(load(m_keychain).token, Token);
    }

    /// Somebody has thrown it away: the account's password makes a new one.
    void whatIsGoneIsGone()
    {
        QVERIFY(save(Token, m_keychain));
        m_keychain->secrets.clear();
        const LocalState state = load(m_keychain);
        QVERIFY(!state.isTokenLocked);
        QCOMPARE(state.token, QString());
        QVERIFY(save(OtherToken, m_keychain));
        QCOMPARE(load(m_keychain).token, OtherToken);
    }

    /// What is said of one server's token must not be written down as another one's.
    void aSlowAnswerIsNotForAnotherServer()
    {
        LocalStore store(m_base->path(), m_keychain);
        QSignalSpy loaded(&store, &LocalStore::stateLoaded);
        QSignalSpy stored(&store, &LocalStore::identityStored);
        store.bindAddress(Url, anna());
        QVERIFY(loaded.wait(10'000));
        store.bindServer({ .id = u"first"_s, .name = u"First"_s, .version = u"1"_s }, anna());
        QVERIFY(loaded.wait(10'000));
        m_keychain->isSlow = true;
        store.saveIdentity(Token, Role::Member);
        QCOMPARE(m_keychain->waiting(), 1);
        store.bindServer({ .id = u"second"_s, .name = u"Second"_s, .version = u"1"_s }, anna());
        QVERIFY(loaded.wait(10'000));
        m_keychain->answer();
        store.saveIdentity(OtherToken, Role::Member);
        m_keychain->answer();
        QVERIFY(stored.wait(10'000));
        QCOMPARE(stored.size(), 1);
        QCOMPARE(stored.first().first(), OtherToken);
        m_keychain->isSlow = false;
        store.bindServer({ .id = u"first"_s, .name = u"First"_s, .version = u"1"_s }, anna());
        QVERIFY(loaded.wait(10'000));
        QCOMPARE(loaded.last().first().value<LocalState>().token, QString());
    }

    void aSessionSaysSoAndSendsNothing()
    {
        QVERIFY(save(Token, m_keychain));
        m_keychain->isLocked = true;
        SessionSettings settings { QUrl(Url), anna(), {}, m_base->path() };
        settings.keychain = m_keychain;
        Session session(settings);
        session.open();
        QTRY_COMPARE(session.status().problem, ConnectionStatus::Problem::KeychainLocked);
        QCOMPARE(session.status().state, ConnectionStatus::State::Offline);
        m_keychain->isLocked = false;
        session.retryNow();
        QTRY_VERIFY(session.status().problem != ConnectionStatus::Problem::KeychainLocked);
        QVERIFY(session.isTokenInKeychain());
    }
};

HEARTH_TEST_MAIN(tst_Keychain)
#include "tst_keychain.moc"
