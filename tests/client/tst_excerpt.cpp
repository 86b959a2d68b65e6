#include "client/excerpt.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Excerpt : public test::Test
{
    Q_OBJECT

private slots:
    void cutsBetweenCharacters_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("length");
        QTest::addColumn<QString>("beginning");
        const auto row = [](const char *name, const QString &text, qsizetype length, const QString &beginning) {
            QTest::newRow(name) << text << length << beginning;
        };
        row("short", u"hello"_s, 5, u"hello"_s);
        row("long", u"hello"_s, 4, u"hell"_s);
        row("nothing", QString(), 4, QString());
        row("none of it", u"hello"_s, 0, QString());
        row("a surrogate pair", u"abc😀"_s, 4, u"abc"_s);
        row("a letter and its mark", u"cafe\u0301s"_s, 4, u"caf"_s);
        row("after the mark", u"cafe\u0301s"_s, 5, u"cafe\u0301"_s);
        row("a family", u"ab👨‍👩‍👧‍👦"_s, 8, u"ab"_s);
        row("a skin", u"ab👍🏽"_s, 4, u"ab"_s);
        row("two flags", u"🇩🇪🇫🇷"_s, 6, u"🇩🇪"_s);
        row("a line and its return", u"ab\r\nc"_s, 3, u"ab"_s);
        // rainy: one character that is longer than all there is room for
        row("marks without end", u'a' + QString(100, QChar(0x301)), 4, u'a' + QString(3, QChar(0x301)));
        row("a family and no room", u"👨‍👩‍👧‍👦👨‍👩‍👧‍👦"_s, 4, u"👨‍"_s);
        row("half a pair and no room", u"👨‍👩‍👧‍👦"_s, 1, QString());
    }
    void cutsBetweenCharacters()
    {
        QFETCH(QString, text);
        QFETCH(qsizetype, length);
        QFETCH(QString, beginning);
        QCOMPARE(excerpt(text, length), beginning);
    }
};

HEARTH_TEST_MAIN(tst_Excerpt)
#include "tst_excerpt.moc"
