#include "tests/store/invitestorecontract.h"

#include <QTimeZone>

Q_DECLARE_METATYPE(std::optional<hearth::Role>)

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using Reason = StoreError::Reason;

namespace {

UserName userName(const QString &text) { return UserName::parse(text).value(); }

const RoomId Ops = RoomId::parse(u"ops"_s).value();
const UserName Anna = userName(u"anna"_s);
const UserName Mo = userName(u"mo"_s);
const UserName Bo = userName(u"bo"_s);
const QDateTime Later(QDate(2096, 1, 1), QTime(12, 0), Qt::UTC);

InviteInfo invite(const QString &id = u"i1"_s, const std::optional<UserName> &by = Anna)
{
    return { .id = id, .role = Role::Member, .by = by };
}

} // namespace

void InviteStoreContract::init()
{
    Test::init();
    m_store = m_open();
    QVERIFY(m_store);
    addAccount(u"anna"_s, Role::Owner);
    addAccount(u"mo"_s, Role::Moderator);
    addAccount(u"bo"_s, Role::Guest);
    m_store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
    m_store->createRoom({ .id = Ops, .kind = RoomKind::Private }, {}, [](const auto &) {});
}

void InviteStoreContract::cleanup() { m_store.reset(); }

void InviteStoreContract::addAccount(const QString &name, Role role)
{
    Awaited<UserRecord, StoreError> added;
    m_store->accounts().addAccount({ .name = userName(name), .role = role }, {}, {}, added.callback());
    QVERIFY(added.result());
}

Result<InviteInfo, StoreError> InviteStoreContract::create(const InviteInfo &info)
{
    return call<InviteInfo>(&InviteStore::create, InviteRecord { info, "hash of " + info.id.toUtf8() });
}

Result<Enrolled, StoreError> InviteStoreContract::enroll(const QString &invite, const QString &name, Role role)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const SessionRecord session { u"s of "_s + name, userName(name), "hash", {}, {}, now, now };
    return call<Enrolled>(&InviteStore::enroll, invite, UserRecord { .name = userName(name), .role = role }, session);
}

void InviteStoreContract::carryOut(const AuditEntry &deed)
{
    Awaited<AuditEntry, StoreError> done;
    m_store->moderation().carryOut(deed, done.callback());
    QVERIFY(done.result());
}

QList<AuditEntry> InviteStoreContract::audit()
{
    Awaited<AuditPage, StoreError> page;
    m_store->moderation().audit({}, 50, page.callback());
    return page.result()->entries;
}

bool InviteStoreContract::isThere(const QString &invite)
{
    const auto gone = call<void>(&InviteStore::revoke, invite, std::optional<UserName>());
    return gone.has_value();
}

void InviteStoreContract::anInviteIsMadeAndLogged()
{
    InviteInfo info { u"i1"_s, Ops, Role::Moderator, Anna, u"for the new ones"_s, {}, Later, 0, 10 };
    const auto made = create(info);
    QVERIFY(made);
    QVERIFY(made->at.isValid());
    info.at = made->at;
    QVERIFY(*made == info);
    const AuditEntry entry = audit().first();
    QCOMPARE(entry.deed, Deed::CreateInvite);
    QCOMPARE(entry.by, std::optional(Anna));
    QCOMPARE(entry.room, std::optional(Ops));
    QCOMPARE(entry.role, std::optional(Role::Moderator));
    QCOMPARE(entry.until, Later);
    QCOMPARE(entry.reason, u"for the new ones"_s);
    QVERIFY(create(invite(u"i2"_s, {}))); // the command line's
    QVERIFY(!audit().first().by);
}

void InviteStoreContract::somebodyNewGetsEverythingAtOnce()
{
    InviteInfo info = invite();
    info.room = Ops;
    QVERIFY(create(info));
    const auto enrolled = enroll(u"i1"_s, u"Cy"_s, Role::Moderator);
    QVERIFY(enrolled);
    QCOMPARE(enrolled->user.role, Role::Moderator);
    QVERIFY(enrolled->user.isSomebody());
    QCOMPARE(enrolled->joined.size(), 2);
    QCOMPARE(enrolled->joined[0].room, RoomId::lobby());
    QCOMPARE(enrolled->joined[1].room, Ops);
    for (const RoomEvent &event : enrolled->joined) {
        QCOMPARE(event.user, userName(u"cy"_s));
        QVERIFY(event.body == EventBody(MembershipChanged {}));
    }
    const AuditEntry entry = audit().first();
    QCOMPARE(entry.deed, Deed::UseInvite);
    QCOMPARE(entry.by, std::optional(userName(u"cy"_s)));
    QCOMPARE(entry.room, std::optional(Ops));
    QCOMPARE(entry.role, std::optional(Role::Moderator));
    // A room of its own comes once only.
    info.id = u"i2"_s;
    info.room = RoomId::lobby();
    QVERIFY(create(info));
    QCOMPARE(enroll(u"i2"_s, u"dora"_s)->joined.size(), 1);
    // Nor does what a plain client has already.
    Awaited<UserRecord, StoreError> plain;
    m_store->addUser({ .name = userName(u"eli"_s) }, plain.callback());
    QVERIFY(plain.result());
    Awaited<Appended, StoreError> joined;
    m_store->append({ .room = RoomId::lobby(), .user = userName(u"eli"_s), .body = MembershipChanged {} }, joined.callback());
    QVERIFY(joined.result());
    info.id = u"i3"_s;
    info.room = Ops;
    QVERIFY(create(info));
    const auto eli = enroll(u"i3"_s, u"eli"_s);
    QCOMPARE(eli->joined.size(), 1);
    QCOMPARE(eli->joined.first().room, Ops);
}

