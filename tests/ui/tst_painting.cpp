#include "tests/support/testmain.h"
#include "ui/painting.h"

#include <QApplication>
#include <QTextDocument>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Painting : public test::Test
{
    Q_OBJECT

private slots:
    void toolTipsShowTextAsItIs_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("words") << u"What runs"_s;
        QTest::newRow("an ampersand") << u"Q&A"_s;
        QTest::newRow("quotes") << u"the \"old\" one's"_s;
        QTest::newRow("markup") << u"<b>x</b> <img src=file:///etc/passwd>"_s;
        QTest::newRow("markup in the second line") << u"a\n<b>x</b>"_s;
        QTest::newRow("escaped already") << u"a &lt;b&gt; &amp;lt;"_s;
        QTest::newRow("a link") << u"<a href=http://evil.lan>http://bank.example</a>"_s;
    }
    void toolTipsShowTextAsItIs()
    {
        QFETCH(QString, text);
        const QString toolTip = plainToolTip(text);
        QVERIFY(Qt::mightBeRichText(toolTip)); // else it is shown with its escapes
        QTextDocument shown;
        shown.setHtml(toolTip);
        QCOMPARE(shown.toPlainText(), text);
    }
    void nothingStaysNothing() { QVERIFY(plainToolTip({}).isEmpty()); }

    void longWordsMayBeBroken_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("breaks");
        QTest::newRow("words") << u"one two three, all of them short enough"_s << qsizetype { 0 };
        QTest::newRow("just short enough") << QString(24, u'x') << qsizetype { 0 };
        QTest::newRow("an address") << u"http://a.lan/"_s + QString(87, u'x') << qsizetype { 4 };
        QTest::newRow("emoji") << u"😀"_s.repeated(24) << qsizetype { 1 };
        QTest::newRow("marks") << u'a' + QString(200, QChar(0x301)) << qsizetype { 0 };
    }
    void longWordsMayBeBroken()
    {
        QFETCH(QString, text);
        QFETCH(qsizetype, breaks);
        QString broken = breakable(text);
        QCOMPARE(broken.count(QChar(0x200b)), breaks);
        QVERIFY(broken.isValidUtf16());
        QCOMPARE(broken.remove(QChar(0x200b)), text);
    }
};

HEARTH_GUI_TEST_MAIN(tst_Painting)
#include "tst_painting.moc"
