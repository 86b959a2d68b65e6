#pragma once

#include "protocol/moderation.h"

#include <QHash>
#include <QHostAddress>

#include <optional>
#include <utility>

namespace hearth {

/// An address or a subnet: the address that it begins with, and how many of its bits count.
using Subnet = std::pair<QHostAddress, int>;

/// Who is kept away, and who may not write. Changed only by what the store has committed; what has ended is as if it
/// were not there.
class Sanctions
{
public:
    Sanctions(const QList<BanInfo> &bans, const QList<MuteInfo> &mutes);

    /// Nothing where nobody by that name is banned now; likewise below. Good until the next change.
    [[nodiscard]] const BanInfo *banOf(const UserName &user, const QDateTime &now) const;
    [[nodiscard]] const BanInfo *banOf(const QHostAddress &address, const QDateTime &now) const;
    /// Of the mutes that hold in that room, or, without one, everywhere, the one that ends last.
    [[nodiscard]] const MuteInfo *muteOf(const UserName &user, const std::optional<RoomId> &room, const QDateTime &now) const;
    [[nodiscard]] QList<MuteInfo> mutesOf(const UserName &user, const QDateTime &now) const;
    [[nodiscard]] QList<BanInfo> bans(const QDateTime &now) const;
    [[nodiscard]] QList<MuteInfo> mutes(const QDateTime &now) const;

    /// Bans and mutes, and lifting them; who is in charge from now on is muted no more. Of other deeds nothing follows here.
    void apply(const AuditEntry &deed);

private:
    void lift(const AuditEntry &ban);

    QHash<UserName, BanInfo> m_users;
    QList<std::pair<Subnet, BanInfo>> m_addresses;
    QHash<UserName, QList<MuteInfo>> m_mutes;
};

/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`: written out, with its outer bits cleared. Nothing for anything else;
/// QHostAddress would take "10" for a network of sixteen million.
[[nodiscard]] std::optional<Subnet> parseSubnet(const QString &text);
[[nodiscard]] QString toString(const Subnet &subnet);
/// An IPv4 address that came in by an IPv6 socket is the IPv4 address that it is; scopes do not count.
[[nodiscard]] QHostAddress plainAddress(const QHostAddress &address);

} // namespace hearth
