#include "ui/memberspanel.h"

#include "client/memberlistmodel.h"
#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/presencerows.h"
#include "ui/rowdelegates.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

/// Each member in words, for a screen reader and as a tool tip.
class SpokenMembers : public PresenceRows
{
public:
    explicit SpokenMembers(QObject *parent) : PresenceRows(MemberListModel::StateRole, parent) { }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (role != Qt::AccessibleTextRole && role != Qt::ToolTipRole)
            return PresenceRows::data(index, role);
        const QVariant known = index.data(MemberListModel::StateRole);
        const auto state = static_cast<PresenceState>(known.toInt());
        QString text = index.data(Qt::DisplayRole).toString();
        if (known.isValid())
            text += u", "_s + Words::presence(state);
        const QDateTime lastSeen = index.data(MemberListModel::LastSeenRole).toDateTime();
        if (known.isValid() && state == PresenceState::Offline && lastSeen.isValid())
            text += u", "_s + MembersPanel::tr("last seen %1").arg(Words::when(lastSeen, QDateTime::currentDateTimeUtc()));
        const QString rank = Words::role(static_cast<Role>(index.data(MemberListModel::RoleRole).toInt()));
        if (!rank.isEmpty())
            text += u", "_s + rank;
        if (known.isValid() && index.data(MemberListModel::IsInTheClearRole).toBool())
            text += u", "_s + MembersPanel::tr("not encrypted: others on this network can read what they write and are told");
        return role == Qt::ToolTipRole ? plainToolTip(text) : text;
    }
};

} // namespace

MembersPanel::MembersPanel(QWidget *parent)
    : QWidget(parent), m_title(plainLabel({}, this)), m_list(new QListView(this)), m_invite(new QPushButton(this))
{
    setObjectName(u"membersPanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    QFont bold = scaled(font(), SmallType);
    bold.setBold(true);
    m_title->setFont(bold);
    setRole(m_title, u"dim"_s);
    m_title->setContentsMargins(Margin, 0, Margin, 0);
    m_title->setFixedHeight(HeaderHeight);
    m_list->setObjectName(u"members"_s);
    m_list->setAccessibleName(tr("Members"));
    m_rows = new SpokenMembers(m_list);
    m_list->setModel(m_rows);
    m_list->setItemDelegate(new MemberDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setEditTriggers(QListView::NoEditTriggers);
    m_list->setSelectionMode(QListView::NoSelection);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setFrameShape(QFrame::NoFrame);
    m_invite->setObjectName(u"inviteButton"_s);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_list, 1);
    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(SmallPadding, Gap, SmallPadding, SmallPadding);
    foot->addWidget(m_invite);
    column->addLayout(foot);

    connect(m_list, &QListView::activated, this, [this](const QModelIndex &index) {
        if (m_menu && m_menu->isVisible())
            return; // on some desktops a click activates too
        if (QMenu *menu = showMenu(index, m_list->viewport()->mapToGlobal(m_list->visualRect(index).center())))
            menu->setActiveAction(menu->actions().first());
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        showMenu(index, m_list->viewport()->mapToGlobal(m_list->visualRect(index).bottomLeft() + QPoint(Margin, 0)));
    });
    connect(m_list, &QListView::customContextMenuRequested, this, [this](QPoint position) {
        const QModelIndex index = m_list->indexAt(position);
        showMenu(index.isValid() ? index : m_list->currentIndex(), m_list->viewport()->mapToGlobal(position));
    });
    connect(m_invite, &QPushButton::clicked, this, [this] {
        if (m_kind == RoomKind::Private)
            emit inviteRequested();
        else
            emit invitePeopleRequested();
    });
}

QWidget *MembersPanel::list() const { return m_list; }

void MembersPanel::setMembers(MemberListModel *members, RoomKind kind)
{
    if (m_members)
        m_members->disconnect(this);
    m_members = members;
    m_rows->setSourceModel(members);
    m_kind = kind;
    m_invite->setText(kind == RoomKind::Private ? tr("Invite somebody…") : tr("Invite people…"));
    m_invite->setVisible(kind != RoomKind::Direct);
    updateTitle();
    if (!members)
        return;
    connect(members, &QAbstractItemModel::modelReset, this, &MembersPanel::updateTitle);
    connect(members, &QAbstractItemModel::rowsInserted, this, &MembersPanel::updateTitle);
    connect(members, &QAbstractItemModel::rowsRemoved, this, &MembersPanel::updateTitle);
    connect(members, &QAbstractItemModel::dataChanged, this, &MembersPanel::peopleChanged);
}

void MembersPanel::setPresenceKnown(bool isKnown) { m_rows->setKnown(isKnown); }

void MembersPanel::updateTitle()
{
    m_title->setText(tr("%n member(s)", nullptr, m_members ? m_members->rowCount() : 0));
    emit peopleChanged();
}

QMenu *MembersPanel::showMenu(const QModelIndex &index, QPoint globalPosition)
{
    if (!index.isValid() || index.data(MemberListModel::IsSelfRole).toBool())
        return nullptr;
    const auto user = index.data(MemberListModel::UserRole).value<UserName>();
    const Theme theme = Theme::current();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(icons::tinted("send"_L1, theme.dim), tr("Send a direct message")), &QAction::triggered, this,
            [this, user] { emit directRequested(user); });
    connect(menu->addAction(icons::tinted("pencil"_L1, theme.dim), tr("Mention in this room")), &QAction::triggered, this,
            [this, user] { emit mentionRequested(user); });
    emit menuOpening(menu, user);
    m_menu = menu;
    menu->popup(globalPosition);
    return menu;
}

} // namespace hearth
