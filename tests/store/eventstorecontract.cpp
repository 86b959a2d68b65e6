#include "tests/store/eventstorecontract.h"

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;
using Change = MembershipChanged::Change;
using Reason = StoreError::Reason;

UserName userName(const QString &text) { return UserName::parse(text).value(); }
RoomId roomId(const QString &text) { return RoomId::parse(text).value(); }
ClientId clientId(const QString &text) { return ClientId::parse(text).value(); }

void EventStoreContract::init()
{
    Test::init();
    m_store = m_open();
    QVERIFY(m_store);
    addUser(u"anna"_s);
    addUser(u"bo"_s);
    createRoom(u"ops"_s, { u"anna"_s, u"bo"_s });
}

void EventStoreContract::cleanup() { m_store.reset(); }

UserRecord EventStoreContract::addUser(const QString &name)
{
    Awaited<UserRecord, StoreError> added;
    m_store->addUser({ .name = userName(name) }, added.callback());
    return added.result().value();
}

QList<RoomEvent> EventStoreContract::createRoom(const QString &id, const QStringList &members)
{
    QList<UserName> names;
    for (const QString &member : members)
        names.append(userName(member));
    Awaited<QList<RoomEvent>, StoreError> created;
    m_store->createRoom({ .id = roomId(id), .name = id, .creator = userName(u"anna"_s) }, names,
                        created.callback());
    return created.result().value();
}

Result<Appended, StoreError> EventStoreContract::append(const AppendRequest &request)
{
    Awaited<Appended, StoreError> appended;
    m_store->append(request, appended.callback());
    return appended.result();
}

RoomEvent EventStoreContract::post(const QString &user, const QString &content)
{
    return append({ .room = roomId(u"ops"_s), .user = userName(user), .body = MessagePosted { content, {}, {} } })
        .value()
        .event;
}

HistoryPage EventStoreContract::history(std::optional<Seq> before, int limit)
{
    Awaited<HistoryPage, StoreError> page;
    m_store->history(roomId(u"ops"_s), before, limit, page.callback());
    return page.result().value();
}

Expired EventStoreContract::expire(int atMost, const QDateTime &cutoff)
{
    Awaited<Expired, StoreError> expired;
    m_store->expire(roomId(u"ops"_s), cutoff, atMost, expired.callback());
    return expired.result().value();
}

SyncPage EventStoreContract::sync(Seq after, int limit)
{
    Awaited<SyncPage, StoreError> page;
    m_store->sync(roomId(u"ops"_s), after, limit, page.callback());
    return page.result().value();
}

void EventStoreContract::plainNamesAreTakenOnce()
{
    Awaited<UserRecord, StoreError> again;
    m_store->addUser({ .name = userName(u"ANNA"_s) }, again.callback());
    QCOMPARE(again.result().error().reason, Reason::Exists);
    const UserRecord cy = addUser(u"cy"_s);
    QCOMPARE(cy.role, Role::Guest); // anna, bo and cy belong to nobody: there is no owner
    QVERIFY(!cy.isOwned);
    QVERIFY(cy.createdAt.isValid());
    Awaited<void, StoreError> seen;
    m_store->setLastSeen(userName(u"cy"_s), QDateTime::currentDateTimeUtc(), seen.callback());
    QVERIFY(seen.result());
    Awaited<void, StoreError> nobody;
    m_store->setLastSeen(userName(u"nobody"_s), QDateTime::currentDateTimeUtc(), nobody.callback());
    QCOMPARE(nobody.result().error().reason, Reason::NotFound);
}

void EventStoreContract::seqRunsFromOneWithoutGap()
{
    // 1 and 2 made anna and bo members
    for (qint64 seq = 3; seq < 20; ++seq)
        QCOMPARE(post(u"anna"_s, u"hi"_s).seq, Seq(seq));
}

void EventStoreContract::seqIsPerRoom()
{
    createRoom(u"den"_s);
    QCOMPARE(post(u"anna"_s, u"hi"_s).seq, Seq(3));
    QCOMPARE(append({ .room = roomId(u"den"_s), .user = userName(u"bo"_s), .body = MessagePosted { u"x"_s, {}, {} } })
                 .value()
                 .event.seq,
             Seq(1));
}

