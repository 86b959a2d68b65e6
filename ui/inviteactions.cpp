#include "ui/inviteactions.h"

#include "client/invites.h"
#include "client/roomlistmodel.h"
#include "ui/invitedialog.h"
#include "ui/words.h"

namespace hearth {

using What = RequestFailure::What;

InviteActions::InviteActions(Session *session, QWidget *page) : QObject(page), m_session(session), m_page(page)
{
    // invites → page
    connect(session->invites(), &Invites::created, this, [this](const InviteInfo &invite, const QString &code) {
        if (m_dialog)
            m_dialog->setCreated(invite, code);
    });
    connect(session->invites(), &Invites::listed, this, [this](const QList<InviteInfo> &invites) {
        if (m_dialog)
            m_dialog->setInvites(invites);
    });
}

void InviteActions::show(const RoomId &room, To meant, const ChatLinks &links)
{
    if (m_dialog)
        m_dialog->close();
    InviteDialog::Subject subject { m_session->server().name, links, { m_session->access(), m_session->role() } };
    const auto summary = m_session->rooms()->summary(room);
    if (summary && summary->kind != RoomKind::Direct && room != RoomId::lobby()) {
        subject.offer.room = room;
        subject.offer.roomName = Words::roomName(*summary);
        subject.offer.isRoomMeant = meant == To::Room;
    }
    m_dialog = new InviteDialog(subject, m_page);
    // page → invites
    connect(m_dialog, &InviteDialog::createRequested, m_session->invites(), &Invites::create);
    connect(m_dialog, &InviteDialog::listRequested, m_session->invites(), &Invites::list);
    connect(m_dialog, &InviteDialog::revokeRequested, m_session->invites(), &Invites::revoke);
    m_dialog->open();
}

bool InviteActions::showFailure(const RequestFailure &failure)
{
    const bool isOurs = failure.what == What::CreateInvite || failure.what == What::ListInvites || failure.what == What::RevokeInvite;
    if (!isOurs || !m_dialog)
        return false;
    m_dialog->setProblem(Words::failure(failure));
    return true;
}

} // namespace hearth
