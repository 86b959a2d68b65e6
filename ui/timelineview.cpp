#include "ui/timelineview.h"

#include "client/timelinemodel.h"
#include "ui/emptynote.h"
#include "ui/measures.h"
#include "ui/timelinedelegate.h"
#include "ui/timelinerows.h"
#include "ui/words.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int NearTop = 400; ///< pixels before the first row at which older ones are asked for
constexpr int NearEnd = 400; ///< pixels before the last one, when it is not the newest
constexpr int BottomSlack = 8; ///< pixels that still count as the bottom
constexpr qsizetype ExcerptLength = 80; // UTF-16 units

} // namespace

TimelineView::TimelineView(QWidget *parent)
    : QListView(parent), m_rows(new TimelineRows(this)), m_delegate(new TimelineDelegate(this)), m_note(new EmptyNote(this))
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

    m_note->hide();

    connect(m_note, &EmptyNote::actionTriggered, this, &TimelineView::welcomeActionTriggered);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_isLayingOut)
            return;
        m_sticksToBottom = isAtBottom();
        rememberPlace();
        if (value < NearTop)
            emit olderWanted();
        tellPosition();
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
    for (const auto change : { &QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved }) {
        connect(m_rows, change, this, &TimelineView::updateWelcome);
        connect(m_rows, change, this, &TimelineView::notePosition);
    }
}

TimelineView::~TimelineView() = default;

void TimelineView::setTimeline(TimelineModel *timeline)
{
    if (m_timeline)
        m_timeline->disconnect(this);
    m_timeline = timeline;
    m_delegate->setHovered({});
    m_delegate->forgetAll();
    m_anchor = QModelIndex();
    m_sticksToBottom = true;
    m_choosesNewest = false;
    m_rows->setSourceModel(timeline);
    if (timeline) {
        connect(timeline, &TimelineModel::pagingChanged, this, [this] {
            updateWelcome();
            // A page that does not fill the view is followed by the next.
            if (!m_timeline->isLoading() && verticalScrollBar()->value() < NearTop)
                emit olderWanted();
        });
        connect(timeline, &TimelineModel::newerCountChanged, this, &TimelineView::notePosition);
    }
    updateWelcome();
    doItemsLayout();
    const int unread = timeline ? timeline->firstUnreadRow() : -1;
    if (unread >= 0) {
        scrollTo(m_rows->index(unread, 0), PositionAtTop);
        m_sticksToBottom = isAtBottom();
        rememberPlace();
    } else {
        jumpToNewest();
    }
}

bool TimelineView::hasNewest() const { return !m_timeline || m_timeline->newerCount() == 0; }

bool TimelineView::isAtBottom() const
{
    return hasNewest() && verticalScrollBar()->value() >= verticalScrollBar()->maximum() - BottomSlack;
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

qint64 TimelineView::countBelow() const
{
    const QModelIndex last = indexAt(QPoint(width() / 2, viewport()->height() - 1));
    return last.isValid() && !isAtBottom() ? m_rows->rowCount() - 1 - last.row() + m_timeline->newerCount() : 0;
}

void TimelineView::jumpToNewest()
{
    m_sticksToBottom = true;
    if (!hasNewest()) {
        emit newestWanted(); // which replaces what is there, and is stuck to then
        return;
    }
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    rememberPlace();
    tellPosition();
}

/// When the turn ends, for all that comes in it.
void TimelineView::notePosition()
{
    if (!std::exchange(m_isPositionDue, true))
        QMetaObject::invokeMethod(this, &TimelineView::tellPosition, Qt::QueuedConnection);
}

void TimelineView::tellPosition()
{
    m_isPositionDue = false;
    if (!hasNewest() && verticalScrollBar()->value() > verticalScrollBar()->maximum() - NearEnd)
        emit newerWanted();
    if (m_choosesNewest && hasNewest())
        chooseNewest();
    emit positionChanged();
}

void TimelineView::chooseNewest()
{
    m_choosesNewest = !hasNewest();
    if (!m_choosesNewest && m_rows->rowCount() > 0)
        setCurrentIndex(m_rows->index(m_rows->rowCount() - 1, 0));
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
    tellPosition();
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    const bool wasLayingOut = std::exchange(m_isLayingOut, true);
    QListView::resizeEvent(event);
    m_note->setGeometry(viewport()->geometry());
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

void TimelineView::setWelcome(const QString &text, const QString &action)
{
    m_welcome = text;
    m_welcomeAction = action;
    updateWelcome();
}

void TimelineView::setMayDeleteOthers(bool may) { m_rows->setMayDeleteOthers(may); }

void TimelineView::updateWelcome()
{
    const bool isEmpty = m_timeline && m_rows->rowCount() == 0;
    m_note->setVisible(isEmpty);
    if (isEmpty && m_timeline->isLoading())
        m_note->say(tr("Loading messages…"));
    else if (const auto expired = isEmpty ? m_timeline->expiredAbove() : std::nullopt)
        m_note->say(Words::expired(*expired) + u'\n' + m_welcome, m_welcomeAction);
    else if (isEmpty)
        m_note->say(m_welcome, m_welcomeAction);
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
            perform(MessageCommand::Reply, index);
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
    if (const auto command = commandFor(*event, index)) {
        perform(*command, index);
        return;
    }
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers == Qt::NoModifier && index.isValid()) {
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Menu:
            showMenu(index, viewport()->mapToGlobal(visualRect(index).center()));
            return;
        case Qt::Key_End:
            chooseNewest();
            jumpToNewest();
            return;
        default:
            break;
        }
    }
    const bool isText = !event->text().isEmpty() && event->text().front().isPrint()
        && (modifiers & ~Qt::ShiftModifier) == Qt::NoModifier && event->text() != u" "_s;
    if (isText) {
        emit typingBegun(event->text());
        return;
    }
    QListView::keyPressEvent(event);
}

void TimelineView::perform(MessageCommand command, const QModelIndex &index)
{
    if (!commandsFor(index).contains(command))
        return; // it changed while the menu was open
    const auto seq = index.data(TimelineModel::SeqRole).value<Seq>();
    const auto id = index.data(TimelineModel::ClientIdRole).value<ClientId>();
    const auto author = index.data(TimelineModel::UserRole).value<UserName>();
    const QString content = index.data(TimelineModel::ContentRole).toString();
    switch (command) {
    case MessageCommand::Retry:
        emit retryRequested(id);
        break;
    case MessageCommand::React:
        emit reactionWanted(seq, viewport()->mapToGlobal(visualRect(index).bottomLeft() + QPoint(measures::Avatar, 0)));
        break;
    case MessageCommand::Reply:
        emit replyRequested(seq, author.toString(), Words::oneLine(content, ExcerptLength));
        break;
    case MessageCommand::Copy:
        QGuiApplication::clipboard()->setText(content);
        break;
    case MessageCommand::Edit:
        emit editRequested(seq, content);
        break;
    case MessageCommand::Delete:
        emit deleteRequested(seq);
        break;
    case MessageCommand::Discard:
        emit discardRequested(id);
        break;
    case MessageCommand::WriteToAuthor:
        emit directRequested(author);
        break;
    }
}

void TimelineView::showMenu(const QModelIndex &index, QPoint globalPosition)
{
    if (commandsFor(index).isEmpty())
        return;
    auto *menu = new MessageMenu(index, this);
    connect(menu, &MessageMenu::chosen, this,
            [this, row = QPersistentModelIndex(index)](MessageCommand command) { perform(command, row); });
    menu->popup(globalPosition);
}

} // namespace hearth
