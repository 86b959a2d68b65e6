#include "tests/store/moderationstorecontract.h"

#include "server/store/accountstore.h"

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using Reason = StoreError::Reason;

namespace {

const UserName Anna = UserName::parse(u"anna"_s).value();
const UserName Bo = UserName::parse(u"bo"_s).value();
const RoomId Ops = RoomId::parse(u"ops"_s).value();
const QDateTime Later(QDate(2126, 11, 24), QTime(12, 0), Qt::UTC);

AuditEntry deed(Deed what) { return { .by = Anna, .deed = what }; }

AuditEntry roleOf(const UserName &user, Role role)
{
    AuditEntry entry = deed(Deed::SetRole);
    entry.user = user;
    entry.role = role;
    return entry;
}

AuditEntry ofUser(Deed what, const QDateTime &until = {})
{
    AuditEntry entry = deed(what);
    entry.user = Bo;
    entry.until = until;
    entry.reason = u"loud"_s;
    return entry;
}

AuditEntry ofRoom(Deed what, const QString &room = u"ops"_s)
{
    AuditEntry entry = deed(what);
    entry.room = RoomId::parse(room).value();
    if (what == Deed::SlowMode)
        entry.seconds = 30;
    return entry;
}

AuditEntry ofAddress(Deed what)
{
    AuditEntry entry = deed(what);
    entry.by = {}; // from the command line
    entry.address = u"192.0.2.0/24"_s;
    return entry;
}

} // namespace

void ModerationStoreContract::init()
{
    Test::init();
    m_store = m_open();
    QVERIFY(m_store);
    addUser(u"anna"_s);
    addUser(u"bo"_s);
    Awaited<QList<RoomEvent>, StoreError> made;
    m_store->createRoom({ .id = Ops, .name = u"Ops"_s, .creator = Anna }, { Anna, Bo }, made.callback());
    QVERIFY(made.result());
}

void ModerationStoreContract::cleanup() { m_store.reset(); }

void ModerationStoreContract::addUser(const QString &name)
{
    Awaited<UserRecord, StoreError> added;
    m_store->accounts().addAccount({ .name = UserName::parse(name).value() }, {}, {}, added.callback());
    QVERIFY(added.result());
}

Result<AuditEntry, StoreError> ModerationStoreContract::carryOut(const AuditEntry &entry)
{
    Awaited<AuditEntry, StoreError> done;
    m_store->moderation().carryOut(entry, done.callback());
    return done.result();
}

AuditPage ModerationStoreContract::audit(std::optional<qint64> before, int limit)
{
    Awaited<AuditPage, StoreError> page;
    m_store->moderation().audit(before, limit, page.callback());
    return page.result().value();
}

Appended ModerationStoreContract::append(const AppendRequest &request)
{
    Awaited<Appended, StoreError> appended;
    m_store->append(request, appended.callback());
    return appended.result().value();
}

void ModerationStoreContract::everyDeedIsLogged_data()
{
    QTest::addColumn<AuditEntry>("entry");
    QTest::newRow("role") << roleOf(Bo, Role::Moderator);
    QTest::newRow("ban") << ofUser(Deed::Ban, Later);
    QTest::newRow("ban for good") << ofUser(Deed::Ban);
    QTest::newRow("ban of a subnet") << ofAddress(Deed::Ban);
    QTest::newRow("mute") << ofUser(Deed::Mute, Later);
    QTest::newRow("slow mode") << ofRoom(Deed::SlowMode);
    QTest::newRow("close room") << ofRoom(Deed::CloseRoom);
    QTest::newRow("open room") << ofRoom(Deed::OpenRoom);
    QTest::newRow("kick") << ofUser(Deed::Kick);
    QTest::newRow("turn away") << ofUser(Deed::TurnAway);
}

void ModerationStoreContract::everyDeedIsLogged()
{
    QFETCH(AuditEntry, entry);
    const QDateTime before = QDateTime::currentDateTimeUtc().addSecs(-1);
    const auto done = carryOut(entry);
    QVERIFY(done);
    QVERIFY(done->id > 0);
    QVERIFY(done->at > before);
    entry.id = done->id;
    entry.at = done->at;
    QVERIFY(*done == entry);
    const AuditPage page = audit();
    QCOMPARE(page.entries.size(), 1);
    QVERIFY(page.entries.first() == entry);
    QVERIFY(!page.hasMore);
}

