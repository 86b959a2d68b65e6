#include "protocol/fingerprint.h"

#include "protocol/spokenwords.h"

#include <QCryptographicHash>

namespace hearth {

namespace {

constexpr qsizetype DigestSize = 32; ///< bytes
constexpr auto Base64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr qsizetype SpokenBytes = 12;

} // namespace

Fingerprint Fingerprint::ofKey(const QByteArray &spki)
{
    Fingerprint fingerprint;
    if (!spki.isEmpty())
        fingerprint.m_digest = QCryptographicHash::hash(spki, QCryptographicHash::Sha256);
    return fingerprint;
}

Result<Fingerprint, Fingerprint::Error> Fingerprint::parse(QStringView text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text.toUtf8(), Base64 | QByteArray::AbortOnBase64DecodingErrors);
    Fingerprint fingerprint;
    if (decoded && decoded.decoded.size() == DigestSize)
        fingerprint.m_digest = decoded.decoded;
    // One fingerprint, one spelling: the last character has two bits that decoders do not look at.
    if (fingerprint.isNull() || fingerprint.toString() != text)
        return Unexpected(Error::Malformed);
    return fingerprint;
}

QString Fingerprint::toString() const { return QString::fromLatin1(m_digest.toBase64(Base64)); }

QString Fingerprint::words() const
{
    QStringList words;
    for (const char byte : m_digest.first(isNull() ? 0 : SpokenBytes))
        words.append(spokenWords().at(static_cast<quint8>(byte)));
    return words.join(u' ');
}

} // namespace hearth
