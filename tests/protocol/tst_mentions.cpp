#include "protocol/mentions.h"
#include "protocol/limits.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

UserName userName(const QString &text) { return UserName::parse(text).value(); }

/// The names of a room's members.
bool isMember(const UserName &name)
{
    static const QList<UserName> members { userName(u"anna"_s), userName(u"Anna Lena"_s), userName(u"bo"_s),
                                           userName(u"b.o"_s), userName(u"Jürgen"_s), userName(u"李雷"_s) };
    return members.contains(name);
}

} // namespace

class tst_Mentions : public test::Test
{
    Q_OBJECT

private slots:
    void finds_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QStringList>("names");
        const QStringList anna { u"anna"_s };
        QTest::newRow("at the start") << u"@anna hi"_s << anna;
        QTest::newRow("at the end") << u"hi @anna"_s << anna;
        QTest::newRow("alone") << u"@anna"_s << anna;
        QTest::newRow("before a comma") << u"@anna, hi"_s << anna;
        QTest::newRow("before a full stop") << u"Ask @anna."_s << anna;
        QTest::newRow("in brackets") << u"(@anna)"_s << anna;
        QTest::newRow("over lines") << u"hi\n@anna\nhi"_s << anna;
        QTest::newRow("another case") << u"@ANNA"_s << anna;
        QTest::newRow("full width") << u"@ＡＮＮＡ"_s << anna;
        QTest::newRow("with a possessive") << u"@anna's"_s << anna;
        QTest::newRow("two, in order") << u"@bo and @anna"_s << QStringList { u"bo"_s, u"anna"_s };
        QTest::newRow("side by side") << u"@bo@anna"_s << QStringList { u"bo"_s };
        QTest::newRow("twice is once") << u"@anna @ANNA @anna"_s << anna;
        QTest::newRow("the longest wins") << u"@Anna Lena, hi"_s << QStringList { u"anna lena"_s };
        QTest::newRow("the longer is not there") << u"@anna lens"_s << anna;
        QTest::newRow("with a dot inside") << u"@b.o."_s << QStringList { u"b.o"_s };
        QTest::newRow("umlaut") << u"@jürgen"_s << QStringList { u"jürgen"_s };
        QTest::newRow("umlaut in two code points") << u"@ju\u0308rgen"_s << QStringList { u"jürgen"_s };
        QTest::newRow("without spaces between words") << u"@李雷,你好"_s << QStringList { u"李雷"_s };
        QTest::newRow("after @@") << u"@@anna"_s << anna;
    }
    void finds()
    {
        QFETCH(QString, content);
        QFETCH(QStringList, names);
        QStringList found;
        for (const UserName &name : findMentions(content, isMember))
            found.append(name.folded());
        QCOMPARE(found, names);
    }

    // ---- rainy ----

    void findsNothing_data()
    {
        QTest::addColumn<QString>("content");
        QTest::newRow("empty") << QString();
        QTest::newRow("no sign") << u"anna"_s;
        QTest::newRow("a sign alone") << u"@"_s;
        QTest::newRow("signs alone") << u"@@@ @"_s;
        QTest::newRow("a stranger") << u"@cy"_s;
        QTest::newRow("the start of a longer word") << u"@annabel @anna_b @anna2"_s;
        QTest::newRow("an address") << u"me@anna"_s;
        QTest::newRow("a letter of two units follows") << u"@anna\U00020000"_s;
        QTest::newRow("a mark follows") << u"@anna\u0308"_s;
    }
    void findsNothing()
    {
        QFETCH(QString, content);
        QVERIFY(findMentions(content, isMember).isEmpty());
    }

    void spaceAfterTheSignIsNoName()
    {
        QVERIFY(findMentions(u"tea @ anna's"_s, isMember).isEmpty());
    }

    void looksAtABoundedNumber()
    {
        int asked = 0;
        const auto count = [&asked](const UserName &) {
            ++asked;
            return false;
        };
        const QString hostile = u"@x y z "_s.repeated(5'000);
        QVERIFY(findMentions(hostile, count).isEmpty());
        QVERIFY(asked > 0);
        QVERIFY2(asked <= MaxMentionsPerMessage * 2 * limits::MaxUserNameLength, qPrintable(QString::number(asked)));

        const QString before = u"@cy "_s.repeated(MaxMentionsPerMessage - 1);
        QCOMPARE(findMentions(before + u"@anna"_s, isMember).size(), 1);
        QVERIFY(findMentions(before + u"@cy @anna"_s, isMember).isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_Mentions)
#include "tst_mentions.moc"
