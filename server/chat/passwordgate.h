#pragma once

#include "server/chat/bucketmap.h"
#include "server/chat/loginthrottle.h"
#include "server/chat/passwordhasher.h"

#include <QHostAddress>

namespace hearth {

/// Where accounts' passwords are hashed and compared: no more at once for one address than is fair, and no more often for
/// one account than is safe. What is refused was not computed.
class PasswordGate
{
public:
    static constexpr int MaxPerAddress = 16; ///< computations under way: of people behind one router who all come back, a quarter of what may wait in all
    /// New passwords of one's own. Whoever knows the old one could keep a core busy with them.
    static constexpr RateSettings ChangesPerUser { 5, 1.0 / 60 };
    static constexpr RateSettings ChangesPerAddress { 20, 1.0 / 6 };

    /// How many sign-ins an address has, in multiples of an account's: it may be that of many people.
    static constexpr int SignInsOfAddress = 10;

    /// `signIns` is the rate of an account.
    explicit PasswordGate(const PasswordCost &cost, const RateSettings &signIns = {});

    /// Calls `done` later with whether the password has the hash (an empty one, which nobody has, takes the same time).
    /// Or gives how long to wait, in milliseconds, and does nothing.
    [[nodiscard]] std::optional<qint64> verify(const UserName &account, const QHostAddress &from, const QString &password,
                                               const QByteArray &hash, std::function<void(bool isRight)> done);
    /// Likewise, of somebody who signs in. Right passwords have a rate as well: whoever knows one could keep a core busy with it. Wrong
    /// ones take nothing of it, so that nobody uses up what is another's.
    [[nodiscard]] std::optional<qint64> signIn(const UserName &account, const QHostAddress &from, const QString &password,
                                               const QByteArray &hash, std::function<void(bool isRight)> done);
    /// Likewise, with the hash of a new password; empty when it could not be computed.
    [[nodiscard]] std::optional<qint64> hash(const QHostAddress &from, const QString &password,
                                             std::function<void(const QByteArray &hash)> done);

    /// Nothing when somebody may give themselves a new password now, which counts; otherwise how long to wait, in milliseconds.
    [[nodiscard]] std::optional<qint64> beginChange(const UserName &account, const QHostAddress &from);
    /// The account has a password that nobody has been wrong about yet.
    void forgive(const UserName &account) { m_throttle.succeed(account); }

    [[nodiscard]] quint64 computations() const { return m_hasher.computations(); }
    /// Nobody waits for an answer.
    [[nodiscard]] bool isIdle() const { return m_hasher.isIdle(); }

private:
    [[nodiscard]] bool isBusy(const QHostAddress &from) const;
    void leave(const QHostAddress &from);

    PasswordHasher m_hasher;
    LoginThrottle m_throttle;
    QHash<QHostAddress, int> m_underWay;
    BucketMap<UserName> m_changesOfUsers { ChangesPerUser };
    BucketMap<QHostAddress> m_changesFromAddresses { ChangesPerAddress };
    BucketMap<UserName> m_signInsOfUsers;
    BucketMap<QHostAddress> m_signInsFromAddresses;
};

} // namespace hearth
