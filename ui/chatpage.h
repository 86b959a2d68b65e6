#pragma once

#include "client/session.h"

#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QWidget>

class QLabel;
class QMenu;

namespace hearth {

class Banner;
class ChatLinks;
class ChooseDialog;
class Composer;
class CreateRoomDialog;
class DevicesDialog;
class InviteActions;
class JumpButton;
class MembersPanel;
class ModerationActions;
class PasswordDialog;
class RoomDetailsDialog;
class RoomHeader;
class Sidebar;
class SidePanels;
class TimelineView;

/// A session on the screen: rooms, timeline, composer, members. Puts the parts together and carries what is done in
/// them to the session and back; more members than eight, because they are the parts.
class ChatPage : public QWidget
{
    Q_OBJECT

public:
    /// `session` outlives the page.
    explicit ChatPage(Session *session, QWidget *parent = nullptr);
    ~ChatPage() override;

    [[nodiscard]] RoomId currentRoom() const { return m_room; }
    [[nodiscard]] QString currentRoomName() const;
    /// Where others can join, and by what the key is known; shown once, until dismissed. Empty: not the host.
    void setHosting(const QStringList &addresses, const Fingerprint &key);
    /// Whether somebody looks: what can be seen counts as read only then.
    void setLookedAt(bool isLookedAt);
    [[nodiscard]] QByteArray saveState() const;
    void restoreState(const QByteArray &state);

public slots:
    void showRoom(const hearth::RoomId &room);
    void createRoom();
    void browseRooms();
    void switchRoom(); ///< by name
    void focusField(); ///< where one writes
    void invitePeople(); ///< to the chat
    void goToRoom(int step, bool onlyUnread);
    void showDetails(); ///< of the room
    void refreshTheme();

signals:
    void leaveChatRequested();
    void signedOut(); ///< the session is over
    void quitRequested();
    void currentRoomChanged(const QString &name);

private:
    [[nodiscard]] ChatLinks links() const;
    void copyLink();
    [[nodiscard]] QString copyLinkText() const;
    void connectSession();
    void connectParts();
    void connectKeys();
    void noteRoomsChanged(const QModelIndex &first, const QModelIndex &last);
    void updateHeader();
    void updateBanner();
    void updateWelcome();
    void updateTyping();
    void updateEncryption();
    void updateComposer();
    void markSeen();
    void showFailure(const RequestFailure &failure);
    void showChatMenu(QPoint globalPosition);
    void showRoomMenu(QPoint globalPosition);
    void pickEmoji(QPoint globalPosition, std::function<void(const QString &)> use);
    void askBeforeDeleting(Seq seq);
    void askBeforeSigningOut(const QString &session);
    void askBeforeLeaving(const RoomId &room);
    void openLink(const QUrl &url);
    void editLast();
    void changeTopic();
    void invite();
    void announce();
    void changePassword();
    void showDevices();

    Session *m_session;
    RoomId m_room;
    QStringList m_hostAddresses;
    Fingerprint m_hostKey;
    QString m_error; ///< of the last request without a place of its own
    bool m_isLookedAt = true;
    bool m_isHostBannerDismissed = false;
    bool m_isPlainBannerDismissed = false;
    bool m_isLinkCopied = false;

    // In the order in which the Tab key goes through them.
    Sidebar *m_sidebar;
    RoomHeader *m_header;
    Banner *m_banner;
    TimelineView *m_timeline;
    JumpButton *m_jump;
    QLabel *m_typing;
    Composer *m_composer;
    MembersPanel *m_members;
    SidePanels *m_panels = nullptr;
    ModerationActions *m_moderation;
    InviteActions *m_invites;
    QPointer<CreateRoomDialog> m_createDialog;
    QPointer<ChooseDialog> m_joinDialog;
    QPointer<RoomDetailsDialog> m_detailsDialog;
    QPointer<PasswordDialog> m_passwordDialog;
    QPointer<DevicesDialog> m_devicesDialog;
    QTimer m_countdown;
    QTimer m_silenceEnd; ///< of a mute
    QTimer m_roomChange; ///< what is said of the room is put right when the turn ends
    QTimer m_peopleChange; ///< likewise, of the people in it: many come and go at once
    QSet<QString> m_trustedHosts; ///< links to these open without asking
};

} // namespace hearth
