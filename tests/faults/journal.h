#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>

namespace hearth::test {

/// What a client saw and did, in order: one JSON object a line with `what` and `at` (milliseconds since 1970), each line
/// handed to the operating system before the next thing happens, so that it outlives a kill -9 of the client.
///
/// | what | facts |
/// |---|---|
/// | `started` | of a process: another life of the same client |
/// | `posting` | `content`, before the client library gave it an id |
/// | `posted` | `id`, `room`, `content` |
/// | `acked` | `id`, `room`, `seq` |
/// | `refused` | `id`, `code`: a message that was not taken, perhaps to be tried again |
/// | `welcome` | `rooms`: of each `room`, `last_seq`, `read_seq`, `unread` |
/// | `lost` | the connection is gone |
/// | `joining`, `joined`, `left` | `room`; `joined` has the `seq` after which its events are due |
/// | `live`, `synced` | `event`, as it came; `applied`: it was the next one due |
/// | `read` | `room`, `seq`: the read mark, as acknowledged |
/// | `snapshot` | `room`, `since` (the last event applied when it was asked for), `messages` |
/// | `settled` | the load is over and everything was fetched |
/// | `ended` | it went by itself, when it had nothing left to send |
class Journal
{
public:
    explicit Journal(const QString &fileName);
    void write(QLatin1StringView what, QJsonObject facts = {});

private:
    QFile m_file;
};

/// The lines of a journal. One that a kill cut short is left out.
[[nodiscard]] QList<QJsonObject> readJournal(const QString &fileName);

} // namespace hearth::test
