#include "client/timeline.h"
#include "client/messagefold.h"
#include "client/timelinemodel.h"
#include "tests/support/testmain.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>

#include <algorithm>
#include <deque>
#include <random>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Self = *UserName::parse(u"Anna");
const UserName Zoe = *UserName::parse(u"Zoe");
const UserName Bob = *UserName::parse(u"Bob");

/// Noon of one day, UTC, and so many seconds later.
QDateTime at(qint64 seconds) { return QDateTime(QDate(2024, 3, 1), QTime(12, 0), Qt::UTC).addSecs(seconds); }

ClientId id(const QString &text) { return *ClientId::parse(text); }

RoomEvent logged(qint64 seq, const EventBody &body, const UserName &user = Zoe)
{
    return { RoomId::lobby(), Seq(seq), user, at(seq), body };
}

RoomEvent posted(qint64 seq, const QString &content, const UserName &user = Zoe, const QString &clientId = {})
{
    MessagePosted body;
    body.content = content;
    if (!clientId.isEmpty())
        body.clientId = id(clientId);
    return logged(seq, body, user);
}

MessageSnapshot message(qint64 seq, const UserName &user = Zoe) { return snapshotOf(posted(seq, u"m%1"_s.arg(seq), user)); }

OutboxEntry pending(const QString &clientId)
{
    OutboxEntry entry;
    entry.id = id(clientId);
    entry.room = RoomId::lobby();
    entry.content = u"from "_s + clientId;
    entry.writtenAt = at(0);
    return entry;
}

/// All that a view may draw of a row.
QString drawn(const TimelineModel &model, int row)
{
    const QModelIndex index = model.index(row);
    QString text = index.data(TimelineModel::SeqRole).value<Seq>() == Seq()
        ? u"-"_s
        : QString::number(index.data(TimelineModel::SeqRole).value<Seq>().value());
    text += u' ' + index.data(TimelineModel::UserRole).value<UserName>().toString();
    text += u" <"_s + index.data(TimelineModel::ContentRole).toString() + u'>';
    text += u" delivery="_s + QString::number(index.data(TimelineModel::DeliveryRole).toInt());
    if (index.data(TimelineModel::ErrorRole).isValid())
        text += u" error="_s + QString::number(index.data(TimelineModel::ErrorRole).toInt());
    const QList<std::pair<TimelineModel::Role, QString>> marks {
        { TimelineModel::EditedRole, u" edited"_s },        { TimelineModel::DeletedRole, u" deleted"_s },
        { TimelineModel::MentionsSelfRole, u" mention"_s }, { TimelineModel::StartsGroupRole, u" group"_s },
        { TimelineModel::StartsDayRole, u" day"_s },        { TimelineModel::IsFirstUnreadRole, u" new"_s },
    };
    for (const auto &[role, mark] : marks) {
        if (index.data(role).toBool())
            text += mark;
    }
    for (const auto &reaction : index.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>()) {
        text += u' ' + reaction.emoji;
        for (const UserName &user : reaction.users)
            text += u'+' + user.toString();
    }
    if (index.data(TimelineModel::ReplyToRole).value<Seq>() != Seq()) {
        text += u" re="_s + index.data(TimelineModel::ReplyUserRole).value<UserName>().toString() + u':'
            + index.data(TimelineModel::ReplyExcerptRole).toString();
    }
    return text;
}

QStringList drawn(const TimelineModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row)
        rows.append(drawn(model, row));
    return rows;
}

/// A view: it looks at a row again only when a signal tells it to.
class View : public QObject
{
    Q_OBJECT

public:
    explicit View(const TimelineModel &model) : m_rows(drawn(model))
    {
        connect(&model, &QAbstractItemModel::rowsInserted, this, [this, &model](const QModelIndex &, int first, int last) {
            for (int row = first; row <= last; ++row)
                m_rows.insert(row, drawn(model, row));
        });
        connect(&model, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int first, int last) {
            m_rows.remove(first, last - first + 1);
        });
        connect(&model, &QAbstractItemModel::dataChanged, this,
                [this, &model](const QModelIndex &first, const QModelIndex &last) {
                    for (int row = first.row(); row <= last.row(); ++row)
                        m_rows[row] = drawn(model, row);
                });
        connect(&model, &QAbstractItemModel::modelReset, this, [] { QFAIL("A timeline is never reset."); });
    }
    [[nodiscard]] const QStringList &rows() const { return m_rows; }

private:
    QStringList m_rows;
};

/// A model under the eyes of Qt's model tester and of a view.
struct Watched
{
    TimelineModel model { Self };
    QAbstractItemModelTester tester { &model, QAbstractItemModelTester::FailureReportingMode::QtTest };
    View view { model };

    [[nodiscard]] Timeline &timeline() { return model.timeline(); }
    /// `seq`, or the client id of what is not sent.
    [[nodiscard]] QString order() const
    {
        QStringList places;
        for (int row = 0; row < model.rowCount(); ++row) {
            const Seq seq = model.index(row).data(TimelineModel::SeqRole).value<Seq>();
            places.append(seq == Seq() ? model.index(row).data(TimelineModel::ClientIdRole).value<ClientId>().toString()
                                       : QString::number(seq.value()));
        }
        return places.join(u' ');
    }
};

