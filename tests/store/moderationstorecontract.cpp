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

/// Then anybody may do as they think right again.
void ModerationStoreContract::whatAnOwnerDidEnds()
{
    QVERIFY(carryOut(roleOf(Bo, Role::Moderator)));
    addUser(u"cy"_s);
    const auto ofCy = [](Deed what, const std::optional<UserName> &by, const QDateTime &until) {
        return AuditEntry { .by = by, .deed = what, .user = UserName::parse(u"cy"_s).value(), .until = until };
    };
    const QDateTime past(QDate(2000, 1, 1), QTime(12, 0), Qt::UTC);
    for (const Deed what : { Deed::Ban, Deed::Mute }) {
        QVERIFY(carryOut(ofCy(what, Anna, past)));
        QVERIFY(carryOut(ofCy(what, Bo, Later)));
    }
    // Nor is it an owner's when they are none any more.
    QVERIFY(carryOut(ofCy(Deed::Ban, Anna, Later)));
    addUser(u"dee"_s);
    QVERIFY(carryOut(roleOf(UserName::parse(u"dee"_s).value(), Role::Owner)));
    QVERIFY(carryOut(roleOf(Anna, Role::Moderator)));
    QVERIFY(carryOut(ofCy(Deed::Unban, Bo, {})));
}

void ModerationStoreContract::whoIsInChargeIsMutedNoMore_data()
{
    QTest::addColumn<Role>("role");
    QTest::addColumn<bool>("isLifted");
    QTest::newRow("owner") << Role::Owner << true;
    QTest::newRow("moderator") << Role::Moderator << true;
    QTest::newRow("member") << Role::Member << false;
}

void ModerationStoreContract::whoIsInChargeIsMutedNoMore()
{
    QFETCH(Role, role);
    QFETCH(bool, isLifted);
    AuditEntry inARoom = ofUser(Deed::Mute);
    inARoom.room = Ops;
    QVERIFY(carryOut(ofUser(Deed::Mute)));
    QVERIFY(carryOut(inARoom));
    QVERIFY(carryOut(roleOf(Bo, role)));
    inARoom.deed = Deed::Unmute;
    QCOMPARE(carryOut(ofUser(Deed::Unmute)).has_value(), !isLifted);
    QCOMPARE(carryOut(inARoom).has_value(), !isLifted);
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

void ModerationStoreContract::onlyOwnersChangeWhatAnOwnerDid_data()
{
    QTest::addColumn<bool>("isOfCommandLine");
    QTest::addColumn<AuditEntry>("first");
    QTest::addColumn<AuditEntry>("second");
    AuditEntry muteInOps = ofUser(Deed::Mute);
    AuditEntry unmuteInOps = ofUser(Deed::Unmute);
    muteInOps.room = unmuteInOps.room = Ops;
    for (const bool isOfCommandLine : { false, true }) {
        const auto row = [isOfCommandLine](const char *name, const AuditEntry &first, const AuditEntry &second) {
            QTest::addRow("%s%s", name, isOfCommandLine ? " of the command line" : "") << isOfCommandLine << first << second;
        };
        row("ban", ofUser(Deed::Ban), ofUser(Deed::Unban));
        row("ban, again", ofUser(Deed::Ban, Later), ofUser(Deed::Ban));
        row("ban of an address", ofAddress(Deed::Ban), ofAddress(Deed::Unban));
        row("ban of an address, again", ofAddress(Deed::Ban), ofAddress(Deed::Ban));
        row("mute", ofUser(Deed::Mute), ofUser(Deed::Unmute));
        row("mute, again", ofUser(Deed::Mute), ofUser(Deed::Mute, Later));
        row("mute in a room", muteInOps, unmuteInOps);
    }
}

void ModerationStoreContract::onlyOwnersChangeWhatAnOwnerDid()
{
    QFETCH(bool, isOfCommandLine);
    QFETCH(AuditEntry, first);
    QFETCH(AuditEntry, second);
    const UserName cy = UserName::parse(u"cy"_s).value();
    addUser(u"cy"_s);
    QVERIFY(carryOut(roleOf(cy, Role::Moderator)));
    first.by = isOfCommandLine ? std::nullopt : std::optional(Anna);
    QVERIFY(carryOut(first));
    const qsizetype logged = audit().entries.size();
    second.by = cy;
    QCOMPARE(int(carryOut(second).error().reason), int(Reason::Forbidden));
    QCOMPARE(audit().entries.size(), logged);
    // What is beside it does not matter.
    AuditEntry elsewhere = ofUser(second.deed == Deed::Unban || second.deed == Deed::Ban ? Deed::Ban : Deed::Mute);
    elsewhere.by = cy;
    elsewhere.user = UserName::parse(u"dee"_s).value();
    QVERIFY(carryOut(elsewhere));
    second.by = isOfCommandLine ? std::optional(Anna) : std::nullopt;
    QVERIFY(carryOut(second));
    if (second.deed != first.deed)
        return;
    // And a moderator's is any moderator's.
    second.by = Anna;
    second.deed = second.deed == Deed::Ban ? Deed::Unban : Deed::Unmute;
    QVERIFY(carryOut(second));
    first.by = cy;
    QVERIFY(carryOut(first));
    addUser(u"eve"_s);
    QVERIFY(carryOut(roleOf(UserName::parse(u"eve"_s).value(), Role::Moderator)));
    second.by = UserName::parse(u"eve"_s).value();
    QVERIFY(carryOut(second));
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
