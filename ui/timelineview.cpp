#include "ui/timelineview.h"

#include "client/timelinemodel.h"
#include "ui/icons.h"
#include "ui/links.h"
#include "ui/measures.h"
#include "ui/timelinedelegate.h"
#include "ui/timelinerows.h"
#include "ui/words.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int NearTop = 400; ///< pixels before the first row at which older ones are asked for
constexpr int BottomSlack = 8; ///< pixels that still count as the bottom
constexpr qsizetype ExcerptLength = 80; // UTF-16 units

} // namespace

TimelineView::TimelineView(QWidget *parent)
    : QListView(parent), m_rows(new TimelineRows(this)), m_delegate(new TimelineDelegate(this))
{
    setObjectName(u"timeline"_s);
    setAccessibleName(tr("Messages"));
    setModel(m_rows);
    setItemDelegate(m_delegate);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Always there: a bar that comes would change the width, and with it every row's height.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setResizeMode(Adjust);
    setSelectionMode(NoSelection);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setFrameShape(NoFrame);
    verticalScrollBar()->setSingleStep(32);

    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_isLayingOut)
            return;
        m_sticksToBottom = isAtBottom();
        rememberPlace();
        if (value < NearTop)
            emit olderWanted();
        emit positionChanged();
    });
    // Nothing to scroll: the bar keeps its place, but shows no handle.
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this,
            [this](int, int maximum) { verticalScrollBar()->setEnabled(maximum > 0); });
    connect(m_rows, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        for (int row = first.row(); row <= last.row(); ++row)
            m_delegate->forget(m_rows->index(row, 0));
        scheduleDelayedItemsLayout();
    });
    connect(m_rows, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this](const QModelIndex &, int first, int last) {
        for (int row = first; row <= last; ++row)
            m_delegate->forget(m_rows->index(row, 0));
    });
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &TimelineView::positionChanged, Qt::QueuedConnection);
    connect(m_rows, &QAbstractItemModel::rowsRemoved, this, &TimelineView::positionChanged, Qt::QueuedConnection);
}

TimelineView::~TimelineView() = default;

void TimelineView::setTimeline(TimelineModel *timeline, const QString &welcome)
{
    if (m_timeline)
        m_timeline->disconnect(this);
    m_timeline = timeline;
    m_welcome = welcome;
    m_delegate->setHovered({});
    m_delegate->forgetAll();
    m_anchor = QModelIndex();
    m_sticksToBottom = true;
    m_rows->setSourceModel(timeline);
    if (timeline) {
        connect(timeline, &TimelineModel::pagingChanged, this, [this] {
            viewport()->update();
            // A page that does not fill the view is followed by the next.
            if (!m_timeline->isLoading() && verticalScrollBar()->value() < NearTop)
                emit olderWanted();
        });
    }
    doItemsLayout();
    int unread = -1;
    for (int row = 0; timeline && row < timeline->rowCount() && unread < 0; ++row) {
        if (timeline->index(row).data(TimelineModel::IsFirstUnreadRole).toBool())
            unread = row;
    }
    if (unread >= 0) {
        scrollTo(m_rows->index(unread, 0), PositionAtTop);
        m_sticksToBottom = isAtBottom();
        rememberPlace();
    } else {
        jumpToNewest();
    }
}

bool TimelineView::isAtBottom() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum() - BottomSlack;
}

Seq TimelineView::lastVisibleSeq() const
{
    if (!m_timeline)
        return {};
    if (isAtBottom())
        return m_timeline->lastSeq();
    QModelIndex last = indexAt(QPoint(width() / 2, viewport()->height() - 1));
    if (!last.isValid())
        return {};
    if (visualRect(last).bottom() > viewport()->height() && last.row() > 0)
        last = m_rows->index(last.row() - 1, 0); // only its beginning can be seen
    return last.data(TimelineModel::SeqRole).value<Seq>();
}

int TimelineView::countBelow() const
{
    const QModelIndex last = indexAt(QPoint(width() / 2, viewport()->height() - 1));
    return last.isValid() && !isAtBottom() ? m_rows->rowCount() - 1 - last.row() : 0;
}

