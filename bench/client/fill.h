#pragma once

#include <QString>
#include <QStringList>

namespace hearth::bench {

/// Writes a server's data directory: `room=count` makes a room with so many messages, by the store's own classes.
void fill(const QString &directory, const QStringList &rooms);

/// Posts so many messages into the room as fast as the server takes them, 64 at a time.
void post(const QString &url, const QString &room, int count);

} // namespace hearth::bench
