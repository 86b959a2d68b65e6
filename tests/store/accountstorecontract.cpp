#include "tests/store/accountstorecontract.h"

#include "server/store/moderationstore.h"

#include <QTimeZone>

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using Reason = StoreError::Reason;

namespace {

UserName userName(const QString &text) { return UserName::parse(text).value(); }

QDateTime at(qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()); }

SessionRecord session(const QString &id, const QString &user)
{
    return { id, userName(user), QByteArray("hash of ") + id.toUtf8(), u"hearth 0.1.0"_s, u"192.0.2.7"_s, at(1'000), at(2'000) };
}

UserRecord userIn(const StoreState &state, const QString &name)
{
    const auto found = std::find_if(state.users.begin(), state.users.end(), [&](const UserRecord &u) { return u.name == userName(name); });
    return found == state.users.end() ? UserRecord {} : *found;
}

} // namespace

void AccountStoreContract::init()
{
    Test::init();
    m_fresh();
    m_store = m_open(nullptr);
    QVERIFY(m_store);
}

void AccountStoreContract::cleanup() { m_store.reset(); }

Result<UserRecord, StoreError> AccountStoreContract::add(const QString &name, const std::optional<SessionRecord> &session,
                                                         const QByteArray &passwordHash, Role role,
                                                         const std::optional<AuditEntry> &deed)
{
    return call<UserRecord>(&AccountStore::addAccount, UserRecord { .name = userName(name), .role = role, .passwordHash = passwordHash },
                            session, deed);
}

void AccountStoreContract::addTwoAndALobby()
{
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s)));
    QVERIFY(add(u"bo"_s, session(u"s2"_s, u"bo"_s)));
    Awaited<QList<RoomEvent>, StoreError> made;
    m_store->createRoom({ .id = RoomId::lobby() }, {}, made.callback());
    QVERIFY(made.result());
}

QList<AuditEntry> AccountStoreContract::auditLog()
{
    Awaited<AuditPage, StoreError> page;
    m_store->moderation().audit({}, 50, page.callback());
    return page.result()->entries;
}

StoreState AccountStoreContract::reopened()
{
    m_store.reset();
    StoreState state;
    m_store = m_open(&state);
    return state;
}

QStringList AccountStoreContract::sessionsOf(const StoreState &state, const QString &user)
{
    QStringList ids;
    for (const SessionRecord &record : state.sessions) {
        if (record.user == userName(user))
            ids.append(record.id);
    }
    ids.sort();
    return ids;
}

