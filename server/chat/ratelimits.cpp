#include "server/chat/ratelimits.h"

#include "server/chat/peer.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr qsizetype MostRemembered = 10'000; ///< users, or addresses, before the full buckets are thrown away
constexpr qint64 TidyIntervalMs = 1'000;

RateSettings times(const RateSettings &settings, double multiple)
{
    return { settings.burst * multiple, settings.perSecond * multiple };
}

bool isLifted(const RateSettings &rate) { return rate.burst <= 0 || rate.perSecond <= 0; }

const RateSettings &settingsOf(const ServerSettings &settings, Rate rate)
{
    switch (rate) {
    case Rate::Messages:
        return settings.messages;
    case Rate::Typing:
        return settings.typing;
    case Rate::Joins:
        return settings.joins;
    case Rate::Rooms:
        return settings.newRooms;
    case Rate::Bytes:
        return settings.bytes;
    case Rate::Requests:
        break;
    }
    return settings.requests;
}

bool isOfUsers(Rate rate) { return rate != Rate::Typing && rate != Rate::Requests; }

} // namespace

RateBuckets::RateBuckets(const ServerSettings &settings, double multiple)
    : m_buckets { TokenBucket(times(settings.messages, multiple)), TokenBucket(times(settings.typing, multiple)),
                  TokenBucket(times(settings.requests, multiple)), TokenBucket(times(settings.joins, multiple)),
                  TokenBucket(times(settings.newRooms, multiple)), TokenBucket(times(settings.bytes, multiple)) }
{
}

bool RateBuckets::areFull(qint64 now)
{
    return std::all_of(m_buckets.begin(), m_buckets.end(), [now](TokenBucket &bucket) { return bucket.isFull(now); });
}

template <typename Key>
RateBuckets &RateLimits::bucketsOf(QHash<Key, RateBuckets> &all, const Key &key, double multiple, qint64 now)
{
    if (const auto found = all.find(key); found != all.end())
        return *found;
    if (all.size() >= MostRemembered && now - m_tidiedAt >= TidyIntervalMs) {
        m_tidiedAt = now;
        all.removeIf([now](auto entry) { return entry.value().areFull(now); });
    }
    return *all.insert(key, RateBuckets(m_settings, multiple));
}

std::optional<qint64> RateLimits::take(Peer &peer, std::span<const Charge> charges, qint64 now)
{
    const bool isFree = std::all_of(charges.begin(), charges.end(), [this](const Charge &charge) {
        return isLifted(settingsOf(m_settings, charge.rate));
    });
    if (isFree)
        return std::nullopt;
    RateBuckets *ofAddress = m_settings.addressFactor > 0
        ? &bucketsOf(m_addresses, peer.connection.info().peerAddress, m_settings.addressFactor, now)
        : nullptr;
    // A name that is only claimed so far is not charged: anybody could spend what is somebody else's.
    RateBuckets *ofUser = peer.user ? &bucketsOf(m_users, *peer.user, 1, now) : nullptr;
    const auto forEachBucket = [&](const auto &visit) {
        for (const Charge &charge : charges) {
            visit(peer.buckets.of(charge.rate), charge.amount);
            if (ofUser != nullptr && isOfUsers(charge.rate))
                visit(ofUser->of(charge.rate), charge.amount);
            if (ofAddress != nullptr)
                visit(ofAddress->of(charge.rate), charge.amount);
        }
    };
    std::optional<qint64> longest; // nobody pays for what another one refuses
    forEachBucket([&longest, now](TokenBucket &bucket, double amount) {
        if (const auto wait = bucket.wait(now, amount))
            longest = std::max(*wait, longest.value_or(0));
    });
    if (!longest) {
        forEachBucket([now](TokenBucket &bucket, double amount) {
            const auto none = bucket.take(now, amount);
            Q_UNUSED(none)
        });
    }
    return longest;
}

} // namespace hearth
