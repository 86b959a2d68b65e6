#include "ui/choicebox.h"

#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/theme.h"

#include <QPainter>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

ChoiceBox::ChoiceBox(const QString &name, QWidget *parent) : QComboBox(parent)
{
    setPalette(Theme::current().palette()); // a window of its own does not inherit it
    setMinimumHeight(RoomRowHeight);
    setAccessibleName(name);
    // As wide as there is room, however long its texts are.
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(12);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ChoiceBox::paintEvent(QPaintEvent *event)
{
    QComboBox::paintEvent(event);
    QPainter painter(this);
    const QRect mark(width() - Icon - SmallPadding, (height() - Icon) / 2, Icon, Icon);
    icons::paint(painter, layoutDirection() == Qt::RightToLeft ? mark.translated(2 * SmallPadding + Icon - width(), 0) : mark,
                 "chevron"_L1, Theme::current().dim);
}

} // namespace hearth
