#pragma once

#include "protocol/fingerprint.h"

#include <QByteArray>
#include <QDateTime>
#include <QHostAddress>
#include <QList>
#include <QStringList>

namespace hearth {

/// Who a server is towards its clients: a private key and the certificates that belong to it, checked to be a pair.
/// A value; any thread.
class TlsIdentity
{
public:
    /// What a certificate says that it is for.
    struct Subject
    {
        QStringList hostNames;
        QList<QHostAddress> addresses;
    };
    enum class Fault { Certificate, Key, Mismatch };
    struct Error
    {
        Fault fault = Fault::Certificate;
        QString text; ///< a sentence, without the file
    };

    /// A new key (ECDSA on P-256) and a certificate that it signed itself, good for twenty years.
    [[nodiscard]] static Result<TlsIdentity, Error> generate(const Subject &subject, const QDateTime &now);
    /// From PEM: the server's certificate, then those between it and a root; an RSA (2,048 bits or more) or ECDSA key
    /// without a passphrase. One text may hold both.
    [[nodiscard]] static Result<TlsIdentity, Error> parse(const QByteArray &certificates, const QByteArray &key);

    [[nodiscard]] const QByteArray &certificates() const { return m_certificates; } ///< PEM, the server's own first
    [[nodiscard]] const QByteArray &key() const { return m_key; } ///< PEM; secret
    [[nodiscard]] const Fingerprint &fingerprint() const { return m_fingerprint; }

private:
    TlsIdentity() = default;

    QByteArray m_certificates;
    QByteArray m_key;
    Fingerprint m_fingerprint;
};

} // namespace hearth
