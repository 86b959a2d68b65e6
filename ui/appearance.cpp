#include "ui/appearance.h"

#include <QApplication>
#include <QFont>
#include <QFontInfo>
#include <QProxyStyle>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Icons are our own: those that a desktop puts on "Cancel" are of another hand, and of colours that nobody chose.
class PlainStyle : public QProxyStyle
{
public:
    using QProxyStyle::QProxyStyle;
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *returned) const override
    {
        return hint == SH_DialogButtonBox_ButtonsHaveIcons ? 0 : QProxyStyle::styleHint(hint, option, widget, returned);
    }
};

} // namespace

void setUpAppearance()
{
    QApplication::setStyle(new PlainStyle(u"Fusion"_s)); // one look everywhere; colours come from the system's palette
    QFont font = QApplication::font();
    // Whichever of these the system has. Letters and digits stay in its own font, which comes first, by the name that it
    // really has: an alias for it would come after them.
    font.setFamilies({ QFontInfo(font).family(), u"Noto Color Emoji"_s, u"Segoe UI Emoji"_s, u"Apple Color Emoji"_s });
    QApplication::setFont(font);
}

} // namespace hearth
