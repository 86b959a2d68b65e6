#pragma once

#include "protocol/moderation.h"

namespace hearth {

/// What an error says to whom something was done, for clients that show it as it is.
[[nodiscard]] QString sentenceFor(const Removal &removal);
[[nodiscard]] QString sentenceFor(const MuteInfo &mute);
/// To whoever chooses a password that is none.
[[nodiscard]] QString sentenceForShortPassword();
/// To whoever wants a name that passes for somebody's; empty where it does not.
[[nodiscard]] QString sentenceForLookAlike(const std::optional<UserName> &other);
[[nodiscard]] Removal removalBy(const BanInfo &ban);

} // namespace hearth