void EventStoreContract::completionsComeInOrder()
{
    QList<qint64> heard;
    for (int i = 0; i < 100; ++i) {
        m_store->append({ .room = roomId(u"ops"_s),
                          .user = userName(u"anna"_s),
                          .body = MessagePosted { QString::number(i), {}, {} } },
                        [&heard](const Result<Appended, StoreError> &appended) {
                            heard.append(appended.value().event.seq.value());
                        });
    }
    QVERIFY(heard.isEmpty()); // never before the call returns
    QTRY_COMPARE(heard.size(), 100);
    for (qsizetype i = 0; i < 100; ++i)
        QCOMPARE(heard.at(i), i + 3);
}

void EventStoreContract::repeatGetsTheSameEvent()
{
    const AppendRequest request { .room = roomId(u"ops"_s),
                                  .user = userName(u"anna"_s),
                                  .body = MessagePosted { u"once"_s, clientId(u"c1"_s), {} } };
    const auto first = append(request);
    const auto second = append(request);
    QVERIFY(!first->isRepeat);
    QVERIFY(second->isRepeat);
    QCOMPARE(second->event, first->event);
    // Another user's client ids are another user's.
    AppendRequest other = request;
    other.user = userName(u"bo"_s);
    QVERIFY(!append(other)->isRepeat);
    QCOMPARE(history().messages.size(), 2);
}

void EventStoreContract::historyFoldsEditsAndDeletions()
{
    const Seq first = post(u"anna"_s, u"frist"_s).seq;
    const Seq second = post(u"bo"_s, u"second"_s).seq;
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageEdited { first, u"first"_s } }));
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = MessageDeleted { second } }));
    const auto page = history();
    QCOMPARE(page.messages.size(), 2);
    QCOMPARE(page.messages.at(0).content, u"first"_s);
    QVERIFY(page.messages.at(0).editedAt.isValid());
    QVERIFY(!page.messages.at(0).isDeleted);
    QCOMPARE(page.messages.at(1).content, QString());
    QVERIFY(page.messages.at(1).isDeleted);
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = MessageDeleted { second } })->isNoop);
}

void EventStoreContract::historyPagesBackwards()
{
    for (int i = 0; i < 7; ++i)
        post(u"anna"_s, QString::number(i));
    const auto newest = history({}, 3);
    QVERIFY(newest.hasMore);
    QCOMPARE(newest.messages.size(), 3);
    QCOMPARE(newest.messages.first().content, u"4"_s);
    QCOMPARE(newest.messages.last().content, u"6"_s);
    const auto older = history(newest.messages.first().seq, 4);
    QVERIFY(!older.hasMore);
    QCOMPARE(older.messages.first().content, u"0"_s);
    QCOMPARE(older.messages.last().content, u"3"_s);
}