void InviteStoreContract::theFirstOneOwnsTheServer()
{
    m_store = m_open();
    m_store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
    QVERIFY(create(invite(u"i1"_s, {})));
    QCOMPARE(enroll(u"i1"_s, u"cy"_s, Role::Guest)->user.role, Role::Owner);
    QCOMPARE(enroll(u"i1"_s, u"dora"_s, Role::Guest)->user.role, Role::Guest);
}

void InviteStoreContract::itIsUsedAsOftenAsItMayBe()
{
    InviteInfo info = invite();
    info.maxUses = 2;
    QVERIFY(create(info));
    // At the same time: the store's queue decides.
    Awaited<Enrolled, StoreError> cy;
    Awaited<Redeemed, StoreError> bo;
    Awaited<Enrolled, StoreError> dora;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    m_store->invites().enroll(u"i1"_s, { .name = userName(u"cy"_s) }, { u"s1"_s, userName(u"cy"_s), "1", {}, {}, now, now }, cy.callback());
    m_store->invites().redeem(u"i1"_s, Bo, bo.callback());
    m_store->invites().enroll(u"i1"_s, { .name = userName(u"dora"_s) }, { u"s2"_s, userName(u"dora"_s), "2", {}, {}, now, now }, dora.callback());
    QVERIFY(cy.result());
    QVERIFY(bo.result()->isUse());
    QCOMPARE(dora.result().error().reason, Reason::NotFound);
    addAccount(u"dora"_s, Role::Guest); // nothing of it came about: the name is free
    QCOMPARE(enroll(u"i1"_s, u"eve"_s).error().reason, Reason::NotFound);
}

void InviteStoreContract::whoIsThereGetsWhatTheyLack_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<Role>("role");
    QTest::addColumn<bool>("hasRoom");
    QTest::addColumn<bool>("isMember");
    QTest::addColumn<std::optional<Role>>("newRole");
    QTest::addColumn<bool>("joins");
    const std::optional<Role> same;
    QTest::newRow("role") << u"bo"_s << Role::Member << false << false << std::optional(Role::Member) << false;
    QTest::newRow("role and room") << u"bo"_s << Role::Moderator << true << false << std::optional(Role::Moderator) << true;
    QTest::newRow("role, member already") << u"bo"_s << Role::Member << true << true << std::optional(Role::Member) << false;
    QTest::newRow("room") << u"bo"_s << Role::Guest << true << false << same << true;
    QTest::newRow("never lowered") << u"mo"_s << Role::Guest << true << false << same << true;
    QTest::newRow("owner") << u"anna"_s << Role::Moderator << true << false << same << true;
    QTest::newRow("nothing") << u"bo"_s << Role::Guest << true << true << same << false;
    QTest::newRow("nothing, without a room") << u"mo"_s << Role::Member << false << false << same << false;
}

void InviteStoreContract::whoIsThereGetsWhatTheyLack()
{
    QFETCH(QString, who);
    QFETCH(Role, role);
    QFETCH(bool, hasRoom);
    QFETCH(bool, isMember);
    QFETCH(std::optional<Role>, newRole);
    QFETCH(bool, joins);
    InviteInfo info = invite();
    info.role = role;
    info.maxUses = 1;
    if (hasRoom)
        info.room = Ops;
    QVERIFY(create(info));
    if (isMember)
        m_store->append({ .room = Ops, .user = userName(who), .body = MembershipChanged {} }, [](const auto &) {});
    const auto redeemed = call<Redeemed>(&InviteStore::redeem, u"i1"_s, userName(who));
    QVERIFY(redeemed);
    QCOMPARE(redeemed->role, newRole);
    QCOMPARE(redeemed->joined.has_value(), joins);
    if (joins) {
        QCOMPARE(redeemed->joined->room, Ops);
        QCOMPARE(redeemed->joined->user, userName(who));
    }
    const AuditEntry entry = audit().first();
    QCOMPARE(entry.deed == Deed::UseInvite, redeemed->isUse());
    if (redeemed->isUse()) {
        QCOMPARE(entry.by, std::optional(userName(who)));
        QCOMPARE(entry.role, newRole);
        QCOMPARE(entry.room.has_value(), joins);
    }
    // Only a use counts.
    QCOMPARE(enroll(u"i1"_s, u"cy"_s).has_value(), !redeemed->isUse());
}

