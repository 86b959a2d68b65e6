#pragma once

#include "client/session.h"

#include <QObject>
#include <QPointer>

class QMenu;
class QWidget;

namespace hearth {

class AddressBanDialog;
class AuditDialog;
class Authority;
class ChooseDialog;
class GuestBar;

/// What those in charge do from a page: entries of its menus, dialogs, the strip with guests at the door. For whoever is
/// no moderator there is nothing of it.
class ModerationActions : public QObject
{
    Q_OBJECT

public:
    /// `page` owns this and lies under the dialogs; `session` outlives both.
    ModerationActions(Session *session, QWidget *page);

    [[nodiscard]] GuestBar *guestBar() const { return m_guests; }
    /// Why one cannot write in a room now; empty: one can.
    [[nodiscard]] QString silence(const RoomSummary &room) const;
    /// Whether one waits between two messages there.
    [[nodiscard]] bool mustWait(const RoomSummary &room) const;

    void fillMemberMenu(QMenu *menu, const RoomId &room, const UserName &user);
    void fillRoomMenu(QMenu *menu, const RoomId &room);
    void fillChatMenu(QMenu *menu);
    void showAudit();
    void showBans();
    /// Something of it did not work; false where no dialog is open that could say so.
    [[nodiscard]] bool showFailure(const RequestFailure &failure);

private:
    [[nodiscard]] Authority authority() const;
    [[nodiscard]] bool mayRestrain(const UserName &user) const;
    /// What somebody, or the command line, did.
    [[nodiscard]] bool mayLift(const std::optional<UserName> &by) const;
    void fillRoleMenu(QMenu *menu, const UserName &user);
    void askMute(const RoomId &room, const UserName &user);
    void askKick(const std::optional<RoomId> &room, const UserName &user);
    void askBan(const UserName &user);
    void askAddressBan();
    [[nodiscard]] QString nameOf(const RoomId &room) const;
    void listBans(const BansListed &listed);

    Session *m_session;
    QWidget *m_page;
    GuestBar *m_guests;
    BansListed m_listed; ///< that are shown
    QPointer<AuditDialog> m_audit;
    QPointer<ChooseDialog> m_bans;
    QPointer<AddressBanDialog> m_addressBan;
};

} // namespace hearth