void EventStoreContract::historyKeepsToItsBudget()
{
    const QString large(16'000, u'x');
    for (int i = 0; i < 20; ++i)
        post(u"anna"_s, large);
    const auto page = history({}, 500);
    QVERIFY(page.hasMore);
    QCOMPARE(page.messages.size(), 8);
    QCOMPARE(page.messages.last().seq, Seq(22));
}

void EventStoreContract::reactionsAreSummed()
{
    const Seq seq = post(u"anna"_s, u"cake"_s).seq;
    const auto react = [&](const QString &user, const QString &emoji, bool add) {
        return append({ .room = roomId(u"ops"_s), .user = userName(user), .body = ReactionChanged { seq, emoji, add } })
            .value();
    };
    QVERIFY(!react(u"bo"_s, u"👍"_s, true).isNoop);
    QVERIFY(!react(u"anna"_s, u"👍"_s, true).isNoop);
    QVERIFY(!react(u"anna"_s, u"🎉"_s, true).isNoop);
    QVERIFY(react(u"anna"_s, u"🎉"_s, true).isNoop);
    QVERIFY(!react(u"anna"_s, u"🎉"_s, false).isNoop);
    QVERIFY(react(u"anna"_s, u"🎉"_s, false).isNoop);
    const QList<ReactionSummary> expected { { u"👍"_s, { userName(u"bo"_s), userName(u"anna"_s) } } };
    QCOMPARE(history().messages.first().reactions, expected);

    // An emoji stays where it is for as long as somebody has it.
    QVERIFY(!react(u"anna"_s, u"👍"_s, false).isNoop);
    QVERIFY(!react(u"bo"_s, u"🔥"_s, true).isNoop);
    QVERIFY(!react(u"anna"_s, u"👍"_s, true).isNoop);
    QVERIFY(!react(u"bo"_s, u"👍"_s, false).isNoop);
    const QList<ReactionSummary> inPlace { { u"👍"_s, { userName(u"anna"_s) } }, { u"🔥"_s, { userName(u"bo"_s) } } };
    QCOMPARE(history().messages.first().reactions, inPlace);
}

void EventStoreContract::syncGivesEventsAsTheyHappened()
{
    const RoomEvent message = post(u"anna"_s, u"a"_s);
    const RoomEvent edit
        = append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageEdited { message.seq, u"b"_s } })
              .value()
              .event;
    Awaited<SyncPage, StoreError> all;
    m_store->sync(roomId(u"ops"_s), Seq(2), 500, all.callback());
    QCOMPARE(all.result()->events, (QList<RoomEvent> { message, edit }));
    QCOMPARE(all.result()->lastSeq, Seq(4));
    QVERIFY(!all.result()->hasMore);
    Awaited<SyncPage, StoreError> some;
    m_store->sync(roomId(u"ops"_s), Seq(0), 1, some.callback());
    QCOMPARE(some.result()->events.size(), 1);
    QVERIFY(some.result()->hasMore);
    const RoomEvent &joined = some.result()->events.first();
    QCOMPARE(joined.user, userName(u"anna"_s));
    QCOMPARE(std::get<MembershipChanged>(joined.body).change, Change::Joined);
    Awaited<SyncPage, StoreError> beyond;
    m_store->sync(roomId(u"ops"_s), Seq(1'000'000), 1, beyond.callback());
    QVERIFY(beyond.result()->events.isEmpty());
}

void EventStoreContract::membershipFollowsItsEvents()
{
    const auto change = [&](Change what) {
        return append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = MembershipChanged { what, {} } })
            .value();
    };
    QVERIFY(change(Change::Joined).isNoop);
    QVERIFY(!change(Change::Left).isNoop);
    QVERIFY(change(Change::Left).isNoop);
    Awaited<Seq, StoreError> mark;
    m_store->markRead(roomId(u"ops"_s), userName(u"bo"_s), Seq(1), mark.callback());
    QCOMPARE(mark.result().error().reason, Reason::NotFound);
    QCOMPARE(change(Change::Joined).event.seq, Seq(4));
}

void EventStoreContract::topicFollowsItsEvents()
{
    const auto setTopic = [&](const QString &topic) {
        return append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = TopicChanged { topic } }).value();
    };
    QVERIFY(!setTopic(u"Tea"_s).isNoop);
    QVERIFY(setTopic(u"Tea"_s).isNoop);
    QVERIFY(!setTopic(u""_s).isNoop);
}

void EventStoreContract::countsUnreadAndMentions()
{
    post(u"anna"_s, u"one"_s);
    post(u"bo"_s, u"mine"_s);
    QVERIFY(append({ .room = roomId(u"ops"_s),
                     .user = userName(u"anna"_s),
                     .body = MessagePosted { u"@bo look"_s, {}, {} },
                     .mentions = { userName(u"bo"_s) } }));
    const auto countsOf = [&](const QString &user) {
        Awaited<QList<RoomCounts>, StoreError> counts;
        m_store->counts(userName(user), counts.callback());
        return counts.result().value().value(0);
    };
    QCOMPARE(countsOf(u"bo"_s).room, roomId(u"ops"_s));
    QCOMPARE(countsOf(u"bo"_s).unread, 2);
    QCOMPARE(countsOf(u"bo"_s).mentions, 1);
    QCOMPARE(countsOf(u"anna"_s).unread, 1);
    Awaited<Seq, StoreError> mark;
    m_store->markRead(roomId(u"ops"_s), userName(u"bo"_s), Seq(4), mark.callback());
    QCOMPARE(mark.result().value(), Seq(4));
    QCOMPARE(countsOf(u"bo"_s).unread, 1);
    QCOMPARE(countsOf(u"bo"_s).mentions, 1);
}

