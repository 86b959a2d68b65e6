#include "client/localdatabase.h"

#include "client/messagefold.h"
#include "protocol/limits.h"
#include "protocol/wirenames.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QSqlError>
#include <QUuid>
#include <QVariant>

#include <algorithm>
#include <limits>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int BusyTimeoutMs = 5'000;
constexpr auto FileName = "client.db"_L1;
constexpr auto IdPrefix = "id:"_L1;
constexpr auto UrlPrefix = "url:"_L1;
/// Under which the room of an address stands.
constexpr auto ChatPath = "/chat/"_L1;

/// What each version of the file adds to the one before. Steps that have been released are never changed.
const QList<QStringList> &schema()
{
    // server is `id:` and what the server calls itself, or `url:` and the address while it was never reached.
    static const QStringList first {
        u"CREATE TABLE account (id INTEGER PRIMARY KEY, server TEXT NOT NULL, user TEXT NOT NULL, "
        "url TEXT NOT NULL, server_name TEXT NOT NULL, server_version TEXT NOT NULL, token TEXT NOT NULL, "
        "role TEXT NOT NULL, used_at INTEGER NOT NULL, UNIQUE (server, user))"_s,
        u"CREATE TABLE room (account INTEGER NOT NULL, room TEXT NOT NULL, name TEXT NOT NULL, topic TEXT NOT NULL, "
        "kind TEXT NOT NULL, last_seq INTEGER NOT NULL, read_seq INTEGER NOT NULL, unread INTEGER NOT NULL, "
        "mentions INTEGER NOT NULL, peer TEXT NOT NULL, member_count INTEGER NOT NULL, is_member INTEGER NOT NULL, "
        "place INTEGER NOT NULL, PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE cache (account INTEGER NOT NULL, room TEXT NOT NULL, synced_to INTEGER NOT NULL, "
        "is_complete INTEGER NOT NULL, PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE message (account INTEGER NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, user TEXT NOT NULL, "
        "content TEXT NOT NULL, posted_at INTEGER NOT NULL, client_id TEXT NOT NULL, reply_to INTEGER NOT NULL, "
        "edited_at INTEGER NOT NULL, is_deleted INTEGER NOT NULL, reactions BLOB NOT NULL, "
        "PRIMARY KEY (account, room, seq)) WITHOUT ROWID"_s,
        u"CREATE TABLE draft (account INTEGER NOT NULL, room TEXT NOT NULL, text TEXT NOT NULL, "
        "PRIMARY KEY (account, room)) WITHOUT ROWID"_s,
        u"CREATE TABLE outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, client_id TEXT NOT NULL, "
        "room TEXT NOT NULL, content TEXT NOT NULL, reply_to INTEGER NOT NULL, written_at INTEGER NOT NULL, "
        "error TEXT NOT NULL, UNIQUE (account, client_id))"_s,
    };
    // keep_days of a room is -1 where it does as the server does.
    static const QStringList retention {
        u"ALTER TABLE account ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0"_s,
        u"ALTER TABLE room ADD COLUMN keep_days INTEGER NOT NULL DEFAULT -1"_s,
        u"ALTER TABLE room ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1"_s,
        u"ALTER TABLE room ADD COLUMN creator TEXT NOT NULL DEFAULT ''"_s,
    };
    // The keys of the servers that were seen, for all names.
    static const QStringList keys {
        u"CREATE TABLE server_key (server TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID"_s,
    };
    // Which server, by its id, is known at an address without its room: until now the one that was last used there.
    static const QStringList addresses {
        u"CREATE TABLE address (url TEXT PRIMARY KEY, server TEXT NOT NULL) WITHOUT ROWID"_s,
        u"INSERT INTO address SELECT place, server FROM (SELECT CASE WHEN instr(url, '/chat/') > 0 "
        "THEN substr(url, 1, instr(url, '/chat/') + 4) ELSE url END AS place, substr(server, 4) AS server, max(used_at) "
        "FROM account WHERE substr(server, 1, 3) = 'id:' GROUP BY place)"_s,
    };
    static const QList<QStringList> versions { first, retention, keys, addresses };
    return versions;
}