void TimelineView::jumpToNewest()
{
    m_sticksToBottom = true;
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    rememberPlace();
    emit positionChanged();
}

void TimelineView::jumpTo(Seq seq)
{
    const int row = m_timeline ? m_timeline->rowOf(seq) : -1;
    if (row < 0)
        return;
    m_sticksToBottom = false;
    scrollTo(m_rows->index(row, 0), PositionAtCenter);
    setCurrentIndex(m_rows->index(row, 0));
}

void TimelineView::refreshTheme()
{
    m_delegate->forgetAll();
    scheduleDelayedItemsLayout();
}

// ---- staying where one is ----

void TimelineView::rememberPlace()
{
    const QModelIndex first = indexAt(QPoint(width() / 2, 0));
    m_anchor = first;
    m_anchorOffset = first.isValid() ? visualRect(first).top() : 0;
}

void TimelineView::restorePlace()
{
    if (m_sticksToBottom)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    else if (m_anchor.isValid())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + visualRect(m_anchor).top() - m_anchorOffset);
}

void TimelineView::doItemsLayout()
{
    const bool wasLayingOut = std::exchange(m_isLayingOut, true);
    QListView::doItemsLayout();
    restorePlace();
    m_isLayingOut = wasLayingOut;
    rememberPlace();
    emit positionChanged();
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    const bool wasLayingOut = std::exchange(m_isLayingOut, true);
    QListView::resizeEvent(event);
    restorePlace();
    m_isLayingOut = wasLayingOut;
    if (event->size().width() != event->oldSize().width())
        doItemsLayout();
}

void TimelineView::changeEvent(QEvent *event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        refreshTheme();
}

void TimelineView::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (m_rows->rowCount() > 0 || !m_timeline)
        return;
    QPainter painter(viewport());
    painter.setPen(Theme::current().dim);
    const auto expired = m_timeline->expiredAbove();
    const QString text = m_timeline->isLoading() ? tr("Loading messages…")
        : expired                                ? Words::expired(*expired) + u'\n' + m_welcome
                                                 : m_welcome;
    painter.drawText(viewport()->rect().adjusted(measures::WideMargin, 0, -measures::WideMargin, 0),
                     Qt::AlignCenter | Qt::TextWordWrap, text);
}

// ---- mouse ----

void TimelineView::setHovered(const QModelIndex &index, QPoint inRow)
{
    const QModelIndex before = m_delegate->hovered();
    m_delegate->setHovered(index);
    std::optional<TimelineDelegate::Button> button;
    bool isOverLink = false;
    if (index.isValid()) {
        const MessageLayout &parts = m_delegate->layout(index, viewport()->width(), font());
        if (TimelineDelegate::hasButtons(index)) {
            using Button = TimelineDelegate::Button;
            for (const Button candidate : { Button::React, Button::Reply, Button::More }) {
                if (TimelineDelegate::buttonRect(parts, candidate).contains(inRow))
                    button = candidate;
            }
        }
        isOverLink = !button && (parts.linkAt(inRow) || parts.reactionAt(inRow) || parts.reply.contains(inRow)
                                 || parts.retry.contains(inRow) || parts.discard.contains(inRow));
    }
    m_delegate->setHoveredButton(button);
    viewport()->setCursor(isOverLink || button ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (before.isValid())
        update(before);
    if (index.isValid())
        update(index);
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    setHovered(index, event->position().toPoint() - visualRect(index).topLeft());
}

void TimelineView::leaveEvent(QEvent *event)
{
    setHovered({}, {});
    QListView::leaveEvent(event);
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    m_pressed = indexAt(event->position().toPoint());
    setFocus(Qt::MouseFocusReason);
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid() && m_pressed == index)
        click(index, event->position().toPoint() - visualRect(index).topLeft(), event->globalPosition().toPoint());
    m_pressed = QModelIndex();
}