void EventStoreContract::readMarkNeverGoesBack()
{
    post(u"anna"_s, u"one"_s);
    const auto mark = [&](qint64 seq) {
        Awaited<Seq, StoreError> marked;
        m_store->markRead(roomId(u"ops"_s), userName(u"bo"_s), Seq(seq), marked.callback());
        return marked.result().value();
    };
    QCOMPARE(mark(3), Seq(3));
    QCOMPARE(mark(1), Seq(3));
    QCOMPARE(mark(1'000'000), Seq(3)); // not past what was said
}

void EventStoreContract::notificationsWaitInOrder()
{
    for (const auto &text : { u"@bo 1"_s, u"@bo 2"_s, u"@bo 3"_s }) {
        QVERIFY(append({ .room = roomId(u"ops"_s),
                         .user = userName(u"anna"_s),
                         .body = MessagePosted { text, {}, {} },
                         .mentions = { userName(u"bo"_s) },
                         .notify = { userName(u"bo"_s) } }));
    }
    const auto take = [&](int limit) {
        Awaited<QList<Notification>, StoreError> taken;
        m_store->takeNotifications(userName(u"bo"_s), limit, taken.callback());
        return taken.result().value();
    };
    const auto first = take(2);
    QCOMPARE(first.size(), 2);
    QCOMPARE(first.at(0).content, u"@bo 1"_s);
    QCOMPARE(first.at(0).room, roomId(u"ops"_s));
    QCOMPARE(first.at(0).seq, Seq(3));
    QCOMPARE(first.at(0).user, userName(u"anna"_s));
    QCOMPARE(first.at(0).kind, Notification::Kind::Mention);
    QCOMPARE(take(2).size(), 1);
    QVERIFY(take(2).isEmpty());
}

void EventStoreContract::notificationsAreBounded()
{
    for (int i = 0; i < 510; ++i) {
        m_store->addNotification(userName(u"bo"_s),
                                 { Notification::Kind::System, {}, {}, userName(u"anna"_s), QString::number(i),
                                   QDateTime::currentDateTimeUtc() },
                                 [](const Result<void, StoreError> &) {});
    }
    Awaited<QList<Notification>, StoreError> taken;
    m_store->takeNotifications(userName(u"bo"_s), 1'000, taken.callback());
    QCOMPARE(taken.result()->size(), 500);
    QCOMPARE(taken.result()->first().content, u"10"_s);
    QCOMPARE(taken.result()->last().content, u"509"_s);
}

void EventStoreContract::searchTakesTextLiterally_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("found");
    QTest::newRow("substring") << u"ell"_s << 1;
    QTest::newRow("case") << u"HELLO"_s << 1;
    QTest::newRow("percent") << u"100%"_s << 1;
    QTest::newRow("percent alone") << u"%"_s << 1;
    QTest::newRow("underscore") << u"a_b"_s << 1;
    QTest::newRow("backslash") << u"\\"_s << 1;
    QTest::newRow("quote") << u"it's"_s << 1;
    QTest::newRow("injection") << u"' OR 1=1 --"_s << 0;
    QTest::newRow("fts operators") << u"hello OR world*"_s << 0;
    QTest::newRow("deleted") << u"secret"_s << 0;
    QTest::newRow("edited away") << u"before"_s << 0;
    QTest::newRow("edited") << u"after"_s << 1;
    QTest::newRow("cjk") << u"世界"_s << 1;
}

void EventStoreContract::searchTakesTextLiterally()
{
    QFETCH(QString, query);
    QFETCH(int, found);
    for (const auto &text : { u"hello world"_s, u"100% sure"_s, u"a_b"_s, u"axb"_s, u"back\\slash"_s, u"it's"_s,
                             u"你好世界"_s })
        post(u"anna"_s, text);
    const Seq deleted = post(u"anna"_s, u"secret"_s).seq;
    const Seq edited = post(u"anna"_s, u"before"_s).seq;
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageDeleted { deleted } }));
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageEdited { edited, u"after"_s } }));
    Awaited<HistoryPage, StoreError> page;
    m_store->search({ .text = query, .rooms = { roomId(u"ops"_s) } }, page.callback());
    QCOMPARE(page.result()->messages.size(), found);
}