void InviteStoreContract::aGuestIsMadeAnAccount_data()
{
    QTest::addColumn<Role>("role");
    QTest::addColumn<bool>("hasRoom");
    QTest::addColumn<Role>("newRole");
    QTest::newRow("by one for guests") << Role::Guest << false << Role::Member;
    QTest::newRow("by one for members, and to a room") << Role::Member << true << Role::Member;
    QTest::newRow("by one for moderators") << Role::Moderator << false << Role::Moderator;
}

void InviteStoreContract::aGuestIsMadeAnAccount()
{
    QFETCH(Role, role);
    QFETCH(bool, hasRoom);
    QFETCH(Role, newRole);
    InviteInfo info = invite();
    info.role = role;
    if (hasRoom)
        info.room = Ops;
    QVERIFY(create(info));
    const auto promoted = call<Redeemed>(&InviteStore::promote, u"i1"_s, Bo, QByteArray("hash"));
    QVERIFY(promoted);
    QCOMPARE(promoted->role, std::optional(newRole));
    QCOMPARE(promoted->joined.has_value(), hasRoom);
    const AuditEntry entry = audit().first();
    QCOMPARE(entry.deed, Deed::UseInvite);
    QCOMPARE(entry.by, std::optional(Bo));
    QCOMPARE(entry.role, std::optional(newRole));
    // Once: who is no guest any more keeps the password that they have.
    QCOMPARE(call<Redeemed>(&InviteStore::promote, u"i1"_s, Bo, QByteArray("another")).error().reason, Reason::Exists);
}

void InviteStoreContract::oneThatIsTakenBackIsGone()
{
    InviteInfo info = invite();
    info.room = Ops;
    QVERIFY(create(info));
    QVERIFY(call<void>(&InviteStore::revoke, u"i1"_s, std::optional(Mo)));
    const AuditEntry entry = audit().first();
    QCOMPARE(entry.deed, Deed::RevokeInvite);
    QCOMPARE(entry.by, std::optional(Mo));
    QCOMPARE(entry.room, std::optional(Ops));
    QCOMPARE(entry.role, std::optional(Role::Member));
    QCOMPARE(enroll(u"i1"_s, u"cy"_s).error().reason, Reason::NotFound);
    QCOMPARE(call<Redeemed>(&InviteStore::redeem, u"i1"_s, Bo).error().reason, Reason::NotFound);
}

void InviteStoreContract::whoMayInviteNoMoreLosesTheirs_data()
{
    QTest::addColumn<QString>("deed");
    QTest::addColumn<bool>("isLost");
    QTest::newRow("removed") << u"remove"_s << true;
    QTest::newRow("banned") << u"ban"_s << true;
    QTest::newRow("member now") << u"member"_s << true;
    QTest::newRow("guest now") << u"guest"_s << true;
    QTest::newRow("owner now") << u"owner"_s << false;
    QTest::newRow("moderator as before") << u"moderator"_s << false;
    QTest::newRow("muted") << u"mute"_s << false;
}

void InviteStoreContract::whoMayInviteNoMoreLosesTheirs()
{
    QFETCH(QString, deed);
    QFETCH(bool, isLost);
    QVERIFY(create(invite(u"i1"_s, Mo)));
    QVERIFY(create(invite(u"i2"_s, Anna)));
    if (deed == u"remove"_s) {
        Awaited<QList<RoomEvent>, StoreError> removed;
        m_store->accounts().removeUser(Mo, Anna, removed.callback());
        QVERIFY(removed.result());
    } else if (deed == u"ban"_s) {
        carryOut({ .by = Anna, .deed = Deed::Ban, .user = Mo });
    } else if (deed == u"mute"_s) {
        carryOut({ .by = Anna, .deed = Deed::Mute, .user = Mo });
    } else {
        const QHash<QString, Role> roles { { u"member"_s, Role::Member }, { u"guest"_s, Role::Guest },
                                           { u"owner"_s, Role::Owner }, { u"moderator"_s, Role::Moderator } };
        carryOut({ .by = Anna, .deed = Deed::SetRole, .user = Mo, .role = roles.value(deed) });
    }
    QCOMPARE(isThere(u"i1"_s), !isLost);
    QVERIFY(isThere(u"i2"_s));
}

// ---- rainy ----

