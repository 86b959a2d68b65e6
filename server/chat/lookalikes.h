#pragma once

#include "protocol/ids.h"

namespace hearth {

/// What a name looks like: two that people may take for each other have the same skeleton (Unicode Technical Standard #39 §4, by
/// way of ICU), case and spaces aside.
[[nodiscard]] QString skeletonOf(const UserName &name);

/// Whether one of two different names passes for the other. Two names in ASCII never do ("arno" and "amo" have one
/// skeleton, and are two people), unless it is spaces alone that tell them apart.
[[nodiscard]] bool areLookAlikes(const UserName &a, const UserName &b);

} // namespace hearth