void AccountStoreContract::firstAccountIsOwner()
{
    const auto anna = add(u"anna"_s, session(u"s1"_s, u"anna"_s));
    QCOMPARE(anna->role, Role::Owner);
    QVERIFY(anna->createdAt.isValid());
    QCOMPARE(add(u"bo"_s, {}, "hash", Role::Moderator)->role, Role::Moderator);
    const StoreState state = reopened();
    QCOMPARE(userIn(state, u"anna"_s).role, Role::Owner);
    QVERIFY(userIn(state, u"anna"_s).isSomebody());
    QCOMPARE(userIn(state, u"bo"_s).passwordHash, "hash");
    QCOMPARE(state.sessions.size(), 1);
    const SessionRecord &stored = state.sessions.first();
    QCOMPARE(stored.user, userName(u"anna"_s));
    QCOMPARE(stored.tokenHash, "hash of s1");
    QCOMPARE(stored.client, u"hearth 0.1.0"_s);
    QCOMPARE(stored.address, u"192.0.2.7"_s);
    QCOMPARE(stored.createdAt, at(1'000));
    QCOMPARE(stored.lastSeen, at(2'000));
}

void AccountStoreContract::plainNamesAreTakenOver()
{
    Awaited<UserRecord, StoreError> plain;
    m_store->addUser({ .name = userName(u"Anna"_s) }, plain.callback());
    QVERIFY(!plain.result()->isOwned);
    const auto owned = add(u"ANNA"_s, session(u"s1"_s, u"anna"_s));
    QCOMPARE(owned->name.toString(), u"Anna"_s);
    QCOMPARE(owned->createdAt, plain.result()->createdAt);
    QVERIFY(owned->isSomebody());
    QCOMPARE(reopened().users.size(), 1);
}

void AccountStoreContract::sessionsBeginAndEnd()
{
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s)));
    QVERIFY(add(u"bo"_s, session(u"s2"_s, u"bo"_s)));
    QVERIFY(call<void>(&AccountStore::beginSession, session(u"s3"_s, u"anna"_s)));
    QVERIFY(call<void>(&AccountStore::noteSession, u"s3"_s, u"192.0.2.9"_s, at(9'000)));
    QVERIFY(call<void>(&AccountStore::endSession, userName(u"anna"_s), u"s1"_s));
    QVERIFY(call<void>(&AccountStore::noteSession, u"s1"_s, u"192.0.2.9"_s, at(9'000))); // makes it no more alive
    const StoreState state = reopened();
    QCOMPARE(sessionsOf(state, u"anna"_s), QStringList { u"s3"_s });
    QCOMPARE(sessionsOf(state, u"bo"_s), QStringList { u"s2"_s });
    const auto noted = std::find_if(state.sessions.begin(), state.sessions.end(), [](const SessionRecord &s) { return s.id == u"s3"_s; });
    QCOMPARE(noted->address, u"192.0.2.9"_s);
    QCOMPARE(noted->lastSeen, at(9'000));
    QCOMPARE(noted->createdAt, at(1'000));
}

void AccountStoreContract::passwordsEndOtherSessions()
{
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s)));
    QVERIFY(add(u"bo"_s, session(u"s9"_s, u"bo"_s)));
    QVERIFY(call<void>(&AccountStore::beginSession, session(u"s2"_s, u"anna"_s)));
    QVERIFY(call<void>(&AccountStore::setPassword, userName(u"anna"_s), QByteArray("one"), std::optional(u"s2"_s), std::optional<AuditEntry>()));
    StoreState state = reopened();
    QCOMPARE(userIn(state, u"anna"_s).passwordHash, "one");
    QCOMPARE(sessionsOf(state, u"anna"_s), QStringList { u"s2"_s });
    QVERIFY(call<void>(&AccountStore::setPassword, userName(u"anna"_s), QByteArray("two"), std::optional<QString>(), std::optional<AuditEntry>()));
    state = reopened();
    QCOMPARE(userIn(state, u"anna"_s).passwordHash, "two");
    QCOMPARE(sessionsOf(state, u"anna"_s), QStringList());
    QCOMPARE(sessionsOf(state, u"bo"_s), QStringList { u"s9"_s });
}

void AccountStoreContract::removedUsersLeaveAndStayOut()
{
    using Change = MembershipChanged::Change;
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s)));
    QVERIFY(add(u"bo"_s, session(u"s2"_s, u"bo"_s), "hash", Role::Moderator));
    for (const auto &[id, kind] : { std::pair(u"ops"_s, RoomKind::Private), std::pair(u"dm:0123456789abcdef0123456789abcdef"_s, RoomKind::Direct) }) {
        Awaited<QList<RoomEvent>, StoreError> made;
        m_store->createRoom({ .id = RoomId::parse(id).value(), .name = id, .kind = kind, .creator = userName(u"bo"_s) },
                            { userName(u"anna"_s), userName(u"bo"_s) }, made.callback());
        QVERIFY(made.result());
    }
    const auto left = call<QList<RoomEvent>>(&AccountStore::removeUser, userName(u"bo"_s), std::optional(userName(u"anna"_s)));
    QCOMPARE(left->size(), 1);
    QCOMPARE(left->first().room.toString(), u"ops"_s);
    QCOMPARE(left->first().user, userName(u"bo"_s));
    QVERIFY(left->first().body == EventBody(MembershipChanged { Change::Left, userName(u"anna"_s) }));
    const StoreState state = reopened();
    const UserRecord bo = userIn(state, u"bo"_s);
    QVERIFY(bo.isOwned && bo.isRemoved && !bo.isSomebody());
    QCOMPARE(bo.passwordHash, QByteArray());
    QCOMPARE(bo.role, Role::Guest);
    QCOMPARE(sessionsOf(state, u"bo"_s), QStringList());
    const auto isBo = [](const MembershipRecord &m) { return m.user == userName(u"bo"_s); };
    QCOMPARE(std::count_if(state.memberships.begin(), state.memberships.end(), isBo), 1); // the direct one
    QCOMPARE(add(u"bo"_s).error().reason, Reason::Exists);
}

void AccountStoreContract::whatIsDoneToAccountsIsLoggedWithIt()
{
    const UserName anna = userName(u"anna"_s);
    const UserName bo = userName(u"bo"_s);
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s))); // nobody but herself
    QVERIFY(add(u"bo"_s, {}, "hash", Role::Member, AuditEntry { .by = anna, .deed = Deed::AddUser }));
    QVERIFY(call<void>(&AccountStore::setPassword, bo, QByteArray("one"), std::optional<QString>(),
                       std::optional(AuditEntry { .by = anna, .deed = Deed::ResetPassword })));
    QVERIFY(call<void>(&AccountStore::setPassword, bo, QByteArray("two"), std::optional<QString>(), std::optional<AuditEntry>())); // their own
    QVERIFY(call<QList<RoomEvent>>(&AccountStore::removeUser, userName(u"BO"_s), std::optional<UserName>()));
    const QList<AuditEntry> entries = auditLog();
    QCOMPARE(entries.size(), 3);
    QVERIFY((entries[0] == AuditEntry { .id = entries[0].id, .at = entries[0].at, .deed = Deed::RemoveUser, .user = bo }));
    QVERIFY((entries[1] == AuditEntry { .id = entries[1].id, .at = entries[1].at, .by = anna, .deed = Deed::ResetPassword, .user = bo }));
    QVERIFY((entries[2] == AuditEntry { .id = entries[2].id, .at = entries[2].at, .by = anna, .deed = Deed::AddUser, .user = bo, .role = Role::Member }));
    QVERIFY(entries[2].at > QDateTime::currentDateTimeUtc().addSecs(-60));
}

void AccountStoreContract::whoIsMadeAModeratorIsMutedNoMore()
{
    QVERIFY(add(u"anna"_s));
    for (const QString &name : { u"bo"_s, u"cy"_s }) {
        Awaited<AuditEntry, StoreError> muted;
        m_store->moderation().carryOut({ .deed = Deed::Mute, .user = userName(name) }, muted.callback());
        QVERIFY(muted.result());
    }
    QVERIFY(add(u"bo"_s, {}, "hash", Role::Moderator, AuditEntry { .deed = Deed::AddUser }));
    QVERIFY(add(u"cy"_s, {}, "hash", Role::Member, AuditEntry { .deed = Deed::AddUser }));
    const StoreState state = reopened();
    QCOMPARE(state.mutes.size(), 1);
    QCOMPARE(state.mutes.first().user, userName(u"cy"_s));
}

// ---- rainy ----

void AccountStoreContract::refusals_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *what, Reason reason) { QTest::newRow(what) << QString::fromLatin1(what) << int(reason); };
    row("taken name", Reason::Exists);
    row("session of nobody", Reason::NotFound);
    row("session of a plain name", Reason::NotFound);
    row("end of no session", Reason::NotFound);
    row("end of another's session", Reason::NotFound);
    row("password of a plain name", Reason::NotFound);
    row("removal of nobody", Reason::NotFound);
    row("removal of the last owner", Reason::Forbidden);
}

