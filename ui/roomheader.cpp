#include "ui/roomheader.h"

#include "ui/elidedlabel.h"
#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int NameMinWidth = 80;
constexpr int RoomForButtons = 40; ///< of half the header

} // namespace

RoomHeader::RoomHeader(QWidget *parent)
    : QWidget(parent), m_name(new ElidedLabel(this)), m_topic(new ElidedLabel(this)),
      m_inTheClear(plainLabel(tr("Not encrypted"), this)), m_roomsButton(new QToolButton(this)),
      m_membersButton(new QToolButton(this)), m_menuButton(new QToolButton(this))
{
    setObjectName(u"header"_s);
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(HeaderHeight);
    QFont nameFont = scaled(font(), RoomTitleType);
    nameFont.setBold(true);
    m_name->setFont(nameFont);
    m_name->setObjectName(u"roomTitle"_s);
    m_topic->setDim(true);
    m_topic->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_topic->setObjectName(u"roomTopic"_s);
    m_inTheClear->setFont(scaled(font(), SmallType));
    setRole(m_inTheClear, u"warn"_s);
    m_inTheClear->setObjectName(u"inTheClear"_s);
    m_inTheClear->hide();
    m_roomsButton->setToolTip(tr("Rooms"));
    m_roomsButton->setAccessibleName(tr("Show the rooms"));
    m_roomsButton->setObjectName(u"sidebarButton"_s);
    m_membersButton->setObjectName(u"membersButton"_s);
    m_membersButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_membersButton->setToolTip(tr("Members"));
    m_menuButton->setToolTip(tr("This room"));
    m_menuButton->setAccessibleName(tr("This room"));
    m_menuButton->setObjectName(u"roomMenuButton"_s);
    for (QToolButton *button : { m_roomsButton, m_membersButton, m_menuButton })
        button->setIconSize({ Icon, Icon });

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Margin, 0, SmallPadding, 0);
    row->setSpacing(Padding);
    row->addWidget(m_roomsButton);
    row->addWidget(m_name);
    row->addWidget(m_topic, 1);
    row->addWidget(m_inTheClear);
    row->addWidget(m_membersButton);
    row->addWidget(m_menuButton);

    connect(m_roomsButton, &QToolButton::clicked, this, &RoomHeader::roomsRequested);
    connect(m_membersButton, &QToolButton::clicked, this, &RoomHeader::membersRequested);
    connect(m_menuButton, &QToolButton::clicked, this,
            [this] { emit menuRequested(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height()))); });
    refreshTheme();
}

void RoomHeader::setRoom(const QString &name, const QString &topic)
{
    m_name->setText(name);
    m_topic->setText(topic);
}

void RoomHeader::setMemberCount(int count)
{
    m_membersButton->setText(QString::number(count));
    m_membersButton->setAccessibleName(tr("%n member(s)", nullptr, count));
}

void RoomHeader::setInTheClear(const QString &why)
{
    m_inTheClear->setVisible(!why.isEmpty());
    m_inTheClear->setToolTip(plainToolTip(why));
    m_inTheClear->setAccessibleName(tr("Not encrypted. %1").arg(why));
}

void RoomHeader::setMembersShown(bool isShown) { m_membersButton->setVisible(isShown); }

void RoomHeader::setHasButtonFor(bool rooms, bool members)
{
    m_roomsButton->setVisible(rooms);
    m_membersButton->setEnabled(members);
}

void RoomHeader::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_name->setMaximumWidth(std::max(NameMinWidth, width() / 2 - RoomForButtons)); // the topic has a say too
}

void RoomHeader::refreshTheme()
{
    const Theme theme = Theme::current();
    m_roomsButton->setIcon(icons::tinted("menu"_L1, theme.dim));
    m_membersButton->setIcon(icons::tinted("people"_L1, theme.dim));
    m_menuButton->setIcon(icons::tinted("more"_L1, theme.dim));
}

} // namespace hearth
