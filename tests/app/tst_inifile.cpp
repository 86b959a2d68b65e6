#include "app/inifile.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// `line section/key=value` of each key.
QStringList shown(const QList<IniEntry> &entries)
{
    QStringList lines;
    for (const IniEntry &entry : entries) {
        if (!entry.key.isEmpty())
            lines.append(u"%1 %2/%3=%4"_s.arg(entry.line).arg(entry.section, entry.key, entry.value));
    }
    return lines;
}

} // namespace

class tst_IniFile : public test::Test
{
    Q_OBJECT

private slots:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::addColumn<QStringList>("entries");
        const auto row = [](const char *name, const QByteArray &contents, const QStringList &entries) {
            QTest::newRow(name) << contents << entries;
        };
        row("nothing", "", {});
        row("one", "[server]\nport = 7373\n", { u"2 server/port=7373"_s });
        row("no end of line", "[server]\nport=7373", { u"2 server/port=7373"_s });
        row("Windows lines", "[server]\r\nport = 7373\r\n", { u"2 server/port=7373"_s });
        row("byte order mark", "\xef\xbb\xbf[server]\nport=1\n", { u"2 server/port=1"_s });
        row("comments and gaps", "# a\n; b\n\n[s]\n  # c\n\tk = v\n", { u"6 s/k=v"_s });
        row("spaces around everything", "  [ s ]  \n  k  =  v w  \n", { u"2 s/k=v w"_s });
        row("a comment sign within a value", "[s]\nk = a # b ; c\n", { u"2 s/k=a # b ; c"_s });
        row("an equals sign within a value", "[s]\nk = a=b=\n", { u"2 s/k=a=b="_s });
        row("backslashes and quotes verbatim", "[s]\nk = \"C:\\new\"\n", { u"2 s/k=\"C:\\new\""_s });
        row("an empty value", "[s]\nk =\n", { u"2 s/k="_s });
        row("not ASCII", "[s]\nk = Bücher 📚\n", { u"2 s/k=Bücher 📚"_s });
        row("the same key in two sections", "[s]\nk=1\n[t]\nk=2\n", { u"2 s/k=1"_s, u"4 t/k=2"_s });
        row("a section taken up again", "[s]\na=1\n[t]\nb=2\n[s]\nc=3\n",
            { u"2 s/a=1"_s, u"4 t/b=2"_s, u"6 s/c=3"_s });
    }
    void reads()
    {
        QFETCH(QByteArray, contents);
        QFETCH(QStringList, entries);
        const auto read = parseIni(contents, u"hearth.ini"_s);
        QVERIFY2(read, read ? "" : qPrintable(read.error().toString()));
        QCOMPARE(shown(*read), entries);
    }

    void readsAFile()
    {
        QTemporaryDir directory;
        QFile file(directory.filePath(u"hearth.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[server]\nport = 7373\n");
        file.close();
        const auto read = readIniFile(file.fileName());
        QVERIFY(read);
        QCOMPARE(shown(*read), QStringList { u"2 server/port=7373"_s });
    }

    void errorsSayAsMuchAsThereIs()
    {
        QCOMPARE((ConfigError { u"a.ini"_s, 3, u"port"_s, u"No."_s }).toString(), u"a.ini:3: port: No."_s);
        QCOMPARE((ConfigError { u"a.ini"_s, 3, {}, u"No."_s }).toString(), u"a.ini:3: No."_s);
        QCOMPARE((ConfigError { u"a.ini"_s, 0, {}, u"No."_s }).toString(), u"a.ini: No."_s);
        QCOMPARE((ConfigError { {}, 0, u"port"_s, u"No."_s }).toString(), u"port: No."_s);
        QCOMPARE((ConfigError { {}, 0, {}, u"No."_s }).toString(), u"No."_s);
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const QByteArray &contents, const QString &error) {
            QTest::newRow(name) << contents << error;
        };
        const QString noLine = u"A line is a [section], a key = value or a # comment."_s;
        const QString noSection = u"A section looks like [section]."_s;
        row("a word", "[s]\nport\n", u"hearth.ini:2: "_s + noLine);
        row("no key", "[s]\n\n= 7373\n", u"hearth.ini:3: "_s + noLine);
        row("an equals sign alone", "[s]\n=\n", u"hearth.ini:2: "_s + noLine);
        row("a section left open", "[s\nk = v\n", u"hearth.ini:1: "_s + noSection);
        row("a section and more", "[s] k = v\n", u"hearth.ini:1: "_s + noSection);
        row("a section without a name", "[]\n", u"hearth.ini:1: "_s + noSection);
        row("a key before any section", "# x\nport = 1\n[server]\n",
            u"hearth.ini:2: port: The key stands before any [section]."_s);
        row("a key twice", "[s]\nport = 1\nname = x\nport = 2\n", u"hearth.ini:4: port: The key is given twice."_s);
        row("a key twice, sections apart", "[s]\nport=1\n[t]\nport=1\n[s]\nport=1\n",
            u"hearth.ini:6: port: The key is given twice."_s);
        row("not UTF-8", "[s]\nname = B\xfc" "cher\n", u"hearth.ini: The file is not UTF-8 text."_s);
        row("UTF-16", QByteArray("\xff\xfe[\0s\0]\0", 8), u"hearth.ini: The file is not UTF-8 text."_s);
    }
    void refuses()
    {
        QFETCH(QByteArray, contents);
        QFETCH(QString, error);
        const auto read = parseIni(contents, u"hearth.ini"_s);
        QVERIFY(!read);
        QCOMPARE(read.error().toString(), error);
    }

    void refusesASectionOfSpaces()
    {
        const auto read = parseIni("[ ]\n", u"hearth.ini"_s);
        QVERIFY(!read);
        QCOMPARE(read.error().toString(), u"hearth.ini:1: A section looks like [section]."_s);
    }

    void unreadableFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::newRow("missing") << u"missing.ini"_s << u"The file cannot be read (No such file or directory)."_s;
        QTest::newRow("a directory") << u"."_s << u"The file cannot be read ("_s;
        QTest::newRow("too large") << u"large.ini"_s << u"The file is too large for a configuration."_s;
    }
    void unreadableFiles()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QTemporaryDir directory;
        QFile large(directory.filePath(u"large.ini"_s));
        QVERIFY(large.open(QIODevice::WriteOnly));
        QVERIFY(large.resize(1024 * 1024 + 1));
        large.close();
        const QString path = directory.filePath(name);
        const auto read = readIniFile(path);
        QVERIFY(!read);
        QCOMPARE(read.error().file, path);
        QCOMPARE(read.error().line, 0);
        QVERIFY2(read.error().text.startsWith(text), qPrintable(read.error().text));
    }
};

HEARTH_TEST_MAIN(tst_IniFile)
#include "tst_inifile.moc"
