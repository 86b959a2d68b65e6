#include "protocol/fingerprint.h"

#include <QCryptographicHash>
#include <QStringList>

namespace hearth {

namespace {

constexpr qsizetype DigestSize = 32; ///< bytes
constexpr auto Base64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr int Groups = 6;
constexpr int BytesOfGroup = 5;
constexpr quint64 GroupLimit = 100'000;

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

QString Fingerprint::digits() const
{
    if (isNull())
        return {};
    QStringList groups;
    for (int group = 0; group < Groups; ++group) {
        quint64 number = 0;
        for (int i = 0; i < BytesOfGroup; ++i)
            number = number << 8 | static_cast<quint8>(m_digest.at(group * BytesOfGroup + i));
        groups.append(QString::number(number % GroupLimit).rightJustified(BytesOfGroup, u'0'));
    }
    return groups.join(u' ');
}

} // namespace hearth