/// Qt binds a null QString as NULL.
QVariant bound(const QString &text) { return text.isNull() ? QVariant(u""_s) : QVariant(text); }

QString withoutRoom(const QString &url)
{
    const qsizetype room = url.indexOf(ChatPath);
    return room < 0 ? url : url.first(room + ChatPath.size() - 1);
}

qint64 toStored(const QDateTime &time) { return time.isValid() ? time.toMSecsSinceEpoch() : 0; }

QDateTime toTime(const QVariant &stored)
{
    const qint64 ms = stored.toLongLong();
    return ms == 0 ? QDateTime() : QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
}

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

UserName userFrom(const QString &text) { return UserName::parse(text).value_or(UserName()); }

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

LocalDatabase::LocalDatabase() : m_connection(QUuid::createUuid().toString()) { }

LocalDatabase::~LocalDatabase()
{
    m_database.close();
    m_database = {};
    QSqlDatabase::removeDatabase(m_connection);
}

LocalDatabase::Outcome<> LocalDatabase::open(const QString &directory)
{
    const bool isNew = !QDir(directory).exists();
    if (!QDir().mkpath(directory))
        return Unexpected(u"The directory %1 cannot be made."_s.arg(directory));
    // The file holds tokens and what was said: for its owner only.
    if (isNew)
        QFile::setPermissions(directory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QString path = QDir(directory).filePath(FileName);
    QFile file(path);
    if (!file.exists()) {
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return Unexpected(u"%1 cannot be made (%2)."_s.arg(path, file.errorString()));
        file.close();
    }
    m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    m_database.setDatabaseName(path);
    m_database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(BusyTimeoutMs));
    if (!m_database.open())
        return Unexpected(m_database.lastError().text());
    for (const QString &pragma : { u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s,
                                   u"PRAGMA secure_delete = ON"_s }) {
        if (auto done = change(pragma); !done)
            return done;
    }
    return migrate();
}

LocalDatabase::Outcome<> LocalDatabase::migrate()
{
    auto query = run(u"PRAGMA user_version"_s);
    if (!query)
        return Unexpected(query.error());
    const int version = query->next() ? query->value(0).toInt() : 0;
    query->finish();
    if (version > schema().size())
        return Unexpected(u"It was written by a newer version of Hearth."_s);
    if (version == schema().size())
        return {};
    return transaction([this, version]() -> Outcome<> {
        for (const QStringList &statements : schema().sliced(version)) {
            for (const QString &statement : statements) {
                if (auto done = change(statement); !done)
                    return done;
            }
        }
        return change(u"PRAGMA user_version = %1"_s.arg(schema().size()));
    });
}

LocalDatabase::Outcome<LocalState> LocalDatabase::bindAddress(const QString &url, const UserName &user)
{
    m_place = withoutRoom(url);
    auto found = run(u"SELECT id FROM account WHERE url = ? AND user = ? ORDER BY used_at DESC, id DESC LIMIT 1"_s,
                     { url, user.folded() });
    if (!found)
        return Unexpected(found.error());
    if (found->next()) {
        m_account = found->value(0).toLongLong();
        found->finish();
        const auto used = change(u"UPDATE account SET used_at = ? WHERE id = ?"_s,
                                 { QDateTime::currentMSecsSinceEpoch(), m_account });
        return used ? state() : Unexpected(used.error());
    }
    found->finish();
    auto added = run(u"INSERT INTO account (server, user, url, server_name, server_version, token, role, used_at) "
                     "VALUES (?, ?, ?, '', '', '', ?, ?)"_s,
                     { UrlPrefix + url, user.folded(), url, QString(wireName(Role::Guest)),
                       QDateTime::currentMSecsSinceEpoch() });
    if (!added)
        return Unexpected(added.error());
    m_account = added->lastInsertId().toLongLong();
    return state();
}

