#include "server/chat/passwordhasher.h"

#include "server/net/threadpriority.h"

#include <sodium.h>

#include <array>

namespace hearth {

namespace {

constexpr int Threads = 2;

QByteArray hashOf(const QByteArray &password, const PasswordCost &cost)
{
    std::array<char, crypto_pwhash_STRBYTES> text {};
    const int failed = crypto_pwhash_str_alg(text.data(), password.constData(), static_cast<unsigned long long>(password.size()), cost.passes,
                                             cost.bytes, crypto_pwhash_ALG_ARGON2ID13);
    return failed != 0 ? QByteArray() : QByteArray(text.data());
}

bool isRight(const QByteArray &password, const QByteArray &hash)
{
    return crypto_pwhash_str_verify(hash.constData(), password.constData(), static_cast<unsigned long long>(password.size())) == 0;
}

/// Salt and hash are all zero bits: to find a password for it is to break Argon2id.
QByteArray hashOfNobody(const PasswordCost &cost)
{
    return "$argon2id$v=19$m=" + QByteArray::number(static_cast<qulonglong>(cost.bytes / 1024))
        + ",t=" + QByteArray::number(static_cast<qulonglong>(cost.passes)) + ",p=1$" + QByteArray(22, 'A') + '$' + QByteArray(43, 'A');
}

} // namespace

PasswordHasher::PasswordHasher(const PasswordCost &cost, QObject *parent)
    : QObject(parent), m_cost(cost), m_nobody(hashOfNobody(cost))
{
    if (sodium_init() < 0)
        qFatal("libsodium has no source of random numbers");
    m_pool.setMaxThreadCount(Threads);
    m_pool.setObjectName(QStringLiteral("passwords"));
}

PasswordHasher::~PasswordHasher()
{
    m_pool.clear();
    m_pool.waitForDone();
}

template <typename T>
void PasswordHasher::compute(std::function<T()> work, std::function<void(T)> done)
{
    if (m_waiting++ == 0)
        m_ticker.start();
    ++m_computations;
    m_pool.start([this, work = std::move(work), done = std::move(done)] {
        lowerPriorityOfThisThread();
        const T result = work();
        QMetaObject::invokeMethod(
            this,
            [this, done, result] {
                if (--m_waiting == 0)
                    m_ticker.stop();
                done(result);
            },
            Qt::QueuedConnection);
    });
}

void PasswordHasher::hash(const QString &password, std::function<void(const QByteArray &hash)> done)
{
    compute<QByteArray>([secret = password.toUtf8(), cost = m_cost] { return hashOf(secret, cost); }, std::move(done));
}

void PasswordHasher::verify(const QString &password, const QByteArray &hash, std::function<void(bool isRight)> done)
{
    compute<bool>([secret = password.toUtf8(), known = hash.isEmpty() ? m_nobody : hash] { return isRight(secret, known); },
                  std::move(done));
}

} // namespace hearth
