#include "client/timelineindex.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Self = *UserName::parse(u"Anna");
const UserName Zoe = *UserName::parse(u"Zoe");

ClientId id(const QString &text) { return *ClientId::parse(text); }

MessageSnapshot message(qint64 seq, const UserName &user, const QString &clientId = {}, std::optional<Seq> replyTo = {})
{
    MessageSnapshot snapshot;
    snapshot.seq = Seq(seq);
    snapshot.user = user;
    if (!clientId.isEmpty())
        snapshot.clientId = id(clientId);
    snapshot.replyTo = replyTo;
    return snapshot;
}

} // namespace

class tst_TimelineIndex : public test::Test
{
    Q_OBJECT

private slots:
    void findsOnesOwn()
    {
        TimelineIndex index(Self);
        index.add(message(4, Self, u"a"_s));
        index.add(message(5, Self));
        QCOMPARE(index.own(id(u"a"_s)), Seq(4));
        index.remove(message(4, Self, u"a"_s));
        QCOMPARE(index.own(id(u"a"_s)), Seq());
    }
    void findsTheReplies()
    {
        TimelineIndex index(Self);
        index.add(message(7, Zoe, {}, Seq(2)));
        index.add(message(9, Self, u"a"_s, Seq(2)));
        index.add(message(9, Self, u"a"_s, Seq(2)));
        QCOMPARE(index.repliesTo(Seq(2)), (QSet { Seq(7), Seq(9) }));
        QCOMPARE(index.repliesTo(Seq(7)), QSet<Seq>());
        index.remove(message(7, Zoe, {}, Seq(2)));
        QCOMPARE(index.repliesTo(Seq(2)), QSet { Seq(9) });
        index.remove(message(9, Self, u"a"_s, Seq(2)));
        QCOMPARE(index.repliesTo(Seq(2)), QSet<Seq>());
    }

    // ---- rainy ----

    void anothersIdIsNotOnesOwn()
    {
        TimelineIndex index(Self);
        index.add(message(1, Zoe, u"a"_s));
        QCOMPARE(index.own(id(u"a"_s)), Seq());
        index.add(message(2, Self, u"a"_s));
        index.remove(message(1, Zoe, u"a"_s));
        QCOMPARE(index.own(id(u"a"_s)), Seq(2));
    }
    void ofTwoWithOneIdTheOtherStays()
    {
        TimelineIndex index(Self);
        index.add(message(1, Self, u"a"_s));
        index.add(message(2, Self, u"a"_s));
        index.remove(message(1, Self, u"a"_s));
        QCOMPARE(index.own(id(u"a"_s)), Seq(2));
    }
    void whatWasNeverAddedIsNotMissed()
    {
        TimelineIndex index(Self);
        index.remove(message(1, Self, u"a"_s, Seq(9)));
        QCOMPARE(index.own(id(u"a"_s)), Seq());
    }
};

HEARTH_TEST_MAIN(tst_TimelineIndex)
#include "tst_timelineindex.moc"
