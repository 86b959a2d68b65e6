#pragma once

#include "tests/faults/storedlog.h"

namespace hearth::test {

/// What one user's client wrote down, over all its connections and restarts.
struct ClientJournal
{
    QString user;
    QList<QJsonObject> lines; ///< see Journal
    /// Client ids that were in its outbox on disk when it was killed: it must have sent them since.
    QStringList kept;
};

struct Verdict
{
    qint64 acknowledged = 0; ///< messages
    qint64 lost = 0; ///< acknowledged, or kept by the client, and not in the log
    qint64 doubled = 0; ///< in the log more than once
    QStringList violations; ///< each begins with the number of its invariant

    void add(const Verdict &other);
};

/// Compares what clients saw with what is in the database after a run, by the invariants of docs/reliability.md. Knows
/// nothing of the server but what it wrote.
[[nodiscard]] Verdict check(const QList<ClientJournal> &journals, const StoredLog &log);

} // namespace hearth::test
