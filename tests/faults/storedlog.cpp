#include "tests/faults/storedlog.h"

#include "server/store/database.h"

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// By the numbers that are on the disk (server/store/schema.h), written down again: a checker does not share them.
QString typeOf(qint64 kind)
{
    static const QStringList types { {}, u"message"_s, u"edit"_s, u"delete"_s, u"reaction"_s, u"topic"_s, u"member"_s };
    return types.value(kind, u"unknown"_s);
}

LogEvent readEvent(const Statement &row)
{
    LogEvent event;
    event.seq = row.integer(1);
    event.type = typeOf(row.integer(2));
    event.user = row.text(3);
    event.target = row.isNull(4) ? 0 : row.integer(4);
    event.text = row.isNull(5) ? QString() : row.text(5);
    event.clientId = row.isNull(6) ? QString() : row.text(6);
    event.flag = !row.isNull(7) && row.integer(7) != 0;
    return event;
}

template <typename T>
Result<T, QString> reading(const QString &path, const std::function<T(Database &)> &read)
{
    try {
        Database database(path, Database::Mode::ReadOnly, 5s);
        return read(database);
    } catch (const SqlFailure &failure) {
        return Unexpected(path + ": "_L1 + failure.error().text);
    }
}

} // namespace

LogEvent LogEvent::fromFrame(const QJsonObject &frame)
{
    LogEvent event;
    event.seq = frame["seq"_L1].toInteger();
    event.type = frame["type"_L1].toString();
    event.user = frame["user"_L1].toString();
    event.clientId = frame["client_id"_L1].toString();
    event.target = frame["target"_L1].toInteger();
    if (event.type == "reaction"_L1) {
        event.text = frame["emoji"_L1].toString();
        event.flag = frame["add"_L1].toBool();
    } else if (event.type == "topic"_L1) {
        event.text = frame["topic"_L1].toString();
    } else if (event.type == "member"_L1) {
        event.flag = frame["change"_L1].toString() == "joined"_L1;
    } else {
        event.text = frame["content"_L1].toString();
    }
    return event;
}

const LogEvent *StoredRoom::find(qint64 seq) const
{
    const auto at = std::lower_bound(events.begin(), events.end(), seq, [](const LogEvent &e, qint64 s) { return e.seq < s; });
    return at != events.end() && at->seq == seq ? &*at : nullptr;
}

Result<StoredLog, QString> readStoredLog(const QString &dataDirectory)
{
    return reading<StoredLog>(dataDirectory + "/hearth.db"_L1, [](Database &database) {
        StoredLog log;
        Statement rooms(database, "SELECT room, last_seq FROM rooms");
        while (rooms.next())
            log[rooms.text(0)].lastSeq = rooms.integer(1);
        Statement members(database, "SELECT r.room, u.name, m.read_seq FROM members m JOIN rooms r ON r.id = m.room_id "
                                    "JOIN users u ON u.id = m.user_id");
        while (members.next())
            log[members.text(0)].readSeq.insert(members.text(1), members.integer(2));
        Statement events(database, "SELECT r.room, e.seq, e.kind, u.name, e.target, e.text, e.client_id, e.flag FROM events e "
                                   "JOIN rooms r ON r.id = e.room_id JOIN users u ON u.id = e.user_id ORDER BY e.room_id, e.seq");
        while (events.next())
            log[events.text(0)].events.append(readEvent(events));
        return log;
    });
}

Result<QStringList, QString> readOutbox(const QString &dataDirectory)
{
    return reading<QStringList>(dataDirectory + "/client.db"_L1, [](Database &database) {
        QStringList ids;
        Statement rows(database, "SELECT client_id FROM outbox ORDER BY place");
        while (rows.next())
            ids.append(rows.text(0));
        return ids;
    });
}

} // namespace hearth::test
