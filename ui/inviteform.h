#pragma once

#include "protocol/invites.h"
#include "protocol/serverframes.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;

namespace hearth {

/// What an invite is to be: where to, as what, for how long and for how many. Begins with a day, for as many as come.
class InviteForm : public QWidget
{
    Q_OBJECT

public:
    /// What there is to choose from.
    struct Offer
    {
        Access access = Access::Open;
        Role inviter = Role::Member; ///< moderators are made by owners only
        std::optional<RoomId> room; ///< that there is besides the lobby
        QString roomName;
        bool isRoomMeant = false; ///< chosen already
    };

    InviteForm(const Offer &offer, QWidget *parent);

    [[nodiscard]] CreateInvite wanted() const;

private:
    [[nodiscard]] QComboBox *addChoice(const QString &name, const QString &object);
    void offerRoles(const Offer &offer);
    void updateWarning();

    QComboBox *m_room = nullptr; ///< where there is a room to choose
    QComboBox *m_role = nullptr; ///< where there is more than one
    QLabel *m_warning;
    QComboBox *m_length;
    QComboBox *m_uses;
    QLineEdit *m_note = nullptr;
};

} // namespace hearth
