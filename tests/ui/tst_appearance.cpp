#include "tests/support/testmain.h"
#include "ui/appearance.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QPainter>
#include <QProxyStyle>
#include <QPushButton>

#include <algorithm>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

bool isColourful(const QString &text)
{
    QImage image(80, 40, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.drawText(image.rect(), Qt::AlignCenter, text);
    painter.end();
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y).hslSaturation() > 60)
                return true;
        }
    }
    return false;
}

/// As a desktop that wants icons on the buttons of every dialog.
class IconStyle : public QProxyStyle
{
public:
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *returned) const override
    {
        return hint == SH_DialogButtonBox_ButtonsHaveIcons ? 1 : QProxyStyle::styleHint(hint, option, widget, returned);
    }
};

} // namespace

class tst_Appearance : public test::Test
{
    Q_OBJECT

private slots:
    void wordsKeepTheirFontAndEmojiArePictures()
    {
        const QString words = u"Switch 2, at 08:14 #ops *"_s;
        const int before = QFontMetrics(QApplication::font()).horizontalAdvance(words);
        setUpAppearance();
        QCOMPARE(QFontMetrics(QApplication::font()).horizontalAdvance(words), before);
        QVERIFY(!isColourful(words));
        if (!QFontDatabase::families().contains(u"Noto Color Emoji"_s))
            QSKIP("This computer has no pictures of emoji.");
        for (const QString &emoji : { u"😀"_s, u"👍"_s, u"☕"_s, u"🎉"_s })
            QVERIFY2(isColourful(emoji), qPrintable(emoji));
    }
    void buttonsOfDialogsHaveNoIconsOfTheDesktop()
    {
        setUpAppearance();
        auto *style = qobject_cast<QProxyStyle *>(QApplication::style());
        QVERIFY(style);
        style->setBaseStyle(new IconStyle);
        const QDialogButtonBox box(QDialogButtonBox::Cancel | QDialogButtonBox::Ok);
        for (const QAbstractButton *button : box.buttons())
            QVERIFY2(button->icon().isNull(), qPrintable(button->text()));
    }
};

HEARTH_GUI_TEST_MAIN(tst_Appearance)
#include "tst_appearance.moc"
