#include "client/requesttracker.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QElapsedTimer>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Kind = RequestTracker::Failure::Kind;

/// What became of requests, in order: `1 reply`, `2 timed out`.
struct Record
{
    QStringList lines;

    [[nodiscard]] RequestTracker::OnReply onReply(const QString &name)
    {
        return [this, name](const ServerFrame &) { lines.append(name + u" reply"_s); };
    }
    [[nodiscard]] RequestTracker::OnFailure onFailure(const QString &name)
    {
        return [this, name](const RequestTracker::Failure &failure) {
            lines.append(name
                         + (failure.kind == Kind::Refused        ? u" refused"_s
                                : failure.kind == Kind::TimedOut ? u" timed out"_s
                                                                 : u" lost"_s));
        };
    }
    RequestId add(RequestTracker &tracker, const QString &name)
    {
        return tracker.add(onReply(name), onFailure(name));
    }
};

ServerMessage answer(const RequestId &id, const ServerFrame &frame = Pong {}) { return { id, frame }; }

} // namespace

class tst_RequestTracker : public test::Test
{
    Q_OBJECT

private slots:
    void repliesFindTheirRequest()
    {
        RequestTracker tracker(1h);
        Record record;
        QVERIFY(tracker.isEmpty());
        const RequestId a = record.add(tracker, u"a"_s);
        const RequestId b = record.add(tracker, u"b"_s);
        QVERIFY(a != b);
        QVERIFY(!tracker.isEmpty());
        QVERIFY(tracker.take(answer(b)));
        QVERIFY(tracker.take(answer(a)));
        QCOMPARE(record.lines, (QStringList { u"b reply"_s, u"a reply"_s }));
        QVERIFY(tracker.isEmpty());
    }

    void theReplyIsHandedOver()
    {
        RequestTracker tracker(1h);
        ServerFrame got;
        const RequestId id = tracker.add([&got](const ServerFrame &frame) { got = frame; },
                                         [](const RequestTracker::Failure &) { QFAIL("It was answered."); });
        const ServerFrame frame = Left { RoomId::lobby() };
        QVERIFY(tracker.take(answer(id, frame)));
        QCOMPARE(got, frame);
    }

    void errorsAreRefusals()
    {
        RequestTracker tracker(1h);
        RequestTracker::Failure got { Kind::LinkLost, {} };
        const RequestId id = tracker.add([](const ServerFrame &) { QFAIL("It was refused."); },
                                         [&got](const RequestTracker::Failure &failure) { got = failure; });
        Error error;
        error.code = ErrorCode::RateLimited;
        error.retryAfterMs = 250;
        QVERIFY(tracker.take(answer(id, error)));
        QCOMPARE(got.kind, Kind::Refused);
        QCOMPARE(got.error, error);
        QVERIFY(tracker.isEmpty());
    }

    void lostLinkEndsAllInOrder()
    {
        RequestTracker tracker(1h);
        Record record;
        QStringList expected;
        for (int i = 0; i < 40; ++i) {
            record.add(tracker, QString::number(i));
            expected.append(QString::number(i) + u" lost"_s);
        }
        tracker.failAll(Kind::LinkLost);
        QCOMPARE(record.lines, expected);
        QVERIFY(tracker.isEmpty());
    }

    void idsAreNotUsedAgain()
    {
        RequestTracker tracker(1h);
        Record record;
        const RequestId before = record.add(tracker, u"before"_s);
        tracker.failAll(Kind::LinkLost);
        const RequestId after = record.add(tracker, u"after"_s);
        QVERIFY(before != after);
        QVERIFY(!tracker.take(answer(before))); // an answer of the link before
        QVERIFY(tracker.take(answer(after)));
    }

    // ---- rainy ----

    void silenceTimesOut()
    {
        RequestTracker tracker(40ms);
        Record record;
        QElapsedTimer clock;
        clock.start();
        const RequestId a = record.add(tracker, u"a"_s);
        record.add(tracker, u"b"_s);
        QTRY_COMPARE(record.lines, (QStringList { u"a timed out"_s, u"b timed out"_s }));
        QVERIFY(clock.elapsed() >= 39); // clocks are cut to whole milliseconds
        QVERIFY(tracker.isEmpty());
        QVERIFY(!tracker.take(answer(a))); // too late
        QCOMPARE(record.lines.size(), 2);
    }

    void answeredOnesDoNotTimeOut()
    {
        RequestTracker tracker(20ms);
        Record record;
        const RequestId a = record.add(tracker, u"a"_s);
        QVERIFY(tracker.take(answer(a)));
        record.add(tracker, u"b"_s);
        QTRY_COMPARE(record.lines, (QStringList { u"a reply"_s, u"b timed out"_s }));
    }

