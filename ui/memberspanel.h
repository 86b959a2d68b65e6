#pragma once

#include "protocol/serverframes.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QListView;
class QMenu;
class QPushButton;

namespace hearth {

class MemberListModel;
class PresenceRows;

/// Who is in the room.
class MembersPanel : public QWidget
{
    Q_OBJECT

public:
    explicit MembersPanel(QWidget *parent = nullptr);
    [[nodiscard]] QWidget *list() const; ///< where the keys go first
    /// Into a private room its members bring others; into a public one comes whoever is in the chat, by a link for one.
    void setMembers(MemberListModel *members, RoomKind kind);
    void setPresenceKnown(bool isKnown); ///< only while one is connected

signals:
    void directRequested(const hearth::UserName &user);
    void mentionRequested(const hearth::UserName &user);
    void inviteRequested(); ///< somebody who is in the chat already
    void invitePeopleRequested(); ///< others
    void peopleChanged(); ///< who they are, or what is known of them
    /// Before it is shown: there may be more to do.
    void menuOpening(QMenu *menu, const hearth::UserName &user);

private:
    QMenu *showMenu(const QModelIndex &index, QPoint globalPosition); ///< null: nothing can be done
    void updateTitle();

    MemberListModel *m_members = nullptr;
    RoomKind m_kind = RoomKind::Public;
    QLabel *m_title;
    QListView *m_list;
    PresenceRows *m_rows = nullptr;
    QPushButton *m_invite;
    QPointer<QMenu> m_menu;
};

} // namespace hearth
