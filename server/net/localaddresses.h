#pragma once

#include <QHostAddress>
#include <QList>

namespace hearth {

/// Addresses of this computer under which others can reach a server that is bound so, IPv4 first: what people can read
/// out. Without a network, the loopback address.
[[nodiscard]] QList<QHostAddress> reachableAddresses(const QList<QHostAddress> &bound);

} // namespace hearth
