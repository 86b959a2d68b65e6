#pragma once

#include "server/store/database.h"
#include "server/store/eventstore.h"

namespace hearth {

/// `EventStore::expire()`, inside the transaction that its caller began. Throws SqlFailure. Writer's thread.
[[nodiscard]] Expired expireEvents(Database &database, qint64 roomId, const QDateTime &cutoff, int atMost);

} // namespace hearth
