#include "client/messagefold.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(hearth::RoomEvent)

namespace {

const UserName Anna = *UserName::parse(u"Anna");
const UserName Zoe = *UserName::parse(u"Zoe");

QDateTime at(qint64 seconds) { return QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 + seconds * 1'000, Qt::UTC); }

RoomEvent logged(qint64 seq, const EventBody &body, const UserName &user = Anna)
{
    return { RoomId::lobby(), Seq(seq), user, at(seq), body };
}

MessageSnapshot message(const QString &content)
{
    MessageSnapshot message;
    message.room = RoomId::lobby();
    message.seq = Seq(1);
    message.user = Anna;
    message.content = content;
    message.timestamp = at(1);
    return message;
}

RoomEvent reaction(qint64 seq, const QString &emoji, const UserName &user, bool add = true)
{
    return logged(seq, ReactionChanged { Seq(1), emoji, add }, user);
}

} // namespace

class tst_MessageFold : public test::Test
{
    Q_OBJECT

private slots:
    void aPostIsAMessage()
    {
        const MessagePosted posted { u"hello"_s, *ClientId::parse(u"c1"), Seq(3) };
        const MessageSnapshot snapshot = snapshotOf(logged(7, posted));
        MessageSnapshot expected;
        expected.room = RoomId::lobby();
        expected.seq = Seq(7);
        expected.user = Anna;
        expected.content = u"hello"_s;
        expected.timestamp = at(7);
        expected.clientId = ClientId::parse(u"c1").value();
        expected.replyTo = Seq(3);
        QCOMPARE(snapshot, expected);
    }

    void editsReplaceTheContent()
    {
        MessageSnapshot folded = message(u"helo"_s);
        QVERIFY(fold(folded, logged(2, MessageEdited { Seq(1), u"hello"_s })));
        QCOMPARE(folded.content, u"hello"_s);
        QCOMPARE(folded.editedAt, at(2));
        QCOMPARE(folded.timestamp, at(1));
        QVERIFY(fold(folded, logged(3, MessageEdited { Seq(1), u"hello!"_s })));
        QCOMPARE(folded.content, u"hello!"_s);
        QCOMPARE(folded.editedAt, at(3));
    }

