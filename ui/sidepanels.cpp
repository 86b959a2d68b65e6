#include "ui/sidepanels.h"

#include "ui/measures.h"
#include "ui/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QSplitter>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

/// Dims what is behind it.
class Shade : public QWidget
{
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        constexpr float Opacity = 0.4F;
        const Theme theme = Theme::current();
        QColor color = theme.isDark ? theme.sidebar : theme.text;
        color.setAlphaF(Opacity);
        QPainter(this).fillRect(rect(), color);
    }
};

} // namespace

SidePanels::SidePanels(QWidget *rooms, QWidget *conversation, QWidget *members, QWidget *parent)
    : QWidget(parent), m_rooms(rooms), m_members(members), m_splitter(new QSplitter(Qt::Horizontal, this)),
      m_shade(new Shade(this))
{
    for (QWidget *panel : { rooms, members }) {
        panel->setMinimumWidth(SidebarMinWidth);
        panel->setMaximumWidth(SidebarMaxWidth);
        panel->installEventFilter(this);
    }
    conversation->setMinimumWidth(ConversationMinWidth);
    m_splitter->addWidget(rooms);
    m_splitter->addWidget(conversation);
    m_splitter->addWidget(members);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({ SidebarWidth, 10 * SidebarWidth, MembersWidth });
    m_shade->setObjectName(u"shade"_s);
    m_shade->installEventFilter(this);
    m_shade->hide();
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_splitter);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { followFocus(now); });
}

// What has the focus loses it when it goes, and that is after this.
SidePanels::~SidePanels() { qApp->disconnect(this); }

bool SidePanels::isBeside(const QWidget *panel) const { return m_splitter->indexOf(const_cast<QWidget *>(panel)) >= 0; }

void SidePanels::open(QWidget *panel, QWidget *focus)
{
    if (!isBeside(panel) && m_over != panel) {
        closeOver();
        m_over = panel;
        placeOver();
        m_shade->show();
        m_shade->raise();
        panel->show();
        panel->raise();
    }
    focus->setFocus(Qt::ShortcutFocusReason);
}

void SidePanels::toggle(QWidget *panel, QWidget *focus)
{
    if (m_over == panel)
        closeOver();
    else if (!isBeside(panel))
        open(panel, focus);
}

void SidePanels::closeOver()
{
    const QPointer<QWidget> panel = std::exchange(m_over, nullptr);
    if (!panel)
        return;
    const QWidget *focus = QApplication::focusWidget();
    const bool hadFocus = focus == nullptr || focus == panel || panel->isAncestorOf(focus);
    m_shade->hide();
    panel->hide();
    if (hadFocus)
        emit closed();
}

void SidePanels::followFocus(const QWidget *now)
{
    if (m_over && now != nullptr && now != m_over && !m_over->isAncestorOf(now))
        closeOver();
}

bool SidePanels::eventFilter(QObject *watched, QEvent *event)
{
    const bool isBesideIt = watched == m_shade && event->type() == QEvent::MouseButtonPress;
    const bool isEscape = watched == m_over && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape;
    if (!isBesideIt && !isEscape)
        return QWidget::eventFilter(watched, event);
    closeOver();
    return true;
}

void SidePanels::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void SidePanels::arrange()
{
    place(m_rooms, 0, width() >= NarrowWidth);
    place(m_members, m_splitter->count(), width() >= MediumWidth);
    placeOver();
    emit arranged();
}

void SidePanels::place(QWidget *panel, int position, bool isToBeBeside)
{
    if (isToBeBeside == isBeside(panel))
        return;
    if (m_over == panel)
        closeOver();
    if (isToBeBeside) {
        m_splitter->insertWidget(position, panel);
        panel->show();
    } else {
        panel->setParent(this);
        panel->hide();
    }
}

void SidePanels::placeOver()
{
    m_shade->setGeometry(rect());
    if (m_over == m_rooms)
        m_over->setGeometry(0, 0, SidebarWidth, height());
    else if (m_over)
        m_over->setGeometry(width() - MembersWidth, 0, MembersWidth, height());
}

QByteArray SidePanels::saveState() const { return m_splitter->count() == 3 ? m_splitter->saveState() : QByteArray(); }

void SidePanels::restoreState(const QByteArray &state)
{
    if (!state.isEmpty() && m_splitter->count() == 3)
        m_splitter->restoreState(state);
    m_splitter->setHandleWidth(1); // it is part of the state
}

} // namespace hearth
