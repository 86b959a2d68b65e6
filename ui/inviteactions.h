#pragma once

#include "client/session.h"

#include <QObject>
#include <QPointer>

class QWidget;

namespace hearth {

class ChatLinks;
class InviteDialog;

/// The dialog with which others are invited from a page, and what it says to the session and hears from it.
class InviteActions : public QObject
{
    Q_OBJECT

public:
    enum class To { Chat, Room }; ///< what is chosen at first

    /// `page` owns this and lies under the dialog; `session` outlives both.
    InviteActions(Session *session, QWidget *page);

    /// `room` is the one in view.
    void show(const RoomId &room, To meant, const ChatLinks &links);
    /// Something of it did not work; false where no dialog is open that could say so.
    [[nodiscard]] bool showFailure(const RequestFailure &failure);

private:
    Session *m_session;
    QWidget *m_page;
    QPointer<InviteDialog> m_dialog;
};

} // namespace hearth
