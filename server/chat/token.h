#pragma once

#include "protocol/token.h"

#include <QByteArray>
#include <QString>

/// Tokens and passwords, hashed and compared here and nowhere else.
namespace hearth::token {

/// SHA-256. Enough for a token, which nobody can guess; the shared password is hashed only so that comparing
/// takes the same time whatever is wrong with it.
[[nodiscard]] QByteArray hash(const QString &secret);
/// Takes the same time wherever the two differ.
[[nodiscard]] bool isSame(const QByteArray &a, const QByteArray &b);

} // namespace hearth::token