LocalDatabase::Outcome<LocalState> LocalDatabase::bindServer(const ServerInfo &server)
{
    auto here = run(u"SELECT url, user, server FROM account WHERE id = ?"_s, { m_account });
    if (!here)
        return Unexpected(here.error());
    if (!here->next())
        return Unexpected(u"The account is gone from the local store."_s);
    const QString url = here->value(0).toString();
    const QString user = here->value(1).toString();
    const bool isProvisional = here->value(2).toString().startsWith(UrlPrefix);
    here->finish();
    auto known = run(u"SELECT id FROM account WHERE server = ? AND user = ?"_s, { IdPrefix + server.id, user });
    if (!known)
        return Unexpected(known.error());
    const qint64 knownId = known->next() ? known->value(0).toLongLong() : 0;
    known->finish();
    Outcome<> done;
    if (knownId != 0) {
        m_account = knownId;
    } else if (!isProvisional) {
        auto added = run(u"INSERT INTO account (server, user, url, server_name, server_version, token, role, used_at) "
                         "VALUES (?, ?, ?, '', '', '', ?, 0)"_s,
                         { IdPrefix + server.id, user, url, QString(wireName(Role::Guest)) });
        if (!added)
            return Unexpected(added.error());
        m_account = added->lastInsertId().toLongLong();
    }
    done = change(u"UPDATE account SET server = ?, url = ?, used_at = ? WHERE id = ?"_s,
                  { IdPrefix + server.id, url, QDateTime::currentMSecsSinceEpoch(), m_account });
    if (done)
        done = saveServer(server);
    return done ? state() : Unexpected(done.error());
}

LocalDatabase::Outcome<Fingerprint> LocalDatabase::keyOf(const QString &serverId)
{
    auto found = run(u"SELECT fingerprint FROM server_key WHERE server = ?"_s, { bound(serverId) });
    if (!found)
        return Unexpected(found.error());
    if (!found->next())
        return Fingerprint();
    const auto key = Fingerprint::parse(found->value(0).toString());
    return key ? Outcome<Fingerprint>(*key) : Unexpected(u"A server's key is damaged in the local store."_s);
}

LocalDatabase::Outcome<QStringList> LocalDatabase::saveKey(const QString &serverId, const Fingerprint &key)
{
    Outcome<QStringList> tokens = QStringList();
    const auto done = transaction([&]() -> Outcome<> {
        const auto before = keyOf(serverId);
        if (before && !before->isNull() && *before != key)
            tokens = dropTokens(serverId);
        if (!tokens)
            return Unexpected(tokens.error());
        return change(u"INSERT OR REPLACE INTO server_key (server, fingerprint) VALUES (?, ?)"_s, { bound(serverId), key.toString() });
    });
    return done ? tokens : Unexpected(done.error());
}

LocalDatabase::Outcome<QStringList> LocalDatabase::dropTokens(const QString &serverId)
{
    auto found = run(u"SELECT token FROM account WHERE server = ? AND token != ''"_s, { IdPrefix + serverId });
    if (!found)
        return Unexpected(found.error());
    QStringList tokens;
    while (found->next())
        tokens.append(found->value(0).toString());
    found->finish();
    const auto done = change(u"UPDATE account SET token = '' WHERE server = ?"_s, { IdPrefix + serverId });
    return done ? Outcome<QStringList>(tokens) : Unexpected(done.error());
}

LocalDatabase::Outcome<> LocalDatabase::saveAddress(const QString &serverId)
{
    return change(u"INSERT OR REPLACE INTO address (url, server) VALUES (?, ?)"_s, { bound(m_place), bound(serverId) });
}

LocalDatabase::Outcome<Fingerprint> LocalDatabase::keyAt(const QString &place)
{
    auto found = run(u"SELECT server FROM address WHERE url = ?"_s, { bound(place) });
    if (!found)
        return Unexpected(found.error());
    return found->next() ? keyOf(found->value(0).toString()) : Fingerprint();
}

LocalDatabase::Outcome<> LocalDatabase::saveServer(const ServerInfo &server)
{
    return change(u"UPDATE account SET server_name = ?, server_version = ?, keep_days = ? WHERE id = ?"_s,
                  { bound(server.name), bound(server.version), server.keepDays, m_account });
}