    void theLaterEditCountsThoughTheClockWasSetBack()
    {
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, logged(5, MessageEdited { Seq(1), u"first"_s })));
        RoomEvent later = logged(6, MessageEdited { Seq(1), u"second"_s });
        later.timestamp = at(2);
        QVERIFY(fold(folded, later));
        QCOMPARE(folded.content, u"second"_s);
        QCOMPARE(folded.editedAt, at(2));
    }

    void deletionLeavesATombstone()
    {
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, reaction(2, u"👍"_s, Zoe)));
        QVERIFY(fold(folded, logged(3, MessageEdited { Seq(1), u"hello!"_s })));
        QVERIFY(fold(folded, logged(4, MessageDeleted { Seq(1) })));
        QVERIFY(folded.isDeleted);
        QVERIFY(!folded.editedAt.isValid());
        QCOMPARE(folded.content, u""_s);
        QVERIFY(folded.reactions.isEmpty());
        QCOMPARE(folded.user, Anna);
        QCOMPARE(folded.seq, Seq(1));
    }

    void reactionsAreSummed()
    {
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, reaction(2, u"👍"_s, Zoe)));
        QVERIFY(fold(folded, reaction(3, u"🎉"_s, Zoe)));
        QVERIFY(fold(folded, reaction(4, u"👍"_s, Anna)));
        const QList<ReactionSummary> both { { u"👍"_s, { Zoe, Anna } }, { u"🎉"_s, { Zoe } } };
        QCOMPARE(folded.reactions, both);
        QVERIFY(fold(folded, reaction(5, u"👍"_s, Zoe, false)));
        const QList<ReactionSummary> one { { u"👍"_s, { Anna } }, { u"🎉"_s, { Zoe } } };
        QCOMPARE(folded.reactions, one);
        QVERIFY(fold(folded, reaction(6, u"👍"_s, Anna, false)));
        const QList<ReactionSummary> rest { { u"🎉"_s, { Zoe } } };
        QCOMPARE(folded.reactions, rest);
        QVERIFY(!folded.editedAt.isValid());
    }

    void namesItsTarget_data()
    {
        QTest::addColumn<RoomEvent>("said");
        QTest::addColumn<qint64>("target");
        QTest::newRow("edit") << logged(5, MessageEdited { Seq(2), u"x"_s }) << qint64(2);
        QTest::newRow("deletion") << logged(5, MessageDeleted { Seq(3) }) << qint64(3);
        QTest::newRow("reaction") << logged(5, ReactionChanged { Seq(4), u"👍"_s, true }) << qint64(4);
        QTest::newRow("post") << logged(5, MessagePosted { u"x"_s, {}, Seq(4) }) << qint64(0);
        QTest::newRow("topic") << logged(5, TopicChanged { u"x"_s }) << qint64(0);
        QTest::newRow("membership") << logged(5, MembershipChanged {}) << qint64(0);
    }
    void namesItsTarget()
    {
        QFETCH(RoomEvent, said);
        QFETCH(qint64, target);
        QCOMPARE(targetOf(said), Seq(target));
    }

    // ---- rainy ----

    void changesNothing_data()
    {
        QTest::addColumn<bool>("isDeleted");
        QTest::addColumn<RoomEvent>("said");
        QTest::newRow("post") << false << logged(9, MessagePosted { u"x"_s, {}, {} });
        QTest::newRow("topic") << false << logged(9, TopicChanged { u"x"_s });
        QTest::newRow("membership") << false << logged(9, MembershipChanged {});
        QTest::newRow("reaction that is there") << false << reaction(9, u"👍"_s, Zoe);
        QTest::newRow("reaction that is not, taken back") << false << reaction(9, u"🎉"_s, Zoe, false);
        QTest::newRow("another's reaction, taken back") << false << reaction(9, u"👍"_s, Anna, false);
        QTest::newRow("edit of a deleted one") << true << logged(9, MessageEdited { Seq(1), u"x"_s });
        QTest::newRow("reaction to a deleted one") << true << reaction(9, u"👍"_s, Zoe);
        QTest::newRow("second deletion") << true << logged(9, MessageDeleted { Seq(1) });
    }
    void changesNothing()
    {
        QFETCH(bool, isDeleted);
        QFETCH(RoomEvent, said);
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, logged(3, MessageEdited { Seq(1), u"hello!"_s })));
        QVERIFY(fold(folded, reaction(4, u"👍"_s, Zoe)));
        if (isDeleted)
            QVERIFY(fold(folded, logged(5, MessageDeleted { Seq(1) })));
        const MessageSnapshot before = folded;
        QVERIFY(!fold(folded, said));
        QCOMPARE(folded, before);
    }

    void twiceIsOnce_data()
    {
        QTest::addColumn<RoomEvent>("said");
        QTest::newRow("edit") << logged(2, MessageEdited { Seq(1), u"hello!"_s });
        QTest::newRow("deletion") << logged(2, MessageDeleted { Seq(1) });
        QTest::newRow("reaction") << reaction(2, u"👍"_s, Zoe);
    }
    void twiceIsOnce()
    {
        QFETCH(RoomEvent, said);
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, said));
        const MessageSnapshot once = folded;
        const bool hasChanged = fold(folded, said);
        QCOMPARE(folded, once);
        QVERIFY(!hasChanged);
    }

    void editsOfOneMillisecondAreFoldedInOrder()
    {
        MessageSnapshot folded = message(u"hello"_s);
        RoomEvent first = logged(2, MessageEdited { Seq(1), u"first"_s });
        RoomEvent second = logged(3, MessageEdited { Seq(1), u"second"_s });
        second.timestamp = first.timestamp;
        QVERIFY(fold(folded, first));
        QVERIFY(fold(folded, second));
        QCOMPARE(folded.content, u"second"_s);
        fold(folded, first); // a page overlaps
        fold(folded, second);
        QCOMPARE(folded.content, u"second"_s);
    }

    void nameInOtherCaseReactsOnce()
    {
        MessageSnapshot folded = message(u"hello"_s);
        QVERIFY(fold(folded, reaction(2, u"👍"_s, Zoe)));
        QVERIFY(!fold(folded, reaction(3, u"👍"_s, *UserName::parse(u"ZOE"))));
        QVERIFY(fold(folded, reaction(4, u"👍"_s, *UserName::parse(u"zoe"), false)));
        QVERIFY(folded.reactions.isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_MessageFold)
#include "tst_messagefold.moc"
