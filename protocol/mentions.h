#pragma once

#include "protocol/ids.h"

#include <QList>
#include <QString>

#include <functional>

namespace hearth {

/// Most `@` of one message that are looked at: bounds the work that a hostile message makes.
inline constexpr int MaxMentionsPerMessage = 50;

/// Whom `@name` in a message names, each once, in order. A name counts where it is followed by something that
/// cannot go on a word; of several names that fit the longest wins ("@Anna Lena" is not "Anna" where "Anna Lena"
/// is known). `isKnown` says which names there are to find.
[[nodiscard]] QList<UserName> findMentions(const QString &content, const std::function<bool(const UserName &)> &isKnown);

} // namespace hearth
