#include "tests/e2e/bareclient.h"
#include "tests/e2e/serverprocess.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString Hearthd = QStringLiteral(HEARTHD);

} // namespace

class tst_Administration : public Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString data() const { return m_base->filePath(u"data"_s); }
    [[nodiscard]] Ended command(const QStringList &words) const { return run(Hearthd, QStringList { u"--data"_s, data() } + words); }

    /// With a password typed, or rather piped, in.
    [[nodiscard]] Ended command(const QStringList &words, const QByteArray &input) const
    {
        QProcess process;
        process.start(Hearthd, QStringList { u"--data"_s, data() } + words);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(30'000))
            return {};
        return { process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError()) };
    }
    [[nodiscard]] bool startWithAccounts(ServerProcess &server) const
    {
        QFile ini(m_base->filePath(u"hearth.ini"_s));
        if (!ini.open(QIODevice::WriteOnly) || ini.write("[server]\naccess = accounts\n") < 0)
            return false;
        ini.close();
        return server.start({ u"--config"_s, ini.fileName() });
    }
    [[nodiscard]] static QString hello(const QString &user, const QString &password)
    {
        return u"{\"type\":\"hello\",\"user\":\"%1\",\"password\":\"%2\"}"_s.arg(user, password);
    }

    std::unique_ptr<QTemporaryDir> m_base;

