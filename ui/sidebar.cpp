#include "ui/sidebar.h"

#include "client/roomlistmodel.h"
#include "protocol/limits.h"
#include "ui/elidedlabel.h"
#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/presencerows.h"
#include "ui/rowdelegates.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

/// The connection in a dot, whose shape says it too, and in words beside it.
QPixmap statusDot(const ConnectionStatus &status, qreal scale)
{
    const Theme theme = Theme::current();
    QPixmap pixmap(QSize(12, 12) * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const bool isOnline = status.state == ConnectionStatus::State::Online;
    const bool isOff = status.state == ConnectionStatus::State::Offline;
    paintPresence(painter, QRectF(2, 2, 8, 8),
                  isOnline ? PresenceState::Online : isOff ? PresenceState::Offline : PresenceState::Away, theme, theme.sidebar);
    return pixmap;
}

/// Each room in words, for a screen reader, and the whole of its name as a tool tip.
class SpokenRooms : public PresenceRows
{
public:
    explicit SpokenRooms(QObject *parent) : PresenceRows(RoomListModel::PeerStateRole, parent) { }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (role == Qt::ToolTipRole)
            return plainToolTip(Words::oneLine(index.data(RoomListModel::NameRole).toString(), limits::MaxRoomNameLength));
        if (role != Qt::AccessibleTextRole)
            return PresenceRows::data(index, role);
        QStringList parts { index.data(RoomListModel::NameRole).toString() };
        const int kind = index.data(RoomListModel::KindRole).toInt();
        const QVariant peerState = index.data(RoomListModel::PeerStateRole);
        if (kind == static_cast<int>(RoomKind::Direct) && peerState.isValid())
            parts.append(Words::presence(static_cast<PresenceState>(peerState.toInt())));
        else if (kind == static_cast<int>(RoomKind::Private))
            parts.append(Sidebar::tr("private"));
        if (const int unread = index.data(RoomListModel::UnreadRole).toInt(); unread > 0)
            parts.append(Sidebar::tr("%n unread message(s)", nullptr, unread));
        if (const int mentions = index.data(RoomListModel::MentionsRole).toInt(); mentions > 0)
            parts.append(Sidebar::tr("%n of them name(s) you", nullptr, mentions));
        if (index.data(RoomListModel::DraftRole).toBool())
            parts.append(Sidebar::tr("a draft"));
        return parts.join(u", "_s);
    }
};

} // namespace

Sidebar::Sidebar(QWidget *parent)
    : QWidget(parent), m_serverName(new ElidedLabel(this)), m_dot(plainLabel({}, this)), m_state(plainLabel({}, this)),
      m_list(new QListView(this)),
      m_menuButton(new QToolButton(this)), m_addButton(new QToolButton(this))
{
    setObjectName(u"sidebar"_s);
    setAttribute(Qt::WA_StyledBackground);
    QFont bold = font();
    bold.setBold(true);
    m_serverName->setFont(bold);
    m_serverName->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_state->setFont(scaled(font(), SmallType));
    setRole(m_state, u"dim"_s);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_state->setObjectName(u"connectionState"_s);

    m_menuButton->setToolTip(tr("This chat"));
    m_menuButton->setAccessibleName(tr("This chat"));
    m_menuButton->setIconSize({ Icon, Icon });
    m_addButton->setText(tr("Create or join a room"));
    m_addButton->setToolTip(tr("Create or join a room"));
    m_addButton->setObjectName(u"addRoomButton"_s);
    m_addButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_addButton->setIconSize({ Icon, Icon });

    m_list->setObjectName(u"rooms"_s);
    m_list->setAccessibleName(tr("Rooms"));
    m_rows = new SpokenRooms(m_list);
    m_list->setModel(m_rows);
    m_list->setItemDelegate(new RoomDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setFrameShape(QFrame::NoFrame);

    auto *names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(m_serverName);
    auto *stateRow = new QHBoxLayout;
    stateRow->setSpacing(Gap);
    stateRow->addWidget(m_dot);
    stateRow->addWidget(m_state, 1);
    names->addLayout(stateRow);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Margin, SmallPadding, SmallPadding, SmallPadding);
    head->addLayout(names, 1);
    head->addWidget(m_menuButton);
    auto *headBox = new QWidget(this);
    headBox->setFixedHeight(HeaderHeight);
    headBox->setLayout(head);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(SmallPadding, Gap, SmallPadding, SmallPadding);
    foot->addWidget(m_addButton, 1);
    m_addButton->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(headBox);
    column->addWidget(m_list, 1);
    column->addLayout(foot);

    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        emit roomChosen(index.data(RoomListModel::RoomIdRole).value<RoomId>());
    });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex &index) {
        emit roomChosen(index.data(RoomListModel::RoomIdRole).value<RoomId>());
    });
    connect(m_list, &QListView::customContextMenuRequested, this, &Sidebar::showRoomMenu);
    connect(m_menuButton, &QToolButton::clicked, this,
            [this] { emit menuRequested(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height()))); });
    auto *addMenu = new QMenu(m_addButton);
    connect(addMenu->addAction(tr("Create a room…")), &QAction::triggered, this, &Sidebar::createRequested);
    connect(addMenu->addAction(tr("Join a room…")), &QAction::triggered, this, &Sidebar::browseRequested);
    m_addButton->setMenu(addMenu);
    m_addButton->setPopupMode(QToolButton::InstantPopup);
    setTabOrder(m_menuButton, m_list);
    setTabOrder(m_list, m_addButton);
    refreshTheme();
}

