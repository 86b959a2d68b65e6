#include "server/store/accountstore.h"
#include "tests/store/moderationstorecontract.h"
#include "tests/store/sqlitestores.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::openSqlite;

namespace {

const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

} // namespace

/// What a store knows again when it is opened the next time.
class tst_ModerationStore : public test::Test
{
    Q_OBJECT

private slots:
    void everythingSurvivesTheStore()
    {
        const QTemporaryDir root;
        const UserName bo = UserName::parse(u"Bo"_s).value();
        {
            const auto store = openSqlite(root.path(), nullptr, Noon);
            store->accounts().addAccount({ .name = bo }, {}, {}, [](const auto &) {});
            store->accounts().addAccount({ .name = UserName::parse(u"cy"_s).value() }, {}, {}, [](const auto &) {});
            store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
            AuditEntry ban { .by = bo, .deed = Deed::Ban, .address = u"192.0.2.1"_s, .until = Noon.addSecs(60), .reason = u"spam"_s };
            carryOut(*store, ban);
            ban.until = {};
            carryOut(*store, ban); // takes the place of the first
            carryOut(*store, { .deed = Deed::Ban, .user = bo });
            carryOut(*store, { .by = bo, .deed = Deed::Mute, .user = bo, .room = RoomId::lobby(), .until = Noon.addSecs(1), .reason = u"loud"_s });
            carryOut(*store, { .deed = Deed::Mute, .user = bo });
            carryOut(*store, { .deed = Deed::SetRole, .user = UserName::parse(u"CY"_s).value(), .role = Role::Moderator });
            carryOut(*store, { .deed = Deed::SlowMode, .room = RoomId::lobby(), .seconds = 30 });
            carryOut(*store, { .deed = Deed::CloseRoom, .room = RoomId::lobby() });
        }
        StoreState state;
        QVERIFY(openSqlite(root.path(), &state));
        QCOMPARE(state.bans.size(), 2);
        QVERIFY((state.bans[0] == BanInfo { {}, u"192.0.2.1"_s, bo, Noon, {}, u"spam"_s }));
        QVERIFY((state.bans[1] == BanInfo { bo, {}, {}, Noon, {}, {} }));
        QCOMPARE(state.mutes.size(), 2);
        QVERIFY((state.mutes[0] == MuteInfo { bo, RoomId::lobby(), bo, Noon, Noon.addSecs(1), u"loud"_s }));
        QVERIFY((state.mutes[1] == MuteInfo { bo, {}, {}, Noon, {}, {} }));
        QCOMPARE(state.users[1].role, Role::Moderator);
        QCOMPARE(state.rooms.first().slowModeSeconds, 30);
        QVERIFY(state.rooms.first().isClosed);
    }

    void whatIsLiftedIsGone()
    {
        const QTemporaryDir root;
        const UserName bo = UserName::parse(u"bo"_s).value();
        {
            const auto store = openSqlite(root.path());
            store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
            carryOut(*store, { .deed = Deed::Ban, .user = bo });
            carryOut(*store, { .deed = Deed::Ban, .address = u"192.0.2.1"_s });
            carryOut(*store, { .deed = Deed::Mute, .user = bo });
            carryOut(*store, { .deed = Deed::CloseRoom, .room = RoomId::lobby() });
            carryOut(*store, { .deed = Deed::Unban, .user = UserName::parse(u"BO"_s).value() });
            carryOut(*store, { .deed = Deed::Unban, .address = u"192.0.2.1"_s });
            carryOut(*store, { .deed = Deed::Unmute, .user = bo });
            carryOut(*store, { .deed = Deed::OpenRoom, .room = RoomId::lobby() });
        }
        StoreState state;
        QVERIFY(openSqlite(root.path(), &state));
        QVERIFY(state.bans.isEmpty());
        QVERIFY(state.mutes.isEmpty());
        QVERIFY(!state.rooms.first().isClosed);
    }

    void whatHasEndedIsSweptOut()
    {
        const QTemporaryDir root;
        const UserName bo = UserName::parse(u"bo"_s).value();
        {
            const auto store = openSqlite(root.path(), nullptr, Noon);
            carryOut(*store, { .deed = Deed::Ban, .user = bo, .until = Noon.addSecs(60) });
            carryOut(*store, { .deed = Deed::Mute, .user = bo, .until = Noon.addSecs(60) });
        }
        {
            const auto store = openSqlite(root.path(), nullptr, Noon.addSecs(60));
            carryOut(*store, { .deed = Deed::Ban, .address = u"192.0.2.1"_s });
            carryOut(*store, { .deed = Deed::Mute, .user = UserName::parse(u"cy"_s).value() });
        }
        StoreState state;
        QVERIFY(openSqlite(root.path(), &state));
        QCOMPARE(state.bans.size(), 1);
        QVERIFY(!state.bans.first().user);
        QCOMPARE(state.mutes.size(), 1);
        QVERIFY(state.mutes.first().user != bo);
    }

private:
    static void carryOut(EventStore &store, const AuditEntry &deed)
    {
        test::Awaited<AuditEntry, StoreError> done;
        store.moderation().carryOut(deed, done.callback());
        QVERIFY(done.result());
    }
};

int main(int argc, char **argv)
{
    tst_ModerationStore again;
    return test::runStoreTests<test::ModerationStoreContract>(argc, argv, { &again });
}

#include "tst_moderationstore.moc"