private slots:
    void init()
    {
        Test::init();
        m_base = std::make_unique<QTemporaryDir>();
    }

    void listsUsersWhetherTheServerRunsOrNot()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        const Ended running = command({ u"user"_s, u"list"_s });
        QVERIFY2(running.code == 0, qPrintable(running.errors));
        QCOMPARE(running.output, u"anna\towner, online\n"_s);
        anna.socket().close();
        QTRY_VERIFY(command({ u"user"_s, u"list"_s }).output.startsWith(u"anna\towner, last seen "_s));
        QCOMPARE(server.terminate(), 0);

        const Ended alone = command({ u"user"_s, u"list"_s });
        QVERIFY2(alone.code == 0, qPrintable(alone.errors));
        QVERIFY2(alone.output.startsWith(u"anna\towner, last seen "_s), qPrintable(alone.output));
        QCOMPARE(alone.errors, QString());
    }

    /// Of those in charge too, and over a restart.
    void moderatesWhetherTheServerRunsOrNot()
    {
        QString token;
        const auto helloOf = [&token](const QString &user) {
            return QString::fromUtf8(QJsonDocument(QJsonObject { { u"type"_s, u"hello"_s }, { u"user"_s, user }, { u"token"_s, token } }).toJson());
        };
        {
            ServerProcess server(Hearthd, data());
            QVERIFY(server.start());
            BareClient anna(server.url());
            anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
            QVERIFY(!anna.next(u"welcome"_s).isEmpty());
            BareClient bo(server.url());
            bo.say(u"{\"type\":\"hello\",\"user\":\"bo\"}"_s);
            token = bo.next(u"welcome"_s).value("token"_L1).toString();
            QVERIFY(!token.isEmpty());
            const Ended banned = command({ u"ban"_s, u"bo"_s, u"for"_s, u"2h"_s, u"because"_s, u"spam"_s });
            QVERIFY2(banned.code == 0, qPrintable(banned.errors));
            QCOMPARE(banned.output, u"Done.\n"_s);
            QCOMPARE(bo.next(u"error"_s).value("removal"_L1).toObject().value("kind"_L1).toString(), u"banned"_s);
            QTRY_VERIFY(bo.isClosed());
            QCOMPARE(bo.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
            const Ended none = command({ u"kick"_s, u"dee"_s });
            QCOMPARE(none.code, 1);
            QVERIFY2(none.errors.endsWith(u"No such user.\n"_s), qPrintable(none.errors));
            QCOMPARE(server.terminate(), 0);
        }
        {
            ServerProcess server(Hearthd, data());
            QVERIFY(server.start());
            BareClient bo(server.url());
            bo.say(helloOf(u"bo"_s));
            QCOMPARE(bo.next(u"error"_s).value("code"_L1).toString(), u"forbidden"_s);
            QCOMPARE(server.terminate(), 0);
        }
        QVERIFY(command({ u"bans"_s }).output.startsWith(u"banned\tbo\tby -\tuntil "_s));
        QCOMPARE(command({ u"unban"_s, u"bo"_s }).output, u"Done.\n"_s);
        QCOMPARE(command({ u"role"_s, u"bo"_s, u"moderator"_s }).output, u"Done.\n"_s);
        QCOMPARE(command({ u"audit"_s }).output.count(u'\n'), 3);
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient bo(server.url());
        bo.say(helloOf(u"bo"_s));
        QCOMPARE(bo.next(u"welcome"_s).value("role"_L1).toString(), u"moderator"_s);
    }

    /// From nothing: the first account before the first start, the others while the server runs.
    void deletesWhatSomebodySaidWhoIsGone()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(server.start());
        BareClient anna(server.url());
        anna.say(u"{\"type\":\"hello\",\"user\":\"anna\"}"_s);
        QVERIFY(!anna.next(u"welcome"_s).isEmpty());
        BareClient bo(server.url());
        bo.say(u"{\"type\":\"hello\",\"user\":\"bo\"}"_s);
        bo.say(u"{\"type\":\"message\",\"room\":\"lobby\",\"content\":\"buy this\"}"_s);
        const int seq = anna.next(u"message"_s)["seq"_L1].toInt();
        bo.say(u"{\"type\":\"direct\",\"user\":\"anna\"}"_s);
        const QString direct = anna.next(u"room"_s)["room"_L1].toString();
        QCOMPARE(command({ u"user"_s, u"remove"_s, u"bo"_s }).code, 0);

        const QString number = QString::number(seq);
        const Ended listed = command({ u"messages"_s, u"lobby"_s });
        QVERIFY2(listed.output.startsWith(number + u'\t') && listed.output.endsWith(u"\tbo\tbuy this\n"_s), qPrintable(listed.output + listed.errors));
        QCOMPARE(command({ u"delete"_s, u"lobby"_s, number }).output, u"Done.\n"_s);
        QCOMPARE(anna.next(u"delete"_s)["target"_L1].toInt(), seq);
        QVERIFY(command({ u"messages"_s, u"lobby"_s }).output.endsWith(u"\tbo\t(deleted)\n"_s));
        QVERIFY2(command({ u"audit"_s }).output.contains(u"\t-\tdelete\tbo #lobby message %1\n"_s.arg(seq)), qPrintable(command({ u"audit"_s }).output));

        QCOMPARE(command({ u"delete"_s, u"lobby"_s, u"9223372036854775807"_s }).code, 1);
        QCOMPARE(command({ u"delete"_s, u"lobby"_s, u"999"_s }).errors, u"hearthd: No such message.\n"_s);
        QCOMPARE(command({ u"delete"_s, u"nowhere"_s, u"1"_s }).errors, u"hearthd: No such room.\n"_s);
        QCOMPARE(command({ u"messages"_s, direct }).code, 1);
        QCOMPARE(command({ u"delete"_s, direct, u"1"_s }).errors, u"hearthd: A direct conversation is between the two.\n"_s);
        QCOMPARE(command({ u"user"_s, u"role"_s, u"anna"_s, u"guest"_s }).errors, u"hearthd: The last owner stays one: make somebody else an owner first.\n"_s);
    }

    void makesAndEndsAccounts()
    {
        const Ended first = command({ u"user"_s, u"add"_s, u"anna"_s, u"--role=owner"_s }, "anna's password\n");
        QVERIFY2(first.code == 0, qPrintable(first.errors));
        QCOMPARE(first.output, u"anna can sign in now.\n"_s);
        ServerProcess server(Hearthd, data());
        QVERIFY(startWithAccounts(server));
        QFile file(m_base->filePath(u"password"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("bo's password\n");
        file.close();
        const Ended second = command({ u"user"_s, u"add"_s, u"bo"_s, u"--password-file"_s, file.fileName() });
        QVERIFY2(second.code == 0, qPrintable(second.errors));

        BareClient anna(server.url());
        anna.say(hello(u"anna"_s, u"anna's password"_s));
        QCOMPARE(anna.next(u"welcome"_s)["role"_L1].toString(), u"owner"_s);
        BareClient bo(server.url());
        bo.say(hello(u"bo"_s, u"bo's password"_s));
        QCOMPARE(bo.next(u"welcome"_s)["role"_L1].toString(), u"member"_s);
        QCOMPARE(command({ u"user"_s, u"list"_s }).output, u"anna\towner, password, online\nbo\tmember, password, online\n"_s);

        // Signed out within a second of the command's end.
        QCOMPARE(command({ u"user"_s, u"passwd"_s, u"bo"_s }, "a new password\n").code, 0);
        QVERIFY(QTest::qWaitFor([&bo] { return bo.isClosed(); }, 1'000));
        QCOMPARE(bo.socket().closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
        BareClient again(server.url());
        again.say(hello(u"bo"_s, u"a new password"_s));
        QVERIFY(!again.next(u"welcome"_s).isEmpty());
        QCOMPARE(command({ u"user"_s, u"remove"_s, u"bo"_s }).code, 0);
        QVERIFY(QTest::qWaitFor([&again] { return again.isClosed(); }, 1'000));
        QCOMPARE(command({ u"user"_s, u"list"_s }).output, u"anna\towner, password, online\nbo\tguest, removed\n"_s);
        QCOMPARE(server.terminate(), 0);
        QCOMPARE(command({ u"check"_s }).code, 0);
    }

    /// People register by what the command line hands out, while the server runs and when it did not.
    void invitesWhetherTheServerRunsOrNot()
    {
        const auto codeIn = [](const Ended &made) {
            static const QRegularExpression link(u"^Invite: ([A-Za-z0-9_-]{16})\nCode: ([A-Za-z0-9_-]{22})\nLink: hearth://[^\n]+/[a-z]*\\?fp=[A-Za-z0-9_-]{43}&invite=([A-Za-z0-9_-]{22})\n"_s);
            const auto found = link.match(made.output);
            return found.captured(2) == found.captured(3) ? std::pair(found.captured(1), found.captured(2)) : std::pair<QString, QString>();
        };
        const auto helloWith = [](const QString &user, const QString &code) {
            return u"{\"type\":\"hello\",\"user\":\"%1\",\"password\":\"long enough\",\"invite\":\"%2\"}"_s.arg(user, code);
        };
        {
            ServerProcess server(Hearthd, data());
            QVERIFY(startWithAccounts(server));
            QCOMPARE(command({ u"user"_s, u"add"_s, u"anna"_s }, "anna's password\n").code, 0);
            const Ended made = command({ u"invite"_s, u"create"_s, u"in"_s, u"lobby"_s, u"as"_s, u"moderator"_s, u"uses"_s, u"1"_s, u"note"_s, u"the"_s, u"first"_s });
            QVERIFY2(made.code == 0, qPrintable(made.errors));
            const auto [id, code] = codeIn(made);
            QVERIFY2(!code.isEmpty(), qPrintable(made.output));
            // Where the server says that it listens: this command was told neither address nor port.
            QVERIFY2(made.output.contains(u"Link: hearth://127.0.0.1:%1/lobby?fp="_s.arg(server.url().port())), qPrintable(made.output));
            QCOMPARE(made.errors, QString());
            QVERIFY(command({ u"fingerprint"_s }).output.contains(u"Link: hearth://127.0.0.1:%1/?fp="_s.arg(server.url().port())));
            QCOMPARE(command({ u"invite"_s, u"list"_s }).output, u"%1\tmoderator in #lobby\tused 0 of 1\tby -\tthe first\n"_s.arg(id));
            BareClient bo(server.url());
            bo.say(helloWith(u"bo"_s, code));
            QCOMPARE(bo.next(u"welcome"_s).value("role"_L1).toString(), u"moderator"_s);
            QCOMPARE(command({ u"invite"_s, u"list"_s }).output, u"None.\n"_s);
            BareClient cy(server.url());
            cy.say(helloWith(u"cy"_s, code));
            QCOMPARE(cy.next(u"error"_s).value("message"_L1).toString(), u"This invite does not hold any more"_s);
            QCOMPARE(server.terminate(), 0);
        }
        const Ended madeLater = command({ u"invite"_s, u"create"_s, u"for"_s, u"2h"_s });
        QCOMPARE(madeLater.errors, u"hearthd: No server has said where it listens: the links are for the addresses and the port of this command's own settings.\n"_s);
        const QString late = codeIn(madeLater).second;
        QVERIFY(!late.isEmpty());
        const QString taken = codeIn(command({ u"invite"_s, u"create"_s })).first;
        QCOMPARE(command({ u"invite"_s, u"revoke"_s, taken }).output, u"Done.\n"_s);
        const Ended again = command({ u"invite"_s, u"revoke"_s, taken });
        QCOMPARE(again.code, 1);
        QCOMPARE(again.errors, u"hearthd: No such invite.\n"_s);
        QCOMPARE(command({ u"invite"_s, u"create"_s, u"in"_s, u"nowhere"_s }).errors, u"hearthd: No such room.\n"_s);
        ServerProcess server(Hearthd, data());
        QVERIFY(startWithAccounts(server));
        BareClient cy(server.url());
        cy.say(helloWith(u"cy"_s, late));
        QCOMPARE(cy.next(u"welcome"_s).value("role"_L1).toString(), u"member"_s);
        QCOMPARE(server.terminate(), 0);
        QCOMPARE(command({ u"check"_s }).code, 0);
    }

    void saysThatNobodyCanComeIn()
    {
        ServerProcess server(Hearthd, data());
        QVERIFY(startWithAccounts(server));
        QTRY_VERIFY(server.errors().contains("event=no-accounts"_L1));
        QCOMPARE(command({ u"user"_s, u"add"_s, u"anna"_s }, "anna's password\n").code, 0);
        BareClient anna(server.url());
        anna.say(hello(u"anna"_s, u"anna's password"_s));
        QCOMPARE(anna.next(u"welcome"_s)["role"_L1].toString(), u"owner"_s);
        QCOMPARE(server.terminate(), 0);
    }

    // ---- rainy ----

    void refusesInOneLine_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const QStringList &words, const QByteArray &input, const QString &error) {
            QTest::newRow(name) << words << input << error;
        };
        row("no password", { u"user"_s, u"add"_s, u"bo"_s }, {}, u"There is no password."_s);
        row("short password", { u"user"_s, u"add"_s, u"bo"_s }, "short\n", u"A password has at least 8 characters."_s);
        row("long password", { u"user"_s, u"add"_s, u"bo"_s }, QByteArray(1'025, 'x') + '\n', u"A password has at most 1024 bytes."_s);
        row("taken name", { u"user"_s, u"add"_s, u"ANNA"_s }, "long enough\n", u"The name belongs to somebody."_s);
        row("nobody", { u"user"_s, u"passwd"_s, u"bo"_s }, "long enough\n", u"No such user."_s);
        row("last owner", { u"user"_s, u"remove"_s, u"anna"_s }, {}, u"The last owner has to stay one."_s);
        row("no file", { u"user"_s, u"add"_s, u"bo"_s, u"--password-file=/nonexistent"_s }, {},
            u"The password file /nonexistent cannot be read (No such file or directory)."_s);
    }
    void refusesInOneLine()
    {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, input);
        QFETCH(QString, error);
        QCOMPARE(command({ u"user"_s, u"add"_s, u"anna"_s }, "anna's password\n").code, 0);
        const Ended ended = command(words, input);
        QCOMPARE(ended.code, 1);
        QCOMPARE(ended.errors, u"hearthd: %1\n"_s.arg(error));
        QCOMPARE(ended.output, QString());
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("error");
        QTest::newRow("nothing there") << QStringList { u"user"_s, u"list"_s } << 1
                                       << u"has no database.\n"_s;
        QTest::newRow("no such command") << QStringList { u"user"_s, u"lift"_s } << 2 << u"\"user lift\" is not a command"_s;
    }
    void refuses()
    {
        QFETCH(QStringList, words);
        QFETCH(int, code);
        QFETCH(QString, error);
        const Ended ended = command(words);
        QCOMPARE(ended.code, code);
        QVERIFY2(ended.errors.contains(error), qPrintable(ended.errors));
        QCOMPARE(ended.errors.trimmed().count(u'\n'), 0);
        QCOMPARE(ended.output, QString());
        QVERIFY(!QFile::exists(data())); // nothing is made by looking
    }
};

HEARTH_TEST_MAIN(tst_Administration)
#include "tst_administration.moc"
