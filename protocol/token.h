#pragma once

#include <QString>

/// What owns a guest's name (docs/protocol.md, "Session").
namespace hearth::token {

/// 256 random bits in Base64url, without padding: 43 characters.
[[nodiscard]] QString generate();
/// Whether it looks like one of `generate()`'s.
[[nodiscard]] bool isWellFormed(const QString &token);

} // namespace hearth::token