void EventStoreContract::searchKeepsToRoomsAndAuthor()
{
    createRoom(u"den"_s);
    post(u"anna"_s, u"tea"_s);
    const Seq mine = post(u"bo"_s, u"tea"_s).seq;
    QVERIFY(append({ .room = roomId(u"den"_s), .user = userName(u"bo"_s), .body = MessagePosted { u"tea"_s, {}, {} } }));
    const auto search = [&](const SearchQuery &query) {
        Awaited<HistoryPage, StoreError> page;
        m_store->search(query, page.callback());
        return page.result().value();
    };
    const RoomId ops = roomId(u"ops"_s);
    QCOMPARE(search({ .text = u"tea"_s, .rooms = { ops } }).messages.size(), 2);
    QCOMPARE(search({ .text = u"tea"_s, .rooms = { ops, roomId(u"den"_s) } }).messages.size(), 3);
    QCOMPARE(search({ .text = u"tea"_s, .rooms = { ops }, .from = userName(u"BO"_s) }).messages.size(), 1);
    QCOMPARE(search({ .text = u"tea"_s, .rooms = { ops }, .before = mine }).messages.size(), 1);
    QVERIFY(search({ .text = u"tea"_s, .rooms = {} }).messages.isEmpty());
    const auto one = search({ .text = u"tea"_s, .rooms = { ops }, .limit = 1 });
    QVERIFY(one.hasMore);
    QCOMPARE(one.messages.first().seq, mine); // newest first
}

void EventStoreContract::keepDaysAreTheRooms()
{
    // What a store says at its next start is tested with each store; here, that it takes it.
    for (const std::optional<int> days : { std::optional(30), std::optional(0), std::optional<int>() }) {
        Awaited<void, StoreError> set;
        m_store->setKeepDays(roomId(u"ops"_s), days, set.callback());
        QVERIFY(set.result());
    }
    Awaited<void, StoreError> nowhere;
    m_store->setKeepDays(roomId(u"nowhere"_s), 1, nowhere.callback());
    QCOMPARE(nowhere.result().error().reason, Reason::NotFound);
}

void EventStoreContract::expiryTakesTheOldestInSteps()
{
    for (int i = 0; i < 6; ++i) // seq 3 to 8
        post(u"anna"_s, u"tea %1"_s.arg(i));
    QCOMPARE(sync(Seq(0)).firstSeq, Seq(1));
    const Expired first = expire(3);
    QCOMPARE(first.events, 3);
    QCOMPARE(first.firstSeq, Seq(4));
    QCOMPARE(expire(2).firstSeq, Seq(6));

    const HistoryPage page = history();
    QCOMPARE(page.messages.size(), 3);
    QVERIFY(!page.hasMore);
    QCOMPARE(page.messages.first().seq, Seq(6));
    QVERIFY(history(Seq(6)).messages.isEmpty());
    const SyncPage behind = sync(Seq(1));
    QCOMPARE(behind.firstSeq, Seq(6));
    QCOMPARE(behind.events.size(), 3);
    QCOMPARE(behind.events.first().seq, Seq(6));
    QCOMPARE(behind.lastSeq, Seq(8));
    QCOMPARE(sync(Seq(6)).events.first().seq, Seq(7));
    Awaited<HistoryPage, StoreError> found;
    m_store->search({ .text = u"tea"_s, .rooms = { roomId(u"ops"_s) } }, found.callback());
    QCOMPARE(found.result()->messages.size(), 3);
    // The log goes on where it was, and those who came stay.
    QCOMPARE(post(u"bo"_s, u"next"_s).seq, Seq(9));
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = MembershipChanged { Change::Joined, {} } })->isNoop);
}

