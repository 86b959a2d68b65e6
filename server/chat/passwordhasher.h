#pragma once

#include "server/chat/serversettings.h"
#include "server/net/preemptionticker.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <functional>

namespace hearth {

/// Hashes accounts' passwords and compares them, with Argon2id, on two threads of its own: one computation takes a fifth of a
/// second and 64 MiB (docs/decisions/0023-argon2id.md). Belongs to one thread, on which the answers come.
class PasswordHasher : public QObject
{
    Q_OBJECT

public:
    static constexpr int MaxWaiting = 64; ///< computations asked for and not answered

    explicit PasswordHasher(const PasswordCost &cost, QObject *parent = nullptr);
    /// Waits for the computations that have begun; nobody is answered any more.
    ~PasswordHasher() override;

    [[nodiscard]] bool hasRoom() const { return m_waiting < MaxWaiting; }
    [[nodiscard]] bool isIdle() const { return m_waiting == 0; }
    /// How many computations were asked for since it was made.
    [[nodiscard]] quint64 computations() const { return m_computations; }

    /// `done` with the hash in its text form, which carries its own salt and cost; empty when there was no memory for it.
    void hash(const QString &password, std::function<void(const QByteArray &hash)> done);
    /// `done` with whether the password has this hash. An empty hash, which nobody has, takes the same time.
    void verify(const QString &password, const QByteArray &hash, std::function<void(bool isRight)> done);

private:
    template <typename T>
    void compute(std::function<T()> work, std::function<void(T)> done);

    PasswordCost m_cost;
    QByteArray m_nobody; ///< a hash that no password has, of the same cost
    int m_waiting = 0;
    quint64 m_computations = 0;
    PreemptionTicker m_ticker; ///< ticks while passwords are computed
    QThreadPool m_pool;
};

} // namespace hearth
