#pragma once

#include <QByteArray>
#include <QString>

/// Tokens and passwords: made, hashed and compared here and nowhere else.
namespace hearth::token {

/// 256 random bits in Base64url: what owns a guest's name.
[[nodiscard]] QString generate();
/// SHA-256. Enough for a token, which nobody can guess; the shared password is hashed only so that comparing
/// takes the same time whatever is wrong with it.
[[nodiscard]] QByteArray hash(const QString &secret);
/// Takes the same time wherever the two differ.
[[nodiscard]] bool isSame(const QByteArray &a, const QByteArray &b);

} // namespace hearth::token
