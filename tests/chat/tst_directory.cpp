#include "server/chat/directory.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using Change = MembershipChanged::Change;

namespace {

UserName userName(const QString &text) { return UserName::parse(text).value(); }
RoomId roomId(const QString &text) { return RoomId::parse(text).value(); }

const UserName anna = userName(u"Anna"_s);
const UserName bo = userName(u"bo"_s);
const UserName cy = userName(u"cy"_s);
const RoomId ops = roomId(u"ops"_s);
const RoomId den = roomId(u"den"_s);
const RoomId direct = directRoomId(anna, bo);

/// Anna made `ops` (public) and `den` (private, alone), and talks to bo.
StoreState state()
{
    StoreState state;
    state.users = { { .name = anna, .role = Role::Owner }, { .name = bo }, { .name = cy } };
    state.rooms = { { ops, u"Ops"_s, u"Tea"_s, RoomKind::Public, anna, Seq(7) },
                    { den, u"Den"_s, {}, RoomKind::Private, anna, Seq(1) },
                    { direct, {}, {}, RoomKind::Direct, anna, Seq(2) } };
    state.memberships = { { ops, anna, Seq(1), Seq(5) },
                          { ops, bo, Seq(2), Seq(2) },
                          { den, anna, Seq(1), Seq(1) },
                          { direct, anna, Seq(1), Seq(1) },
                          { direct, bo, Seq(2), Seq(2) } };
    return state;
}

RoomEvent member(const RoomId &room, const UserName &user, Change change, qint64 seq)
{
    return { room, Seq(seq), user, {}, MembershipChanged { change, {} } };
}

} // namespace

class tst_Directory : public test::Test
{
    Q_OBJECT

private slots:
    void knowsHowLongRoomsKeep()
    {
        Directory directory(state());
        QCOMPARE(directory.summary(ops, bo).keepDays, std::optional<int>());
        QCOMPARE(directory.summary(ops, bo).firstSeq, Seq(1));
        directory.setKeepDays(ops, 30);
        directory.setFirstSeq(ops, Seq(5));
        directory.setFirstSeq(ops, Seq(4)); // what is gone does not come back
        directory.setKeepDays(roomId(u"nowhere"_s), 1);
        directory.setFirstSeq(roomId(u"nowhere"_s), Seq(1));
        QCOMPARE(directory.summary(ops, bo).keepDays, std::optional(30));
        QCOMPARE(directory.summary(ops, {}).firstSeq, Seq(5));
        QCOMPARE(directory.rooms().size(), 3);
    }

    void knowsWhatTheStoreKnew()
    {
        const Directory directory(state());
        QCOMPARE(directory.user(userName(u"ANNA"_s))->role, Role::Owner);
        QCOMPARE(directory.user(userName(u"ANNA"_s))->name.toString(), u"Anna"_s);
        QCOMPARE(directory.room(ops)->record.topic, u"Tea"_s);
        QVERIFY(directory.isMember(ops, bo));
        QVERIFY(!directory.isMember(ops, cy));
        QCOMPARE(directory.roomsOf(bo), (QList<RoomId> { ops, direct }));
        QCOMPARE(directory.roomsOf(cy), QList<RoomId>());
    }

    void maySee_data()
    {
        QTest::addColumn<RoomId>("room");
        QTest::addColumn<QString>("user"); // empty: nobody in particular
        QTest::addColumn<bool>("may");
        QTest::newRow("public, a member") << ops << u"bo"_s << true;
        QTest::newRow("public, somebody") << ops << u"cy"_s << true;
        QTest::newRow("public, nobody in particular") << ops << QString() << true;
        QTest::newRow("private, a member") << den << u"anna"_s << true;
        QTest::newRow("private, somebody") << den << u"bo"_s << false;
        QTest::newRow("private, nobody in particular") << den << QString() << false;
        QTest::newRow("direct, one of the two") << direct << u"bo"_s << true;
        QTest::newRow("direct, somebody") << direct << u"cy"_s << false;
        QTest::newRow("no such room") << roomId(u"nowhere"_s) << u"anna"_s << false;
        QTest::newRow("no such user") << den << u"nobody"_s << false;
    }
    void maySee()
    {
        QFETCH(RoomId, room);
        QFETCH(QString, user);
        QFETCH(bool, may);
        const auto who = user.isEmpty() ? std::nullopt : std::optional(userName(user));
        const Directory directory(state());
        QCOMPARE(directory.maySee(room, who), may);
        QCOMPARE(directory.visibleRooms(who).contains(room), may);
    }

    void visibleRoomsAreInOrder()
    {
        const Directory directory(state());
        QCOMPARE(directory.visibleRooms(anna), (QList<RoomId> { den, direct, ops }));
    }

