#include "protocol/token.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace hearth::token {

namespace {

constexpr qsizetype Length = 43; ///< characters of 32 bytes in Base64

} // namespace

QString generate()
{
    std::array<quint32, 8> words;
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    const QByteArray bytes(reinterpret_cast<const char *>(words.data()), sizeof words);
    return QString::fromLatin1(bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

bool isWellFormed(const QString &token)
{
    return token.size() == Length && std::all_of(token.begin(), token.end(), [](QChar c) {
        return (c >= u'A' && c <= u'Z') || (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
    });
}

} // namespace hearth::token
