#include "client/serveraddress.h"

#include "protocol/ids.h"
#include "protocol/invitelink.h"
#include "protocol/limits.h"

#include <QHostAddress>
#include <QUrlQuery>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Whether a URL can carry it as a host: an address, or a name by QUrl's own strict rules.
bool isHost(const QString &host)
{
    if (host.isEmpty() || host.size() > 253)
        return false;
    if (host.contains(u':'))
        return QHostAddress(host).protocol() == QAbstractSocket::IPv6Protocol;
    QUrl url;
    url.setScheme(u"ws"_s);
    url.setHost(host, QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty();
}

constexpr qsizetype ShortestCode = 22; ///< as servers make them; what is shorter was cut

/// What a code of an invite can be; whether it is one, only the server knows.
bool isInviteCode(const QString &text)
{
    return text.size() >= ShortestCode && text.size() <= limits::MaxInviteCodeLength && std::all_of(text.begin(), text.end(), [](QChar c) {
        return (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
    });
}

/// Takes `hearth://host/room?fp=…&invite=…` apart: the query into `address`, the rest as it stands in other addresses.
/// Nothing where the query cannot be one.
std::optional<QString> takeLink(const QString &link, ServerAddress &address)
{
    const qsizetype mark = link.indexOf(u'?');
    const QString place = mark < 0 ? link : link.first(mark);
    const QUrlQuery query(mark < 0 ? QString() : link.sliced(mark + 1));
    if (query.hasQueryItem(u"fp"_s)) {
        const auto key = Fingerprint::parse(query.queryItemValue(u"fp"_s));
        if (!key)
            return std::nullopt;
        address.key = *key;
        address.security = Security::Required;
    }
    if (query.hasQueryItem(u"invite"_s)) {
        address.invite = query.queryItemValue(u"invite"_s);
        if (!isInviteCode(address.invite))
            return std::nullopt;
    }
    const qsizetype slash = place.indexOf(u'/');
    const bool hasRoom = slash >= 0 && slash + 1 < place.size();
    return hasRoom ? place.first(slash) + u"/chat"_s + place.sliced(slash) : place;
}

bool isDigits(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

/// `host:port/chat/room`, into `address`.
Result<void, AddressError> takePlace(const QString &place, ServerAddress &address)
{
    const qsizetype slash = place.indexOf(u'/');
    const QString authority = slash < 0 ? place : place.first(slash);
    QString path = slash < 0 ? QString() : place.sliced(slash);

    QString port;
    if (authority.startsWith(u'[')) {
        const qsizetype end = authority.indexOf(u']');
        if (end < 0)
            return Unexpected(AddressError::NoHost);
        address.host = authority.sliced(1, end - 1);
        const QString after = authority.sliced(end + 1);
        if (!after.isEmpty() && !after.startsWith(u':'))
            return Unexpected(AddressError::BadPort);
        port = after.mid(1);
        if (!after.isEmpty() && port.isEmpty())
            return Unexpected(AddressError::BadPort);
    } else if (authority.count(u':') > 1) {
        address.host = authority; // an IPv6 address without brackets cannot have a port
    } else {
        const qsizetype colon = authority.indexOf(u':');
        address.host = colon < 0 ? authority : authority.first(colon);
        port = colon < 0 ? QString() : authority.sliced(colon + 1);
        if (colon >= 0 && port.isEmpty())
            return Unexpected(AddressError::BadPort);
    }
    if (!isHost(address.host))
        return Unexpected(AddressError::NoHost);
    if (!port.isEmpty()) {
        bool isNumber = false;
        const uint number = port.toUInt(&isNumber);
        if (!isDigits(port) || !isNumber || number == 0 || number > 65'535)
            return Unexpected(AddressError::BadPort);
        address.port = static_cast<quint16>(number);
    }

    while (path.endsWith(u'/'))
        path.chop(1);
    if (path.isEmpty() || path == "/chat"_L1)
        return {};
    if (!path.startsWith("/chat/"_L1))
        return Unexpected(AddressError::BadRoom);
    const auto room = RoomId::parse(QStringView(path).sliced(6));
    if (!room || room->isDirect())
        return Unexpected(AddressError::BadRoom);
    address.room = room->toString();
    return {};
}

} // namespace

Result<ServerAddress, AddressError> ServerAddress::parse(QStringView text)
{
    const QString trimmed = text.trimmed().toString();
    if (trimmed.isEmpty())
        return Unexpected(AddressError::Empty);
    ServerAddress address;
    address.port = limits::DefaultPort;
    const qsizetype mark = trimmed.indexOf("://"_L1);
    const QString scheme = trimmed.first(std::max(qsizetype(0), mark)).toLower();
    const QString rest = mark < 0 ? trimmed : trimmed.sliced(mark + 3);
    if (scheme == "hearth"_L1) {
        const auto place = takeLink(rest, address);
        if (!place || !takePlace(*place, address))
            return Unexpected(AddressError::BadLink);
        return address;
    }
    if (scheme == "ws"_L1 || scheme == "wss"_L1)
        address.security = scheme == "ws"_L1 ? Security::Plain : Security::Required;
    else if (mark >= 0)
        return Unexpected(AddressError::UnknownScheme);
    const auto taken = takePlace(rest, address);
    if (!taken)
        return Unexpected(taken.error());
    return address;
}

QUrl ServerAddress::url() const
{
    QUrl url;
    url.setScheme(security == Security::Plain ? u"ws"_s : u"wss"_s);
    url.setHost(host);
    url.setPort(port);
    url.setPath(room.isEmpty() ? u"/chat"_s : u"/chat/"_s + room);
    return url;
}

QString ServerAddress::toString() const
{
    if (security == Security::Plain || (security == Security::Required && key.isNull()))
        return url().toString();
    const bool isLink = !key.isNull() || !room.isEmpty() || !invite.isEmpty();
    return isLink ? inviteLink(host, port, key, room, invite) : display();
}

QString ServerAddress::display() const
{
    const QString shown = host.contains(u':') ? u'[' + host + u']' : host;
    return port == limits::DefaultPort ? shown : shown + u':' + QString::number(port);
}

bool isWithinThisComputer(const QString &host) { return host == "localhost"_L1 || QHostAddress(host).isLoopback(); }

} // namespace hearth
