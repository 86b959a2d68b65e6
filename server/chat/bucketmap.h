#pragma once

#include "server/chat/tokenbucket.h"

#include <QHash>

#include <optional>

namespace hearth {

/// A bucket for each of many: users, addresses. Those that are full again are forgotten when there are too many.
template <typename Key>
class BucketMap
{
public:
    static constexpr qsizetype MostRemembered = 10'000;

    explicit BucketMap(const RateSettings &settings) : m_settings(settings) { }

    /// Milliseconds until the key has one token; nothing: it has. `now` in monotonic milliseconds.
    [[nodiscard]] std::optional<qint64> wait(const Key &key, qint64 now)
    {
        const auto bucket = m_buckets.find(key);
        return bucket == m_buckets.end() ? std::nullopt : bucket->wait(now);
    }
    /// Takes one, as far as there is one.
    void take(const Key &key, qint64 now)
    {
        if (m_buckets.size() >= MostRemembered)
            m_buckets.removeIf([now](auto entry) { return entry.value().isFull(now); });
        auto bucket = m_buckets.find(key);
        if (bucket == m_buckets.end())
            bucket = m_buckets.insert(key, TokenBucket(m_settings));
        const auto missing = bucket->take(now);
        Q_UNUSED(missing)
    }

private:
    RateSettings m_settings;
    QHash<Key, TokenBucket> m_buckets;
};

} // namespace hearth
