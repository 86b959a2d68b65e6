#include "client/localdatabase.h"
#include "client/localvalues.h"
#include "protocol/limits.h"
#include "protocol/wirenames.h"

#include <algorithm>

// What the local database keeps of servers, keys, names and their rooms.
namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace localvalues;

namespace {

constexpr auto IdPrefix = "id:"_L1;
constexpr auto UrlPrefix = "url:"_L1;
/// Under which the room of an address stands.
constexpr auto ChatPath = "/chat/"_L1;

/// What `used_at` becomes of an account that is used now, given the time in ms: later than all others, within the same
/// millisecond and after a clock was put back.
constexpr auto UsedNow = "(SELECT MAX(?, COALESCE(MAX(used_at), 0) + 1) FROM account)"_L1;

QString withoutRoom(const QString &url)
{
    const qsizetype room = url.indexOf(ChatPath);
    return room < 0 ? url : url.first(room + ChatPath.size() - 1);
}

} // namespace

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
        const auto used = change(u"UPDATE account SET used_at = %1 WHERE id = ?"_s.arg(UsedNow),
                                 { QDateTime::currentMSecsSinceEpoch(), m_account });
        return used ? state() : Unexpected(used.error());
    }
    found->finish();
    auto added = run(u"INSERT INTO account (server, user, url, server_name, server_version, token, role, used_at) "
                     "VALUES (?, ?, ?, '', '', '', ?, %1)"_s.arg(UsedNow),
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
    done = change(u"UPDATE account SET server = ?, url = ?, used_at = %1 WHERE id = ?"_s.arg(UsedNow),
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

} // namespace hearth
