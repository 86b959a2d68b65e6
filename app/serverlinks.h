#pragma once

#include "protocol/result.h"
#include "server/chat/serversettings.h"
#include "server/chat/whereabouts.h"

#include <QStringList>

namespace hearth {

/// What the server of these settings is known by; null without TLS, and where it has not made its key yet. An error is one
/// line for people.
[[nodiscard]] Result<Fingerprint, QString> fingerprintOf(const ServerSettings &settings);

/// Where a server of these settings can be joined once it runs.
[[nodiscard]] Whereabouts whereaboutsOf(const ServerSettings &settings, const Fingerprint &fingerprint);

/// Where it can be joined, one link for each of its addresses; none where the port is not known before it starts.
[[nodiscard]] QStringList linksTo(const Whereabouts &server, const QString &room = {}, const QString &code = {});

} // namespace hearth
