#include "app/serverlinks.h"

#include "protocol/invitelink.h"
#include "server/chat/serveridentity.h"
#include "server/net/localaddresses.h"

namespace hearth {

Result<Fingerprint, QString> fingerprintOf(const ServerSettings &settings)
{
    if (settings.tls == TlsMode::Off)
        return Fingerprint();
    const auto identity = existingIdentity(settings);
    if (!identity)
        return Unexpected(identity.error());
    return identity->has_value() ? (*identity)->fingerprint() : Fingerprint();
}

Whereabouts whereaboutsOf(const ServerSettings &settings, const Fingerprint &fingerprint)
{
    return { reachableAddresses(settings.bind), settings.port, fingerprint };
}

QStringList linksTo(const Whereabouts &server, const QString &room, const QString &code)
{
    QStringList links;
    if (server.port == 0) // the server tells which one it picks
        return links;
    for (const QHostAddress &address : server.addresses)
        links.append(inviteLink(address.toString(), server.port, server.fingerprint, room, code));
    return links;
}

} // namespace hearth