void TimelineView::click(const QModelIndex &index, QPoint inRow, QPoint globalPosition)
{
    const MessageLayout &parts = m_delegate->layout(index, viewport()->width(), font());
    if (TimelineDelegate::hasButtons(index)) {
        using Button = TimelineDelegate::Button;
        if (TimelineDelegate::buttonRect(parts, Button::React).contains(inRow)) {
            emit reactionWanted(index.data(TimelineModel::SeqRole).value<Seq>(), globalPosition);
            return;
        }
        if (TimelineDelegate::buttonRect(parts, Button::Reply).contains(inRow)) {
            reply(index);
            return;
        }
        if (TimelineDelegate::buttonRect(parts, Button::More).contains(inRow)) {
            showMenu(index, globalPosition);
            return;
        }
    }
    const auto id = index.data(TimelineModel::ClientIdRole).value<ClientId>();
    const auto seq = index.data(TimelineModel::SeqRole).value<Seq>();
    if (const auto link = parts.linkAt(inRow))
        emit linkActivated(link->url);
    else if (const auto *reaction = parts.reactionAt(inRow))
        emit reactionChosen(seq, reaction->emoji, !reaction->isMine);
    else if (parts.reply.contains(inRow))
        jumpTo(index.data(TimelineModel::ReplyToRole).value<Seq>());
    else if (parts.retry.contains(inRow))
        emit retryRequested(id);
    else if (parts.discard.contains(inRow))
        emit discardRequested(id);
}

void TimelineView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = isByKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    showMenu(index, isByKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

bool TimelineView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QListView::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QModelIndex index = indexAt(help->pos());
    const QString text = index.isValid() ? toolTipAt(index, help->pos() - visualRect(index).topLeft()) : QString();
    // Escaped: a tool tip takes text that looks like HTML for HTML.
    QToolTip::showText(help->globalPos(), text.toHtmlEscaped(), viewport());
    return true;
}

QString TimelineView::toolTipAt(const QModelIndex &index, QPoint inRow) const
{
    const MessageLayout &parts = m_delegate->layout(index, viewport()->width(), font());
    if (const auto link = parts.linkAt(inRow))
        return tr("Opens %1").arg(realHost(link->url));
    if (const auto *reaction = parts.reactionAt(inRow)) {
        for (const ReactionSummary &summary : index.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>()) {
            if (summary.emoji != reaction->emoji)
                continue;
            QStringList names;
            for (const UserName &user : summary.users)
                names.append(user.toString());
            return names.join(u", "_s);
        }
    }
    if (parts.time.contains(inRow))
        return Words::fullDate(index.data(TimelineModel::TimestampRole).toDateTime());
    return {};
}

// ---- keyboard ----

void TimelineView::focusInEvent(QFocusEvent *event)
{
    QListView::focusInEvent(event);
    if (event->reason() != Qt::MouseFocusReason && !currentIndex().isValid() && m_rows->rowCount() > 0)
        setCurrentIndex(m_rows->index(m_rows->rowCount() - 1, 0));
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex index = currentIndex();
    const bool isPlain = event->modifiers() == Qt::NoModifier;
    if (event->matches(QKeySequence::Copy) && index.isValid()) {
        copyText(index);
        return;
    }
    if (isPlain && index.isValid()) {
        const auto id = index.data(TimelineModel::ClientIdRole).value<ClientId>();
        const bool isFailed = index.data(TimelineModel::DeliveryRole).toInt() == static_cast<int>(TimelineModel::Delivery::Failed);
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Menu:
            showMenu(index, viewport()->mapToGlobal(visualRect(index).center()));
            return;
        case Qt::Key_R:
            isFailed ? emit retryRequested(id) : reply(index);
            return;
        case Qt::Key_E:
            edit(index);
            return;
        case Qt::Key_Plus:
            askForReaction(index);
            return;
        case Qt::Key_Delete:
            if (isFailed)
                emit discardRequested(id);
            else if (index.data(TimelineModel::IsOwnRole).toBool() && TimelineDelegate::hasButtons(index))
                emit deleteRequested(index.data(TimelineModel::SeqRole).value<Seq>());
            return;
        case Qt::Key_End:
            setCurrentIndex(m_rows->index(m_rows->rowCount() - 1, 0));
            jumpToNewest();
            return;
        default:
            break;
        }
    }
    const bool isText = !event->text().isEmpty() && event->text().front().isPrint()
        && (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == Qt::NoModifier && event->text() != u" "_s;
    if (isText) {
        emit typingBegun(event->text());
        return;
    }
    QListView::keyPressEvent(event);
}

