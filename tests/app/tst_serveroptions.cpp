#include "app/serveroptions.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using Action = ServerOptions::Action;

class tst_ServerOptions : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] static Result<ServerOptions, QString> parse(const QStringList &arguments)
    {
        return parseServerOptions(QStringList { u"hearthd"_s } + arguments);
    }
    [[nodiscard]] QString iniPath() const { return m_directory.filePath(u"hearth.ini"_s); }

    QTemporaryDir m_directory;

private slots:
    void initTestCase()
    {
        QFile file(iniPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[server]\nname = From the file\nport = 1111\nbind = 127.0.0.2\n");
    }
    void cleanup() { QLoggingCategory::setFilterRules({}); }

    void servesWithDefaults()
    {
        const auto options = parse({});
        QVERIFY(options);
        QCOMPARE(options->action, Action::Serve);
        QCOMPARE(options->logLevel, u"info"_s);
        QCOMPARE(options->settings.port, limits::DefaultPort);
        QCOMPARE(options->settings.bind, QList<QHostAddress> { QHostAddress(QHostAddress::Any) });
        QCOMPARE(options->settings.dataDirectory, defaultDataDirectory());
        QVERIFY(options->settings.dataDirectory.endsWith(u"/hearth/server"_s));
        QVERIFY(options->settings.discovery);
    }

    void takesEveryOption()
    {
        const auto options = parse({ u"--bind"_s, u"127.0.0.1"_s, u"--bind=::1"_s, u"--port"_s, u"0"_s, u"--name"_s,
                                     u"Anna's chat"_s, u"--data"_s, u"/tmp/x"_s, u"--no-discovery"_s, u"--log-level"_s,
                                     u"warning"_s, u"--io-threads"_s, u"2"_s });
        QVERIFY(options);
        QCOMPARE(options->settings.ioThreads, 2);
        QCOMPARE(options->settings.bind, (QList<QHostAddress> { QHostAddress(u"127.0.0.1"_s), QHostAddress(u"::1"_s) }));
        QCOMPARE(options->settings.port, quint16(0));
        QCOMPARE(options->settings.name, u"Anna's chat"_s);
        QCOMPARE(options->settings.dataDirectory, u"/tmp/x"_s);
        QVERIFY(!options->settings.discovery);
        QCOMPARE(options->logLevel, u"warning"_s);
    }

    void commandLineWinsOverTheFile()
    {
        const auto fromFile = parse({ u"--config"_s, iniPath() });
        QVERIFY(fromFile);
        QCOMPARE(fromFile->settings.name, u"From the file"_s);
        QCOMPARE(fromFile->settings.port, quint16(1'111));
        QCOMPARE(fromFile->settings.dataDirectory, defaultDataDirectory());
        for (const QStringList &order : { QStringList { u"--port=2222"_s, u"--config"_s, iniPath() },
                                          QStringList { u"--config"_s, iniPath(), u"--port=2222"_s } }) {
            const auto options = parse(order + QStringList { u"--bind=any"_s });
            QVERIFY(options);
            QCOMPARE(options->settings.port, quint16(2'222));
            QCOMPARE(options->settings.name, u"From the file"_s);
            QCOMPARE(options->settings.bind, QList<QHostAddress> { QHostAddress(QHostAddress::Any) });
        }
    }

    void otherActions_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("action");
        QTest::newRow("--version") << QStringList { u"--version"_s } << int(Action::ShowVersion);
        QTest::newRow("-v") << QStringList { u"-v"_s } << int(Action::ShowVersion);
        QTest::newRow("--help") << QStringList { u"--help"_s } << int(Action::ShowHelp);
        QTest::newRow("-h") << QStringList { u"-h"_s } << int(Action::ShowHelp);
        QTest::newRow("help comes first") << QStringList { u"--help"_s, u"--version"_s, u"--port=x"_s }
                                          << int(Action::ShowHelp);
        QTest::newRow("--check-config") << QStringList { u"--check-config"_s, u"--config"_s, iniPath() }
                                        << int(Action::CheckConfig);
        QTest::newRow("backup") << QStringList { u"backup"_s, u"x"_s } << int(Action::Backup);
        QTest::newRow("restore, options behind") << QStringList { u"restore"_s, u"x"_s, u"--data=d"_s } << int(Action::Restore);
        QTest::newRow("fingerprint") << QStringList { u"fingerprint"_s, u"--data=d"_s } << int(Action::Fingerprint);
        QTest::newRow("check, options before") << QStringList { u"--data=d"_s, u"check"_s } << int(Action::Check);
        QTest::newRow("user list") << QStringList { u"user"_s, u"list"_s, u"--data=d"_s } << int(Action::Administer);
        QTest::newRow("help of a command") << QStringList { u"check"_s, u"--help"_s } << int(Action::ShowHelp);
        QTest::newRow("--check-config alone") << QStringList { u"--check-config"_s } << int(Action::CheckConfig);
    }
    void otherActions()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, action);
        const auto options = parse(arguments);
        QVERIFY(options);
        QCOMPARE(int(options->action), action);
    }

    void commandsTakeAFileAndTheOptions()
    {
        const auto options = parse({ u"--config"_s, iniPath(), u"backup"_s, u"a file"_s, u"--data"_s, u"d"_s });
        QVERIFY(options);
        QCOMPARE(options->file, u"a file"_s);
        QCOMPARE(options->settings.dataDirectory, u"d"_s);
        QCOMPARE(options->settings.name, u"From the file"_s);
    }

    void accountsAreAskedFor()
    {
        const auto add = parse({ u"user"_s, u"add"_s, u"bo"_s, u"--role=owner"_s, u"--password-file"_s, u"secret"_s });
        QVERIFY(add);
        const UserName bo = UserName::parse(u"bo"_s).value();
        QVERIFY(*add->request == ClientFrame(AddUser { bo, {}, Role::Owner }));
        QCOMPARE(add->passwordFile, u"secret"_s);
        QVERIFY(*parse({ u"user"_s, u"add"_s, u"bo"_s })->request == ClientFrame(AddUser { bo, {}, Role::Member }));
        QVERIFY(*parse({ u"user"_s, u"passwd"_s, u"bo"_s })->request == ClientFrame(ResetPassword { bo, {} }));
        QVERIFY(*parse({ u"user"_s, u"remove"_s, u"bo"_s })->request == ClientFrame(RemoveUser { bo }));
    }

    /// What somebody has to say is no option, whatever it begins with; our options are found behind it all the same.
    void whatIsSaidIsNoOption_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        QTest::newRow("a reason") << QStringList { u"ban"_s, u"bo"_s, u"because"_s, u"-rf"_s, u"/"_s } << u"-rf /"_s;
        QTest::newRow("one word of a reason") << QStringList { u"ban"_s, u"bo"_s, u"because"_s, u"-x"_s } << u"-x"_s;
        QTest::newRow("with two dashes") << QStringList { u"ban"_s, u"bo"_s, u"because"_s, u"--no-way"_s, u"-"_s } << u"--no-way -"_s;
        QTest::newRow("like one of ours, shorter") << QStringList { u"ban"_s, u"bo"_s, u"because"_s, u"-h"_s } << u"-h"_s;
        QTest::newRow("ours behind it") << QStringList { u"ban"_s, u"bo"_s, u"because"_s, u"-x"_s, u"--data"_s, u"d"_s, u"y"_s, u"--port=1"_s } << u"-x y"_s;
        QTest::newRow("ours before it") << QStringList { u"--data=d"_s, u"--port"_s, u"1"_s, u"ban"_s, u"bo"_s, u"because"_s, u"-x"_s, u"y"_s } << u"-x y"_s;
        QTest::newRow("all of it, after two dashes") << QStringList { u"--data=d"_s, u"--port=1"_s, u"ban"_s, u"bo"_s, u"because"_s, u"--"_s, u"--data"_s, u"y"_s } << u"--data y"_s;
    }
    void whatIsSaidIsNoOption()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const auto options = parse(arguments);
        QVERIFY2(options, options ? "" : qPrintable(options.error()));
        QCOMPARE(std::get<Ban>(*options->request).reason, said);
        if (arguments.join(u' ').contains(u"data=d"_s) || arguments.contains(u"d"_s)) {
            QCOMPARE(options->settings.dataDirectory, u"d"_s);
            QCOMPARE(options->settings.port, quint16(1));
        }
    }

    void aCommandHasItsOwnHelp()
    {
        for (const QStringList &words : { QStringList { u"invite"_s }, QStringList { u"invite"_s, u"create"_s } }) {
            const auto options = parse(words + QStringList { u"--help"_s });
            QVERIFY(options);
            QCOMPARE(int(options->action), int(Action::ShowHelp));
            QVERIFY(options->helpText.contains(u"hearthd invite create [in ROOM]"_s));
            QCOMPARE(options->helpText.contains(u"hearthd invite list"_s), words.size() == 1);
            QVERIFY(!options->helpText.contains(u"kick"_s));
        }
        QCOMPARE(int(parse({ u"ban"_s, u"bo"_s, u"because"_s, u"x"_s, u"--help"_s })->action), int(Action::ShowHelp));
    }

    void helpNamesEveryOption()
    {
        const auto options = parse({ u"--help"_s });
        QVERIFY(options);
        for (const auto option : { "--config"_L1, "--bind"_L1, "--port"_L1, "--name"_L1, "--data"_L1, "--no-discovery"_L1,
                                   "--log-level"_L1, "--check-config"_L1, "--version"_L1, "--help"_L1, "backup FILE"_L1,
                                   "restore FILE"_L1, "check "_L1, "fingerprint "_L1, "user list"_L1, "user add NAME"_L1, "user passwd NAME"_L1, "user remove NAME"_L1,
                                   "--role"_L1, "--password-file"_L1 })
            QVERIFY2(options->helpText.contains(option), option.data());
    }

    void logLevels_data()
    {
        QTest::addColumn<QString>("level");
        QTest::addColumn<bool>("isInfo");
        QTest::addColumn<bool>("isWarning");
        QTest::newRow("debug") << u"debug"_s << true << true;
        QTest::newRow("info") << u"info"_s << true << true;
        QTest::newRow("warning") << u"warning"_s << false << true;
        QTest::newRow("error") << u"error"_s << false << false;
    }
    void logLevels()
    {
        QFETCH(QString, level);
        QFETCH(bool, isInfo);
        QFETCH(bool, isWarning);
        QVERIFY(parse({ u"--log-level"_s, level }));
        QVERIFY(setLogLevel(level));
        const QLoggingCategory category("hearth.test");
        QCOMPARE(category.isInfoEnabled(), isInfo);
        QCOMPARE(category.isWarningEnabled(), isWarning);
        QVERIFY(category.isCriticalEnabled());
        QVERIFY(QLoggingCategory("other").isWarningEnabled());
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const QStringList &arguments, const QString &error) {
            QTest::newRow(name) << arguments << error;
        };
        const QString help = u" Run with --help for what there is."_s;
        const QString list = u" Usage: hearthd user list"_s;
        const QString add = u" Usage: hearthd user add NAME [--role R] [--password-file FILE]"_s;
        const QString accounts = list + u" | user add NAME [--role R] [--password-file FILE] | user passwd NAME [--password-file FILE] | user role NAME ROLE | user remove NAME"_s;
        row("unknown option", { u"--prot=1"_s }, u"Unknown option 'prot'."_s + help);
        row("option without its value", { u"--port"_s }, u"Missing value after '--port'."_s + help);
        row("value where none is due", { u"--no-discovery=x"_s }, u"Unexpected value after '--no-discovery'."_s + help);
        row("stray word", { u"serve"_s }, u"There is no use for \"serve\"."_s + help);
        row("backup without a file", { u"backup"_s }, u"backup needs a file."_s + help);
        row("restore of an empty name", { u"restore"_s, QString() }, u"restore needs a file."_s + help);
        row("fingerprint with a word too many", { u"fingerprint"_s, u"it"_s }, u"There is no use for \"it\"."_s + help);
        row("check with a word too many", { u"check"_s, u"it"_s }, u"There is no use for \"it\"."_s + help);
        row("backup with a word too many", { u"backup"_s, u"a"_s, u"b"_s }, u"There is no use for \"b\"."_s + help);
        row("two commands", { u"check"_s, u"backup"_s, u"a"_s }, u"There is no use for \"backup\"."_s + help);
        row("half a command", { u"user"_s }, u"Something is missing behind \"user\"."_s + accounts);
        row("no such command", { u"user"_s, u"lift"_s }, u"\"user lift\" is not a command."_s + accounts);
        row("user add without a name", { u"user"_s, u"add"_s }, u"A name is missing."_s + add);
        row("user add with a name that is none", { u"user"_s, u"add"_s, u"@"_s }, u"\"@\" cannot be a name."_s + add);
        row("user add as a guest", { u"user"_s, u"add"_s, u"bo"_s, u"--role=guest"_s },
            u"--role: owner, moderator or member is expected, not \"guest\"."_s + add);
        row("user list with a role", { u"user"_s, u"list"_s, u"--role=owner"_s }, u"user list has no use for --role."_s + list);
        row("a role for a server", { u"--role=owner"_s }, u"There is no use for --role."_s + help);
        row("user list with a word too many", { u"user"_s, u"list"_s, u"it"_s }, u"There is no use for \"it\"."_s + list);
        row("a word that begins with a dash, where none is text", { u"kick"_s, u"bo"_s, u"-x"_s }, u"Unknown option 'x'."_s + help);
        row("options in a text that want a value", { u"kick"_s, u"bo"_s, u"because"_s, u"--data"_s }, u"Missing value after '--data'."_s + help);
        row("wrong port", { u"--port"_s, u"99999"_s },
            u"--port: A whole number from 0 to 65535 is expected, not \"99999\"."_s);
        row("empty name", { u"--name="_s }, u"--name: A name of 1 to 64 printable characters is expected."_s);
        row("empty data", { u"--data"_s, QString() }, u"--data: A directory is expected."_s);
        row("wrong address", { u"--bind=127.0.0.1"_s, u"--bind=here"_s },
            u"--bind: Addresses of this computer with commas between them, or any, are expected, not \"here\"."_s);
        row("wrong log level", { u"--log-level"_s, u"loud"_s },
            u"--log-level: debug, info, warning or error is expected, not \"loud\"."_s);
        row("wrong configuration", { u"--check-config"_s, u"--config"_s, m_directory.filePath(u"wrong.ini"_s) },
            m_directory.filePath(u"wrong.ini"_s) + u":2: port: A whole number from 0 to 65535 is expected, not \"x\"."_s);
        row("wrong line mended by an option", { u"--config"_s, m_directory.filePath(u"wrong.ini"_s), u"--port=1"_s },
            m_directory.filePath(u"wrong.ini"_s) + u":2: port: A whole number from 0 to 65535 is expected, not \"x\"."_s);
        row("missing configuration", { u"--config"_s, m_directory.filePath(u"missing.ini"_s) },
            m_directory.filePath(u"missing.ini"_s) + u": The file cannot be read (No such file or directory)."_s);
    }
    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, error);
        QFile wrong(m_directory.filePath(u"wrong.ini"_s));
        QVERIFY(wrong.open(QIODevice::WriteOnly));
        wrong.write("[server]\nport = x\n");
        wrong.close();
        const auto options = parse(arguments);
        QVERIFY(!options);
        QCOMPARE(options.error(), error);
        QVERIFY(!options.error().contains(u'\n')); // one line
    }

    void unknownLogLevelChangesNothing()
    {
        QVERIFY(setLogLevel(u"warning"_s));
        QVERIFY(!setLogLevel(u"loud"_s));
        QVERIFY(!setLogLevel({}));
        QVERIFY(!QLoggingCategory("hearth.test").isInfoEnabled());
    }
};

HEARTH_TEST_MAIN(tst_ServerOptions)
#include "tst_serveroptions.moc"
