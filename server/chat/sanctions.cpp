#include "server/chat/sanctions.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

Sanctions::Sanctions(const QList<BanInfo> &bans, const QList<MuteInfo> &mutes)
{
    for (const BanInfo &ban : bans) {
        if (ban.user)
            m_users.insert(*ban.user, ban);
        else if (const auto subnet = parseSubnet(ban.address))
            m_addresses.append({ *subnet, ban });
    }
    for (const MuteInfo &mute : mutes)
        m_mutes[mute.user].append(mute);
}

const BanInfo *Sanctions::banOf(const UserName &user, const QDateTime &now) const
{
    const auto ban = m_users.constFind(user);
    return ban != m_users.constEnd() && holdsAt(ban->until, now) ? &*ban : nullptr;
}

const BanInfo *Sanctions::banOf(const QHostAddress &address, const QDateTime &now) const
{
    if (m_addresses.isEmpty())
        return nullptr; // asked for every request of a plain client
    const QHostAddress plain = plainAddress(address);
    const auto found = std::find_if(m_addresses.begin(), m_addresses.end(), [&](const auto &entry) {
        return holdsAt(entry.second.until, now) && plain.isInSubnet(entry.first);
    });
    return found == m_addresses.end() ? nullptr : &found->second;
}

const MuteInfo *Sanctions::muteOf(const UserName &user, const std::optional<RoomId> &room, const QDateTime &now) const
{
    const auto all = m_mutes.constFind(user);
    if (all == m_mutes.constEnd())
        return nullptr;
    const MuteInfo *longest = nullptr;
    for (const MuteInfo &mute : *all) {
        const bool isHere = !mute.room || mute.room == room;
        if (isHere && holdsAt(mute.until, now) && (longest == nullptr || endsBefore(longest->until, mute.until)))
            longest = &mute;
    }
    return longest;
}

QList<MuteInfo> Sanctions::mutesOf(const UserName &user, const QDateTime &now) const
{
    QList<MuteInfo> all = m_mutes.value(user);
    all.removeIf([&](const MuteInfo &mute) { return !holdsAt(mute.until, now); });
    return all;
}

QList<BanInfo> Sanctions::bans(const QDateTime &now) const
{
    QList<BanInfo> all = m_users.values();
    for (const auto &[subnet, ban] : m_addresses)
        all.append(ban);
    all.removeIf([&](const BanInfo &ban) { return !holdsAt(ban.until, now); });
    std::sort(all.begin(), all.end(), [](const BanInfo &a, const BanInfo &b) {
        return std::tie(a.at, a.user, a.address) < std::tie(b.at, b.user, b.address);
    });
    return all;
}

QList<MuteInfo> Sanctions::mutes(const QDateTime &now) const
{
    QList<MuteInfo> all;
    for (const QList<MuteInfo> &own : m_mutes)
        all.append(own);
    all.removeIf([&](const MuteInfo &mute) { return !holdsAt(mute.until, now); });
    std::sort(all.begin(), all.end(), [](const MuteInfo &a, const MuteInfo &b) {
        return std::tie(a.at, a.user, a.room) < std::tie(b.at, b.user, b.room);
    });
    return all;
}

void Sanctions::apply(const AuditEntry &deed)
{
    const auto isSamePlace = [&deed](const MuteInfo &mute) { return mute.room == deed.room; };
    switch (deed.deed) {
    case Deed::Ban: {
        lift(deed);
        const BanInfo ban { deed.user, deed.address, deed.by, deed.at, deed.until, deed.reason };
        if (deed.user)
            m_users.insert(*deed.user, ban);
        else if (const auto subnet = parseSubnet(deed.address))
            m_addresses.append({ *subnet, ban });
        break;
    }
    case Deed::Unban:
        lift(deed);
        break;
    case Deed::Mute:
        m_mutes[*deed.user].removeIf(isSamePlace);
        m_mutes[*deed.user].append({ *deed.user, deed.room, deed.by, deed.at, deed.until, deed.reason });
        break;
    case Deed::Unmute:
        m_mutes[*deed.user].removeIf(isSamePlace);
        if (m_mutes.value(*deed.user).isEmpty())
            m_mutes.remove(*deed.user);
        break;
    case Deed::SetRole:
    case Deed::AddUser:
        if (moderates(*deed.role))
            m_mutes.remove(*deed.user);
        break;
    default:
        break;
    }
}

void Sanctions::lift(const AuditEntry &ban)
{
    if (ban.user)
        m_users.remove(*ban.user);
    else
        m_addresses.removeIf([&ban](const auto &entry) { return entry.second.address == ban.address; });
}

std::optional<Subnet> parseSubnet(const QString &text)
{
    const auto slash = text.indexOf(u'/');
    const QString host = text.left(slash);
    const bool isWhole = (host.count(u'.') == 3 || host.contains(u':')) && host == host.trimmed();
    const QHostAddress address(host);
    if (!isWhole || address.isNull() || host.contains(u'%'))
        return std::nullopt;
    const QHostAddress plain = plainAddress(address);
    const int bits = plain.protocol() == QHostAddress::IPv4Protocol ? 32 : 128;
    if (slash < 0)
        return Subnet(plain, bits);
    bool isNumber = false;
    const int length = text.mid(slash + 1).toInt(&isNumber);
    if (!isNumber || length < 0 || length > bits || plain != address)
        return std::nullopt;
    const Subnet parsed = QHostAddress::parseSubnet(u"%1/%2"_s.arg(plain.toString()).arg(length));
    return parsed.second == length ? std::optional(parsed) : std::nullopt;
}

QString toString(const Subnet &subnet)
{
    const int bits = subnet.first.protocol() == QHostAddress::IPv4Protocol ? 32 : 128;
    const QString address = subnet.first.toString();
    return subnet.second == bits ? address : u"%1/%2"_s.arg(address).arg(subnet.second);
}

QHostAddress plainAddress(const QHostAddress &address)
{
    bool isMapped = false;
    const quint32 ipv4 = address.toIPv4Address(&isMapped);
    if (isMapped)
        return QHostAddress(ipv4);
    QHostAddress plain = address;
    plain.setScopeId({});
    return plain;
}

} // namespace hearth
