#include "server/chat/restrictiondesk.h"

#include "server/store/moderationstore.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

MuteChanged changeOf(const MuteInfo &mute) { return { mute.room, true, mute.by, mute.until, mute.reason }; }

} // namespace

void RestrictionDesk::mute(Peer &peer, const Id &id, const Mute &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can mute somebody"_s) || !isPlace(peer, id, frame.room))
        return;
    const auto user = subject(peer, id, frame.user);
    if (!user)
        return;
    if (frame.room && !m_chat.directory.maySee(*frame.room, user)) {
        refuse(peer, id, ErrorCode::NotFound, u"No such member"_s); // they would hear of it
        return;
    }
    const AuditEntry deed { .by = peer.user, .deed = Deed::Mute, .user = *user, .room = frame.room,
                            .until = endOf(frame.forSeconds), .reason = frame.reason };
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (back != nullptr)
            conclude(*back, id, done);
        if (!done)
            return;
        m_chat.directory.apply(*done);
        tell(*done->user, { done->room, true, done->by, done->until, done->reason });
    }));
}

void RestrictionDesk::unmute(Peer &peer, const Id &id, const Unmute &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can let somebody speak again"_s) || !isPlace(peer, id, frame.room))
        return;
    // Whom one could not have muted one does not let speak either; oneself, say.
    const auto user = subject(peer, id, frame.user);
    if (!user)
        return;
    const AuditEntry deed { .by = peer.user, .deed = Deed::Unmute, .user = *user, .room = frame.room };
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (done)
            m_chat.directory.apply(*done);
        if (back != nullptr)
            conclude(*back, id, done, u"They are not muted there"_s);
        if (done)
            tell(*done->user, { done->room, false, done->by, {}, {} });
    }));
}

void RestrictionDesk::tell(const UserName &user, const MuteChanged &change)
{
    // They may have left the room since.
    if (!change.room || m_chat.directory.maySee(*change.room, user))
        m_chat.audience.tellUser(user, change);
}

bool RestrictionDesk::isPlace(Peer &peer, const Id &id, const std::optional<RoomId> &room)
{
    if (!room)
        return true;
    if (!visibleRoom(peer, id, room))
        return false;
    if (!room->isDirect())
        return true;
    refuse(peer, id, ErrorCode::Forbidden, u"Nobody can be muted in a direct conversation alone"_s);
    return false;
}

void RestrictionDesk::setSlowMode(Peer &peer, const Id &id, const SetSlowMode &frame)
{
    if (isInCharge(peer, id, u"Only moderators can slow a room down"_s))
        restrict(peer, id, frame.room, { .by = peer.user, .deed = Deed::SlowMode, .seconds = frame.seconds });
}

void RestrictionDesk::closeRoom(Peer &peer, const Id &id, const CloseRoom &frame)
{
    if (isInCharge(peer, id, u"Only moderators can close or open a room"_s))
        restrict(peer, id, frame.room, { .by = peer.user, .deed = frame.isClosed ? Deed::CloseRoom : Deed::OpenRoom });
}

void RestrictionDesk::restrict(Peer &peer, const Id &id, const std::optional<RoomId> &wanted, AuditEntry deed)
{
    deed.room = visibleRoom(peer, id, wanted);
    if (!deed.room)
        return;
    if (deed.room->isDirect()) {
        refuse(peer, id, ErrorCode::Forbidden, u"Nobody restricts a direct conversation"_s);
        return;
    }
    const RoomRecord &record = m_chat.directory.room(*deed.room)->record;
    const bool isNews = deed.seconds ? record.slowModeSeconds != *deed.seconds : record.isClosed != (deed.deed == Deed::CloseRoom);
    if (!isNews) {
        acknowledge(peer, id, deed.room);
        return;
    }
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (!done) {
            if (back != nullptr)
                conclude(*back, id, done, u"No such room"_s);
            return;
        }
        const RoomId &room = *done->room;
        m_chat.directory.apply(*done);
        if (back != nullptr)
            acknowledge(*back, id, room);
        const RoomRecord &now = m_chat.directory.room(room)->record;
        m_chat.audience.tellRoom(room, Audience::Reach::HearsAll, RoomRestricted { room, now.slowModeSeconds, now.isClosed });
        m_chat.audience.tellRoomChanged(room);
    }));
}

void RestrictionDesk::tellMutes(Peer &peer)
{
    for (const MuteInfo &mute : m_chat.directory.sanctions().mutesOf(*peer.user, m_chat.now())) {
        if (!mute.room || m_chat.directory.maySee(*mute.room, peer.user))
            m_chat.audience.tell(peer, changeOf(mute));
    }
}

} // namespace hearth