LocalDatabase::Outcome<LocalState> LocalDatabase::state()
{
    LocalState state;
    auto account = run(u"SELECT server, user, server_name, server_version, token, role, keep_days FROM account WHERE id = ?"_s,
                       { m_account });
    if (!account)
        return Unexpected(account.error());
    if (!account->next())
        return Unexpected(u"The account is gone from the local store."_s);
    const QString server = account->value(0).toString();
    if (server.startsWith(IdPrefix))
        state.server = { server.sliced(IdPrefix.size()), account->value(2).toString(), account->value(3).toString(),
                         account->value(6).toInt() };
    const auto key = keyOf(state.server.id);
    if (!key)
        return Unexpected(key.error());
    state.key = *key;
    const auto addressKey = keyAt(m_place);
    if (!addressKey)
        return Unexpected(addressKey.error());
    state.addressKey = *addressKey;
    state.user = userFrom(account->value(1).toString());
    state.token = account->value(4).toString();
    state.role = fromWire<Role>(account->value(5).toString()).value_or(Role::Guest);

    auto rooms = run(u"SELECT room, name, topic, kind, last_seq, read_seq, unread, mentions, peer, member_count, is_member, "
                     "keep_days, first_seq, creator FROM room WHERE account = ? ORDER BY place"_s, { m_account });
    if (!rooms)
        return Unexpected(rooms.error());
    while (rooms->next()) {
        RoomSummary room;
        room.room = RoomId::parse(rooms->value(0).toString()).value_or(RoomId());
        room.name = rooms->value(1).toString();
        room.topic = rooms->value(2).toString();
        room.kind = fromWire<RoomKind>(rooms->value(3).toString()).value_or(RoomKind::Public);
        room.lastSeq = Seq(rooms->value(4).toLongLong());
        room.readSeq = Seq(rooms->value(5).toLongLong());
        room.unread = rooms->value(6).toLongLong();
        room.mentions = rooms->value(7).toLongLong();
        if (const auto peer = UserName::parse(rooms->value(8).toString()))
            room.peer = *peer;
        room.memberCount = rooms->value(9).toInt();
        room.isMember = rooms->value(10).toBool();
        if (const int days = rooms->value(11).toInt(); days >= 0)
            room.keepDays = days;
        room.firstSeq = Seq(rooms->value(12).toLongLong());
        if (const auto creator = UserName::parse(rooms->value(13).toString()))
            room.creator = *creator;
        state.rooms.append(room);
    }

    auto caches = run(u"SELECT room, synced_to FROM cache WHERE account = ?"_s, { m_account });
    if (!caches)
        return Unexpected(caches.error());
    while (caches->next())
        state.syncedTo.insert(RoomId::parse(caches->value(0).toString()).value_or(RoomId()), Seq(caches->value(1).toLongLong()));

    auto drafts = run(u"SELECT room, text FROM draft WHERE account = ?"_s, { m_account });
    if (!drafts)
        return Unexpected(drafts.error());
    while (drafts->next())
        state.drafts.insert(RoomId::parse(drafts->value(0).toString()).value_or(RoomId()), drafts->value(1).toString());

    auto outbox = run(u"SELECT client_id, room, content, reply_to, written_at, error FROM outbox WHERE account = ? ORDER BY place"_s,
                      { m_account });
    if (!outbox)
        return Unexpected(outbox.error());
    while (outbox->next()) {
        OutboxEntry entry;
        entry.id = ClientId::parse(outbox->value(0).toString()).value_or(ClientId());
        entry.room = RoomId::parse(outbox->value(1).toString()).value_or(RoomId());
        entry.content = outbox->value(2).toString();
        if (const qint64 reply = outbox->value(3).toLongLong(); reply > 0)
            entry.replyTo = Seq(reply);
        entry.writtenAt = toTime(outbox->value(4));
        if (const QString error = outbox->value(5).toString(); !error.isEmpty())
            entry.error = errorCodeFromWire(error).value_or(ErrorCode::Internal);
        state.outbox.append(entry);
    }
    return state;
}

LocalDatabase::Outcome<> LocalDatabase::saveIdentity(const QString &token, Role role)
{
    return change(u"UPDATE account SET token = ?, role = ? WHERE id = ?"_s, { bound(token), QString(wireName(role)), m_account });
}

LocalDatabase::Outcome<QSqlQuery> LocalDatabase::accountsAt(const QString &url)
{
    const QString place = withoutRoom(url);
    return run(u"SELECT id, server, token FROM account WHERE url = ? OR instr(url, ?) = 1 "
               "OR server IN (SELECT 'id:' || server FROM address WHERE url = ?)"_s,
               { place, place + u'/', place });
}

