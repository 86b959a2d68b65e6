#pragma once

#include "client/connectionstatus.h"
#include "protocol/ids.h"

#include <QWidget>

class QLabel;
class QListView;
class QToolButton;

namespace hearth {

class ElidedLabel;
class PresenceRows;
class RoomListModel;

/// The rooms of the session: whose chat it is, whether it is connected, and what is new where.
class Sidebar : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(QWidget *parent = nullptr);
    [[nodiscard]] QWidget *list() const; ///< where the keys go first

    void setRooms(RoomListModel *rooms);
    void setServerName(const QString &name);
    void setStatus(const ConnectionStatus &status);
    void setCurrentRoom(const RoomId &room);
    /// Goes `step` rows on, round the ends; with `onlyUnread` to the next with something new.
    void move(int step, bool onlyUnread);

public slots:
    void refreshTheme();

signals:
    void roomChosen(const hearth::RoomId &room);
    void createRequested();
    void browseRequested();
    void leaveRequested(const hearth::RoomId &room);
    void menuRequested(QPoint globalPosition); ///< of the chat itself

private:
    void showRoomMenu(QPoint position);

    RoomListModel *m_rooms = nullptr;
    PresenceRows *m_rows = nullptr; ///< the same, as they are shown
    ElidedLabel *m_serverName;
    QLabel *m_dot;
    QLabel *m_state;
    QListView *m_list;
    QToolButton *m_menuButton;
    QToolButton *m_addButton;
    ConnectionStatus m_status;
};

} // namespace hearth
