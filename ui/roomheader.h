#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace hearth {

class ElidedLabel;

/// Above the conversation: the room's name and topic, how many its members are, and what can be done with it.
class RoomHeader : public QWidget
{
    Q_OBJECT

public:
    explicit RoomHeader(QWidget *parent = nullptr);

    void setRoom(const QString &name, const QString &topic);
    void setMemberCount(int count);
    /// Why others can read what is said here; empty: they cannot.
    void setInTheClear(const QString &why);
    /// Where the panels stand beside the conversation, no button is needed to open them.
    void setHasButtonFor(bool rooms, bool members);
    void setMembersShown(bool isShown); ///< not those of a direct conversation

public slots:
    void refreshTheme();

signals:
    void roomsRequested();
    void membersRequested();
    void menuRequested(QPoint globalPosition);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    ElidedLabel *m_name;
    ElidedLabel *m_topic;
    QLabel *m_inTheClear;
    QToolButton *m_roomsButton;
    QToolButton *m_membersButton;
    QToolButton *m_menuButton;
};

} // namespace hearth
