#include "ui/rowdelegates.h"

#include "client/memberlistmodel.h"
#include "client/roomlistmodel.h"
#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QPainter>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int HeadingHeight = 32;

bool isDirect(const QModelIndex &index)
{
    return index.data(RoomListModel::KindRole).toInt() == static_cast<int>(RoomKind::Direct);
}

bool hasHeading(const QModelIndex &index)
{
    return index.row() == 0 || isDirect(index) != isDirect(index.siblingAtRow(index.row() - 1));
}

void paintRowBackground(QPainter &painter, const QRect &row, const QStyleOptionViewItem &option, bool isSelected,
                        const Theme &theme)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill = QRectF(row).adjusted(SmallPadding, 1, -SmallPadding, -1);
    if (isSelected || option.state.testFlag(QStyle::State_MouseOver)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isSelected ? theme.selected : theme.hover);
        painter.drawRoundedRect(pill, ControlRadius, ControlRadius);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(pill.adjusted(1, 1, -1, -1), ControlRadius, ControlRadius);
    }
}

} // namespace

QSize RoomDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return { option.rect.width(), RoomRowHeight + (hasHeading(index) ? HeadingHeight : 0) };
}

void RoomDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme theme = Theme::current();
    painter->save();
    QRect row = option.rect;
    if (hasHeading(index)) {
        QFont bold = scaled(option.font, SmallType);
        bold.setBold(true);
        painter->setFont(bold);
        painter->setPen(theme.dim);
        painter->drawText(QRect(row.left() + Margin, row.top() + SmallPadding, row.width(), HeadingHeight - SmallPadding),
                          Qt::AlignLeft | Qt::AlignVCenter, isDirect(index) ? tr("Direct") : tr("Rooms"));
        row.setTop(row.top() + HeadingHeight);
    }
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    paintRowBackground(*painter, row, option, isSelected, theme);

    const qint64 unread = index.data(RoomListModel::UnreadRole).toLongLong();
    const qint64 mentions = isDirect(index) ? unread : index.data(RoomListModel::MentionsRole).toLongLong();
    int right = row.right() - Margin;
    if (unread > 0) {
        const qint64 shown = mentions > 0 && !isDirect(index) ? mentions : unread;
        const int pillWidth = countPillWidth(shown, option.font);
        painter->setFont(option.font);
        paintCountPill(*painter, QRectF(right - pillWidth, row.center().y() - 9, pillWidth, 20), shown, mentions > 0, theme);
        right -= pillWidth + Gap;
    }
    if (index.data(RoomListModel::DraftRole).toBool() && !isSelected) {
        icons::paint(*painter, QRectF(right - SmallIcon, row.center().y() - SmallIcon / 2 + 1, SmallIcon, SmallIcon),
                     "pencil"_L1, theme.dim);
        right -= SmallIcon + Gap;
    }
    const QRectF mark(row.left() + Margin, row.center().y() - Icon / 2 + 1, Icon, Icon);
    if (isDirect(index)) {
        paintAvatar(*painter, mark, index.data(RoomListModel::PeerRole).value<UserName>(), theme);
        if (const QVariant state = index.data(RoomListModel::PeerStateRole); state.isValid()) {
            paintPresence(*painter, QRectF(mark.right() - 7, mark.bottom() - 7, 8, 8), static_cast<PresenceState>(state.toInt()),
                          theme, isSelected ? theme.selected : theme.sidebar);
        }
    } else {
        const bool isPrivate = index.data(RoomListModel::KindRole).toInt() == static_cast<int>(RoomKind::Private);
        icons::paint(*painter, mark.adjusted(2, 2, -2, -2), isPrivate ? "lock"_L1 : "room"_L1,
                     unread > 0 ? theme.text : theme.dim);
    }
    QFont font = option.font;
    font.setBold(unread > 0);
    painter->setFont(font);
    painter->setPen(unread > 0 || isSelected ? theme.text : theme.dim);
    const QRect name(static_cast<int>(mark.right()) + SmallPadding, row.top(), 0, row.height());
    const int width = right - name.left() - Gap;
    painter->drawText(name.adjusted(0, 0, width, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(index.data(RoomListModel::NameRole).toString(), Qt::ElideRight, width));
    painter->restore();
}

QSize MemberDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return { option.rect.width(), MemberRowHeight };
}

void MemberDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme theme = Theme::current();
    const QRect row = option.rect;
    const auto user = index.data(MemberListModel::UserRole).value<UserName>();
    const QVariant known = index.data(MemberListModel::StateRole);
    const auto state = static_cast<PresenceState>(known.toInt());
    const bool isHere = known.isValid() && state != PresenceState::Offline;
    painter->save();
    paintRowBackground(*painter, row, option, false, theme);
    const QRectF avatar(row.left() + Margin, row.center().y() - SmallAvatar / 2 + 1, SmallAvatar, SmallAvatar);
    painter->setOpacity(isHere ? 1.0 : 0.6);
    paintAvatar(*painter, avatar, user, theme);
    painter->setOpacity(1.0);
    if (known.isValid())
        paintPresence(*painter, QRectF(avatar.right() - 8, avatar.bottom() - 8, 9, 9), state, theme, theme.sidebar);

    QStringList notes;
    if (const QString role = Words::role(static_cast<Role>(index.data(MemberListModel::RoleRole).toInt())); !role.isEmpty())
        notes.append(role);
    if (index.data(MemberListModel::IsSelfRole).toBool())
        notes.append(tr("you"));
    if (isHere && state != PresenceState::Online)
        notes.append(Words::presence(state));
    const bool isInTheClear = isHere && index.data(MemberListModel::IsInTheClearRole).toBool();
    if (isInTheClear)
        notes.append(tr("not encrypted"));
    const QString note = notes.join(u" · "_s);

    const int left = static_cast<int>(avatar.right()) + SmallPadding + 2;
    const int width = row.right() - Padding - left;
    const QFont small = scaled(option.font, SmallType);
    const int nameHeight = QFontMetrics(option.font).height();
    const int noteHeight = note.isEmpty() ? 0 : QFontMetrics(small).height();
    const int top = row.center().y() - (nameHeight + noteHeight) / 2 + 1;
    painter->setFont(option.font);
    painter->setPen(isHere ? theme.text : theme.dim);
    painter->drawText(QRect(left, top, width, nameHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      QFontMetrics(option.font).elidedText(user.toString(), Qt::ElideRight, width));
    if (!note.isEmpty()) {
        painter->setFont(small);
        painter->setPen(isInTheClear ? theme.warn : theme.dim);
        painter->drawText(QRect(left, top + nameHeight, width, noteHeight), Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(small).elidedText(note, Qt::ElideRight, width));
    }
    painter->restore();
}

} // namespace hearth
