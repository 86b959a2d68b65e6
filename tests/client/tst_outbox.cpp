#include "client/outbox.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

ClientId id(const QString &text) { return *ClientId::parse(text); }

OutboxEntry entry(const QString &text, const RoomId &room = RoomId::lobby())
{
    OutboxEntry entry;
    entry.id = id(text);
    entry.room = room;
    entry.content = u"says "_s + text;
    entry.writtenAt = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    return entry;
}

void addStored(Outbox &outbox, const QString &text)
{
    outbox.add(entry(text));
    outbox.markStored(id(text));
}

/// The id of what may go now; empty: nothing.
QString next(Outbox &outbox, qint64 nowMs = 1'000)
{
    const auto taken = outbox.takeNext(nowMs);
    return taken ? taken->id.toString() : QString();
}

QStringList ids(const Outbox &outbox)
{
    QStringList ids;
    for (const OutboxEntry &kept : outbox.entries())
        ids.append(kept.id.toString());
    return ids;
}

} // namespace

class tst_Outbox : public test::Test
{
    Q_OBJECT

private slots:
    void oneIsUnderWayAtATime()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        const auto taken = outbox.takeNext(1'000);
        QVERIFY(taken);
        QCOMPARE(*taken, entry(u"a"_s));
        QCOMPARE(next(outbox), QString());
        QVERIFY(outbox.confirm(id(u"a"_s)));
        QCOMPARE(next(outbox), u"b"_s);
        QVERIFY(outbox.confirm(id(u"b"_s)));
        QCOMPARE(next(outbox), QString());
        QCOMPARE(outbox.unsentCount(), 0);
    }

    void waitsForTheDisk()
    {
        Outbox outbox;
        outbox.add(entry(u"a"_s));
        QCOMPARE(next(outbox), QString());
        outbox.markStored(id(u"a"_s));
        QCOMPARE(next(outbox), u"a"_s);
    }

