#pragma once

#include "client/outbox.h"
#include "protocol/fingerprint.h"
#include "protocol/result.h"
#include "protocol/serverframes.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <functional>

namespace hearth {

/// What is kept on this computer of one person at one server.
struct LocalState
{
    ServerInfo server; ///< empty: never reached
    UserName user;
    QString token; ///< empty: none yet, or not given out
    bool isTokenInKeychain = false;
    bool isTokenLocked = false; ///< the keychain did not give it out
    Role role = Role::Guest;
    Fingerprint key; ///< remembered for the server; null: none
    Fingerprint addressKey; ///< remembered for the server that is known at the address, whichever it is; null: none
    QList<RoomSummary> rooms;
    QHash<RoomId, Seq> syncedTo; ///< up to which event a room's cache is complete
    QHash<RoomId, QString> drafts;
    QList<OutboxEntry> outbox; ///< in the order in which they were written
};

/// A page of a room's cached messages.
struct LocalPage
{
    RoomId room;
    QList<MessageSnapshot> messages; ///< oldest first
    bool hasMore = false; ///< older ones are cached too; of a page behind another one: newer ones
    bool isComplete = false; ///< the first of these is the room's first
};

/// The local cache and outbox: one SQLite file for all servers and names that were used on this computer.
/// Blocking; lives on the thread of `LocalStore`. Errors are SQLite's words.
class LocalDatabase
{
public:
    template <typename T = void>
    using Outcome = Result<T, QString>;

    LocalDatabase();
    ~LocalDatabase();
    LocalDatabase(const LocalDatabase &) = delete;
    LocalDatabase &operator=(const LocalDatabase &) = delete;

    /// Makes directory (mode 0700) and file (mode 0600) where they are missing.
    [[nodiscard]] Outcome<> open(const QString &directory);

    /// What was last kept for this name at this address.
    [[nodiscard]] Outcome<LocalState> bindAddress(const QString &url, const UserName &user);
    /// The server at the address has told who it is. Another one than before gets a state of its own: tokens, words
    /// and rooms of one server are never shown to another.
    [[nodiscard]] Outcome<LocalState> bindServer(const ServerInfo &server);

    /// What is remembered of the key of the server with this id, for all names; null: nothing.
    [[nodiscard]] Outcome<Fingerprint> keyOf(const QString &serverId);
    /// Where it takes the place of another key, no token for this server is shown to whoever has the new one: all go, and what
    /// stood in place of them is returned.
    [[nodiscard]] Outcome<QStringList> saveKey(const QString &serverId, const Fingerprint &key);
    /// From now on this is the server that is known at the address that is bound, for all names and rooms.
    [[nodiscard]] Outcome<> saveAddress(const QString &serverId);

    /// What the server that is bound says of itself now.
    [[nodiscard]] Outcome<> saveServer(const ServerInfo &server);
    [[nodiscard]] Outcome<> saveIdentity(const QString &token, Role role);
    /// Tokens, or what stands in place of those that are in a keychain: for all names that were last used at this address,
    /// whatever the room, or at the server that is known there.
    [[nodiscard]] Outcome<QStringList> tokensAt(const QString &url);
    /// Everything kept of those names, and the addresses of their servers. What is known of a server's key stays: to forget a
    /// chat is no way round a changed one.
    [[nodiscard]] Outcome<> forget(const QString &url);
    [[nodiscard]] Outcome<> saveRooms(const QList<RoomSummary> &rooms);
    [[nodiscard]] Outcome<> saveDraft(const RoomId &room, const QString &text);

    [[nodiscard]] Outcome<> addToOutbox(const OutboxEntry &entry);
    [[nodiscard]] Outcome<> setOutboxError(const ClientId &id, std::optional<ErrorCode> error);
    [[nodiscard]] Outcome<> removeFromOutbox(const ClientId &id);

    /// A page as it stands now. It touches or overlaps what is cached.
    [[nodiscard]] Outcome<> saveMessages(const RoomId &room, const QList<MessageSnapshot> &messages, bool isComplete);
    /// Events in order, after which the room's cache is complete up to `syncedTo`.
    [[nodiscard]] Outcome<> saveEvents(const RoomId &room, const QList<RoomEvent> &events, Seq syncedTo);
    [[nodiscard]] Outcome<> forgetMessages(const RoomId &room);
    /// What stood before `seq` has expired: it is taken out of the file.
    [[nodiscard]] Outcome<> forgetBefore(const RoomId &room, Seq seq);
    [[nodiscard]] Outcome<LocalPage> page(const RoomId &room, Seq before, int limit); ///< before 0: the newest
    [[nodiscard]] Outcome<LocalPage> pageAfter(const RoomId &room, Seq after, int limit); ///< the oldest of those

private:
    [[nodiscard]] Outcome<> migrate();
    [[nodiscard]] Outcome<LocalState> state();
    [[nodiscard]] Outcome<QStringList> dropTokens(const QString &serverId);
    [[nodiscard]] Outcome<Fingerprint> keyAt(const QString &place);
    /// Id, server and token of every account that belongs to an address.
    [[nodiscard]] Outcome<QSqlQuery> accountsAt(const QString &url);
    [[nodiscard]] Outcome<> forgetAccount(qint64 account, const QString &server);
    /// The first `limit` in the order that `range` says, which has one bound.
    [[nodiscard]] Outcome<LocalPage> messages(const RoomId &room, QLatin1StringView range, qint64 bound, int limit);
    [[nodiscard]] Outcome<> saveSnapshot(const MessageSnapshot &message);
    /// Where there is none yet.
    [[nodiscard]] Outcome<> addSnapshot(const MessageSnapshot &message);
    [[nodiscard]] QVariantList rowOf(const MessageSnapshot &message) const;
    [[nodiscard]] Outcome<> transaction(const std::function<Outcome<>()> &work);
    [[nodiscard]] Outcome<QSqlQuery> run(const QString &sql, const QVariantList &values = {});
    [[nodiscard]] Outcome<> change(const QString &sql, const QVariantList &values = {});

    QString m_connection;
    QSqlDatabase m_database;
    qint64 m_account = 0;
    QString m_place; ///< of the address that is bound, without its room
};

} // namespace hearth