void EventStoreContract::expiryKeepsWhatIsNew()
{
    const RoomEvent said = post(u"anna"_s, u"new"_s);
    QCOMPARE(expire(1'000, said.timestamp.addDays(-1)).events, 0);
    const Expired expired = expire(1'000, said.timestamp.addMSecs(1));
    QCOMPARE(expired.firstSeq, said.seq.next());
    QCOMPARE(expire().events, 0); // once is enough
    createRoom(u"den"_s, { u"anna"_s });
    Awaited<SyncPage, StoreError> other;
    m_store->sync(roomId(u"den"_s), Seq(0), 500, other.callback());
    QCOMPARE(other.result()->firstSeq, Seq(1));
}

void EventStoreContract::expiredRepeatsAreKnown()
{
    AppendRequest request { .room = roomId(u"ops"_s),
                            .user = userName(u"anna"_s),
                            .body = MessagePosted { u"once"_s, clientId(u"c1"_s), Seq() } };
    std::get<MessagePosted>(request.body).replyTo = post(u"bo"_s, u"what?"_s).seq;
    const auto first = append(request);
    expire();
    for (const bool onlyRepeats : { false, true }) {
        request.onlyRepeats = onlyRepeats;
        const auto again = append(request);
        QVERIFY(again);
        QVERIFY(again->isRepeat);
        QCOMPARE(again->event.seq, first->event.seq);
        QCOMPARE(again->event.timestamp, first->event.timestamp);
    }
    // Nobody knows any more what it said; where it was said is known.
    request.body = MessagePosted { u"other words"_s, clientId(u"c1"_s), {} };
    QVERIFY(append(request)->isRepeat);
    createRoom(u"den"_s, { u"anna"_s });
    request.room = roomId(u"den"_s);
    QCOMPARE(append(request).error().reason, Reason::Conflict);
    QVERIFY(history().messages.isEmpty());
}

void EventStoreContract::expiredUnreadIsNotCounted()
{
    for (int i = 0; i < 4; ++i) { // seq 3 to 6
        QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s),
                         .body = MessagePosted { u"@bo"_s, {}, {} }, .mentions = { userName(u"bo"_s) } }));
    }
    const auto counts = [this] {
        Awaited<QList<RoomCounts>, StoreError> counted;
        m_store->counts(userName(u"bo"_s), counted.callback());
        return counted.result()->first();
    };
    QCOMPARE(counts().unread, 4);
    expire(5);
    QCOMPARE(counts().unread, 1);
    QCOMPARE(counts().mentions, 1);
    Awaited<Seq, StoreError> mark;
    m_store->markRead(roomId(u"ops"_s), userName(u"bo"_s), Seq(3), mark.callback()); // one that has expired
    QCOMPARE(mark.result().value(), Seq(3));
    QCOMPARE(counts().unread, 1);
}

void EventStoreContract::expiryTakesAllThatIsKept()
{
    const Seq old = append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s),
                             .body = MessagePosted { u"@bo"_s, {}, {} }, .mentions = { userName(u"bo"_s) },
                             .notify = { userName(u"bo"_s) } })->event.seq;
    const Seq young = post(u"bo"_s, u"young"_s).seq;
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageEdited { old, u"edited"_s } }));
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = ReactionChanged { old, u"👍"_s, true } }));
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"bo"_s), .body = MessageEdited { young, u"younger"_s } }));
    QCOMPARE(expire(3).firstSeq, young);
    // The edit and the reaction are events of the log, but have nothing to say about what is gone.
    QCOMPARE(expire(1).events, 1);
    QCOMPARE(expire(1, QDateTime::fromMSecsSinceEpoch(0)).events, 1);
    QCOMPARE(expire(1, QDateTime::fromMSecsSinceEpoch(0)).events, 0);
    const SyncPage page = sync(Seq(0));
    QCOMPARE(page.events.size(), 4);
    QCOMPARE(std::get<MessageEdited>(page.events.at(1).body), (MessageEdited { old, {} }));
    QCOMPARE(std::get<ReactionChanged>(page.events.at(2).body), (ReactionChanged { old, {}, true }));
    QCOMPARE(std::get<MessageEdited>(page.events.at(3).body).content, u"younger"_s);
    Awaited<QList<Notification>, StoreError> taken;
    m_store->takeNotifications(userName(u"bo"_s), 10, taken.callback());
    QVERIFY(taken.result()->isEmpty());
}

