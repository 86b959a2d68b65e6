#include "client/memberlistmodel.h"
#include "tests/support/testmain.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>

#include <random>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

UserName user(const QString &name) { return *UserName::parse(name); }

MemberInfo member(const QString &name, PresenceState state = PresenceState::Online)
{
    return { .user = user(name), .state = state, .role = Role::Member };
}

QString order(const MemberListModel &model)
{
    QStringList names;
    for (const UserName &name : model.names())
        names.append(name.toString());
    return names.join(u' ');
}

struct Watched
{
    MemberListModel model { user(u"Anna"_s) };
    QAbstractItemModelTester tester { &model, QAbstractItemModelTester::FailureReportingMode::QtTest };
};

} // namespace

class tst_MemberListModel : public test::Test
{
    Q_OBJECT

private slots:
    void whoIsHereStandsFirst()
    {
        Watched watched;
        watched.model.reset({ member(u"Zoe"_s, PresenceState::Offline), member(u"Bob"_s, PresenceState::Busy),
                              member(u"anna"_s, PresenceState::Away), member(u"Carl"_s, PresenceState::Offline),
                              member(u"Dora"_s) });
        QCOMPARE(order(watched.model), u"anna Bob Dora Carl Zoe"_s);
        QCOMPARE(watched.model.rowCount(), 5);
        QCOMPARE(watched.model.onlineCount(), 3);
    }

    void rowsTellTheirRoles()
    {
        Watched watched;
        MemberInfo owner = member(u"Anna"_s, PresenceState::Offline);
        owner.role = Role::Owner;
        owner.lastSeen = QDateTime(QDate(2024, 3, 1), QTime(12, 0), Qt::UTC);
        watched.model.reset({ owner, member(u"Bob"_s) });
        const QModelIndex bob = watched.model.index(0);
        QCOMPARE(bob.data(MemberListModel::UserRole).value<UserName>(), user(u"Bob"_s));
        QCOMPARE(bob.data(Qt::DisplayRole).toString(), u"Bob"_s);
        QCOMPARE(bob.data(MemberListModel::StateRole).toInt(), int(PresenceState::Online));
        QVERIFY(bob.data(MemberListModel::LastSeenRole).toDateTime().isNull());
        QVERIFY(!bob.data(MemberListModel::IsSelfRole).toBool());
        const QModelIndex anna = watched.model.index(1);
        QCOMPARE(anna.data(MemberListModel::RoleRole).toInt(), int(Role::Owner));
        QCOMPARE(anna.data(MemberListModel::LastSeenRole).toDateTime(), owner.lastSeen);
        QVERIFY(anna.data(MemberListModel::IsSelfRole).toBool());
        QVERIFY(!anna.data(Qt::DecorationRole).isValid());
    }

