#include "server/net/localaddresses.h"

#include <QNetworkInterface>

#include <algorithm>

namespace hearth {

QList<QHostAddress> reachableAddresses(const QList<QHostAddress> &bound)
{
    QList<QHostAddress> addresses;
    for (const QHostAddress &address : bound) {
        const bool isAny = address == QHostAddress::Any || address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6;
        if (!isAny) {
            addresses.append(address);
            continue;
        }
        for (const QNetworkInterface &interface : QNetworkInterface::allInterfaces()) {
            const auto flags = interface.flags();
            if (!flags.testFlag(QNetworkInterface::IsUp) || flags.testFlag(QNetworkInterface::IsLoopBack))
                continue;
            for (const QNetworkAddressEntry &entry : interface.addressEntries()) {
                if (!entry.ip().isLinkLocal() && !addresses.contains(entry.ip()))
                    addresses.append(entry.ip());
            }
        }
    }
    std::stable_partition(addresses.begin(), addresses.end(),
                          [](const QHostAddress &a) { return a.protocol() == QAbstractSocket::IPv4Protocol; });
    if (addresses.isEmpty())
        addresses.append(QHostAddress::LocalHost);
    return addresses;
}

} // namespace hearth