void InviteStoreContract::refusals_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *what, Reason reason) { QTest::newRow(what) << QString::fromLatin1(what) << int(reason); };
    row("made by a guest", Reason::Forbidden);
    row("made by nobody known", Reason::Forbidden);
    row("made by somebody who is banned", Reason::Forbidden);
    row("made by somebody who was removed", Reason::Forbidden);
    row("for moderators, by a moderator", Reason::Forbidden);
    row("to no room", Reason::NotFound);
    row("revoking none", Reason::NotFound);
    row("enrolling by none", Reason::NotFound);
    row("redeeming none", Reason::NotFound);
    row("redeemed by nobody known", Reason::NotFound);
    row("promoted by none", Reason::NotFound);
    row("nobody known promoted", Reason::NotFound);
    row("a plain name promoted", Reason::NotFound);
    row("a moderator promoted", Reason::Exists);
    row("redeemed by a plain name", Reason::NotFound);
}

void InviteStoreContract::refusals()
{
    QFETCH(QString, what);
    QFETCH(int, reason);
    InviteInfo info = invite();
    QVERIFY(create(info));
    carryOut({ .by = Anna, .deed = Deed::Ban, .user = Mo });
    addAccount(u"nils"_s, Role::Moderator);
    addAccount(u"gone"_s, Role::Moderator);
    m_store->accounts().removeUser(userName(u"gone"_s), Anna, [](const auto &) {});
    Awaited<UserRecord, StoreError> plain;
    m_store->addUser({ .name = userName(u"plain"_s) }, plain.callback());
    QVERIFY(plain.result()); // and what was asked before it is done
    info.id = u"i2"_s;
    const auto by = [&](const QString &name, Role role = Role::Member) {
        info.by = userName(name);
        info.role = role;
        return create(info).error().reason;
    };
    const auto promote = [this](const QString &id, const QString &name) {
        return call<Redeemed>(&InviteStore::promote, id, userName(name), QByteArray("hash")).error().reason;
    };
    const auto redeem = [this](const QString &id, const QString &name) {
        return call<Redeemed>(&InviteStore::redeem, id, userName(name)).error().reason;
    };
    const QHash<QString, std::function<Reason()>> deeds {
        { u"made by a guest"_s, [&] { return by(u"bo"_s); } },
        { u"made by nobody known"_s, [&] { return by(u"dora"_s); } },
        { u"made by somebody who is banned"_s, [&] { return by(u"mo"_s); } },
        { u"made by somebody who was removed"_s, [&] { return by(u"gone"_s); } },
        { u"for moderators, by a moderator"_s, [&] { return by(u"nils"_s, Role::Moderator); } },
        { u"to no room"_s, [&] { info.room = RoomId::parse(u"nowhere"_s).value(); return create(info).error().reason; } },
        { u"revoking none"_s, [&] { return call<void>(&InviteStore::revoke, u"i2"_s, std::optional(Anna)).error().reason; } },
        { u"enrolling by none"_s, [&] { return enroll(u"i2"_s, u"cy"_s).error().reason; } },
        { u"redeeming none"_s, [&] { return redeem(u"i2"_s, u"bo"_s); } },
        { u"promoted by none"_s, [&] { return promote(u"i2"_s, u"bo"_s); } },
        { u"nobody known promoted"_s, [&] { return promote(u"i1"_s, u"dora"_s); } },
        { u"a plain name promoted"_s, [&] { return promote(u"i1"_s, u"plain"_s); } },
        { u"a moderator promoted"_s, [&] { return promote(u"i1"_s, u"mo"_s); } },
        { u"redeemed by nobody known"_s, [&] { return redeem(u"i1"_s, u"dora"_s); } },
        { u"redeemed by a plain name"_s, [&] { return redeem(u"i1"_s, u"plain"_s); } },
    };
    QVERIFY(deeds.contains(what));
    const auto logged = audit();
    QCOMPARE(int(deeds[what]()), reason);
    QVERIFY(audit() == logged);
    QVERIFY(!isThere(u"i2"_s));
    QVERIFY(isThere(u"i1"_s));
}

/// Whoever comes with an invite under somebody else's name brings neither of them anywhere.
void InviteStoreContract::aTakenNameGetsNothing()
{
    InviteInfo info = invite();
    info.room = Ops;
    info.maxUses = 1;
    QVERIFY(create(info));
    QCOMPARE(enroll(u"i1"_s, u"BO"_s, Role::Moderator).error().reason, Reason::Exists);
    const auto redeemed = call<Redeemed>(&InviteStore::redeem, u"i1"_s, Bo); // neither used, nor in the room, nor raised
    QVERIFY(redeemed);
    QVERIFY(redeemed->joined);
    QCOMPARE(redeemed->role, std::optional(Role::Member));
}

} // namespace hearth::test
