#pragma once

#include "protocol/serverframes.h"

namespace hearth {

/// Does to a message what an event says: an edit, a deletion, a reaction. Doing it twice is doing it once, since a
/// page of history and the live events overlap. The later event is the one that comes later, whatever its timestamp
/// says: a server's clock can be set back. True when the message changed.
bool fold(MessageSnapshot &message, const RoomEvent &event);

/// The message that an event is about; 0 for events that are about none.
[[nodiscard]] Seq targetOf(const RoomEvent &event);

/// A message as it was when it was posted. The event must be one.
[[nodiscard]] MessageSnapshot snapshotOf(const RoomEvent &event);

} // namespace hearth
