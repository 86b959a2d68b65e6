#pragma once

#include "protocol/result.h"

#include <QString>
#include <QStringView>
#include <QUrl>

namespace hearth {

/// Why a typed address cannot be one.
enum class AddressError { Empty, UnknownScheme, NoHost, BadPort, BadRoom };

/// Where to join: read from what a person types or pastes.
struct ServerAddress
{
    QString host;
    quint16 port = 7373;
    QString room; ///< from the path, may be empty

    /// `host`, `host:port`, `[::1]:7373`, `ws://host:port/chat/room`. No other scheme.
    [[nodiscard]] static Result<ServerAddress, AddressError> parse(QStringView text);
    [[nodiscard]] QUrl url() const; ///< `ws://host:port/chat[/room]`
    [[nodiscard]] QString display() const; ///< `host`, or `host:port` where it is not 7373
    friend bool operator==(const ServerAddress &, const ServerAddress &) = default;
};

} // namespace hearth
