#pragma once

#include "client/session.h"

#include <QHash>
#include <QObject>

#include <functional>

namespace hearth {

/// What those in charge of a chat ask of it, and what is known here of guests at the door and of one's own mutes.
/// Refusals are told by `Session::requestFailed`. Lives as long as its session.
class Moderation : public QObject
{
    Q_OBJECT

public:
    using OnReply = std::function<void(const ServerFrame &)>;
    using Ask = std::function<void(const std::optional<RoomId> &room, const ClientFrame &frame, OnReply onReply)>;

    Moderation(Ask ask, QObject *parent);

    [[nodiscard]] QList<GuestInfo> guests() const { return m_guests; }
    /// What keeps oneself from writing in a room now; of several the longest.
    [[nodiscard]] std::optional<MuteChanged> muteIn(const RoomId &room, const QDateTime &now) const;

    void setRole(const UserName &user, Role role);
    /// Out of a room, or, without one, out of the chat.
    void kick(const UserName &user, const std::optional<RoomId> &room, const QString &reason);
    void ban(const UserName &user, const std::optional<qint64> &forSeconds, const QString &reason);
    /// An address or a subnet, as typed: the server says whether it is one. `addressBanned` follows.
    void banAddress(const QString &address, const std::optional<qint64> &forSeconds, const QString &reason);
    void unban(const BanInfo &ban);
    void mute(const UserName &user, const std::optional<RoomId> &room, const std::optional<qint64> &forSeconds, const QString &reason);
    void unmute(const MuteInfo &mute);
    void setSlowMode(const RoomId &room, int seconds);
    void closeRoom(const RoomId &room, bool isClosed);
    void admit(const UserName &guest, bool isAdmitted);
    void loadBans(); ///< `bansListed` follows
    void loadAudit(const std::optional<qint64> &before = {}); ///< `auditListed` follows

    // Told by Session only.
    void take(const GuestWaiting &change);
    void take(const MuteChanged &change);
    /// Of another welcome: what holds is told anew.
    void reset();

signals:
    void guestsChanged();
    void mutesChanged();
    void addressBanned();
    void bansListed(const hearth::BansListed &bans);
    void auditListed(const hearth::AuditListed &page);

private:
    Ask m_ask;
    QList<GuestInfo> m_guests;
    QList<MuteChanged> m_mutes;
};

} // namespace hearth
