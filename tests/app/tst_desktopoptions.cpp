#include "app/desktopoptions.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

Result<DesktopOptions, QString> parsed(const QStringList &arguments)
{
    return parseDesktopOptions(QStringList { u"hearth"_s } + arguments);
}

} // namespace

class tst_DesktopOptions : public test::Test
{
    Q_OBJECT

private slots:
    void aLinkByItself()
    {
        const auto options = parsed({ u"--user"_s, u"anna"_s, u"hearth://192.168.1.20:7400/ops"_s });
        QVERIFY(options);
        QCOMPARE(options->link, u"hearth://192.168.1.20:7400/ops"_s);
        QVERIFY(!options->join); // nobody has said yes yet
        QVERIFY(!options->hosts);
    }
    /// Who clicked on it reads in the window that it is cut.
    void aLinkThatIsCut() { QCOMPARE(parsed({ u"hearth://a/?fp=x"_s })->link, u"hearth://a/?fp=x"_s); }
    void nothingAtAll()
    {
        const auto options = parsed({});
        QVERIFY(options);
        QVERIFY(options->link.isEmpty() && !options->join && !options->hosts);
    }

    // ---- rainy ----

    void whatIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, const QStringList &arguments, const QString &sentence) {
            QTest::newRow(name) << arguments << sentence;
        };
        row("no link", { u"anna"_s }, u"There is no use for \"anna\"."_s);
        row("another scheme", { u"https://example.org/"_s }, u"There is no use for \"https://example.org/\"."_s);
        row("two links", { u"hearth://a/"_s, u"hearth://b/"_s }, u"There is no use for \"hearth://b/\"."_s);
        row("a link and --host", { u"--host"_s, u"hearth://a/"_s }, u"A link excludes --host and --join."_s);
        row("a link and --join", { u"--join"_s, u"b"_s, u"hearth://a/"_s }, u"A link excludes --host and --join."_s);
        row("a link that is cut", { u"--join"_s, u"hearth://a/?fp=x"_s }, u"--join: Something is missing or changed in this link; copy the whole link."_s);
        row("a port that is none", { u"--join"_s, u"a:99999"_s }, u"--join: The port is a number from 1 to 65535."_s);
        row("--host and --join", { u"--host"_s, u"--join"_s, u"a"_s }, u"--host and --join exclude each other."_s);
    }
    void whatIsRefused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        const auto options = parsed(arguments);
        QVERIFY(!options);
        QVERIFY2(options.error().startsWith(sentence), qPrintable(options.error()));
    }
};

HEARTH_TEST_MAIN(tst_DesktopOptions)
#include "tst_desktopoptions.moc"
