#pragma once

#include "protocol/limits.h"
#include "protocol/serverframes.h"

#include <QHostAddress>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>

namespace hearth {

/// A token bucket's measures. A burst or a rate of 0 lifts the limit.
struct RateSettings
{
    double burst = 20;
    double perSecond = 5;
};

/// What one Argon2id computation takes. The defaults are libsodium's for interactive use.
struct PasswordCost
{
    unsigned long long passes = 2;
    std::size_t bytes = 64 * 1024 * 1024;
};

/// Whether TLS is spoken. Plain clients are let in unless it is Required.
enum class TlsMode { Off, Optional, Required };

/// Every setting of a server, already checked. The configuration file and the command line end here; so
/// does the desktop program that hosts. docs/operating.md says what each one means.
struct ServerSettings
{
    // [server]
    QString name = QStringLiteral("Hearth");
    QList<QHostAddress> bind { QHostAddress::Any };
    quint16 port = limits::DefaultPort;
    QString dataDirectory; ///< `:memory:` for tests
    Access access = Access::Open;
    QString password; ///< for Access::Password
    PasswordCost passwordCost {}; ///< of accounts' passwords
    bool discovery = true;
    int ioThreads = 0; ///< threads for sockets; 0: they are on the server's own
    TlsMode tls = TlsMode::Optional;
    bool approveGuests = false; ///< new guests wait until a moderator lets them in
    std::chrono::milliseconds guestTimeout { 600'000 }; ///< how long they wait

    // [tls]
    QString tlsCertificate; ///< a file in PEM, checked; empty: the server makes its own
    QString tlsKey; ///< the file with its key

    // [websocket]
    std::chrono::milliseconds pingInterval { 30'000 };
    std::chrono::milliseconds pingTimeout { 10'000 };
    qint64 maxMessageSize = limits::DefaultMaxMessageSize;
    qint64 maxQueuedBytes = 1'048'576;
    qint64 maxQueuedInAll = 268'435'456;
    std::chrono::milliseconds handshakeTimeout { 5'000 };
    QStringList allowedOrigins;
    bool isOwnerLocal = false; ///< the first owner comes from this computer: somebody hosts from a window
    int batchSize = 50; ///< frames in one batch, for clients that ask for it
    std::chrono::milliseconds batchTimeout { 20 }; ///< how long a frame may wait for others
    std::chrono::milliseconds listenersInterval { 1'000 }; ///< between news of who listens unencrypted without a name; not in the file

    // [limits]
    // Rates of a connection, but for typing and requests of a user over all connections, too.
    RateSettings messages;
    RateSettings typing { 20, 5 };
    RateSettings requests { 200, 50 }; ///< everything else
    RateSettings joins { 100, 10 };
    RateSettings newRooms { 100, 1 };
    RateSettings bytes { 33'554'432, 8'388'608 }; ///< of all that is said
    RateSettings signIns { 20, 0.1 }; ///< of an account, with its right password; an address has ten times as many
    RateSettings newUsers { 1'000, 1 }; ///< names that nobody had yet, from one address; this computer itself is not counted
    int addressFactor = 100; ///< what an address may do, in multiples of what a connection may; 0 lifts
    int connections = 0; ///< in all
    int connectionsPerAddress = 0;
    int strangersPerAddress = 500; ///< connections that have not proved themselves, where they have to
    std::chrono::milliseconds signInTimeout { 60'000 }; ///< how long one of those may stay so
    int maxContentLength = limits::DefaultMaxContentLength;
    int roomsPerUser = 100; ///< rooms one user may create

    // [store]
    bool syncFull = true;
    int keepDays = 0; ///< how long what is said is kept, where a room says nothing else; 0: for good

    // [monitoring]
    quint16 monitoringPort = 0; ///< 0: on the chat's own port, for programs on this computer only
    QList<QHostAddress> monitoringBind { QHostAddress::LocalHost }; ///< with a port of its own
};

} // namespace hearth