void AccountStoreContract::refusals()
{
    QFETCH(QString, what);
    QFETCH(int, reason);
    QVERIFY(add(u"anna"_s, session(u"s1"_s, u"anna"_s)));
    QVERIFY(add(u"bo"_s, session(u"s2"_s, u"bo"_s)));
    Awaited<UserRecord, StoreError> plain;
    m_store->addUser({ .name = userName(u"cy"_s) }, plain.callback());
    QVERIFY(plain.result());
    const UserName anna = userName(u"anna"_s);
    const std::optional<UserName> nobody;
    const QHash<QString, std::function<std::optional<Reason>()>> deeds {
        { u"taken name"_s, [&] { return std::optional(add(u"BO"_s).error().reason); } },
        { u"session of nobody"_s, [&] { return std::optional(call<void>(&AccountStore::beginSession, session(u"s9"_s, u"dora"_s)).error().reason); } },
        { u"session of a plain name"_s, [&] { return std::optional(call<void>(&AccountStore::beginSession, session(u"s9"_s, u"cy"_s)).error().reason); } },
        { u"end of no session"_s, [&] { return std::optional(call<void>(&AccountStore::endSession, anna, u"s9"_s).error().reason); } },
        { u"end of another's session"_s, [&] { return std::optional(call<void>(&AccountStore::endSession, anna, u"s2"_s).error().reason); } },
        { u"password of a plain name"_s,
          [&] { return std::optional(call<void>(&AccountStore::setPassword, userName(u"cy"_s), QByteArray("x"), std::optional<QString>(), std::optional<AuditEntry>()).error().reason); } },
        { u"removal of nobody"_s,
          [&] { return std::optional(call<QList<RoomEvent>>(&AccountStore::removeUser, userName(u"dora"_s), nobody).error().reason); } },
        { u"removal of the last owner"_s,
          [&] { return std::optional(call<QList<RoomEvent>>(&AccountStore::removeUser, anna, nobody).error().reason); } },
    };
    QVERIFY(deeds.contains(what));
    QCOMPARE(int(*deeds[what]()), reason);
    QVERIFY(auditLog().isEmpty());
    // And nothing came of it.
    const StoreState state = reopened();
    QCOMPARE(state.users.size(), 3);
    QCOMPARE(state.sessions.size(), 2);
    QCOMPARE(userIn(state, u"anna"_s).role, Role::Owner);
}