void EventStoreContract::everythingMayExpire()
{
    post(u"anna"_s, u"only"_s);
    QCOMPARE(expire().firstSeq, Seq(4));
    QVERIFY(history().messages.isEmpty());
    const SyncPage page = sync(Seq(0));
    QVERIFY(page.events.isEmpty());
    QVERIFY(!page.hasMore);
    QCOMPARE(page.firstSeq, page.lastSeq.next());
    QCOMPARE(post(u"anna"_s, u"new"_s).seq, Seq(4));
    QCOMPARE(history().messages.size(), 1);
    QCOMPARE(sync(Seq(0)).events.first().seq, Seq(4));
}

/// Taken for somebody who went away again, and brought back too late.
void EventStoreContract::nobodyIsToldOfWhatHasExpired()
{
    const Seq old = post(u"anna"_s, u"@bo old"_s).seq;
    const Seq young = old.next();
    expire();
    for (const Seq seq : { old, young }) {
        const Notification kept { Notification::Kind::Mention, roomId(u"ops"_s), seq, userName(u"anna"_s), u"@bo"_s,
                                  QDateTime::currentDateTimeUtc() };
        m_store->addNotification(userName(u"bo"_s), kept, [](const Result<void, StoreError> &) {});
    }
    Awaited<QList<Notification>, StoreError> taken;
    m_store->takeNotifications(userName(u"bo"_s), 10, taken.callback());
    QCOMPARE(taken.result()->size(), 1);
    QCOMPARE(taken.result()->first().seq, young);
}

void EventStoreContract::drainComesLast()
{
    QStringList heard;
    m_store->append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessagePosted { u"x"_s, {}, {} } },
                    [&heard](const Result<Appended, StoreError> &r) { heard << (r ? u"append"_s : u"refused"_s); });
    m_store->drain([&heard] { heard << u"drain"_s; });
    QTRY_COMPARE(heard, (QStringList { u"append"_s, u"drain"_s }));
    Awaited<Appended, StoreError> late;
    m_store->append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessagePosted { u"x"_s, {}, {} } },
                    late.callback());
    QCOMPARE(late.result().error().reason, Reason::Failed);
}

void EventStoreContract::refusals_data()
{
    QTest::addColumn<QString>("room");
    QTest::addColumn<QString>("user");
    QTest::addColumn<EventBody>("body");
    QTest::addColumn<StoreError::Reason>("reason");
    const EventBody message = MessagePosted { u"x"_s, {}, {} };
    QTest::newRow("no such room") << u"nowhere"_s << u"anna"_s << message << Reason::NotFound;
    QTest::newRow("no such user") << u"ops"_s << u"nobody"_s << message << Reason::NotFound;
    QTest::newRow("edit of nothing")
        << u"ops"_s << u"anna"_s << EventBody(MessageEdited { Seq(99), u"y"_s }) << Reason::NotFound;
    QTest::newRow("edit of an event that is no message")
        << u"ops"_s << u"anna"_s << EventBody(MessageEdited { Seq(1), u"y"_s }) << Reason::NotFound;
    QTest::newRow("edit of another's")
        << u"ops"_s << u"bo"_s << EventBody(MessageEdited { Seq(3), u"y"_s }) << Reason::Forbidden;
    QTest::newRow("deletion of another's")
        << u"ops"_s << u"bo"_s << EventBody(MessageDeleted { Seq(3) }) << Reason::Forbidden;
    QTest::newRow("edit of a deleted one")
        << u"ops"_s << u"anna"_s << EventBody(MessageEdited { Seq(4), u"y"_s }) << Reason::NotFound;
    QTest::newRow("reaction to a deleted one")
        << u"ops"_s << u"anna"_s << EventBody(ReactionChanged { Seq(4), u"x"_s, true }) << Reason::NotFound;
    QTest::newRow("reply to nothing")
        << u"ops"_s << u"anna"_s << EventBody(MessagePosted { u"y"_s, {}, Seq(99) }) << Reason::NotFound;
    QTest::newRow("client id with other content")
        << u"ops"_s << u"anna"_s << EventBody(MessagePosted { u"y"_s, clientId(u"c1"_s), {} }) << Reason::Conflict;
    QTest::newRow("client id in another room")
        << u"den"_s << u"anna"_s << EventBody(MessagePosted { u"x"_s, clientId(u"c1"_s), {} }) << Reason::Conflict;
    QTest::newRow("client id with another reply")
        << u"ops"_s << u"anna"_s << EventBody(MessagePosted { u"x"_s, clientId(u"c1"_s), Seq(3) })
        << Reason::Conflict;
}

