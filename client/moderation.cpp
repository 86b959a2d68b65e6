#include "client/moderation.h"

#include <algorithm>

namespace hearth {

Moderation::Moderation(Ask ask, QObject *parent) : QObject(parent), m_ask(std::move(ask)) { }

std::optional<MuteChanged> Moderation::muteIn(const RoomId &room, const QDateTime &now) const
{
    std::optional<MuteChanged> longest;
    for (const MuteChanged &mute : m_mutes) {
        const bool isHere = !mute.room || *mute.room == room;
        if (isHere && holdsAt(mute.until, now) && (!longest || endsBefore(longest->until, mute.until)))
            longest = mute;
    }
    return longest;
}

void Moderation::setRole(const UserName &user, Role role) { m_ask({}, SetRole { user, role }, {}); }

void Moderation::kick(const UserName &user, const std::optional<RoomId> &room, const QString &reason)
{
    m_ask(room, Kick { user, room, reason }, {});
}

void Moderation::ban(const UserName &user, const std::optional<qint64> &forSeconds, const QString &reason)
{
    m_ask({}, Ban { user, {}, forSeconds, reason }, {});
}

void Moderation::banAddress(const QString &address, const std::optional<qint64> &forSeconds, const QString &reason)
{
    m_ask({}, Ban { {}, address, forSeconds, reason }, [this](const ServerFrame &) { emit addressBanned(); });
}

void Moderation::unban(const BanInfo &ban)
{
    m_ask({}, Unban { ban.user, ban.address }, [this](const ServerFrame &) { loadBans(); });
}

void Moderation::mute(const UserName &user, const std::optional<RoomId> &room, const std::optional<qint64> &forSeconds,
                      const QString &reason)
{
    m_ask(room, Mute { user, room, forSeconds, reason }, {});
}

void Moderation::unmute(const MuteInfo &mute)
{
    m_ask(mute.room, Unmute { mute.user, mute.room }, [this](const ServerFrame &) { loadBans(); });
}

void Moderation::setSlowMode(const RoomId &room, int seconds) { m_ask(room, SetSlowMode { room, seconds }, {}); }

void Moderation::closeRoom(const RoomId &room, bool isClosed) { m_ask(room, CloseRoom { room, isClosed }, {}); }

void Moderation::admit(const UserName &guest, bool isAdmitted) { m_ask({}, Admit { guest, isAdmitted, {} }, {}); }

void Moderation::loadBans()
{
    m_ask({}, ListBans {}, [this](const ServerFrame &frame) {
        if (const auto *bans = std::get_if<BansListed>(&frame))
            emit bansListed(*bans);
    });
}

void Moderation::loadAudit(const std::optional<qint64> &before)
{
    m_ask({}, FetchAudit { before, limits::DefaultAuditLimit }, [this](const ServerFrame &frame) {
        if (const auto *page = std::get_if<AuditListed>(&frame))
            emit auditListed(*page);
    });
}

void Moderation::take(const GuestWaiting &change)
{
    m_guests.removeIf([&](const GuestInfo &guest) { return guest.user == change.guest.user; });
    if (change.isWaiting)
        m_guests.append(change.guest);
    emit guestsChanged();
}

void Moderation::take(const MuteChanged &change)
{
    m_mutes.removeIf([&](const MuteChanged &mute) { return mute.room == change.room; });
    if (change.isMuted)
        m_mutes.append(change);
    emit mutesChanged();
}

void Moderation::reset()
{
    m_guests.clear();
    m_mutes.clear();
    emit guestsChanged();
    emit mutesChanged();
}

} // namespace hearth
