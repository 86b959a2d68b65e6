#include "client/roomlistmodel.h"
#include "tests/support/testmain.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

RoomId roomId(const QString &id) { return *RoomId::parse(id); }

RoomSummary room(const QString &id, const QString &name = {})
{
    RoomSummary room;
    room.room = roomId(id);
    room.name = name;
    return room;
}

/// A direct room; its id is made from the first letter of the name, a to f.
RoomSummary direct(const QString &name, qint64 lastSeq = 1)
{
    RoomSummary room;
    room.room = roomId(u"dm:"_s + QString(32, name.front().toLower()));
    room.kind = RoomKind::Direct;
    room.peer = *UserName::parse(name);
    room.lastSeq = Seq(lastSeq);
    return room;
}

QString order(const RoomListModel &model)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row)
        names.append(model.index(row).data(RoomListModel::NameRole).toString());
    return names.join(u' ');
}

struct Watched
{
    RoomListModel model;
    QAbstractItemModelTester tester { &model, QAbstractItemModelTester::FailureReportingMode::QtTest };
};

} // namespace

class tst_RoomListModel : public test::Test
{
    Q_OBJECT

private slots:
    void lobbyThenRoomsByNameThenPeople()
    {
        Watched watched;
        watched.model.reset({ direct(u"Bob"_s), room(u"tea"_s), room(u"lobby"_s), room(u"ops"_s, u"Zebra"_s), room(u"aaa"_s) });
        QCOMPARE(order(watched.model), u"lobby aaa tea Zebra Bob"_s);
        QCOMPARE(watched.model.rowOf(RoomId::lobby()), 0);
        QCOMPARE(watched.model.rowOf(roomId(u"ops"_s)), 3);
        QCOMPARE(watched.model.summaries().size(), 5);
        QCOMPARE(watched.model.summaries().at(3), room(u"ops"_s, u"Zebra"_s));
    }

    void rowsTellTheirRoles()
    {
        Watched watched;
        RoomSummary ops = room(u"ops"_s, u"Operations"_s);
        ops.topic = u"what broke"_s;
        ops.kind = RoomKind::Private;
        ops.unread = 5;
        ops.mentions = 2;
        ops.memberCount = 7;
        watched.model.reset({ ops, direct(u"Bob"_s) });
        const QModelIndex first = watched.model.index(0);
        QCOMPARE(first.data(RoomListModel::RoomIdRole).value<RoomId>(), roomId(u"ops"_s));
        QCOMPARE(first.data(Qt::DisplayRole).toString(), u"Operations"_s);
        QCOMPARE(first.data(RoomListModel::TopicRole).toString(), u"what broke"_s);
        QCOMPARE(first.data(RoomListModel::KindRole).toInt(), int(RoomKind::Private));
        QCOMPARE(first.data(RoomListModel::UnreadRole).toLongLong(), 5);
        QCOMPARE(first.data(RoomListModel::MentionsRole).toLongLong(), 2);
        QCOMPARE(first.data(RoomListModel::MemberCountRole).toInt(), 7);
        QVERIFY(!first.data(RoomListModel::DraftRole).toBool());
        QVERIFY(first.data(RoomListModel::PeerRole).value<UserName>().isNull());
        QVERIFY(!first.data(Qt::DecorationRole).isValid());
        const QModelIndex second = watched.model.index(1);
        QCOMPARE(second.data(RoomListModel::NameRole).toString(), u"Bob"_s);
        QCOMPARE(second.data(RoomListModel::PeerRole).value<UserName>(), *UserName::parse(u"Bob"));
        QCOMPARE(second.data(RoomListModel::PeerStateRole).toInt(), int(PresenceState::Offline));
    }

