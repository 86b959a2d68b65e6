#include "client/localdatabase.h"
#include "client/localvalues.h"
#include "client/messagefold.h"
#include "protocol/wirenames.h"

#include <QDataStream>
#include <QIODevice>

#include <algorithm>
#include <limits>

// What the local database keeps of messages: those that wait to be sent, and those of the rooms.
namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace localvalues;

namespace {

QByteArray toStored(const QList<ReactionSummary> &reactions)
{
    QByteArray bytes;
    if (reactions.isEmpty())
        return QByteArrayLiteral("");
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_0);
    for (const ReactionSummary &reaction : reactions) {
        QStringList users;
        for (const UserName &user : reaction.users)
            users.append(user.toString());
        stream << reaction.emoji << users;
    }
    return bytes;
}

QList<ReactionSummary> toReactions(const QByteArray &bytes)
{
    QList<ReactionSummary> reactions;
    QDataStream stream(bytes);
    stream.setVersion(QDataStream::Qt_6_0);
    while (!stream.atEnd()) {
        QStringList users;
        ReactionSummary reaction;
        stream >> reaction.emoji >> users;
        if (stream.status() != QDataStream::Ok)
            break;
        for (const QString &user : users)
            reaction.users.append(userFrom(user));
        reactions.append(reaction);
    }
    return reactions;
}

constexpr auto MessageColumns
    = "room, seq, user, content, posted_at, client_id, reply_to, edited_at, is_deleted, reactions"_L1;

MessageSnapshot toMessage(const QSqlQuery &row)
{
    MessageSnapshot message;
    message.room = RoomId::parse(row.value(0).toString()).value_or(RoomId());
    message.seq = Seq(row.value(1).toLongLong());
    message.user = userFrom(row.value(2).toString());
    message.content = row.value(3).toString();
    message.timestamp = toTime(row.value(4));
    if (const auto id = ClientId::parse(row.value(5).toString()))
        message.clientId = *id;
    if (const qint64 reply = row.value(6).toLongLong(); reply > 0)
        message.replyTo = Seq(reply);
    message.editedAt = toTime(row.value(7));
    message.isDeleted = row.value(8).toBool();
    message.reactions = toReactions(row.value(9).toByteArray());
    return message;
}

} // namespace

LocalDatabase::Outcome<> LocalDatabase::addToOutbox(const OutboxEntry &entry)
{
    return change(u"INSERT INTO outbox (account, client_id, room, content, reply_to, written_at, error) VALUES (?, ?, ?, ?, ?, ?, '')"_s,
                  { m_account, entry.id.toString(), entry.room.toString(), bound(entry.content),
                    entry.replyTo.value_or(Seq()).value(), toStored(entry.writtenAt) });
}

LocalDatabase::Outcome<> LocalDatabase::setOutboxError(const ClientId &id, std::optional<ErrorCode> error)
{
    return change(u"UPDATE outbox SET error = ? WHERE account = ? AND client_id = ?"_s,
                  { error ? QString(wireName(*error)) : u""_s, m_account, id.toString() });
}

LocalDatabase::Outcome<> LocalDatabase::removeFromOutbox(const ClientId &id)
{
    return change(u"DELETE FROM outbox WHERE account = ? AND client_id = ?"_s, { m_account, id.toString() });
}

QVariantList LocalDatabase::rowOf(const MessageSnapshot &message) const
{
    return { m_account, message.room.toString(), message.seq.value(), message.user.toString(), bound(message.content),
             toStored(message.timestamp), bound(message.clientId ? message.clientId->toString() : QString()),
             message.replyTo.value_or(Seq()).value(), toStored(message.editedAt), message.isDeleted, toStored(message.reactions) };
}

