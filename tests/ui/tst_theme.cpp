#include "tests/support/testmain.h"
#include "ui/theme.h"

#include <QApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

QPalette paletteOf(const QColor &window, const QColor &text)
{
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    return palette;
}

Theme light() { return Theme::from(paletteOf(QColor(240, 240, 240), Qt::black)); }
Theme dark() { return Theme::from(paletteOf(QColor(40, 40, 40), Qt::white)); }

} // namespace

class tst_Theme : public test::Test
{
    Q_OBJECT

private slots:
    void followsThePalette()
    {
        QVERIFY(!light().isDark);
        QVERIFY(dark().isDark);
        QVERIFY(!light().isHighContrast && !dark().isHighContrast);
    }
    void contrastIsTheWcags()
    {
        QCOMPARE(qRound(contrastRatio(Qt::black, Qt::white)), 21);
        QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
        QVERIFY(qAbs(contrastRatio(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    }
    /// look.md: every pair of text and background is at least 5:1.
    void textCanBeRead_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textCanBeRead()
    {
        QFETCH(bool, isDark);
        const Theme theme = isDark ? dark() : light();
        for (const QColor &background : { theme.window, theme.surface, theme.sidebar, theme.mention }) {
            for (const QColor &text : { theme.text, theme.dim, theme.error, theme.warn, theme.ok, theme.link })
                QVERIFY2(contrastRatio(text, background) >= 4.5, qPrintable(text.name() + u" on "_s + background.name()));
        }
        for (const QColor &background : { theme.window, theme.surface, theme.sidebar }) {
            for (const QColor &text : { theme.text, theme.dim })
                QVERIFY2(contrastRatio(text, background) >= 5.0, qPrintable(text.name() + u" on "_s + background.name()));
        }
        QVERIFY(contrastRatio(theme.accent, theme.onAccent) >= 5.0);
    }
    void namesCanBeRead_data() { textCanBeRead_data(); }
    void namesCanBeRead()
    {
        QFETCH(bool, isDark);
        const Theme theme = isDark ? dark() : light();
        QSet<QRgb> seen;
        for (int i = 0; i < 500; ++i) {
            const QColor color = theme.personColor(*UserName::parse(u"person %1"_s.arg(i)));
            QVERIFY2(contrastRatio(color, theme.window) >= 4.5, qPrintable(color.name()));
            QVERIFY2(contrastRatio(color, theme.mention) >= 4.5, qPrintable(color.name()));
            QVERIFY(contrastRatio(theme.onPersonColor(), color) >= 4.5);
            seen.insert(color.rgb());
        }
        QCOMPARE(seen.size(), 12);
    }
    void aNameKeepsItsColourHoweverItIsWritten()
    {
        QCOMPARE(light().personColor(*UserName::parse(u"Anna")), light().personColor(*UserName::parse(u"aNNA")));
    }
    void highContrastIsLeftAlone()
    {
        QPalette palette = paletteOf(Qt::black, Qt::white);
        palette.setColor(QPalette::Base, Qt::black);
        palette.setColor(QPalette::Text, Qt::white);
        palette.setColor(QPalette::Highlight, Qt::yellow);
        const Theme theme = Theme::from(palette);
        QVERIFY(theme.isHighContrast);
        QCOMPARE(theme.window, QColor(Qt::black));
        QCOMPARE(theme.text, QColor(Qt::white));
        QCOMPARE(theme.accent, QColor(Qt::yellow));
        QCOMPARE(theme.personColor(*UserName::parse(u"Anna")), QColor(Qt::white));
    }
    void theStyleSheetIsFilledIn()
    {
        QVERIFY(!light().styleSheet().contains(u'$'));
        QVERIFY(light().styleSheet() != dark().styleSheet());
    }
};

HEARTH_GUI_TEST_MAIN(tst_Theme)
#include "tst_theme.moc"