    void latestConversationStandsFirst()
    {
        Watched watched;
        watched.model.reset({ room(u"lobby"_s), direct(u"Ada"_s), direct(u"Bob"_s), direct(u"Carl"_s) });
        watched.model.put(direct(u"Ada"_s, 2));
        QCOMPARE(order(watched.model).section(u' ', 0, 1), u"lobby Ada"_s);
        const QPersistentModelIndex bob = watched.model.index(watched.model.rowOf(direct(u"Bob"_s).room));
        watched.model.put(direct(u"Bob"_s, 2));
        QCOMPARE(order(watched.model).section(u' ', 0, 2), u"lobby Bob Ada"_s);
        QCOMPARE(bob.row(), 1);
        watched.model.put(direct(u"Dora"_s)); // opened now
        QCOMPARE(order(watched.model).section(u' ', 0, 2), u"lobby Dora Bob"_s);
    }

    void activityDoesNotMoveRooms()
    {
        Watched watched;
        watched.model.reset({ room(u"aaa"_s), room(u"bbb"_s) });
        RoomSummary busy = room(u"bbb"_s);
        busy.lastSeq = Seq(9);
        watched.model.put(busy);
        QCOMPARE(order(watched.model), u"aaa bbb"_s);
    }

    void renamedRoomsMove_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::newRow("down") << u"aaa"_s << u"zzz"_s << u"bbb ccc zzz"_s;
        QTest::newRow("up") << u"ccc"_s << u"AAB"_s << u"aaa AAB bbb"_s;
        QTest::newRow("one down") << u"aaa"_s << u"bbz"_s << u"bbb bbz ccc"_s;
        QTest::newRow("nowhere") << u"bbb"_s << u"bbz"_s << u"aaa bbz ccc"_s;
    }
    void renamedRoomsMove()
    {
        QFETCH(QString, room);
        QFETCH(QString, name);
        QFETCH(QString, expected);
        Watched watched;
        watched.model.reset({ ::room(u"aaa"_s), ::room(u"bbb"_s), ::room(u"ccc"_s) });
        const QPersistentModelIndex selected = watched.model.index(watched.model.rowOf(roomId(room)));
        watched.model.put(::room(room, name));
        QCOMPARE(order(watched.model), expected);
        QCOMPARE(selected.data(RoomListModel::NameRole).toString(), name);
    }

    void totalsAreSums()
    {
        Watched watched;
        QSignalSpy totals(&watched.model, &RoomListModel::totalsChanged);
        RoomSummary ops = room(u"ops"_s);
        ops.unread = 5;
        ops.mentions = 2;
        RoomSummary bob = direct(u"Bob"_s);
        bob.unread = 3;
        bob.mentions = 1;
        watched.model.reset({ ops, bob });
        QVERIFY(totals.size() > 0);
        QCOMPARE(watched.model.totalUnread(), 8);
        QCOMPARE(watched.model.totalMentions(), 5);
        totals.clear();
        bob.unread = 0;
        watched.model.put(bob);
        QVERIFY(totals.size() > 0);
        QCOMPARE(watched.model.totalMentions(), 2);
        totals.clear();
        watched.model.remove(ops.room);
        QVERIFY(totals.size() > 0);
        QCOMPARE(watched.model.totalUnread(), 0);
    }

    void draftsAreMarked()
    {
        Watched watched;
        watched.model.reset({ room(u"ops"_s) });
        QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
        watched.model.setDraft(roomId(u"ops"_s), true);
        watched.model.setDraft(roomId(u"ops"_s), true);
        QVERIFY(watched.model.index(0).data(RoomListModel::DraftRole).toBool());
        QCOMPARE(changed.size(), 1);
        watched.model.put(room(u"ops"_s, u"Operations"_s)); // the server knows no drafts
        QVERIFY(watched.model.index(0).data(RoomListModel::DraftRole).toBool());
        watched.model.setDraft(roomId(u"ops"_s), false);
        QVERIFY(!watched.model.index(0).data(RoomListModel::DraftRole).toBool());
    }

    void peersHaveAState()
    {
        Watched watched;
        watched.model.reset({ room(u"ops"_s), direct(u"Ada"_s), direct(u"Bob"_s) });
        QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
        watched.model.setPeerState(*UserName::parse(u"BOB"), PresenceState::Busy);
        watched.model.setPeerState(*UserName::parse(u"Bob"), PresenceState::Busy);
        QCOMPARE(changed.size(), 1);
        const auto stateOf = [&watched](const RoomSummary &of) {
            return watched.model.index(watched.model.rowOf(of.room)).data(RoomListModel::PeerStateRole).toInt();
        };
        QCOMPARE(stateOf(direct(u"Bob"_s)), int(PresenceState::Busy));
        QCOMPARE(stateOf(direct(u"Ada"_s)), int(PresenceState::Offline));
        watched.model.put(direct(u"Bob"_s, 2));
        QCOMPARE(stateOf(direct(u"Bob"_s)), int(PresenceState::Busy));
    }

    void selectionStaysOverAReconnect()
    {
        Watched watched;
        watched.model.reset({ room(u"lobby"_s), room(u"aaa"_s), room(u"bbb"_s), direct(u"Bob"_s) });
        watched.model.setDraft(roomId(u"bbb"_s), true);
        const QPersistentModelIndex selected = watched.model.index(2);
        const QPersistentModelIndex left = watched.model.index(1);
        QSignalSpy reset(&watched.model, &QAbstractItemModel::modelReset);
        watched.model.reset({ direct(u"Bob"_s), room(u"bbb"_s, u"now B"_s), room(u"lobby"_s), room(u"ccc"_s) });
        QCOMPARE(order(watched.model), u"lobby ccc now B Bob"_s);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(selected.data(RoomListModel::NameRole).toString(), u"now B"_s);
        QVERIFY(selected.data(RoomListModel::DraftRole).toBool());
        QVERIFY(!left.isValid());
    }

    // ---- rainy ----

    void strangersChangeNothing()
    {
        Watched watched;
        watched.model.reset({ room(u"ops"_s) });
        QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
        QSignalSpy totals(&watched.model, &RoomListModel::totalsChanged);
        watched.model.remove(roomId(u"tea"_s));
        watched.model.setDraft(roomId(u"tea"_s), true);
        watched.model.setPeerState(*UserName::parse(u"Bob"), PresenceState::Online);
        watched.model.put(room(u"ops"_s));
        QCOMPARE(watched.model.rowCount(), 1);
        QCOMPARE(watched.model.rowOf(roomId(u"tea"_s)), -1);
        QVERIFY(!watched.model.summary(roomId(u"tea"_s)));
        QCOMPARE(changed.size() + totals.size(), 0);
    }

    void noRoomsAreFine()
    {
        Watched watched;
        watched.model.reset({ room(u"ops"_s) });
        watched.model.reset({});
        QCOMPARE(watched.model.rowCount(), 0);
        QCOMPARE(watched.model.totalUnread(), 0);
        QCOMPARE(watched.model.totalMentions(), 0);
    }

    void roomsOfOneNameStayApart()
    {
        Watched watched;
        watched.model.reset({ room(u"b"_s, u"Tea"_s), room(u"a"_s, u"Tea"_s), room(u"c"_s, u"tea"_s) });
        QCOMPARE(watched.model.rowOf(roomId(u"a"_s)), 0);
        QCOMPARE(watched.model.rowOf(roomId(u"b"_s)), 1);
        QCOMPARE(watched.model.rowOf(roomId(u"c"_s)), 2);
    }

    /// A client that starts fills the list with what it kept in the order of its rows.
    void conversationsKeepTheirOrderOverARestart()
    {
        Watched watched;
        watched.model.reset({ direct(u"Ada"_s), direct(u"Bob"_s) });
        watched.model.put(direct(u"Ada"_s, 2));
        QCOMPARE(order(watched.model), u"Ada Bob"_s);
        RoomListModel restarted;
        restarted.reset(watched.model.summaries());
        QCOMPARE(order(restarted), order(watched.model));
    }
};

HEARTH_TEST_MAIN(tst_RoomListModel)
#include "tst_roomlistmodel.moc"
