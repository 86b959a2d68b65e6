#pragma once

#include <QStringList>

namespace hearth {

/// What a database holds.
struct StoreCounts
{
    qint64 rooms = 0;
    qint64 users = 0;
    qint64 messages = 0; ///< without those that have expired
    qint64 events = 0; ///< with them
};

/// What a data directory was found to be.
struct CheckReport
{
    /// Most findings that are told one by one; the rest is counted.
    static constexpr qsizetype MaxFindings = 50;

    QStringList findings; ///< a sentence each; empty when all is well
    qint64 moreFindings = 0; ///< not in `findings`
    StoreCounts counts; ///< when all is well

    void add(const QString &finding);
};

class Database;
/// Throws SqlFailure.
[[nodiscard]] StoreCounts countRows(Database &database);

/// Where what people read (what became of a message, reactions, notifications that wait) is not what the events say, a
/// sentence each. Throws SqlFailure.
[[nodiscard]] QStringList contradictions(Database &database);

/// Verifies the database of a data directory in one snapshot, while a server runs on it or not: SQLite's own check,
/// references, each event's checksum, each room's log from 1 to its end without a gap, that everything kept beside the
/// events (members, what became of messages, reactions) is what the events say, and that nothing is left of what has
/// expired. Reads only and leaves no file behind. Blocks: it reads everything.
[[nodiscard]] CheckReport checkDataDirectory(const QString &directory);

} // namespace hearth