    void timesOutAgainAfterRest()
    {
        RequestTracker tracker(20ms);
        Record record;
        record.add(tracker, u"a"_s);
        QTRY_COMPARE(record.lines.size(), 1);
        record.add(tracker, u"b"_s);
        QTRY_COMPARE(record.lines.size(), 2);
        tracker.failAll(Kind::LinkLost);
        record.add(tracker, u"c"_s);
        QTRY_COMPARE(record.lines, (QStringList { u"a timed out"_s, u"b timed out"_s, u"c timed out"_s }));
    }

    void whoAsksAgainWhenItFailsIsHeard_data()
    {
        QTest::addColumn<bool>("isLinkLost");
        QTest::newRow("link lost") << true;
        QTest::newRow("timed out") << false;
    }
    void whoAsksAgainWhenItFailsIsHeard()
    {
        QFETCH(bool, isLinkLost);
        RequestTracker tracker(isLinkLost ? 1h : std::chrono::milliseconds(20));
        Record record;
        RequestId again;
        (void)tracker.add(record.onReply(u"a"_s), [&](const RequestTracker::Failure &failure) {
            record.onFailure(u"a"_s)(failure);
            again = record.add(tracker, u"again"_s);
        });
        if (isLinkLost) {
            tracker.failAll(Kind::LinkLost);
            QVERIFY(!tracker.isEmpty());
            QVERIFY(tracker.take(answer(again)));
            QCOMPARE(record.lines, (QStringList { u"a lost"_s, u"again reply"_s }));
        } else {
            QTRY_COMPARE(record.lines, (QStringList { u"a timed out"_s, u"again timed out"_s }));
        }
        QVERIFY(tracker.isEmpty());
    }

    void whatAReplyEndsIsEndedOnce()
    {
        RequestTracker tracker(1h);
        Record record;
        const RequestId a = tracker.add(
            [&](const ServerFrame &) {
                record.lines.append(u"a reply"_s);
                tracker.failAll(Kind::LinkLost); // the answer made the client hang up
            },
            record.onFailure(u"a"_s));
        record.add(tracker, u"b"_s);
        QVERIFY(tracker.take(answer(a)));
        QCOMPARE(record.lines, (QStringList { u"a reply"_s, u"b lost"_s }));
    }

    void whatATimeOutEndsIsEndedOnce()
    {
        RequestTracker tracker(20ms);
        Record record;
        (void)tracker.add(record.onReply(u"a"_s), [&](const RequestTracker::Failure &failure) {
            record.onFailure(u"a"_s)(failure);
            tracker.failAll(Kind::LinkLost);
        });
        record.add(tracker, u"b"_s);
        QTRY_COMPARE(record.lines, (QStringList { u"a timed out"_s, u"b lost"_s }));
        QVERIFY(tracker.isEmpty());
    }

    void answersNobody_data()
    {
        QTest::addColumn<bool>("hasId");
        QTest::addColumn<QVariant>("id");
        QTest::newRow("no id") << false << QVariant();
        QTest::newRow("unknown id") << true << QVariant(999);
        QTest::newRow("id below the first") << true << QVariant(0);
        QTest::newRow("negative id") << true << QVariant(-1);
        QTest::newRow("id as text") << true << QVariant(u"1"_s);
    }
    void answersNobody()
    {
        QFETCH(bool, hasId);
        QFETCH(QVariant, id);
        RequestTracker tracker(1h);
        Record record;
        QCOMPARE(record.add(tracker, u"a"_s), RequestId(qint64(1)));
        ServerMessage message { std::nullopt, Pong {} };
        if (hasId)
            message.id = id.typeId() == QMetaType::QString ? RequestId(id.toString()) : RequestId(id.toLongLong());
        QVERIFY(!tracker.take(message));
        QVERIFY(!tracker.isEmpty());
        QCOMPARE(record.lines, QStringList());
    }

    void answeredTwiceIsAnsweredOnce()
    {
        RequestTracker tracker(1h);
        Record record;
        const RequestId a = record.add(tracker, u"a"_s);
        QVERIFY(tracker.take(answer(a)));
        QVERIFY(!tracker.take(answer(a)));
        QVERIFY(!tracker.take(answer(a, Error {})));
        QCOMPARE(record.lines, QStringList { u"a reply"_s });
    }

    void endingNothingIsFine()
    {
        RequestTracker tracker(1h);
        tracker.failAll(Kind::LinkLost);
        QVERIFY(tracker.isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_RequestTracker)
#include "tst_requesttracker.moc"
