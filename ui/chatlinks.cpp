#include "ui/chatlinks.h"

#include "client/serveraddress.h"
#include "protocol/invitelink.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

ChatLinks ChatLinks::ofHost(const QStringList &addresses, const Fingerprint &key)
{
    ChatLinks links;
    links.m_addresses = addresses;
    links.m_key = key;
    return links;
}

ChatLinks ChatLinks::ofServer(const QUrl &url, const Fingerprint &key)
{
    ServerAddress address;
    address.host = url.host();
    address.port = static_cast<quint16>(url.port());
    ChatLinks links = ofHost({ address.display() }, key);
    if (url.scheme() == "ws"_L1) {
        links.m_plainUrl = url;
        links.m_plainUrl.setPath(u"/chat"_s);
    }
    return links;
}

QString ChatLinks::plain(qsizetype which) const
{
    return m_plainUrl.isEmpty() ? invite(which, {}, {}) : m_plainUrl.toString();
}

QString ChatLinks::invite(qsizetype which, const std::optional<RoomId> &room, const QString &code) const
{
    const QString &address = m_addresses.at(which);
    const auto parsed = ServerAddress::parse(address);
    if (!parsed)
        return address;
    const bool isToRoom = room && *room != RoomId::lobby();
    return inviteLink(parsed->host, parsed->port, m_key, isToRoom ? room->toString() : QString(), code);
}

bool ChatLinks::areForThisComputer() const
{
    return std::all_of(m_addresses.begin(), m_addresses.end(), [](const QString &address) {
        return address.startsWith("127."_L1) || address.startsWith("localhost"_L1) || address.startsWith("[::1]"_L1);
    });
}

} // namespace hearth
