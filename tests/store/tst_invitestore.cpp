#include "tests/store/invitestorecontract.h"
#include "tests/store/sqlitestores.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::openSqlite;

namespace {

const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

} // namespace

/// What a store knows again when it is opened the next time.
class tst_InviteStore : public test::Test
{
    Q_OBJECT

private slots:
    void everythingSurvivesTheStore()
    {
        const QTemporaryDir root;
        const UserName anna = UserName::parse(u"Anna"_s).value();
        const InviteInfo full { u"i1"_s, RoomId::lobby(), Role::Moderator, anna, u"for the new ones"_s, {}, Noon.addDays(1), 0, 10 };
        {
            const auto store = openSqlite(root.path(), nullptr, Noon);
            store->accounts().addAccount({ .name = anna }, {}, {}, [](const auto &) {});
            store->accounts().addAccount({ .name = UserName::parse(u"bo"_s).value() }, {}, {}, [](const auto &) {});
            store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
            InviteInfo info = full;
            info.by = UserName::parse(u"ANNA"_s).value();
            create(*store, { info, "one" });
            create(*store, { { .id = u"i0"_s, .role = Role::Guest }, "two" });
            create(*store, { { .id = u"i9"_s }, "three" });
            test::Awaited<Redeemed, StoreError> used;
            store->invites().redeem(u"i1"_s, UserName::parse(u"bo"_s).value(), used.callback());
            QVERIFY(used.result()->isUse());
            store->invites().revoke(u"i9"_s, {}, [](const auto &) {});
        }
        StoreState state;
        QVERIFY(openSqlite(root.path(), &state));
        QCOMPARE(state.invites.size(), 2);
        InviteInfo expected = full;
        expected.at = Noon;
        expected.used = 1;
        QVERIFY(state.invites[0].info == expected);
        QCOMPARE(state.invites[0].info.by->toString(), u"Anna"_s);
        QCOMPARE(state.invites[0].codeHash, "one");
        QVERIFY((state.invites[1].info == InviteInfo { .id = u"i0"_s, .role = Role::Guest, .at = Noon }));
        QCOMPARE(state.users[1].role, Role::Moderator);
    }

    void whatHoldsNoMoreIsSweptOut()
    {
        const QTemporaryDir root;
        {
            const auto store = openSqlite(root.path(), nullptr, Noon);
            store->createRoom({ .id = RoomId::lobby() }, {}, [](const auto &) {});
            for (const auto &name : { u"owner"_s, u"cy"_s, u"dora"_s })
                store->accounts().addAccount({ .name = UserName::parse(name).value() }, {}, {}, [](const auto &) {});
            create(*store, { { .id = u"ends"_s, .until = Noon.addSecs(60) }, "one" });
            create(*store, { { .id = u"once"_s, .maxUses = 1 }, "two" });
            create(*store, { { .id = u"twice"_s, .maxUses = 2 }, "three" });
            create(*store, { { .id = u"holds"_s, .until = Noon.addSecs(61) }, "four" });
            for (const auto &[id, name] : { std::pair(u"once"_s, u"cy"_s), std::pair(u"twice"_s, u"dora"_s) }) {
                test::Awaited<Redeemed, StoreError> used;
                store->invites().redeem(id, UserName::parse(name).value(), used.callback());
                QVERIFY(used.result()->isUse());
            }
        }
        StoreState state;
        QVERIFY(openSqlite(root.path(), &state, Noon.addSecs(60)));
        QCOMPARE(state.invites.size(), 4); // the chat says what has ended
        create(*openSqlite(root.path(), nullptr, Noon.addSecs(60)), { { .id = u"new"_s }, "five" });
        QVERIFY(openSqlite(root.path(), &state));
        QStringList ids;
        for (const InviteRecord &invite : state.invites)
            ids.append(invite.info.id);
        QCOMPARE(ids, (QStringList { u"twice"_s, u"holds"_s, u"new"_s }));
    }

private:
    static void create(EventStore &store, const InviteRecord &invite)
    {
        test::Awaited<InviteInfo, StoreError> made;
        store.invites().create(invite, made.callback());
        QVERIFY(made.result());
    }
};

int main(int argc, char **argv)
{
    tst_InviteStore again;
    return test::runStoreTests<test::InviteStoreContract>(argc, argv, { &again });
}

#include "tst_invitestore.moc"
