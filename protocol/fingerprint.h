#pragma once

#include "protocol/result.h"

#include <QByteArray>
#include <QString>
#include <QStringView>

namespace hearth {

/// What a server's public key is known by: the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 §2.4). The key, not the
/// certificate: a server may renew its certificate without becoming another.
class Fingerprint
{
public:
    Fingerprint() = default; ///< of no key

    /// `spki` is the DER of a SubjectPublicKeyInfo; an empty one gives a null fingerprint.
    [[nodiscard]] static Fingerprint ofKey(const QByteArray &spki);
    enum class Error { Malformed };
    /// As `toString()` writes it.
    [[nodiscard]] static Result<Fingerprint, Error> parse(QStringView text);

    [[nodiscard]] bool isNull() const { return m_digest.isEmpty(); }
    /// Base64url without padding: 43 characters, as links carry it.
    [[nodiscard]] QString toString() const;
    /// To be read aloud and compared: twelve of `spokenWords()`, for the first twelve bytes of the hash, with blanks
    /// between. 96 bits: to find another key with the same words takes 2^96 attempts. Of no key: empty.
    [[nodiscard]] QString words() const;

    friend bool operator==(const Fingerprint &, const Fingerprint &) = default;

private:
    QByteArray m_digest;
};

} // namespace hearth
