#pragma once

#include "protocol/result.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QString>

namespace hearth::test {

/// An event of a room's log, from a frame or from the database: what both must agree on.
struct LogEvent
{
    qint64 seq = 0;
    QString type;
    QString user;
    QString clientId;
    QString text; ///< content, emoji or topic
    qint64 target = 0;
    bool flag = false; ///< reaction added; joined
    friend bool operator==(const LogEvent &, const LogEvent &) = default;

    [[nodiscard]] static LogEvent fromFrame(const QJsonObject &frame);
};

struct StoredRoom
{
    qint64 lastSeq = 0;
    QList<LogEvent> events; ///< as they lie in the table, by seq
    QHash<QString, qint64> readSeq; ///< by member
    [[nodiscard]] const LogEvent *find(qint64 seq) const;
};

/// All that `hearth.db` knows of the rooms, by id.
using StoredLog = QMap<QString, StoredRoom>;

/// Reads a database through its own SQL, opened read-only; the error is SQLite's.
[[nodiscard]] Result<StoredLog, QString> readStoredLog(const QString &dataDirectory);

/// The client ids in the outbox of a client's data directory.
[[nodiscard]] Result<QStringList, QString> readOutbox(const QString &dataDirectory);

} // namespace hearth::test
