#include "ui/timelinedelegate.h"

#include "client/timelinemodel.h"
#include "ui/icons.h"
#include "ui/links.h"
#include "ui/measures.h"
#include "ui/messagecommand.h"
#include "ui/painting.h"
#include "ui/words.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int KeptLayouts = 300; ///< rows; a screen shows some fifty
constexpr int ButtonSize = 28;
constexpr double PendingOpacity = 0.6;
constexpr std::array<TimelineDelegate::Button, 3> Buttons { TimelineDelegate::Button::React,
                                                            TimelineDelegate::Button::Reply,
                                                            TimelineDelegate::Button::More };

/// The same for a row whatever is inserted above it.
QByteArray keyOf(const QModelIndex &index)
{
    if (const auto seq = index.data(TimelineModel::SeqRole).value<Seq>(); seq > Seq(0))
        return QByteArray::number(seq.value());
    return index.data(TimelineModel::ClientIdRole).value<ClientId>().toString().toUtf8();
}

QLatin1StringView iconOf(TimelineDelegate::Button button)
{
    switch (button) {
    case TimelineDelegate::Button::React:
        return "smile"_L1;
    case TimelineDelegate::Button::Reply:
        return "reply"_L1;
    case TimelineDelegate::Button::More:
        break;
    }
    return "more"_L1;
}

} // namespace

TimelineDelegate::TimelineDelegate(QObject *parent)
    : QStyledItemDelegate(parent), m_layouts(KeptLayouts), m_theme(Theme::current())
{
}

void TimelineDelegate::forget(const QModelIndex &index)
{
    const QByteArray key = keyOf(index);
    m_heights.remove(key);
    m_layouts.remove(key);
}

void TimelineDelegate::forgetAll()
{
    m_heights.clear();
    m_layouts.clear();
    m_theme = Theme::current();
}

const MessageLayout &TimelineDelegate::layout(const QModelIndex &index, int width, const QFont &font) const
{
    if (m_width != width) {
        m_width = width;
        m_heights.clear();
        m_layouts.clear();
    }
    const QByteArray key = keyOf(index);
    if (MessageLayout *known = m_layouts.object(key))
        return *known;
    auto *fresh = new MessageLayout(index, width, font, m_theme);
    m_heights.insert(key, fresh->height());
    m_layouts.insert(key, fresh); // takes it over
    return *fresh;
}

QSize TimelineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    // For the step of the scroll bar, QListView::updateGeometries() asks with no rectangle at all: of the width as it is.
    const int width = option.rect.width() > 0 ? option.rect.width() : m_width;
    if (width <= 0)
        return { 0, option.fontMetrics.height() };
    if (m_width == width) {
        if (const auto known = m_heights.constFind(keyOf(index)); known != m_heights.constEnd())
            return { width, *known };
    }
    return { width, layout(index, width, option.font).height() };
}

bool TimelineDelegate::hasButtons(const QModelIndex &index)
{
    return commandsFor(index).contains(MessageCommand::React);
}

QRect TimelineDelegate::buttonRect(const MessageLayout &layout, Button button)
{
    const int place = static_cast<int>(button);
    const int left = layout.width - Margin - static_cast<int>(Buttons.size()) * ButtonSize + place * ButtonSize;
    const int top = layout.content.top() - (layout.content.top() >= Gap ? Gap : 0);
    return { left, top, ButtonSize, ButtonSize };
}

bool TimelineDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                                 const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return false;
    const MessageLayout &parts = layout(index, option.rect.width(), option.font);
    // Without a text it hides the one that is there.
    QToolTip::showText(event->globalPos(), plainToolTip(toolTipAt(parts, index, event->pos() - option.rect.topLeft())), view->viewport());
    return true;
}

QString TimelineDelegate::toolTipAt(const MessageLayout &layout, const QModelIndex &index, QPoint inRow)
{
    if (const auto link = layout.linkAt(inRow))
        return tr("Opens %1").arg(realHost(link->url));
    if (const auto *reaction = layout.reactionAt(inRow)) {
        for (const ReactionSummary &summary : index.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>()) {
            if (summary.emoji == reaction->emoji)
                return Words::people(summary.users);
        }
    }
    if (layout.time.contains(inRow))
        return Words::fullDate(index.data(TimelineModel::TimestampRole).toDateTime());
    return {};
}

void TimelineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const MessageLayout &parts = layout(index, option.rect.width(), option.font);
    const bool isHovered = m_hovered == index;
    const bool isFocused = option.state.testFlag(QStyle::State_HasFocus);
    const auto delivery = static_cast<TimelineModel::Delivery>(index.data(TimelineModel::DeliveryRole).toInt());

    painter->save();
    painter->setClipRect(option.rect); // combining marks without end stay in their row
    painter->translate(option.rect.topLeft());
    painter->setFont(option.font);
    painter->setRenderHint(QPainter::Antialiasing);

    if (index.data(TimelineModel::MentionsSelfRole).toBool())
        painter->fillRect(parts.content, m_theme.mention);
    else if (isHovered || isFocused)
        painter->fillRect(parts.content, m_theme.hover);
    if (isFocused) {
        painter->setPen(QPen(m_theme.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(parts.content.adjusted(2, 1, -2, -1), ControlRadius, ControlRadius);
    }
    paintDay(*painter, parts, index);
    paintHead(*painter, parts, index, isHovered || isFocused);
    paintReply(*painter, parts, index);

    painter->setOpacity(delivery == TimelineModel::Delivery::Pending ? PendingOpacity : 1.0);
    painter->setPen(index.data(TimelineModel::DeletedRole).toBool() ? m_theme.dim : m_theme.text);
    parts.text->draw(painter, parts.body.topLeft());
    painter->setOpacity(1.0);

    if (!parts.state.isNull())
        icons::paint(*painter, parts.state, "clock"_L1, m_theme.dim);
    if (!parts.failure.isNull())
        paintFailure(*painter, parts);
    paintReactions(*painter, parts);
    if ((isHovered || isFocused) && hasButtons(index))
        paintButtons(*painter, parts, isHovered);
    painter->restore();
}

void TimelineDelegate::paintDay(QPainter &painter, const MessageLayout &layout, const QModelIndex &index) const
{
    const QFont font = painter.font();
    if (!layout.expired.isNull()) {
        painter.setFont(scaled(font, SmallType));
        painter.setPen(m_theme.dim);
        const QString text = Words::expired(index.data(TimelineModel::ExpiredAboveRole).toInt());
        painter.drawText(layout.expired, Qt::AlignCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, layout.expired.width()));
    }
    if (!layout.dayPill.isNull()) {
        const QDate date = index.data(TimelineModel::TimestampRole).toDateTime().toLocalTime().date();
        painter.setFont(scaled(font, SmallType));
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.sidebar);
        painter.drawRoundedRect(layout.dayPill, layout.dayPill.height() / 2.0, layout.dayPill.height() / 2.0);
        painter.setPen(m_theme.dim);
        painter.drawText(layout.dayPill, Qt::AlignCenter, Words::day(date, QDate::currentDate()));
    }
    if (!layout.newLine.isNull()) {
        QFont bold = scaled(font, SmallType);
        bold.setBold(true);
        painter.setFont(bold);
        const QString text = tr("New");
        const int textWidth = QFontMetrics(bold).horizontalAdvance(text);
        painter.setPen(m_theme.accent);
        painter.drawText(layout.newLine, Qt::AlignRight | Qt::AlignVCenter, text);
        const int y = layout.newLine.center().y();
        painter.fillRect(QRect(layout.newLine.left(), y, layout.newLine.width() - textWidth - SmallPadding, 1), m_theme.accent);
    }
    painter.setFont(font);
}

void TimelineDelegate::paintHead(QPainter &painter, const MessageLayout &layout, const QModelIndex &index, bool isActive) const
{
    const QFont font = painter.font();
    const auto user = index.data(TimelineModel::UserRole).value<UserName>();
    const QString time = Words::timeOfDay(index.data(TimelineModel::TimestampRole).toDateTime());
    if (layout.avatar.isNull()) {
        if (isActive) {
            painter.setFont(scaled(font, SmallType));
            painter.setPen(m_theme.dim);
            painter.drawText(layout.time, Qt::AlignRight | Qt::AlignVCenter, time);
        }
    } else {
        paintAvatar(painter, layout.avatar, user, m_theme);
        QFont bold = font;
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(m_theme.personColor(user));
        painter.drawText(layout.author, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(bold).elidedText(user.toString(), Qt::ElideRight, layout.author.width()));
        painter.setFont(scaled(font, SmallType));
        painter.setPen(m_theme.dim);
        painter.drawText(layout.time, Qt::AlignLeft | Qt::AlignVCenter, time);
    }
    painter.setFont(font);
}