void ModerationStoreContract::entriesComeNewestFirst()
{
    QList<qint64> ids;
    for (int i = 0; i < 5; ++i)
        ids.prepend(carryOut(ofUser(Deed::Kick))->id);
    const AuditPage newest = audit({}, 2);
    QCOMPARE((QList<qint64> { newest.entries[0].id, newest.entries[1].id }), ids.first(2));
    QVERIFY(newest.hasMore);
    const AuditPage rest = audit(ids[1], 3);
    QCOMPARE(rest.entries.size(), 3);
    QCOMPARE(rest.entries.first().id, ids[2]);
    QVERIFY(!rest.hasMore);
    QVERIFY(audit(ids.last()).entries.isEmpty());
}

void ModerationStoreContract::aRemovalIsLoggedWithItsEvent()
{
    AuditEntry entry = ofUser(Deed::Kick);
    entry.room = Ops;
    const Appended left = append({ .room = Ops, .user = Bo, .body = MembershipChanged { MembershipChanged::Change::Left, Anna }, .audit = entry });
    QVERIFY(!left.isNoop);
    const AuditPage page = audit();
    QCOMPARE(page.entries.size(), 1);
    entry.id = page.entries.first().id;
    entry.at = left.event.timestamp;
    QVERIFY(page.entries.first() == entry);
}

void ModerationStoreContract::aDeletionIsLoggedWithItsAuthor()
{
    const Seq seq = append({ .room = Ops, .user = Bo, .body = MessagePosted { u"x"_s, {}, {} } }).event.seq;
    append({ .room = Ops, .user = Anna, .body = MessageDeleted { seq }, .mayTouchOthers = true, .audit = ofRoom(Deed::DeleteMessage) });
    const AuditPage page = audit();
    QCOMPARE(page.entries.size(), 1);
    QVERIFY(page.entries.first().user == Bo);
    QVERIFY(page.entries.first().seq == seq);
    QVERIFY(page.entries.first().room == Ops);
}

void ModerationStoreContract::deedsAndEventsShareAnOrder()
{
    // In one commit: the second finds what the first has done.
    Awaited<AuditEntry, StoreError> muted;
    Awaited<AuditEntry, StoreError> unmuted;
    m_store->moderation().carryOut(ofUser(Deed::Mute), muted.callback());
    m_store->moderation().carryOut(ofUser(Deed::Unmute), unmuted.callback());
    QVERIFY(unmuted.result());
    QVERIFY(muted.isDone());
    QVERIFY(unmuted.result()->id > muted.result()->id);
}

// ---- rainy ----

void ModerationStoreContract::refusals_data()
{
    QTest::addColumn<AuditEntry>("entry");
    QTest::newRow("role of nobody") << roleOf(UserName::parse(u"cy"_s).value(), Role::Member);
    QTest::newRow("unban") << ofUser(Deed::Unban);
    QTest::newRow("unban of an address") << ofAddress(Deed::Unban);
    QTest::newRow("unmute") << ofUser(Deed::Unmute);
    QTest::newRow("slow mode of no room") << ofRoom(Deed::SlowMode, u"nowhere"_s);
    QTest::newRow("close no room") << ofRoom(Deed::CloseRoom, u"nowhere"_s);
}

void ModerationStoreContract::refusals()
{
    QFETCH(AuditEntry, entry);
    const auto refused = carryOut(entry);
    QVERIFY(!refused);
    QCOMPARE(refused.error().reason, Reason::NotFound);
    QVERIFY(audit().entries.isEmpty());
}

void ModerationStoreContract::theLastOwnerStaysOne()
{
    const auto refused = carryOut(roleOf(Anna, Role::Member));
    QVERIFY(!refused);
    QCOMPARE(refused.error().reason, Reason::Forbidden);
    QVERIFY(carryOut(roleOf(Bo, Role::Owner)));
    QVERIFY(carryOut(roleOf(Anna, Role::Member)));
    QCOMPARE(carryOut(roleOf(Bo, Role::Member)).error().reason, Reason::Forbidden);
    QCOMPARE(audit().entries.size(), 2);
}

void ModerationStoreContract::whatChangesNothingIsNotLogged()
{
    const UserName cy = UserName::parse(u"cy"_s).value();
    addUser(u"cy"_s);
    AuditEntry entry = ofUser(Deed::Kick);
    entry.user = cy;
    const Appended left = append({ .room = Ops, .user = cy, .body = MembershipChanged { MembershipChanged::Change::Left, Anna }, .audit = entry });
    QVERIFY(left.isNoop);
    // One's own message is nobody's business.
    const Seq seq = append({ .room = Ops, .user = Anna, .body = MessagePosted { u"x"_s, {}, {} } }).event.seq;
    append({ .room = Ops, .user = Anna, .body = MessageDeleted { seq }, .mayTouchOthers = true, .audit = ofRoom(Deed::DeleteMessage) });
    QVERIFY(audit().entries.isEmpty());
}

} // namespace hearth::test