    void newcomersTakeTheirPlace_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isHere");
        QTest::addColumn<QString>("expected");
        QTest::newRow("first") << u"Ada"_s << true << u"Ada Bob Dora Carl Zoe"_s;
        QTest::newRow("between") << u"Cleo"_s << true << u"Bob Cleo Dora Carl Zoe"_s;
        QTest::newRow("last here") << u"Zack"_s << true << u"Bob Dora Zack Carl Zoe"_s;
        QTest::newRow("first away") << u"Ada"_s << false << u"Bob Dora Ada Carl Zoe"_s;
        QTest::newRow("last") << u"Zuse"_s << false << u"Bob Dora Carl Zoe Zuse"_s;
    }
    void newcomersTakeTheirPlace()
    {
        QFETCH(QString, name);
        QFETCH(bool, isHere);
        QFETCH(QString, expected);
        Watched watched;
        watched.model.reset({ member(u"Bob"_s), member(u"Dora"_s), member(u"Carl"_s, PresenceState::Offline),
                              member(u"Zoe"_s, PresenceState::Offline) });
        QSignalSpy inserted(&watched.model, &QAbstractItemModel::rowsInserted);
        watched.model.put(member(name, isHere ? PresenceState::Online : PresenceState::Offline));
        QCOMPARE(order(watched.model), expected);
        QCOMPARE(inserted.size(), 1);
    }

    void presenceMovesARow()
    {
        Watched watched;
        watched.model.reset({ member(u"Bob"_s), member(u"Carl"_s), member(u"Dora"_s) });
        const QPersistentModelIndex bob = watched.model.index(0);
        const QDateTime seen(QDate(2024, 3, 1), QTime(12, 0), Qt::UTC);
        QSignalSpy moved(&watched.model, &QAbstractItemModel::rowsMoved);
        watched.model.setPresence({ user(u"Bob"_s), PresenceState::Offline, seen });
        QCOMPARE(order(watched.model), u"Carl Dora Bob"_s);
        QCOMPARE(bob.row(), 2); // a selection stays on its person
        QCOMPARE(moved.size(), 1);
        QCOMPARE(watched.model.member(user(u"Bob"_s))->lastSeen, seen);
        QCOMPARE(watched.model.onlineCount(), 2);
        watched.model.setPresence({ user(u"Bob"_s), PresenceState::Away, {} });
        QCOMPARE(order(watched.model), u"Bob Carl Dora"_s);
        QCOMPARE(bob.row(), 0);
    }

    void whoIsInTheClearIsKnown()
    {
        Watched watched;
        watched.model.reset({ member(u"Bob"_s), member(u"Carl"_s) });
        watched.model.setPresence({ user(u"Carl"_s), PresenceState::Online, {}, true });
        QCOMPARE(watched.model.inTheClear(), QList { user(u"Carl"_s) });
        QVERIFY(watched.model.index(1).data(MemberListModel::IsInTheClearRole).toBool());
        watched.model.setPresence({ user(u"Carl"_s), PresenceState::Offline, {} });
        QVERIFY(watched.model.inTheClear().isEmpty());
    }

    void presenceWithinTheGroupMovesNothing()
    {
        Watched watched;
        watched.model.reset({ member(u"Bob"_s), member(u"Carl"_s) });
        QSignalSpy moved(&watched.model, &QAbstractItemModel::rowsMoved);
        QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
        watched.model.setPresence({ user(u"Bob"_s), PresenceState::Busy, {} });
        QCOMPARE(moved.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(watched.model.index(0).data(MemberListModel::StateRole).toInt(), int(PresenceState::Busy));
    }

    void whoLeavesIsGone()
    {
        Watched watched;
        watched.model.reset({ member(u"Bob"_s), member(u"Carl"_s) });
        watched.model.remove(user(u"BOB"_s));
        QCOMPARE(order(watched.model), u"Carl"_s);
        QVERIFY(!watched.model.member(user(u"Bob"_s)));
    }

    // ---- rainy ----

    void strangersChangeNothing()
    {
        Watched watched;
        watched.model.reset({ member(u"Bob"_s) });
        QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
        watched.model.remove(user(u"Zoe"_s));
        watched.model.setPresence({ user(u"Zoe"_s), PresenceState::Online, {} });
        watched.model.put(member(u"Bob"_s));
        QCOMPARE(order(watched.model), u"Bob"_s);
        QCOMPARE(changed.size(), 0);
        QVERIFY(!watched.model.member(user(u"Zoe"_s)));
    }

    void nobodyIsFine()
    {
        Watched watched;
        watched.model.reset({});
        QCOMPARE(watched.model.rowCount(), 0);
        QCOMPARE(watched.model.onlineCount(), 0);
        QCOMPARE(watched.model.names(), QList<UserName>());
    }

    void anyChangesLeaveTheSameOrder_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void anyChangesLeaveTheSameOrder()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        Watched watched;
        for (int step = 0; step < 300; ++step) {
            const QString name = QChar(u'A' + static_cast<char16_t>(random() % 12)) + u"nn"_s;
            if (random() % 5 == 0)
                watched.model.remove(user(name));
            else
                watched.model.put(member(name, static_cast<PresenceState>(random() % 4)));
        }
        QList<MemberInfo> members;
        for (const UserName &name : watched.model.names())
            members.append(*watched.model.member(name));
        std::shuffle(members.begin(), members.end(), random);
        MemberListModel fresh(user(u"Anna"_s));
        fresh.reset(members);
        QCOMPARE(order(watched.model), order(fresh));
    }
};

HEARTH_TEST_MAIN(tst_MemberListModel)
#include "tst_memberlistmodel.moc"