void AccountStoreContract::nothingIsDoneForWhoWasRemoved()
{
    const UserName anna = userName(u"anna"_s);
    const UserName bo = userName(u"bo"_s);
    QVERIFY(add(u"anna"_s));
    QVERIFY(add(u"bo"_s));
    const RoomId ops = RoomId::parse(u"ops"_s).value();
    const RoomId direct = RoomId::parse(u"dm:0123456789abcdef0123456789abcdef"_s).value();
    for (const auto &[room, kind] : { std::pair(ops, RoomKind::Private), std::pair(direct, RoomKind::Direct) }) {
        Awaited<QList<RoomEvent>, StoreError> made;
        m_store->createRoom({ .id = room, .kind = kind, .creator = anna }, { anna, bo }, made.callback());
        QVERIFY(made.result());
    }
    QVERIFY(call<QList<RoomEvent>>(&AccountStore::removeUser, bo, std::optional(anna)));

    for (const AppendRequest &request : { AppendRequest { .room = ops, .user = bo, .body = MembershipChanged {} },
                                          AppendRequest { .room = direct, .user = bo, .body = MessagePosted { u"x"_s, {}, {} } } }) {
        Awaited<Appended, StoreError> appended;
        m_store->append(request, appended.callback());
        QCOMPARE(int(appended.result().error().reason), int(Reason::NotFound));
    }
    Awaited<QList<RoomEvent>, StoreError> made;
    m_store->createRoom({ .id = RoomId::parse(u"tea"_s).value() }, { anna, bo }, made.callback());
    QCOMPARE(int(made.result().error().reason), int(Reason::NotFound));
    // What is said where they were stays unread, and is not kept for them.
    Awaited<Appended, StoreError> said;
    m_store->append({ .room = direct, .user = anna, .body = MessagePosted { u"psst"_s, {}, {} }, .notify = { bo } }, said.callback());
    QVERIFY(said.result());
    Awaited<void, StoreError> kept;
    m_store->addNotification(bo, { Notification::Kind::System, {}, {}, anna, u"x"_s, at(1) }, kept.callback());
    QCOMPARE(int(kept.result().error().reason), int(Reason::NotFound));
    Awaited<QList<Notification>, StoreError> taken;
    m_store->takeNotifications(bo, 10, taken.callback());
    QVERIFY(taken.result()->isEmpty());
    const StoreState state = reopened();
    QCOMPARE(state.rooms.size(), 2);
    const auto isBo = [&bo](const MembershipRecord &m) { return m.user == bo; };
    QCOMPARE(std::count_if(state.memberships.begin(), state.memberships.end(), isBo), 1); // the direct one
}

/// A name that was asked for along with it may have gone to somebody else.
void AccountStoreContract::nobodyJoinsWithoutTheirSession()
{
    addTwoAndALobby();
    const auto join = [this](const QString &user, const QString &session) {
        Awaited<Appended, StoreError> joined;
        m_store->append({ .room = RoomId::lobby(), .user = userName(user), .body = MembershipChanged {}, .onlyWithSession = session },
                        joined.callback());
        return joined.result();
    };
    QCOMPARE(int(join(u"anna"_s, u"s2"_s).error().reason), int(Reason::Forbidden)); // somebody else's
    QCOMPARE(int(join(u"anna"_s, u"s9"_s).error().reason), int(Reason::Forbidden));
    QVERIFY(join(u"bo"_s, u"s2"_s));
    const StoreState state = reopened();
    QCOMPARE(state.memberships.size(), 1);
    QCOMPARE(state.memberships.first().user, userName(u"bo"_s));
}

/// All of it in one transaction: what was true before a session or an account ended is not afterwards.
void AccountStoreContract::nobodyWritesOnceTheyAreOut()
{
    addTwoAndALobby();
    const auto post = [this](const QString &user, const std::optional<QString> &session, auto &done) {
        m_store->append({ .room = RoomId::lobby(), .user = userName(user), .body = MessagePosted { u"hello"_s, {}, {} }, .onlyWithSession = session },
                        done.callback());
    };
    Awaited<Appended, StoreError> before, signedOut, stillThere, removed;
    Awaited<void, StoreError> ended;
    Awaited<QList<RoomEvent>, StoreError> left;
    post(u"bo"_s, u"s2"_s, before);
    m_store->accounts().endSession(userName(u"bo"_s), u"s2"_s, ended.callback());
    post(u"bo"_s, u"s2"_s, signedOut);
    post(u"bo"_s, {}, stillThere);
    m_store->accounts().removeUser(userName(u"bo"_s), {}, left.callback());
    post(u"bo"_s, {}, removed);
    QVERIFY(before.result());
    QCOMPARE(int(signedOut.result().error().reason), int(Reason::Forbidden));
    QVERIFY(stillThere.result());
    QCOMPARE(int(removed.result().error().reason), int(Reason::NotFound));
    QCOMPARE(stillThere.result()->event.seq, Seq(2));
}

} // namespace hearth::test
