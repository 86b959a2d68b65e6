#include "server/chat/invitedesk.h"

#include "server/chat/token.h"
#include "server/store/invitestore.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype CodeLength = 22; ///< of six random bits each: over 128
constexpr qsizetype IdLength = 16;

/// To be typed behind a command: nothing there takes it for an option.
QString newId()
{
    QString id;
    do {
        id = token::generate().first(IdLength);
    } while (id.startsWith(u'-'));
    return id;
}

QString whoMayMake() { return u"Only moderators can invite people to the chat"_s; }

} // namespace

void InviteDesk::create(Peer &peer, const Id &id, const CreateInvite &frame)
{
    if (!isInCharge(peer, id, whoMayMake()))
        return;
    if (frame.role == Role::Moderator && !isOwner(peer, id, u"Only owners can invite moderators"_s))
        return;
    if (frame.room && !isPlace(peer, id, *frame.room))
        return;
    if (m_chat.directory.invites().all(m_chat.now()).size() + m_making >= MaxInvites) {
        refuse(peer, id, ErrorCode::Conflict, u"There are too many invites; take some back first"_s);
        return;
    }
    const QString code = token::generate().first(CodeLength);
    const InviteRecord record { { .id = newId(),
                                  .room = frame.room,
                                  .role = frame.role,
                                  .by = peer.user,
                                  .note = frame.note,
                                  .until = endOf(frame.forSeconds),
                                  .maxUses = frame.uses },
                                token::hash(code) };
    ++m_making;
    m_chat.store.invites().create(record, then<InviteInfo>(peer, [this, id, code, hash = record.codeHash](Peer *back, const auto &made) {
        --m_making;
        if (made)
            m_chat.directory.invites().add({ *made, hash }, m_chat.now());
        if (back != nullptr && made)
            m_chat.audience.reply(*back, id, InviteCreated { *made, code });
        else if (back != nullptr)
            refuseToMake(*back, id, made.error());
    }));
}

bool InviteDesk::isPlace(Peer &peer, const Id &id, const RoomId &room)
{
    if (!visibleRoom(peer, id, room))
        return false;
    if (room.isDirect())
        refuse(peer, id, ErrorCode::Forbidden, u"Nobody can be invited to a direct conversation"_s);
    return !room.isDirect();
}

void InviteDesk::refuseToMake(Peer &peer, const Id &id, const StoreError &error)
{
    if (error.reason == StoreError::Reason::Forbidden)
        refuse(peer, id, ErrorCode::Forbidden, whoMayMake()); // no moderator any more
    else
        refuse(peer, id, error);
}

void InviteDesk::list(Peer &peer, const Id &id)
{
    if (!isInCharge(peer, id, u"Only moderators can see the invites"_s))
        return;
    InvitesListed listed { m_chat.directory.invites().all(m_chat.now()) };
    listed.invites.removeIf([&](const InviteInfo &invite) { return !mayKnow(peer, invite.room); });
    m_chat.audience.reply(peer, id, listed);
    pause(peer);
}

void InviteDesk::revoke(Peer &peer, const Id &id, const RevokeInvite &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can take an invite back"_s))
        return;
    const InviteInfo *invite = m_chat.directory.invites().find(frame.invite, m_chat.now());
    if (invite == nullptr || !mayKnow(peer, invite->room)) {
        refuse(peer, id, ErrorCode::NotFound, u"No such invite"_s);
        return;
    }
    if (invite->role == Role::Moderator && !isOwner(peer, id, u"Only owners can take back an invite for moderators"_s))
        return;
    m_chat.directory.invites().hide(frame.invite);
    m_chat.store.invites().revoke(frame.invite, peer.user, then<void>(peer, [this, id, invite = frame.invite](Peer *back, const auto &gone) {
        const bool isGone = gone || gone.error().reason == StoreError::Reason::NotFound;
        if (isGone)
            m_chat.directory.invites().remove(invite);
        else
            m_chat.directory.invites().reveal(invite);
        if (back == nullptr)
            return;
        if (gone)
            acknowledge(*back, id);
        else if (isGone)
            refuse(*back, id, ErrorCode::NotFound, u"No such invite"_s);
        else
            refuse(*back, id, gone.error());
    }));
}

} // namespace hearth
