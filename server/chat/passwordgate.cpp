#include "server/chat/passwordgate.h"

#include "server/telemetry/monotonicnow.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr qint64 BusyMs = 1'000; ///< until there is likely to be room again

} // namespace

PasswordGate::PasswordGate(const PasswordCost &cost, const RateSettings &signIns)
    : m_hasher(cost), m_signInsOfUsers(signIns),
      m_signInsFromAddresses({ signIns.burst * SignInsOfAddress, signIns.perSecond * SignInsOfAddress })
{
}

bool PasswordGate::isBusy(const QHostAddress &from) const
{
    return !m_hasher.hasRoom() || m_underWay.value(from) >= MaxPerAddress;
}

void PasswordGate::leave(const QHostAddress &from)
{
    if (--m_underWay[from] == 0)
        m_underWay.remove(from);
}

std::optional<qint64> PasswordGate::verify(const UserName &account, const QHostAddress &from, const QString &password,
                                           const QByteArray &hash, std::function<void(bool isRight)> done)
{
    if (isBusy(from))
        return BusyMs;
    if (const auto wait = m_throttle.attempt(account, monotonicNow()))
        return wait;
    ++m_underWay[from];
    m_hasher.verify(password, hash, [this, account, from, done = std::move(done)](bool isRight) {
        leave(from);
        if (isRight)
            m_throttle.succeed(account);
        done(isRight);
    });
    return std::nullopt;
}

std::optional<qint64> PasswordGate::signIn(const UserName &account, const QHostAddress &from, const QString &password,
                                           const QByteArray &hash, std::function<void(bool isRight)> done)
{
    const qint64 now = monotonicNow();
    if (const auto wait = std::max(m_signInsOfUsers.wait(account, now), m_signInsFromAddresses.wait(from, now)))
        return wait;
    return verify(account, from, password, hash, [this, account, from, done = std::move(done)](bool isRight) {
        if (isRight) {
            const qint64 then = monotonicNow();
            m_signInsOfUsers.take(account, then);
            m_signInsFromAddresses.take(from, then);
        }
        done(isRight);
    });
}

std::optional<qint64> PasswordGate::hash(const QHostAddress &from, const QString &password,
                                         std::function<void(const QByteArray &hash)> done)
{
    if (isBusy(from))
        return BusyMs;
    ++m_underWay[from];
    m_hasher.hash(password, [this, from, done = std::move(done)](const QByteArray &hash) {
        leave(from);
        done(hash);
    });
    return std::nullopt;
}

std::optional<qint64> PasswordGate::beginChange(const UserName &account, const QHostAddress &from)
{
    const qint64 now = monotonicNow();
    const auto wait = std::max(m_changesOfUsers.wait(account, now), m_changesFromAddresses.wait(from, now));
    if (wait)
        return wait;
    m_changesOfUsers.take(account, now);
    m_changesFromAddresses.take(from, now);
    return std::nullopt;
}

} // namespace hearth