void TimelineDelegate::paintReply(QPainter &painter, const MessageLayout &layout, const QModelIndex &index) const
{
    if (layout.reply.isNull())
        return;
    const QFont font = painter.font();
    const auto user = index.data(TimelineModel::ReplyUserRole).value<UserName>();
    const QColor color = user.isNull() ? m_theme.dim : m_theme.personColor(user);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(layout.reply.left(), layout.reply.top() + 2, 3, layout.reply.height() - 6), 1.5, 1.5);
    QRect text = layout.reply.adjusted(Padding, 0, 0, -2);
    QFont bold = scaled(font, SmallType);
    bold.setBold(true);
    if (user.isNull()) {
        painter.setFont(scaled(font, SmallType));
        painter.setPen(m_theme.dim);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, tr("A reply to an earlier message"));
    } else {
        painter.setFont(bold);
        painter.setPen(color);
        const QFontMetrics boldMetrics(bold);
        const QString name = boldMetrics.elidedText(user.toString(), Qt::ElideRight, text.width() / 2);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, name);
        text.setLeft(text.left() + boldMetrics.horizontalAdvance(name) + SmallPadding);
        painter.setFont(scaled(font, SmallType));
        painter.setPen(m_theme.dim);
        const QString excerpt = index.data(TimelineModel::ReplyExcerptRole).toString();
        const QString shown = excerpt.isEmpty() ? tr("Message deleted") : excerpt;
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QFontMetrics(painter.font()).elidedText(shown, Qt::ElideRight, text.width()));
    }
    painter.setFont(font);
}

void TimelineDelegate::paintReactions(QPainter &painter, const MessageLayout &layout) const
{
    for (const MessageLayout::Reaction &reaction : layout.reactions) {
        const QRectF pill = QRectF(reaction.rect).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(reaction.isMine ? m_theme.accent : m_theme.border, 1));
        painter.setBrush(m_theme.surface);
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
        painter.setPen(reaction.isMine ? m_theme.accent : m_theme.text);
        const QRect text = reaction.rect.adjusted(SmallPadding, 0, -SmallPadding, 0);
        const QString count = QString::number(reaction.count);
        const int countWidth = painter.fontMetrics().horizontalAdvance(count);
        painter.drawText(text.adjusted(0, 0, -countWidth - Gap, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         reaction.emoji);
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, count);
    }
}

void TimelineDelegate::paintFailure(QPainter &painter, const MessageLayout &layout) const
{
    const QFont font = painter.font();
    QFont smallFont = scaled(font, SmallType);
    const QRect icon(layout.failure.left(), layout.failure.center().y() - SmallIcon / 2 + 1, SmallIcon, SmallIcon);
    icons::paint(painter, icon, "alert"_L1, m_theme.error);
    painter.setFont(smallFont);
    painter.setPen(m_theme.error);
    painter.drawText(layout.failure.adjusted(SmallIcon + Gap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, layout.failureText);
    smallFont.setUnderline(true);
    painter.setFont(smallFont);
    painter.setPen(m_theme.link);
    painter.drawText(layout.retry, Qt::AlignLeft | Qt::AlignVCenter, QCoreApplication::translate("MessageLayout", "Retry"));
    painter.drawText(layout.discard, Qt::AlignLeft | Qt::AlignVCenter, QCoreApplication::translate("MessageLayout", "Delete"));
    painter.setFont(font);
}

void TimelineDelegate::paintButtons(QPainter &painter, const MessageLayout &layout, bool isHovered) const
{
    const QRect bar = buttonRect(layout, Buttons.front()).united(buttonRect(layout, Buttons.back()));
    painter.setPen(m_theme.border);
    painter.setBrush(m_theme.surface);
    painter.drawRoundedRect(QRectF(bar).adjusted(-0.5, 0.5, -0.5, -0.5), ControlRadius, ControlRadius);
    for (const Button button : Buttons) {
        const QRect rect = buttonRect(layout, button);
        const bool isUnderPointer = isHovered && m_hoveredButton == button;
        if (isUnderPointer) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_theme.selected);
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), Gap, Gap);
        }
        const QRect icon(rect.center().x() - SmallIcon / 2 + 1, rect.center().y() - SmallIcon / 2 + 1, SmallIcon, SmallIcon);
        icons::paint(painter, icon, iconOf(button), isUnderPointer ? m_theme.text : m_theme.dim);
    }
}

} // namespace hearth
