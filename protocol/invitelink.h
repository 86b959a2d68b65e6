#pragma once

#include "protocol/fingerprint.h"

#include <QString>

namespace hearth {

/// `hearth://host:port/?fp=…`: where a chat is and what its key is known by, so that even the first connection is
/// verified. The port is left out where it is the usual one, `fp` without a fingerprint. `host` is a name or an address.
[[nodiscard]] QString inviteLink(const QString &host, quint16 port, const Fingerprint &fingerprint, const QString &room = {});

} // namespace hearth
