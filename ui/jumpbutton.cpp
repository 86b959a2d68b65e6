#include "ui/jumpbutton.h"

#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/theme.h"
#include "ui/timelineview.h"

#include <QEvent>
#include <QLocale>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

JumpButton::JumpButton(TimelineView *timeline) : QPushButton(timeline), m_timeline(timeline)
{
    setObjectName(u"jumpButton"_s);
    setIconSize({ SmallIcon, SmallIcon });
    setToolTip(tr("Jump to newest (Ctrl+End)"));
    hide();
    connect(this, &QPushButton::clicked, timeline, &TimelineView::jumpToNewest);
    connect(timeline, &TimelineView::positionChanged, this, &JumpButton::follow);
    timeline->installEventFilter(this);
    refreshTheme();
}

void JumpButton::follow()
{
    const qint64 below = m_timeline->countBelow();
    if (below > 0) {
        setText(QLocale().toString(below));
        setAccessibleName(tr("Jump to newest, %n message(s) below", nullptr, static_cast<int>(below)));
        place();
    }
    setVisible(below > 0);
}

void JumpButton::place()
{
    adjustSize();
    move(m_timeline->width() - width() - Margin - SmallPadding, m_timeline->height() - height() - Padding);
    raise();
}

bool JumpButton::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QPushButton::eventFilter(watched, event);
}

void JumpButton::refreshTheme() { setIcon(icons::tinted("down"_L1, Theme::current().text)); }

} // namespace hearth
