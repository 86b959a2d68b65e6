#pragma once

#include "protocol/fingerprint.h"

#include <QString>

namespace hearth {

/// `hearth://host:port/room?fp=…&invite=…`: where a chat is, what its key is known by, so that even the first connection is
/// verified, and the code of an invite. The port is left out where it is the usual one, `fp` without a fingerprint, `invite`
/// without a code. `host` is a name or an address; `code` has the alphabet of Base64url.
[[nodiscard]] QString inviteLink(const QString &host, quint16 port, const Fingerprint &fingerprint, const QString &room = {},
                                 const QString &code = {});

} // namespace hearth