LocalDatabase::Outcome<QStringList> LocalDatabase::tokensAt(const QString &url)
{
    auto found = accountsAt(url);
    if (!found)
        return Unexpected(found.error());
    QStringList tokens;
    while (found->next()) {
        if (const QString token = found->value(2).toString(); !token.isEmpty())
            tokens.append(token);
    }
    return tokens;
}

LocalDatabase::Outcome<> LocalDatabase::forget(const QString &url)
{
    return transaction([&]() -> Outcome<> {
        auto found = accountsAt(url);
        if (!found)
            return Unexpected(found.error());
        QList<std::pair<qint64, QString>> accounts;
        while (found->next())
            accounts.append({ found->value(0).toLongLong(), found->value(1).toString() });
        found->finish();
        for (const auto &[account, server] : accounts) {
            if (auto done = forgetAccount(account, server); !done)
                return done;
        }
        return change(u"DELETE FROM address WHERE url = ?"_s, { withoutRoom(url) });
    });
}

LocalDatabase::Outcome<> LocalDatabase::forgetAccount(qint64 account, const QString &server)
{
    for (const auto table : { "room"_L1, "cache"_L1, "message"_L1, "draft"_L1, "outbox"_L1 }) {
        if (auto done = change(u"DELETE FROM %1 WHERE account = ?"_s.arg(table), { account }); !done)
            return done;
    }
    if (auto done = change(u"DELETE FROM account WHERE id = ?"_s, { account }); !done)
        return done;
    return change(u"DELETE FROM address WHERE 'id:' || server = ? "
                  "AND NOT EXISTS (SELECT 1 FROM account WHERE account.server = 'id:' || address.server)"_s, { server });
}

LocalDatabase::Outcome<> LocalDatabase::saveRooms(const QList<RoomSummary> &rooms)
{
    return transaction([&]() -> Outcome<> {
        if (auto done = change(u"DELETE FROM room WHERE account = ?"_s, { m_account }); !done)
            return done;
        qint64 place = 0;
        for (const RoomSummary &room : rooms) {
            auto done = change(u"INSERT OR REPLACE INTO room VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                               { m_account, room.room.toString(), bound(room.name), bound(room.topic),
                                 QString(wireName(room.kind)), room.lastSeq.value(), room.readSeq.value(), room.unread,
                                 room.mentions, bound(room.peer ? room.peer->toString() : QString()), room.memberCount,
                                 room.isMember, place++, room.keepDays.value_or(-1), room.firstSeq.value(),
                                 bound(room.creator ? room.creator->toString() : QString()) });
            if (!done)
                return done;
        }
        return {};
    });
}

LocalDatabase::Outcome<> LocalDatabase::saveDraft(const RoomId &room, const QString &text)
{
    if (text.isEmpty())
        return change(u"DELETE FROM draft WHERE account = ? AND room = ?"_s, { m_account, room.toString() });
    return change(u"INSERT OR REPLACE INTO draft VALUES (?, ?, ?)"_s, { m_account, room.toString(), text });
}

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

LocalDatabase::Outcome<> LocalDatabase::transaction(const std::function<Outcome<>()> &work)
{
    if (auto begun = change(u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    auto done = work();
    if (done)
        done = change(u"COMMIT"_s);
    if (!done)
        QSqlQuery(m_database).exec(u"ROLLBACK"_s); // where SQLite has rolled back by itself there is nothing to do
    return done;
}

LocalDatabase::Outcome<QSqlQuery> LocalDatabase::run(const QString &sql, const QVariantList &values)
{
    if (!m_database.isOpen())
        return Unexpected(u"The local store is not open."_s);
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    bool isRight = query.prepare(sql);
    for (const QVariant &value : values)
        query.addBindValue(value);
    isRight = isRight && query.exec();
    if (!isRight)
        return Unexpected(query.lastError().text());
    return query;
}

LocalDatabase::Outcome<> LocalDatabase::change(const QString &sql, const QVariantList &values)
{
    const auto query = run(sql, values);
    return query ? Outcome<>() : Outcome<>(Unexpected(query.error()));
}

} // namespace hearth