void EventStoreContract::refusals()
{
    QFETCH(QString, room);
    QFETCH(QString, user);
    QFETCH(EventBody, body);
    QFETCH(StoreError::Reason, reason);
    createRoom(u"den"_s);
    QVERIFY(append({ .room = roomId(u"ops"_s),
                     .user = userName(u"anna"_s),
                     .body = MessagePosted { u"x"_s, clientId(u"c1"_s), {} } }));
    const Seq gone = post(u"anna"_s, u"gone"_s).seq;
    QVERIFY(append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = MessageDeleted { gone } }));

    const auto refused = append({ .room = roomId(room), .user = userName(user), .body = body });
    QVERIFY(!refused);
    QCOMPARE(refused.error().reason, reason);
    QCOMPARE(post(u"anna"_s, u"next"_s).seq, Seq(6)); // no seq was used up
}

void EventStoreContract::refusedWriteLeavesItsNeighbours()
{
    const auto message = [](const QString &room) {
        return AppendRequest { .room = roomId(room), .user = userName(u"anna"_s), .body = MessagePosted { u"x"_s, {}, {} } };
    };
    Awaited<Appended, StoreError> before;
    Awaited<Appended, StoreError> refused;
    Awaited<Appended, StoreError> after;
    m_store->append(message(u"ops"_s), before.callback());
    m_store->append(message(u"nowhere"_s), refused.callback());
    m_store->append(message(u"ops"_s), after.callback());
    QCOMPARE(before.result()->event.seq, Seq(3));
    QVERIFY(!refused.result());
    QCOMPARE(after.result()->event.seq, Seq(4));
}

void EventStoreContract::tooManyReactionKinds()
{
    const Seq seq = post(u"anna"_s, u"cake"_s).seq;
    const auto react = [&](int kind) {
        return append({ .room = roomId(u"ops"_s),
                        .user = userName(u"bo"_s),
                        .body = ReactionChanged { seq, u"e%1"_s.arg(kind), true } });
    };
    for (int kind = 0; kind < 32; ++kind)
        QVERIFY(react(kind));
    QCOMPARE(react(32).error().reason, Reason::LimitReached);
    QVERIFY(react(5)->isNoop);
}

void EventStoreContract::changesOfExpiredMessages_data()
{
    QTest::addColumn<EventBody>("body");
    QTest::newRow("edit") << EventBody(MessageEdited { Seq(3), u"y"_s });
    QTest::newRow("deletion") << EventBody(MessageDeleted { Seq(3) });
    QTest::newRow("reaction") << EventBody(ReactionChanged { Seq(3), u"👍"_s, true });
    QTest::newRow("reaction taken back") << EventBody(ReactionChanged { Seq(3), u"👍"_s, false });
    QTest::newRow("reply") << EventBody(MessagePosted { u"y"_s, {}, Seq(3) });
}

void EventStoreContract::changesOfExpiredMessages()
{
    QFETCH(EventBody, body);
    QCOMPARE(post(u"anna"_s, u"x"_s).seq, Seq(3));
    expire();
    const auto refused = append({ .room = roomId(u"ops"_s), .user = userName(u"anna"_s), .body = body });
    QVERIFY(!refused);
    QCOMPARE(refused.error().reason, Reason::NotFound);
}

void EventStoreContract::expiryInNoRoom()
{
    Awaited<Expired, StoreError> nowhere;
    m_store->expire(roomId(u"nowhere"_s), QDateTime::currentDateTimeUtc(), 10, nowhere.callback());
    QCOMPARE(nowhere.result().error().reason, Reason::NotFound);
}

} // namespace hearth::test