void TimelineView::reply(const QModelIndex &index)
{
    if (!TimelineDelegate::hasButtons(index))
        return;
    emit replyRequested(index.data(TimelineModel::SeqRole).value<Seq>(),
                        index.data(TimelineModel::UserRole).value<UserName>().toString(),
                        Words::oneLine(index.data(TimelineModel::ContentRole).toString(), ExcerptLength));
}

void TimelineView::edit(const QModelIndex &index)
{
    if (index.data(TimelineModel::IsOwnRole).toBool() && TimelineDelegate::hasButtons(index))
        emit editRequested(index.data(TimelineModel::SeqRole).value<Seq>(), index.data(TimelineModel::ContentRole).toString());
}

void TimelineView::askForReaction(const QModelIndex &index)
{
    if (TimelineDelegate::hasButtons(index))
        emit reactionWanted(index.data(TimelineModel::SeqRole).value<Seq>(),
                            viewport()->mapToGlobal(visualRect(index).bottomLeft() + QPoint(measures::Avatar, 0)));
}

void TimelineView::copyText(const QModelIndex &index)
{
    QGuiApplication::clipboard()->setText(index.data(TimelineModel::ContentRole).toString());
}

void TimelineView::showMenu(const QModelIndex &index, QPoint globalPosition)
{
    const Theme theme = Theme::current();
    const auto seq = index.data(TimelineModel::SeqRole).value<Seq>();
    const auto id = index.data(TimelineModel::ClientIdRole).value<ClientId>();
    const auto user = index.data(TimelineModel::UserRole).value<UserName>();
    const bool isOwn = index.data(TimelineModel::IsOwnRole).toBool();
    const QPersistentModelIndex row = index;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](QLatin1StringView icon, const QString &text, const QKeySequence &key, auto action) {
        QAction *item = menu->addAction(icons::tinted(icon, theme.dim), text);
        item->setShortcut(key);
        item->setShortcutVisibleInContextMenu(true);
        connect(item, &QAction::triggered, this, action);
    };
    if (seq == Seq(0)) {
        if (index.data(TimelineModel::DeliveryRole).toInt() == static_cast<int>(TimelineModel::Delivery::Failed))
            add("send"_L1, tr("Retry"), Qt::Key_R, [this, id] { emit retryRequested(id); });
        add("copy"_L1, tr("Copy text"), QKeySequence::Copy, [this, row] { copyText(row); });
        add("trash"_L1, tr("Do not send"), Qt::Key_Delete, [this, id] { emit discardRequested(id); });
    } else {
        if (TimelineDelegate::hasButtons(index)) {
            add("smile"_L1, tr("React…"), Qt::Key_Plus, [this, row] { askForReaction(row); });
            add("reply"_L1, tr("Reply"), Qt::Key_R, [this, row] { reply(row); });
            add("copy"_L1, tr("Copy text"), QKeySequence::Copy, [this, row] { copyText(row); });
        }
        if (isOwn && TimelineDelegate::hasButtons(index)) {
            menu->addSeparator();
            add("pencil"_L1, tr("Edit"), Qt::Key_E, [this, row] { edit(row); });
            add("trash"_L1, tr("Delete…"), Qt::Key_Delete, [this, seq] { emit deleteRequested(seq); });
        }
        if (!isOwn) {
            menu->addSeparator();
            add("people"_L1, tr("Message %1").arg(Words::oneLine(user.toString(), 40).replace(u'&', u"&&"_s)), {},
                [this, user] { emit directRequested(user); });
        }
    }
    menu->popup(globalPosition);
}

} // namespace hearth