QWidget *Sidebar::list() const { return m_list; }

void Sidebar::setRooms(RoomListModel *rooms)
{
    m_rooms = rooms;
    m_rows->setSourceModel(rooms);
    if (!rooms)
        return;
    // Headings stand on some rows: whatever moves can give a row one, or take it.
    const auto relayout = [this] { m_list->doItemsLayout(); };
    connect(rooms, &QAbstractItemModel::rowsMoved, this, relayout);
    connect(rooms, &QAbstractItemModel::rowsInserted, this, relayout);
    connect(rooms, &QAbstractItemModel::rowsRemoved, this, relayout);
}

void Sidebar::setServerName(const QString &name) { m_serverName->setText(Words::oneLine(name, 100)); }

void Sidebar::setStatus(const ConnectionStatus &status)
{
    m_status = status;
    m_state->setText(Words::connectionShort(status));
    m_state->setToolTip(plainToolTip(status.isOpenToOthers ? Words::notEncrypted() : QString()));
    setRole(m_state, status.isOpenToOthers ? u"warn"_s : u"dim"_s);
    m_dot->setPixmap(statusDot(status, devicePixelRatioF()));
    m_rows->setKnown(status.state == ConnectionStatus::State::Online);
}

void Sidebar::setCurrentRoom(const RoomId &room)
{
    if (!m_rooms)
        return;
    const int row = m_rooms->rowOf(room);
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_list->model()->index(row, 0));
}

void Sidebar::move(int step, bool onlyUnread)
{
    const int count = m_rooms ? m_rooms->rowCount() : 0;
    int row = m_list->currentIndex().row();
    for (int tried = 0; tried < count; ++tried) {
        row = (row + step + count) % count;
        const QModelIndex index = m_rooms->index(row);
        if (onlyUnread && index.data(RoomListModel::UnreadRole).toLongLong() == 0)
            continue;
        emit roomChosen(index.data(RoomListModel::RoomIdRole).value<RoomId>());
        return;
    }
}

void Sidebar::refreshTheme()
{
    const Theme theme = Theme::current();
    m_menuButton->setIcon(icons::tinted("more"_L1, theme.dim));
    m_addButton->setIcon(icons::tinted("plus"_L1, theme.dim));
    setStatus(m_status);
}

void Sidebar::showRoomMenu(QPoint position)
{
    QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        index = m_list->currentIndex();
    const auto room = index.data(RoomListModel::RoomIdRole).value<RoomId>();
    if (!index.isValid() || room == RoomId::lobby())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *leave = menu->addAction(icons::tinted("leave"_L1, Theme::current().dim), tr("Leave…"));
    connect(leave, &QAction::triggered, this, [this, room] { emit leaveRequested(room); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

} // namespace hearth
