#pragma once

#include "protocol/ids.h"
#include "ui/messagecommand.h"

#include <QListView>
#include <QUrl>

namespace hearth {

class EmptyNote;
class TimelineDelegate;
class TimelineModel;
class TimelineRows;

/// The messages of a room. Keeps what is looked at where it is while rows come in above, below or change; stays at the
/// bottom only if it was there. Rows are chosen with the arrow keys, and acted on by key, by a menu and by the bar that
/// a row shows.
class TimelineView : public QListView
{
    Q_OBJECT

public:
    explicit TimelineView(QWidget *parent = nullptr);
    ~TimelineView() override;

    void setTimeline(TimelineModel *timeline); ///< null: nothing to show
    /// Said where the room has no messages yet, and the next step; without `action` there is none.
    void setWelcome(const QString &text, const QString &action = {});
    /// What others said can be deleted here.
    void setMayDeleteOthers(bool may);
    [[nodiscard]] bool isAtBottom() const;
    /// The newest message that can be seen; 0: none.
    [[nodiscard]] Seq lastVisibleSeq() const;
    /// Messages below what can be seen, loaded or not.
    [[nodiscard]] qint64 countBelow() const;

public slots:
    void jumpToNewest();
    void jumpTo(hearth::Seq seq);
    void refreshTheme();

signals:
    void olderWanted(); ///< the first rows are near
    void newerWanted(); ///< the last rows are near, and are not the newest
    void newestWanted(); ///< in place of what is there
    void positionChanged(); ///< scrolled, or rows came or went: once a turn
    void replyRequested(hearth::Seq seq, const QString &user, const QString &excerpt);
    void editRequested(hearth::Seq seq, const QString &content);
    void deleteRequested(hearth::Seq seq);
    void reactionChosen(hearth::Seq seq, const QString &emoji, bool add);
    void reactionWanted(hearth::Seq seq, QPoint globalPosition); ///< a picker is to be shown
    void retryRequested(const hearth::ClientId &id);
    void discardRequested(const hearth::ClientId &id);
    void linkActivated(const QUrl &url);
    void directRequested(const hearth::UserName &user);
    void welcomeActionTriggered();
    void typingBegun(const QString &text); ///< a printable key: it belongs into the composer

protected:
    void doItemsLayout() override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void updateWelcome();
    void rememberPlace();
    void restorePlace();
    void tellPosition();
    void notePosition();
    void chooseNewest();
    [[nodiscard]] bool hasNewest() const;
    void showMenu(const QModelIndex &index, QPoint globalPosition);
    void click(const QModelIndex &index, QPoint inRow, QPoint globalPosition);
    void setHovered(const QModelIndex &index, QPoint inRow);
    void perform(MessageCommand command, const QModelIndex &index);

    TimelineModel *m_timeline = nullptr;
    TimelineRows *m_rows;
    TimelineDelegate *m_delegate;
    EmptyNote *m_note;
    QString m_welcome;
    QString m_welcomeAction;
    QPersistentModelIndex m_anchor; ///< the first row in view
    int m_anchorOffset = 0; ///< of its top, from the viewport's
    bool m_sticksToBottom = true;
    bool m_isLayingOut = false;
    bool m_isPositionDue = false; ///< to be told when the turn ends
    bool m_choosesNewest = false; ///< when it is there
    QPersistentModelIndex m_pressed;
};

} // namespace hearth