    void laterOnesDoNotOvertakeTheDisk()
    {
        Outbox outbox;
        outbox.add(entry(u"a"_s));
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), QString());
        outbox.markStored(id(u"a"_s));
        QCOMPARE(next(outbox), u"a"_s);
    }

    void whatAnEarlierRunLeftIsOnDiskAlready()
    {
        Outbox outbox;
        outbox.reset({ entry(u"a"_s), entry(u"b"_s) });
        QCOMPARE(outbox.unsentCount(), 2);
        QCOMPARE(next(outbox), u"a"_s);
    }

    void resetForgetsWhatWas()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        QCOMPARE(next(outbox), u"a"_s);
        outbox.postpone(id(u"a"_s), 1'000, 60'000);
        outbox.reset({ entry(u"b"_s) });
        QCOMPARE(ids(outbox), QStringList { u"b"_s });
        QCOMPARE(outbox.notBefore(), 0);
        QCOMPARE(next(outbox, 1'000), u"b"_s);
    }

    void resetKeepsWhatIsNotOnDiskYet()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        outbox.add(entry(u"c"_s));
        outbox.reset({ entry(u"a"_s), entry(u"b"_s) });
        QCOMPARE(ids(outbox), (QStringList { u"a"_s, u"b"_s, u"c"_s }));
        QVERIFY(outbox.confirm(id(u"a"_s)));
        QVERIFY(outbox.confirm(id(u"b"_s)));
        QCOMPARE(next(outbox), QString());
        outbox.markStored(id(u"c"_s));
        QCOMPARE(next(outbox), u"c"_s);
    }

    void findsByItsId()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        QVERIFY(outbox.find(id(u"a"_s)));
        QCOMPARE(*outbox.find(id(u"a"_s)), entry(u"a"_s));
        QVERIFY(!outbox.find(id(u"b"_s)));
        QVERIFY(!outbox.find(ClientId()));
    }

    void postponedIsTriedAgainInTime()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox, 1'000), u"a"_s);
        outbox.postpone(id(u"a"_s), 2'000, 500);
        QCOMPARE(outbox.notBefore(), 2'500);
        QCOMPARE(next(outbox, 2'499), QString()); // b waits too: order
        QCOMPARE(next(outbox, 2'500), u"a"_s);
        QCOMPARE(outbox.notBefore(), 0);
    }

    void failedOnesAreSteppedOver()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), u"a"_s);
        QVERIFY(outbox.fail(id(u"a"_s), ErrorCode::TooLarge));
        QCOMPARE(outbox.find(id(u"a"_s))->error, std::optional(ErrorCode::TooLarge));
        QCOMPARE(next(outbox), u"b"_s);
        QCOMPARE(outbox.unsentCount(), 2);
    }

    void retriedOneIsSentFromItsPlace()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), u"a"_s);
        QVERIFY(outbox.fail(id(u"a"_s), ErrorCode::Forbidden));
        QVERIFY(outbox.retry(id(u"a"_s)));
        QVERIFY(!outbox.find(id(u"a"_s))->error);
        QCOMPARE(next(outbox), u"a"_s);
    }

    void discardedOneIsForgotten()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QVERIFY(outbox.discard(id(u"a"_s)));
        QCOMPARE(ids(outbox), QStringList { u"b"_s });
        QCOMPARE(next(outbox), u"b"_s);
    }

    // ---- rainy ----

    void lostLinkSendsAgain()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), u"a"_s);
        outbox.linkLost();
        QCOMPARE(next(outbox), u"a"_s);
        outbox.postpone(id(u"a"_s), 1'000, 60'000);
        outbox.linkLost(); // the next server owes nobody a wait
        QCOMPARE(outbox.notBefore(), 0);
        QCOMPARE(next(outbox, 1'001), u"a"_s);
    }

    void lostLinkDoesNotSendWhatTheDiskHasNot()
    {
        Outbox outbox;
        outbox.add(entry(u"a"_s));
        outbox.linkLost();
        QCOMPARE(next(outbox), QString());
    }

    void confirmedByTheRoomBeforeTheServerAnswers()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), u"a"_s);
        QVERIFY(outbox.confirm(id(u"a"_s))); // the broadcast
        QCOMPARE(next(outbox), u"b"_s);
        QVERIFY(!outbox.confirm(id(u"a"_s))); // the acknowledgement: b stays under way
        QCOMPARE(next(outbox), QString());
        QVERIFY(!outbox.fail(id(u"a"_s), ErrorCode::Internal));
        QCOMPARE(next(outbox), QString());
    }

    void confirmedBeforeTheDiskAnswers()
    {
        Outbox outbox;
        outbox.add(entry(u"a"_s));
        addStored(outbox, u"b"_s);
        QVERIFY(outbox.confirm(id(u"a"_s)));
        QCOMPARE(next(outbox), u"b"_s);
        outbox.markStored(id(u"a"_s));
        QCOMPARE(ids(outbox), QStringList { u"b"_s });
    }

    void postponingSomethingElseLeavesWhatIsUnderWay()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        QCOMPARE(next(outbox), u"a"_s);
        outbox.postpone(id(u"gone"_s), 1'000, 10);
        QCOMPARE(next(outbox, 2'000), QString());
    }

    void waitIsNeverNegative()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        QCOMPARE(next(outbox, 5'000), u"a"_s);
        outbox.postpone(id(u"a"_s), 5'000, -1'000);
        QCOMPARE(outbox.notBefore(), 5'000);
        QCOMPARE(next(outbox, 5'000), u"a"_s);
    }

    void discardingWhatIsUnderWayLetsTheNextGo()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        addStored(outbox, u"b"_s);
        QCOMPARE(next(outbox), u"a"_s);
        QVERIFY(outbox.discard(id(u"a"_s)));
        QCOMPARE(next(outbox), u"b"_s);
    }

    void nothingIsDoneToWhatIsNotThere()
    {
        Outbox outbox;
        QCOMPARE(next(outbox), QString());
        QVERIFY(!outbox.confirm(id(u"a"_s)));
        QVERIFY(!outbox.fail(id(u"a"_s), ErrorCode::Internal));
        QVERIFY(!outbox.retry(id(u"a"_s)));
        QVERIFY(!outbox.discard(id(u"a"_s)));
        outbox.markStored(id(u"a"_s));
        QVERIFY(outbox.entries().isEmpty());
    }

    void onlyAFailedOneIsRetried()
    {
        Outbox outbox;
        addStored(outbox, u"a"_s);
        QVERIFY(!outbox.retry(id(u"a"_s)));
        QCOMPARE(next(outbox), u"a"_s);
        QVERIFY(!outbox.retry(id(u"a"_s)));
        QCOMPARE(next(outbox), QString());
    }

    void failedOnesOfAnEarlierRunWaitForTheUser()
    {
        OutboxEntry failed = entry(u"a"_s);
        failed.error = ErrorCode::Forbidden;
        Outbox outbox;
        outbox.reset({ failed, entry(u"b"_s) });
        QCOMPARE(next(outbox), u"b"_s);
        QVERIFY(outbox.confirm(id(u"b"_s)));
        QCOMPARE(next(outbox), QString());
        QVERIFY(outbox.retry(id(u"a"_s)));
        QCOMPARE(next(outbox), u"a"_s);
    }
};

HEARTH_TEST_MAIN(tst_Outbox)
#include "tst_outbox.moc"