    void summaryIsOnesOwn()
    {
        const Directory directory(state());
        RoomSummary mine = directory.summary(ops, anna, { ops, 2, 1 });
        QCOMPARE(mine, (RoomSummary { ops, u"Ops"_s, u"Tea"_s, RoomKind::Public, Seq(7), Seq(5), 2, 1, true, {}, 2, {}, Seq(1), anna }));
        RoomSummary others = directory.summary(ops, cy, { ops, 2, 1 });
        QCOMPARE(others, (RoomSummary { ops, u"Ops"_s, u"Tea"_s, RoomKind::Public, Seq(7), Seq(0), 0, 0, false, {}, 2, {}, Seq(1), anna }));
        QCOMPARE(directory.summary(ops, {}), others);
        QCOMPARE(directory.summary(direct, anna).peer, std::optional(bo));
        QCOMPARE(directory.summary(direct, bo).peer, std::optional(anna));
    }

    void membershipFollowsEvents()
    {
        Directory directory(state());
        directory.apply(member(ops, cy, Change::Joined, 8));
        QVERIFY(directory.isMember(ops, cy));
        QCOMPARE(directory.roomsOf(cy), QList<RoomId> { ops });
        QCOMPARE(directory.room(ops)->members.value(cy).joinedSeq, Seq(8));
        QCOMPARE(directory.summary(ops, cy).readSeq, Seq(8));
        QCOMPARE(directory.room(ops)->record.lastSeq, Seq(8));
        directory.apply(member(ops, cy, Change::Left, 9));
        QVERIFY(!directory.isMember(ops, cy));
        QVERIFY(directory.roomsOf(cy).isEmpty());
        directory.apply(member(den, anna, Change::Left, 2));
        QVERIFY(!directory.maySee(den, anna));
    }

    void topicFollowsEvents()
    {
        Directory directory(state());
        directory.apply({ ops, Seq(8), anna, {}, TopicChanged { u"Coffee"_s } });
        QCOMPARE(directory.room(ops)->record.topic, u"Coffee"_s);
    }

    void readMarkIsTheUsersOwn()
    {
        Directory directory(state());
        directory.setReadSeq(ops, bo, Seq(6));
        QCOMPARE(directory.summary(ops, bo).readSeq, Seq(6));
        QCOMPARE(directory.summary(ops, anna).readSeq, Seq(5));
    }

    void countsTheRoomsThatSomebodyMade()
    {
        Directory directory(state());
        QCOMPARE(directory.roomsCreatedBy(anna), 2); // not the direct one
        QCOMPARE(directory.roomsCreatedBy(bo), 0);
        directory.putRoom({ roomId(u"new"_s), {}, {}, RoomKind::Public, bo, {} });
        QCOMPARE(directory.roomsCreatedBy(bo), 1);
    }

    void directRoomIdIsOfThePair()
    {
        QCOMPARE(directRoomId(anna, bo), directRoomId(bo, anna));
        QCOMPARE(directRoomId(userName(u"ANNA"_s), bo), directRoomId(anna, bo));
        QVERIFY(directRoomId(anna, bo) != directRoomId(anna, cy));
        QVERIFY(directRoomId(userName(u"a"_s), userName(u"bc"_s)) != directRoomId(userName(u"ab"_s), userName(u"c"_s)));
        QVERIFY(directRoomId(anna, bo).isDirect());
        QVERIFY(!directRoomId(anna, bo).toString().contains(u"anna"_s));
    }

    // ---- rainy ----

    void strangeEventsDoNothing()
    {
        Directory directory(state());
        directory.apply(member(roomId(u"nowhere"_s), cy, Change::Joined, 1));
        QVERIFY(directory.room(roomId(u"nowhere"_s)) == nullptr);
        QVERIFY(directory.roomsOf(cy).isEmpty());
        directory.apply(member(ops, bo, Change::Joined, 8)); // is one already
        QCOMPARE(directory.roomsOf(bo), (QList<RoomId> { ops, direct }));
        QCOMPARE(directory.summary(ops, bo).readSeq, Seq(2));
        directory.apply({ ops, Seq(3), anna, {}, MessagePosted { u"late"_s, {}, {} } });
        QCOMPARE(directory.room(ops)->record.lastSeq, Seq(8)); // never goes back
        directory.setReadSeq(roomId(u"nowhere"_s), anna, Seq(1));
        directory.setReadSeq(ops, cy, Seq(1));
        QVERIFY(!directory.isMember(ops, cy));
    }

    void peerInIsNobody()
    {
        const Directory directory(state());
        QVERIFY(!directory.peerIn(ops, anna));
        QVERIFY(!directory.peerIn(roomId(u"nowhere"_s), anna));
        QVERIFY(directory.user(userName(u"nobody"_s)) == nullptr);
    }
};

HEARTH_TEST_MAIN(tst_Directory)
#include "tst_directory.moc"
