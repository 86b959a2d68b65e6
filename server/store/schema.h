#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace hearth {

class Database;

/// What the file says it is: "HRTH" in PRAGMA application_id.
inline constexpr qint32 ApplicationId = 0x48525448;

/// One step of the schema. Step n brings a database of version n − 1 to version n (PRAGMA user_version).
using Migration = std::function<void(Database &)>;

/// All steps, oldest first. Steps that have been released are never changed.
[[nodiscard]] const std::vector<Migration> &migrations();

/// The version of the database as it stands; 0 for an empty one.
[[nodiscard]] int schemaVersion(Database &database);

/// Runs the steps that are missing, each in a transaction of its own. Throws SqlFailure.
void migrate(Database &database, const std::vector<Migration> &steps);

/// What kind of event a row of `events` is. Written to disk: never renumbered.
enum class EventKind {
    Message = 1,
    Edit = 2,
    Delete = 3,
    Reaction = 4,
    Topic = 5,
    Member = 6,
};

} // namespace hearth