LocalDatabase::Outcome<> LocalDatabase::saveSnapshot(const MessageSnapshot &message)
{
    return change(u"INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s, rowOf(message));
}

LocalDatabase::Outcome<> LocalDatabase::addSnapshot(const MessageSnapshot &message)
{
    return change(u"INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s, rowOf(message));
}

LocalDatabase::Outcome<> LocalDatabase::saveMessages(const RoomId &room, const QList<MessageSnapshot> &messages, bool isComplete)
{
    return transaction([&]() -> Outcome<> {
        for (const MessageSnapshot &message : messages) {
            if (auto done = saveSnapshot(message); !done)
                return done;
        }
        return change(u"INSERT INTO cache VALUES (?, ?, 0, ?) ON CONFLICT (account, room) "
                      "DO UPDATE SET is_complete = max(is_complete, excluded.is_complete)"_s,
                      { m_account, room.toString(), isComplete });
    });
}

LocalDatabase::Outcome<> LocalDatabase::saveEvents(const RoomId &room, const QList<RoomEvent> &events, Seq syncedTo)
{
    return transaction([&]() -> Outcome<> {
        for (const RoomEvent &event : events) {
            if (std::holds_alternative<MessagePosted>(event.body)) {
                // A page may have brought it already, with later edits folded in: the row stays then.
                if (auto done = addSnapshot(snapshotOf(event)); !done)
                    return done;
                continue;
            }
            const Seq target = targetOf(event);
            if (target == Seq())
                continue;
            auto row = run("SELECT "_L1 + MessageColumns + " FROM message WHERE account = ? AND room = ? AND seq = ?"_L1,
                           { m_account, room.toString(), target.value() });
            if (!row)
                return Unexpected(row.error());
            if (!row->next())
                continue;
            MessageSnapshot message = toMessage(*row);
            row->finish();
            if (fold(message, event)) {
                if (auto done = saveSnapshot(message); !done)
                    return done;
            }
        }
        return change(u"INSERT INTO cache VALUES (?, ?, ?, 0) ON CONFLICT (account, room) "
                      "DO UPDATE SET synced_to = max(synced_to, excluded.synced_to)"_s,
                      { m_account, room.toString(), syncedTo.value() });
    });
}

LocalDatabase::Outcome<> LocalDatabase::forgetMessages(const RoomId &room)
{
    return transaction([&]() -> Outcome<> {
        auto done = change(u"DELETE FROM message WHERE account = ? AND room = ?"_s, { m_account, room.toString() });
        return done ? change(u"DELETE FROM cache WHERE account = ? AND room = ?"_s, { m_account, room.toString() }) : done;
    });
}

LocalDatabase::Outcome<> LocalDatabase::forgetBefore(const RoomId &room, Seq seq)
{
    return transaction([&]() -> Outcome<> {
        const auto gone = run(u"DELETE FROM message WHERE account = ? AND room = ? AND seq < ?"_s,
                              { m_account, room.toString(), seq.value() });
        if (!gone)
            return Unexpected(gone.error());
        // Where something went, the cache reached back to there: what is left begins with the room's first.
        return change(u"UPDATE cache SET synced_to = max(synced_to, ?), is_complete = max(is_complete, ?) "
                      "WHERE account = ? AND room = ? AND synced_to > 0"_s,
                      { seq.value() - 1, gone->numRowsAffected() > 0, m_account, room.toString() });
    });
}

LocalDatabase::Outcome<LocalPage> LocalDatabase::page(const RoomId &room, Seq before, int limit)
{
    // One bound, so that the index leads to the page and nothing is read on the way.
    const qint64 end = before > Seq(0) ? before.value() : std::numeric_limits<qint64>::max();
    auto read = messages(room, "seq < ? ORDER BY seq DESC"_L1, end, limit);
    if (!read)
        return read;
    LocalPage &page = *read;
    std::reverse(page.messages.begin(), page.messages.end());
    auto cache = run(u"SELECT is_complete FROM cache WHERE account = ? AND room = ?"_s, { m_account, room.toString() });
    if (!cache)
        return Unexpected(cache.error());
    page.isComplete = !page.hasMore && cache->next() && cache->value(0).toBool();
    return page;
}

LocalDatabase::Outcome<LocalPage> LocalDatabase::pageAfter(const RoomId &room, Seq after, int limit)
{
    return messages(room, "seq > ? ORDER BY seq"_L1, after.value(), limit);
}

LocalDatabase::Outcome<LocalPage> LocalDatabase::messages(const RoomId &room, QLatin1StringView range, qint64 bound, int limit)
{
    LocalPage page;
    page.room = room;
    auto rows = run("SELECT "_L1 + MessageColumns + " FROM message WHERE account = ? AND room = ? AND "_L1 + range + " LIMIT ?"_L1,
                    { m_account, room.toString(), bound, limit + 1 });
    if (!rows)
        return Unexpected(rows.error());
    while (rows->next()) {
        if (page.messages.size() == limit)
            page.hasMore = true;
        else
            page.messages.append(toMessage(*rows));
    }
    return page;
}

} // namespace hearth
