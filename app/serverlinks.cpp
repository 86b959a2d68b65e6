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

QStringList linksTo(const ServerSettings &settings, const Fingerprint &fingerprint, const QString &room, const QString &code)
{
    QStringList links;
    if (settings.port == 0) // the server tells which one it picks
        return links;
    for (const QHostAddress &address : reachableAddresses(settings.bind))
        links.append(inviteLink(address.toString(), settings.port, fingerprint, room, code));
    return links;
}

} // namespace hearth
