#include "ui/appearance.h"

#include <QApplication>
#include <QFont>
#include <QFontInfo>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void setUpAppearance()
{
    QApplication::setStyle(u"Fusion"_s); // one look everywhere; colours come from the system's palette
    QFont font = QApplication::font();
    // Whichever of these the system has. Letters and digits stay in its own font, which comes first, by the name that it
    // really has: an alias for it would come after them.
    font.setFamilies({ QFontInfo(font).family(), u"Noto Color Emoji"_s, u"Segoe UI Emoji"_s, u"Apple Color Emoji"_s });
    QApplication::setFont(font);
}

} // namespace hearth
