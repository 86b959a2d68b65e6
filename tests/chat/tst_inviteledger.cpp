#include "server/chat/inviteledger.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

/// Which invites hold, and who is about to use them.
class tst_InviteLedger : public test::Test
{
    Q_OBJECT

private slots:
    void aReservedUseIsNobodyElses()
    {
        InviteLedger invites(once(u"i1"_s));
        invites.reserve(u"i1"_s);
        QVERIFY(invites.withCode("hash", Start) == nullptr);
        QVERIFY(invites.all(Start).isEmpty());
        invites.settle(u"i1"_s, false);
        QCOMPARE(invites.withCode("hash", Start)->used, 0);
        invites.reserve(u"i1"_s);
        invites.settle(u"i1"_s, true);
        QVERIFY(invites.find(u"i1"_s, Start) == nullptr);
    }

    void whatIsBeingTakenBackComesBackAsItWas()
    {
        InviteLedger invites({ { { .id = u"i1"_s }, "hash" } });
        invites.reserve(u"i1"_s);
        invites.hide(u"i1"_s);
        QVERIFY(invites.withCode("hash", Start) == nullptr);
        QVERIFY(invites.all(Start).isEmpty());
        invites.settle(u"i1"_s, true);
        invites.reveal(u"i1"_s);
        QCOMPARE(invites.withCode("hash", Start)->used, 1);
        invites.hide(u"i1"_s);
        invites.remove(u"i1"_s);
        invites.reveal(u"i1"_s);
        invites.settle(u"i1"_s, false); // of somebody who came before
        QVERIFY(invites.find(u"i1"_s, Start) == nullptr);
    }

    /// When the next one is made.
    void whatIsNotDecidedIsNotForgotten()
    {
        InviteLedger invites(once(u"reserved"_s) + once(u"hidden"_s) + once(u"used"_s));
        for (const auto &id : { u"reserved"_s, u"used"_s })
            invites.reserve(id);
        invites.settle(u"used"_s, true);
        invites.hide(u"hidden"_s);
        invites.add({ { .id = u"new"_s }, "new" }, Start);
        invites.settle(u"reserved"_s, false);
        invites.reveal(u"hidden"_s);
        QStringList ids;
        for (const InviteInfo &invite : invites.all(Start))
            ids.append(invite.id);
        QCOMPARE(ids, (QStringList { u"reserved"_s, u"hidden"_s, u"new"_s }));
        invites.settle(u"used"_s, false);
        QVERIFY(invites.find(u"used"_s, Start) == nullptr);
    }

    void theClockEndsThem()
    {
        InviteLedger invites({ { { .id = u"i1"_s, .until = Start.addSecs(60) }, "hash" } });
        QVERIFY(invites.withCode("hash", Start.addSecs(59)) != nullptr);
        QVERIFY(invites.withCode("hash", Start.addSecs(60)) == nullptr);
        QVERIFY(invites.withCode("other", Start) == nullptr);
    }

private:
    static inline const QDateTime Start = QDateTime(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);
    /// One that can be used once.
    static QList<InviteRecord> once(const QString &id) { return { { { .id = id, .maxUses = 1 }, "hash" } }; }
};

HEARTH_TEST_MAIN(tst_InviteLedger)
#include "tst_inviteledger.moc"
