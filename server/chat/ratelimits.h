#pragma once

#include "protocol/ids.h"
#include "server/chat/tokenbucket.h"

#include <QHash>
#include <QHostAddress>

#include <array>
#include <optional>
#include <span>

namespace hearth {

struct Peer;

/// What is limited by rate, each with settings of its own.
enum class Rate { Messages, Typing, Requests, Joins, Rooms, Bytes };
inline constexpr std::size_t RateCount = static_cast<std::size_t>(Rate::Bytes) + 1;

/// What one request costs of one rate.
struct Charge
{
    Rate rate = Rate::Requests;
    double amount = 1;
};

/// The buckets of one connection, one user or one address: one for each rate.
class RateBuckets
{
public:
    /// Everything `multiple` times as large as the settings say.
    explicit RateBuckets(const ServerSettings &settings, double multiple = 1);

    [[nodiscard]] TokenBucket &of(Rate rate) { return m_buckets[static_cast<std::size_t>(rate)]; }
    [[nodiscard]] bool areFull(qint64 now);

private:
    std::array<TokenBucket, RateCount> m_buckets;
};

/// Who may say how much: a connection, its user over all connections, and, a multiple of that, all who come from its
/// address. Users have no limit of their own for typing and for what only reads, since each of their windows asks for the
/// same.
class RateLimits
{
public:
    explicit RateLimits(const ServerSettings &settings) : m_settings(settings) { }

    /// Takes what a request of this peer costs; or, where somebody has too little left, tells how many milliseconds it
    /// takes until it is enough, and takes nothing.
    [[nodiscard]] std::optional<qint64> take(Peer &peer, std::span<const Charge> charges, qint64 now);

private:
    template <typename Key>
    RateBuckets &bucketsOf(QHash<Key, RateBuckets> &all, const Key &key, double multiple, qint64 now);

    const ServerSettings &m_settings;
    QHash<UserName, RateBuckets> m_users;
    QHash<QHostAddress, RateBuckets> m_addresses;
    qint64 m_tidiedAt = 0; ///< when full buckets were thrown away
};

} // namespace hearth
