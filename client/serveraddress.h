#pragma once

#include "protocol/fingerprint.h"
#include "protocol/result.h"

#include <QString>
#include <QStringView>
#include <QUrl>

namespace hearth {

/// Why a typed address cannot be one.
enum class AddressError {
    Empty,
    UnknownScheme,
    NoHost,
    BadPort,
    BadRoom,
    BadLink, ///< it begins with hearth://, and is cut or changed: nobody types one
};

/// What somebody who gives an address asks for.
enum class Security {
    Plain, ///< typed ws://
    Preferred, ///< TLS; without it only where a server on this computer has none and never had
    Required, ///< typed wss://, or a link that says by what the key is known
};

/// Where to join: read from what a person types or pastes.
struct ServerAddress
{
    QString host;
    quint16 port = 7373;
    QString room; ///< from the path, may be empty
    Security security = Security::Preferred;
    Fingerprint key; ///< of a link; may be null
    QString invite; ///< the secret code of a link, may be empty; never kept with the address

    /// `host`, `host:port`, `[::1]:7373`, `ws://host:port/chat/room`, the same with `wss://`, and links:
    /// `hearth://host:port/room?fp=…&invite=…`. No other scheme.
    [[nodiscard]] static Result<ServerAddress, AddressError> parse(QStringView text);
    [[nodiscard]] QUrl url() const; ///< `wss://host:port/chat[/room]`, or `ws://` where that was asked for
    [[nodiscard]] QString toString() const; ///< what `parse()` makes the same of, as short as it can be
    [[nodiscard]] QString display() const; ///< `host`, or `host:port` where it is not 7373
    friend bool operator==(const ServerAddress &, const ServerAddress &) = default;
};

/// Whether what is said to a host does not leave this computer, by its name or address alone.
[[nodiscard]] bool isWithinThisComputer(const QString &host);

} // namespace hearth