/// A log as people write it, each message with what later happens to it. Deterministic.
QList<RoomEvent> story(unsigned seed, int length)
{
    std::mt19937 random(seed);
    const auto below = [&random](size_t bound) { return static_cast<qsizetype>(random() % bound); };
    const QList<UserName> people { Self, Zoe, Bob };
    const QStringList emoji { u"👍"_s, u"🎉"_s };
    QList<RoomEvent> log;
    QList<Seq> alive;
    QDateTime time = at(0);
    for (qint64 seq = 1; seq <= length; ++seq) {
        time = time.addMSecs(below(120'000) < 60'000 ? 0 : below(600'000));
        const UserName user = people.at(below(3));
        const auto kind = alive.isEmpty() ? 0 : below(10);
        RoomEvent event = posted(seq, below(4) == 0 ? u"hello @Anna"_s : u"m%1"_s.arg(seq), user, u"c%1"_s.arg(seq));
        if (kind >= 5 && kind < 7) {
            event.body = MessageEdited { alive.at(below(size_t(alive.size()))), u"edited at %1"_s.arg(seq) };
        } else if (kind == 7) {
            event.body = MessageDeleted { alive.takeAt(below(size_t(alive.size()))) };
        } else if (kind > 7) {
            const Seq target = alive.at(below(size_t(alive.size())));
            event.body = ReactionChanged { target, emoji.at(below(2)), below(3) != 0 };
        } else {
            alive.append(Seq(seq));
        }
        event.timestamp = time;
        log.append(event);
    }
    return log;
}

QStringList rowsInOrder(const QList<RoomEvent> &log)
{
    TimelineModel model(Self);
    for (const RoomEvent &event : log)
        model.timeline().apply(event);
    return drawn(model);
}

void addSeeds()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 12; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

} // namespace

class tst_Timeline : public test::Test
{
    Q_OBJECT

private slots:
    void messagesStandBySeq()
    {
        Watched watched;
        watched.timeline().apply(posted(3, u"c"_s));
        watched.timeline().apply(posted(1, u"a"_s));
        watched.timeline().apply(posted(2, u"b"_s));
        QCOMPARE(watched.order(), u"1 2 3"_s);
        QCOMPARE(watched.timeline().firstSeq(), Seq(1));
        QCOMPARE(watched.timeline().lastSeq(), Seq(3));
        QCOMPARE(watched.timeline().rowOf(Seq(2)), 1);
        QCOMPARE(watched.model.lastSeq(), Seq(3));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void eventsAreFoldedIn()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"helo"_s));
        watched.timeline().apply(posted(2, u"bye"_s));
        watched.timeline().apply(logged(3, MessageEdited { Seq(1), u"hello @Anna"_s }));
        watched.timeline().apply(logged(4, ReactionChanged { Seq(1), u"👍"_s, true }, Bob));
        watched.timeline().apply(logged(5, MessageDeleted { Seq(2) }));
        watched.timeline().apply(logged(6, TopicChanged { u"tea"_s }));
        QCOMPARE(watched.view.rows(),
                 (QStringList { u"1 Zoe <hello @Anna> delivery=0 edited mention group day 👍+Bob"_s,
                                u"2 Zoe <> delivery=0 deleted"_s }));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void pagesComeInFront()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().merge({ message(7), message(8) });
        QSignalSpy inserted(&watched.model, &QAbstractItemModel::rowsInserted);
        watched.timeline().merge({ message(4), message(5), message(6) });
        QCOMPARE(inserted.size(), 1); // one insertion: the view keeps its place
        watched.timeline().merge({ message(3), message(4), message(5) });
        QCOMPARE(watched.order(), u"3 4 5 6 7 8 p"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void aPageIsNewerThanWhatIsHere()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2) });
        MessageSnapshot edited = message(2);
        edited.content = u"edited"_s;
        edited.editedAt = at(3);
        watched.timeline().merge({ message(1), edited, message(4) });
        QCOMPARE(watched.order(), u"1 2 4"_s);
        QCOMPARE(watched.timeline().at(1).message, edited);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void pendingOnesStandLastInTheOrderOfWriting()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().apply(posted(1, u"a"_s));
        watched.timeline().addPending(pending(u"q"_s));
        watched.timeline().apply(posted(2, u"b"_s));
        QCOMPARE(watched.order(), u"1 2 p q"_s);
        QCOMPARE(watched.timeline().lastSeq(), Seq(2));
        QCOMPARE(watched.timeline().rowOf(id(u"q"_s)), 3);
        QVERIFY(!watched.timeline().at(3).isSent());
        QCOMPARE(watched.model.index(3).data(TimelineModel::DeliveryRole).toInt(), int(TimelineModel::Delivery::Pending));
        QCOMPARE(watched.model.index(3).data(TimelineModel::TimestampRole).toDateTime(), at(0));
        QVERIFY(watched.model.index(3).data(TimelineModel::IsOwnRole).toBool());
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void acknowledgedBeforeTheBroadcast()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"a"_s));
        watched.timeline().addPending(pending(u"p"_s));
        QSignalSpy inserted(&watched.model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&watched.model, &QAbstractItemModel::rowsRemoved);
        watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
        QCOMPARE(watched.order(), u"1 2"_s);
        QCOMPARE(watched.model.index(1).data(TimelineModel::TimestampRole).toDateTime(), at(2));
        watched.timeline().apply(posted(2, u"from p"_s, Self, u"p"_s));
        QCOMPARE(watched.order(), u"1 2"_s);
        QCOMPARE(inserted.size() + removed.size(), 0); // it stays where it is
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    /// The acknowledgement of a repeat can name a place far up.
    void anOldAcknowledgementMakesNoHole()
    {
        Watched watched;
        watched.timeline().merge({ message(5), message(6) });
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().addPending(pending(u"q"_s));
        watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
        QCOMPARE(watched.order(), u"5 6 q"_s);
        QCOMPARE(watched.timeline().firstSeq(), Seq(5));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void whatDoesNotTouchThePageIsForgotten()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().addPending(pending(u"q"_s));
        watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
        watched.timeline().merge({ message(5), message(6) });
        QCOMPARE(watched.order(), u"2 5 6 q"_s);
        watched.timeline().forgetBefore(Seq(5));
        QCOMPARE(watched.order(), u"5 6 q"_s);
        watched.timeline().forgetBefore(Seq(5));
        QCOMPARE(watched.order(), u"5 6 q"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void broadcastBeforeTheAcknowledgement()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"a"_s));
        watched.timeline().addPending(pending(u"p"_s));
        QSignalSpy inserted(&watched.model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&watched.model, &QAbstractItemModel::rowsRemoved);
        watched.timeline().apply(posted(2, u"from p"_s, Self, u"p"_s));
        QCOMPARE(watched.order(), u"1 2"_s);
        watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
        QCOMPARE(watched.order(), u"1 2"_s);
        QCOMPARE(inserted.size() + removed.size(), 0);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void aPageBringsWhatIsPending()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().addPending(pending(u"q"_s));
        MessageSnapshot sent = message(2, Self);
        sent.clientId = id(u"p"_s);
        watched.timeline().merge({ message(1), sent, message(3) });
        QCOMPARE(watched.order(), u"1 2 3 q"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void failedOnesSayWhyAndWait()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().setError(id(u"p"_s), ErrorCode::TooLarge);
        const QModelIndex row = watched.model.index(0);
        QCOMPARE(row.data(TimelineModel::DeliveryRole).toInt(), int(TimelineModel::Delivery::Failed));
        QCOMPARE(row.data(TimelineModel::ErrorRole).toInt(), int(ErrorCode::TooLarge));
        watched.timeline().setError(id(u"p"_s), {});
        QCOMPARE(row.data(TimelineModel::DeliveryRole).toInt(), int(TimelineModel::Delivery::Pending));
        QVERIFY(!row.data(TimelineModel::ErrorRole).isValid());
        QCOMPARE(watched.view.rows(), drawn(watched.model));
        watched.timeline().removePending(id(u"p"_s));
        QCOMPARE(watched.model.rowCount(), 0);
        QCOMPARE(watched.view.rows(), QStringList());
    }

    void clearingKeepsWhatIsPending()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2) });
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().clearSent();
        QCOMPARE(watched.order(), u"p"_s);
        QCOMPARE(watched.timeline().firstSeq(), Seq());
        QCOMPARE(watched.timeline().lastSeq(), Seq());
        watched.timeline().merge({ message(9) });
        QCOMPARE(watched.order(), u"9 p"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void newLineStandsAboveTheFirstOfSomebodyElse_data()
    {
        QTest::addColumn<QString>("authors"); // from seq 1; A is oneself
        QTest::addColumn<int>("after");
        QTest::addColumn<int>("upTo");
        QTest::addColumn<int>("expectedRow");
        QTest::newRow("all unread") << u"ZZZ"_s << 0 << 3 << 0;
        QTest::newRow("some unread") << u"ZZZ"_s << 1 << 3 << 1;
        QTest::newRow("last unread") << u"ZZZ"_s << 2 << 3 << 2;
        QTest::newRow("own one first") << u"ZAZ"_s << 1 << 3 << 2;
        QTest::newRow("none unread") << u"ZZZ"_s << 3 << 3 << -1;
        QTest::newRow("own ones alone") << u"ZAA"_s << 1 << 3 << -1;
        QTest::newRow("others behind the end") << u"ZAZ"_s << 1 << 2 << -1;
        QTest::newRow("what came while looking") << u"ZZZ"_s << 1 << 1 << -1;
        QTest::newRow("read further than there is") << u"ZZZ"_s << 9 << 12 << -1;
        QTest::newRow("unread end unknown yet") << u"ZZZ"_s << 1 << 9 << 1;
        QTest::newRow("range turned round") << u"ZZZ"_s << 3 << 1 << -1;
        QTest::newRow("no messages") << u""_s << 0 << 9 << -1;
    }
    void newLineStandsAboveTheFirstOfSomebodyElse()
    {
        QFETCH(QString, authors);
        QFETCH(int, after);
        QFETCH(int, upTo);
        QFETCH(int, expectedRow);
        Watched before;
        Watched behind;
        before.timeline().setUnreadRange(Seq(after), Seq(upTo));
        for (int i = 0; i < authors.size(); ++i) {
            const RoomEvent event = posted(i + 1, u"x"_s, authors.at(i) == u'A' ? Self : Zoe);
            before.timeline().apply(event);
            behind.timeline().apply(event);
        }
        behind.timeline().setUnreadRange(Seq(after), Seq(upTo));
        QCOMPARE(before.timeline().firstUnreadRow(), expectedRow);
        QCOMPARE(behind.timeline().firstUnreadRow(), expectedRow);
        for (int row = 0; row < behind.model.rowCount(); ++row)
            QCOMPARE(behind.model.index(row).data(TimelineModel::IsFirstUnreadRole).toBool(), row == expectedRow);
        QCOMPARE(before.view.rows(), drawn(before.model));
        QCOMPARE(behind.view.rows(), drawn(behind.model));
    }

    void newLineKeepsItsMessage()
    {
        Watched watched;
        watched.timeline().merge({ message(4), message(5), message(6) });
        watched.timeline().setUnreadRange(Seq(4), Seq(6));
        QCOMPARE(watched.timeline().firstUnreadRow(), 1);
        watched.timeline().merge({ message(1), message(2), message(3) });
        QCOMPARE(watched.timeline().firstUnreadRow(), 4);
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().apply(posted(7, u"x"_s));
        QCOMPARE(watched.timeline().firstUnreadRow(), 4);
        watched.timeline().clearSent();
        QCOMPARE(watched.timeline().firstUnreadRow(), -1);
    }

    void newLineGoesWhenAllIsRead()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2), message(3) });
        watched.timeline().setUnreadRange(Seq(1), Seq(3));
        QCOMPARE(watched.timeline().firstUnreadRow(), 1);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
        watched.timeline().setUnreadRange(Seq(3), Seq(3));
        QCOMPARE(watched.timeline().firstUnreadRow(), -1);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void unreadCountsOthers()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"hello @anna"_s));
        watched.timeline().apply(posted(2, u"mine: @Anna"_s, Self));
        watched.timeline().apply(posted(3, u"and @Anna again"_s, Bob));
        watched.timeline().apply(posted(4, u"x"_s));
        watched.timeline().addPending(pending(u"p"_s));
        QCOMPARE(watched.timeline().unreadAfter(Seq(0)).messages, 3);
        QCOMPARE(watched.timeline().unreadAfter(Seq(0)).mentions, 2);
        QCOMPARE(watched.timeline().unreadAfter(Seq(1)).messages, 2);
        QCOMPARE(watched.timeline().unreadAfter(Seq(1)).mentions, 1);
        QCOMPARE(watched.timeline().unreadAfter(Seq(4)).messages, 0);
    }

    void groupsAreOneAuthorWithinFiveMinutesOfADay_data()
    {
        QTest::addColumn<QDateTime>("above");
        QTest::addColumn<QDateTime>("here");
        QTest::addColumn<bool>("isOther");
        QTest::addColumn<bool>("isReply");
        QTest::addColumn<bool>("startsGroup");
        QTest::addColumn<bool>("startsDay");
        const QDateTime midnight = QDate(2024, 3, 2).startOfDay().toUTC();
        QTest::newRow("same minute") << at(0) << at(59) << false << false << false << false;
        QTest::newRow("five minutes") << at(0) << at(300) << false << false << false << false;
        QTest::newRow("past five minutes") << at(0) << at(301) << false << false << true << false;
        QTest::newRow("other author") << at(0) << at(1) << true << false << true << false;
        QTest::newRow("reply") << at(0) << at(1) << false << true << true << false;
        QTest::newRow("other day") << midnight.addSecs(-1) << midnight << false << false << true << true;
        QTest::newRow("clock set back") << at(0) << at(-3'600) << false << false << false << false;
    }
    void groupsAreOneAuthorWithinFiveMinutesOfADay()
    {
        QFETCH(QDateTime, above);
        QFETCH(QDateTime, here);
        QFETCH(bool, isOther);
        QFETCH(bool, isReply);
        QFETCH(bool, startsGroup);
        QFETCH(bool, startsDay);
        MessageSnapshot first = message(1);
        first.timestamp = above;
        MessageSnapshot second = message(2, isOther ? Bob : Zoe);
        second.timestamp = here;
        if (isReply)
            second.replyTo = Seq(1);
        Watched watched;
        watched.timeline().merge({ first, second });
        QVERIFY(watched.model.index(0).data(TimelineModel::StartsGroupRole).toBool());
        QVERIFY(watched.model.index(0).data(TimelineModel::StartsDayRole).toBool());
        QCOMPARE(watched.model.index(1).data(TimelineModel::StartsGroupRole).toBool(), startsGroup);
        QCOMPARE(watched.model.index(1).data(TimelineModel::StartsDayRole).toBool(), startsDay);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void repliesQuoteTheFirstLine_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("excerpt");
        QTest::newRow("one line") << u"hello"_s << u"hello"_s;
        QTest::newRow("more lines") << u"\n  hello\nthere"_s << u"hello"_s;
        QTest::newRow("long") << QString(500, u'a') << QString(120, u'a');
        QTest::newRow("no part of a family") << QString(115, u'a') + u"👨‍👩‍👧‍👦"_s << QString(115, u'a');
        QTest::newRow("no half of a character") << QString(119, u'a') + u"😀"_s << QString(119, u'a');
    }
    void repliesQuoteTheFirstLine()
    {
        QFETCH(QString, content);
        QFETCH(QString, excerpt);
        Watched watched;
        watched.timeline().apply(posted(1, content));
        watched.timeline().apply(logged(2, MessagePosted { u"yes"_s, {}, Seq(1) }, Bob));
        const QModelIndex reply = watched.model.index(1);
        QCOMPARE(reply.data(TimelineModel::ReplyToRole).value<Seq>(), Seq(1));
        QCOMPARE(reply.data(TimelineModel::ReplyUserRole).value<UserName>(), Zoe);
        QCOMPARE(reply.data(TimelineModel::ReplyExcerptRole).toString(), excerpt);
        QVERIFY(watched.model.index(0).data(TimelineModel::ReplyToRole).value<Seq>() == Seq());
    }

    void lastOwnRowCanBeEdited()
    {
        Watched watched;
        QCOMPARE(watched.model.lastOwnRow(), -1);
        watched.timeline().apply(posted(1, u"a"_s, Self));
        watched.timeline().apply(posted(2, u"b"_s, Self));
        watched.timeline().apply(posted(3, u"c"_s, Zoe));
        watched.timeline().addPending(pending(u"p"_s));
        QCOMPARE(watched.model.lastOwnRow(), 1);
        watched.timeline().apply(logged(4, MessageDeleted { Seq(2) }, Self));
        QCOMPARE(watched.model.lastOwnRow(), 0);
    }

    void pagingIsToldOnce()
    {
        Watched watched;
        QSignalSpy changed(&watched.model, &TimelineModel::pagingChanged);
        QVERIFY(!watched.model.hasOlder());
        QVERIFY(!watched.model.isLoading());
        watched.model.setPaging(true, true);
        watched.model.setPaging(true, true);
        QCOMPARE(changed.size(), 1);
        QVERIFY(watched.model.hasOlder());
        QVERIFY(watched.model.isLoading());
        watched.model.setPaging(true, false);
        QCOMPARE(changed.size(), 2);
        QVERIFY(!watched.model.isLoading());
    }

    void whatExpiredIsToldAboveTheFirstRow()
    {
        Watched watched;
        const auto above = [&watched](int row) { return watched.model.index(row).data(TimelineModel::ExpiredAboveRole); };
        watched.timeline().apply(posted(5, u"a"_s, Self));
        watched.timeline().apply(posted(6, u"b"_s, Self));
        QVERIFY(!above(0).isValid());
        QSignalSpy changed(&watched.model, &TimelineModel::dataChanged);
        watched.model.setExpired(30);
        QCOMPARE(above(0), QVariant(30));
        QVERIFY(!above(1).isValid());
        QCOMPARE(changed.size(), 1);
        watched.model.setExpired(30);
        QCOMPARE(changed.size(), 1);
        watched.model.setPaging(true, false); // there are some between
        QVERIFY(!above(0).isValid());
        QCOMPARE(watched.model.expiredAbove(), std::optional<int>());
        watched.model.setPaging(false, false);
        QCOMPARE(above(0), QVariant(30));
        QCOMPARE(changed.size(), 3);
        watched.timeline().clearSent();
        QCOMPARE(watched.model.expiredAbove(), std::optional(30));
        watched.model.setExpired({});
        QCOMPARE(watched.model.expiredAbove(), std::optional<int>());
    }

    // ---- rainy ----

    /// What befalls one message comes in its order; otherwise anything goes, and half of it comes twice.
    void anyOrderGivesTheSameRows_data() { addSeeds(); }
    void anyOrderGivesTheSameRows()
    {
        QFETCH(unsigned, seed);
        const QList<RoomEvent> log = story(seed, 120);
        std::map<Seq, std::deque<RoomEvent>> left;
        for (const RoomEvent &event : log)
            left[targetOf(event) == Seq() ? event.seq : targetOf(event)].push_back(event);
        std::mt19937 random(seed);
        Watched watched;
        watched.timeline().addPending(pending(u"stays"_s));
        while (!left.empty()) {
            const auto chosen = std::next(left.begin(), std::ptrdiff_t(random() % left.size()));
            const RoomEvent event = chosen->second.front();
            chosen->second.pop_front();
            if (chosen->second.empty())
                left.erase(chosen);
            watched.timeline().apply(event);
            if (random() % 2 == 0)
                watched.timeline().apply(event);
        }
        for (const RoomEvent &event : log) // and all of it once more
            watched.timeline().apply(event);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
        watched.timeline().removePending(id(u"stays"_s));
        QCOMPARE(drawn(watched.model), rowsInOrder(log));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    /// faults.md, invariant 4.
    void aPageAndTheEventsSinceAreTheWhole_data() { addSeeds(); }
    void aPageAndTheEventsSinceAreTheWhole()
    {
        QFETCH(unsigned, seed);
        const QList<RoomEvent> log = story(seed, 120);
        std::mt19937 random(seed);
        const auto asOf = static_cast<qsizetype>(random() % 120);
        const auto from = asOf - std::min(asOf, static_cast<qsizetype>(random() % 30)); // they overlap
        TimelineModel then(Self);
        for (const RoomEvent &event : log.first(asOf))
            then.timeline().apply(event);
        QList<MessageSnapshot> page;
        for (int row = 0; row < then.rowCount(); ++row)
            page.append(then.timeline().at(row).message);
        const qsizetype middle = page.size() / 2;

        Watched watched;
        watched.timeline().merge(page.sliced(middle));
        watched.timeline().merge(page.first(std::min(page.size(), middle + 3))); // pages overlap too
        for (const RoomEvent &event : log.sliced(from))
            watched.timeline().apply(event);
        QCOMPARE(drawn(watched.model), rowsInOrder(log));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void whatIsAboutNothingIsPassedOver()
    {
        Watched watched;
        watched.timeline().apply(logged(2, MessageEdited { Seq(1), u"edited"_s }, Bob));
        watched.timeline().apply(logged(3, MessageDeleted { Seq(1) }, Bob));
        watched.timeline().apply(logged(4, ReactionChanged { Seq(1), u"👍"_s, true }, Bob));
        QCOMPARE(watched.model.rowCount(), 0);
    }
    void theNewestAreKept()
    {
        Watched watched;
        for (int seq = 1; seq <= 10; ++seq)
            watched.timeline().apply(posted(seq, QString::number(seq)));
        QVERIFY(!watched.timeline().keepNewest(10));
        QVERIFY(watched.timeline().keepNewest(4));
        QCOMPARE(watched.model.rowCount(), 4);
        QCOMPARE(watched.timeline().firstSeq(), Seq(7));
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void theOldestAreKept()
    {
        Watched watched;
        for (int seq = 1; seq <= 10; ++seq)
            watched.timeline().apply(posted(seq, QString::number(seq)));
        watched.timeline().addPending(pending(u"p"_s));
        QVERIFY(!watched.timeline().keepOldest(10));
        QCOMPARE(watched.model.newerCount(), 0);
        QVERIFY(watched.timeline().keepOldest(4));
        QCOMPARE(watched.order(), u"1 2 3 4 p"_s);
        QCOMPARE(watched.model.newerCount(), 6);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
        QVERIFY(watched.timeline().keepOldest(0));
        QCOMPARE(watched.order(), u"1 p"_s); // one stays: what comes next belongs somewhere
    }
    void whatIsSaidBehindTheWindowIsCountedOnce()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2), message(3) });
        watched.timeline().keepOldest(2);
        QSignalSpy told(&watched.model, &TimelineModel::newerCountChanged);
        for (int i = 0; i < 2; ++i)
            watched.timeline().apply(posted(4, u"far below"_s));
        watched.timeline().apply(posted(3, u"m3"_s));
        watched.timeline().apply(logged(5, MessageEdited { Seq(4), u"edited"_s }));
        QCOMPARE(watched.model.newerCount(), 2);
        QCOMPARE(told.count(), 1);
        QCOMPARE(watched.order(), u"1 2"_s);
        watched.timeline().merge({ message(2), message(4) }); // a page that reaches further does not make a hole
        QCOMPARE(watched.order(), u"1 2"_s);
        watched.timeline().clearSent();
        QCOMPARE(watched.model.newerCount(), 0);
        watched.timeline().apply(posted(6, u"here"_s));
        QCOMPARE(watched.order(), u"6"_s);
    }
    void onesOwnGoBehindTheWindow()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2), message(3) });
        for (const QString &name : { u"p"_s, u"q"_s })
            watched.timeline().addPending(pending(name));
        watched.timeline().keepOldest(2);
        watched.timeline().apply(posted(4, u"from p"_s, Self, u"p"_s));
        QCOMPARE(watched.order(), u"1 2 q"_s);
        watched.timeline().confirm(id(u"q"_s), Seq(5), at(5));
        QCOMPARE(watched.order(), u"1 2"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }
    void newerPagesCloseTheGap()
    {
        Watched watched;
        Timeline &timeline = watched.timeline();
        for (int seq = 1; seq <= 10; ++seq)
            timeline.apply(posted(seq, QString::number(seq)));
        timeline.addPending(pending(u"p"_s));
        timeline.keepOldest(4);
        timeline.mergeNewer({ message(4), message(5), message(6), message(6) }, Timeline::PageEnd::MoreFollow);
        QCOMPARE(watched.order(), u"1 2 3 4 5 6 p"_s);
        QCOMPARE(watched.model.newerCount(), 4);
        timeline.apply(posted(11, u"late"_s));
        QCOMPARE(watched.model.newerCount(), 5);
        timeline.mergeNewer({ message(7), message(8), message(9), message(10) }, Timeline::PageEnd::IsNewest);
        QCOMPARE(watched.model.newerCount(), 0);
        timeline.apply(posted(11, u"late"_s)); // which came while that page was read
        QCOMPARE(watched.order(), u"1 2 3 4 5 6 7 8 9 10 11 p"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }
    void unreadBehindTheWindowIsCounted()
    {
        Watched watched;
        for (int seq = 1; seq <= 10; ++seq)
            watched.timeline().apply(posted(seq, seq == 9 ? u"@Anna"_s : u"x"_s, seq == 10 ? Self : Zoe));
        watched.timeline().keepOldest(4);
        QCOMPARE(watched.timeline().unreadAfter(Seq(2)).messages, 7);
        QCOMPARE(watched.timeline().unreadAfter(Seq(4)).messages, 5);
        QCOMPARE(watched.timeline().unreadAfter(Seq(4)).mentions, 1);
        QVERIFY(watched.timeline().unreadAfter(Seq(8)).messages <= 2); // it is not known which they are
        QCOMPARE(watched.timeline().unreadAfter(Seq(10)).messages, 0);
    }
    void aMentionThatCameWithAnEditIsNotCountedAwayTwice()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2), message(3), message(4), message(5) });
        watched.timeline().keepOldest(2);
        watched.timeline().apply(logged(6, MessageEdited { Seq(3), u"@Anna"_s }));
        MessageSnapshot edited = message(3);
        edited.content = u"@Anna"_s;
        watched.timeline().mergeNewer({ edited }, Timeline::PageEnd::MoreFollow);
        QCOMPARE(watched.timeline().unreadAfter(Seq(2)).mentions, 1);
        QCOMPARE(watched.timeline().unreadAfter(Seq(3)).mentions, 0);
        QCOMPARE(watched.timeline().unreadAfter(Seq(3)).messages, 2);
        watched.timeline().apply(posted(7, u"@Anna"_s));
        QCOMPARE(watched.timeline().unreadAfter(Seq(3)).mentions, 1);
    }
    /// However a window moves, it shows what the whole log shows there.
    void aWindowShowsWhatTheLogShows()
    {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            std::mt19937 random(seed);
            Watched whole;
            Watched part;
            const auto loadNewer = [&](int limit) {
                QList<MessageSnapshot> page;
                int row = whole.timeline().rowOf(part.timeline().lastSeq()) + 1;
                for (; row < whole.timeline().size() && page.size() < limit; ++row)
                    page.append(whole.timeline().at(row).message);
                part.timeline().mergeNewer(page, row == whole.timeline().size() ? Timeline::PageEnd::IsNewest : Timeline::PageEnd::MoreFollow);
            };
            for (const RoomEvent &event : story(seed, 300)) {
                whole.timeline().apply(event);
                part.timeline().apply(event);
                if (random() % 12 == 0)
                    part.timeline().keepOldest(part.timeline().size() - 3);
                if (random() % 6 == 0 && part.model.newerCount() > 0)
                    loadNewer(2);
                const int behind = whole.timeline().size() - 1 - whole.timeline().rowOf(part.timeline().lastSeq());
                QCOMPARE(part.model.newerCount(), behind);
                QCOMPARE(part.view.rows(), drawn(part.model));
            }
            while (part.model.newerCount() > 0)
                loadNewer(3);
            QCOMPARE(drawn(part.model), drawn(whole.model));
        }
    }

    /// Three own messages; acknowledgements and broadcasts in each of the 720 orders that there are.
    void acknowledgementsAndBroadcastsInAnyOrder()
    {
        std::vector<int> steps { 0, 1, 2, 3, 4, 5 };
        const QStringList names { u"p"_s, u"q"_s, u"r"_s };
        do {
            Watched watched;
            watched.timeline().apply(posted(1, u"a"_s));
            for (const QString &name : names)
                watched.timeline().addPending(pending(name));
            for (const int step : steps) {
                const int which = step % 3;
                const int seq = 2 + 2 * which; // 3 and 5 are somebody else's
                if (step < 3)
                    watched.timeline().confirm(id(names.at(which)), Seq(seq), at(seq));
                else
                    watched.timeline().apply(posted(seq, u"from "_s + names.at(which), Self, names.at(which)));
                if (step > 3)
                    watched.timeline().apply(posted(seq - 1, u"between"_s));
                QCOMPARE(watched.timeline().size(), int(watched.view.rows().size()));
                QCOMPARE(watched.timeline().rowOf(id(names.at(which))), watched.timeline().rowOf(Seq(seq)));
            }
            QCOMPARE(watched.order(), u"1 2 3 4 5 6"_s);
            QCOMPARE(watched.view.rows(), drawn(watched.model));
        } while (std::next_permutation(steps.begin(), steps.end()));
    }

    void nothingStandsTwice()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().addPending(pending(u"p"_s));
        QCOMPARE(watched.order(), u"p"_s);
        for (int i = 0; i < 2; ++i) {
            watched.timeline().apply(posted(2, u"from p"_s, Self, u"p"_s));
            watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
            watched.timeline().merge({ message(1), message(3) });
            watched.timeline().addPending(pending(u"p"_s)); // told by the disk after the server
        }
        QCOMPARE(watched.order(), u"1 2 3"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void onesOwnIsFoundWhereverItStands()
    {
        Watched watched;
        for (qint64 seq = 1; seq <= 6; ++seq)
            watched.timeline().apply(posted(seq, u"mine"_s, Self, u"c%1"_s.arg(seq)));
        watched.timeline().addPending(pending(u"p"_s));
        QVERIFY(watched.timeline().keepNewest(4));
        watched.timeline().merge({ message(1), message(2) });
        QCOMPARE(watched.timeline().rowOf(id(u"c1"_s)), -1); // the page says that it is another's
        QCOMPARE(watched.timeline().rowOf(id(u"c5"_s)), 4);
        QCOMPARE(watched.timeline().rowOf(id(u"p"_s)), 6);
        watched.timeline().clearSent();
        QCOMPARE(watched.timeline().rowOf(id(u"c5"_s)), -1);
        QCOMPARE(watched.timeline().rowOf(id(u"p"_s)), 0);
    }

    void anothersClientIdIsNotOnesOwn()
    {
        Watched watched;
        watched.timeline().addPending(pending(u"p"_s));
        watched.timeline().apply(posted(1, u"same id"_s, Zoe, u"p"_s));
        QCOMPARE(watched.order(), u"1 p"_s);
        watched.timeline().confirm(id(u"p"_s), Seq(2), at(2));
        QCOMPARE(watched.order(), u"1 2"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void anothersClientIdDoesNotHideOnesOwn()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"same id"_s, Zoe, u"p"_s));
        QCOMPARE(watched.timeline().rowOf(id(u"p"_s)), -1);
        watched.timeline().addPending(pending(u"p"_s));
        QCOMPARE(watched.order(), u"1 p"_s);
        watched.timeline().removePending(id(u"p"_s));
        QCOMPARE(watched.order(), u"1"_s);
    }

    void aRepeatedPostDoesNotUndoWhatCameSince()
    {
        MessageSnapshot edited = message(1);
        edited.content = u"edited"_s;
        edited.editedAt = at(5);
        Watched watched;
        watched.timeline().merge({ edited });
        watched.timeline().apply(posted(1, u"m1"_s)); // the page overlaps
        QCOMPARE(watched.timeline().at(0).message, edited);
    }

    void sentOnesAreNeitherFailedNorRemoved()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"a"_s, Self, u"p"_s));
        watched.timeline().setError(id(u"p"_s), ErrorCode::Internal);
        watched.timeline().removePending(id(u"p"_s));
        watched.timeline().confirm(id(u"p"_s), Seq(9), at(9));
        QCOMPARE(watched.order(), u"1"_s);
        QVERIFY(!watched.timeline().at(0).error);
    }

    void whatIsNotThereChangesNothing()
    {
        Watched watched;
        watched.timeline().confirm(id(u"p"_s), Seq(1), at(1));
        watched.timeline().setError(id(u"p"_s), ErrorCode::Internal);
        watched.timeline().removePending(id(u"p"_s));
        watched.timeline().clearSent();
        watched.timeline().merge({});
        watched.timeline().apply(logged(2, MembershipChanged {}));
        QCOMPARE(watched.model.rowCount(), 0);
        QCOMPARE(watched.timeline().rowOf(Seq(0)), -1);
        QCOMPARE(watched.timeline().rowOf(Seq(1)), -1);
        QCOMPARE(watched.timeline().rowOf(ClientId()), -1);
        QCOMPARE(watched.timeline().firstUnreadRow(), -1);
    }

    void rowsHaveNoMoreThanTheirRoles()
    {
        Watched watched;
        watched.timeline().apply(posted(1, u"a"_s));
        QVERIFY(!watched.model.index(0).data(Qt::DecorationRole).isValid());
        QCOMPARE(watched.model.rowCount(watched.model.index(0)), 0);
    }

    void aPageWithRepeatsIsTakenOnce()
    {
        Watched watched;
        watched.timeline().merge({ message(1), message(2), message(2), message(1), message(3) });
        QCOMPARE(watched.order(), u"1 2 3"_s);
        watched.timeline().merge({ message(2), message(2), message(4), message(4) });
        QCOMPARE(watched.order(), u"1 2 3 4"_s);
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }

    void viewsHearOfAllThatChanges_data()
    {
        QTest::addColumn<QString>("change");
        for (const QString &change : { u"page above the line"_s, u"line moves up"_s, u"line moves up into a page"_s,
                                       u"replied-to message is edited"_s, u"replied-to message is loaded"_s,
                                       u"what a pending one replies to is edited"_s,
                                       u"last sent message is cleared"_s, u"own clock was wrong"_s })
            QTest::newRow(qPrintable(change)) << change;
    }
    void viewsHearOfAllThatChanges()
    {
        QFETCH(QString, change);
        Watched watched;
        Timeline &timeline = watched.timeline();
        const RoomEvent reply = logged(6, MessagePosted { u"yes"_s, {}, Seq(2) }, Bob);
        if (change == u"page above the line"_s) {
            timeline.merge({ message(4), message(5), message(6) });
            timeline.setUnreadRange(Seq(4), Seq(6));
            timeline.merge({ message(1), message(2), message(3) });
        } else if (change == u"line moves up"_s) {
            timeline.setUnreadRange(Seq(1), Seq(9));
            timeline.merge({ message(3, Self), message(4, Self), message(5) });
            timeline.apply(posted(2, u"late"_s));
        } else if (change == u"line moves up into a page"_s) {
            timeline.setUnreadRange(Seq(1), Seq(9));
            timeline.merge({ message(3, Self), message(4, Self), message(5) });
            timeline.merge({ message(1), message(2) });
        } else if (change == u"replied-to message is edited"_s) {
            timeline.apply(posted(2, u"tea?"_s));
            timeline.apply(reply);
            timeline.apply(logged(7, MessageEdited { Seq(2), u"coffee?"_s }));
        } else if (change == u"replied-to message is loaded"_s) {
            timeline.merge({ message(5) });
            timeline.apply(reply);
            timeline.merge({ message(2), message(3) });
        } else if (change == u"what a pending one replies to is edited"_s) {
            timeline.apply(posted(2, u"tea?"_s));
            OutboxEntry waiting = pending(u"p"_s);
            waiting.replyTo = Seq(2);
            timeline.addPending(waiting);
            timeline.apply(logged(7, MessageEdited { Seq(2), u"coffee?"_s }));
        } else if (change == u"last sent message is cleared"_s) {
            timeline.merge({ message(1, Self) });
            timeline.addPending(pending(u"p"_s));
            timeline.clearSent();
        } else {
            timeline.addPending(pending(u"p"_s));
            timeline.addPending(pending(u"q"_s));
            timeline.confirm(id(u"p"_s), Seq(1), at(-3'600));
        }
        QCOMPARE(watched.view.rows(), drawn(watched.model));
    }
};

HEARTH_TEST_MAIN(tst_Timeline)
#include "tst_timeline.moc"
