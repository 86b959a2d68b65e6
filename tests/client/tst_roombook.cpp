#include "client/roombook.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Self = *UserName::parse(u"Anna");
const UserName Zoe = *UserName::parse(u"Zoe");
const UserName Bob = *UserName::parse(u"Bob");
const RoomId Ops = *RoomId::parse(u"ops");
const RoomId Tea = *RoomId::parse(u"tea");

QDateTime at(qint64 seconds) { return QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 + seconds * 1'000, Qt::UTC); }

RoomEvent logged(qint64 seq, const EventBody &body, const UserName &user = Zoe)
{
    return { Ops, Seq(seq), user, at(seq), body };
}

RoomEvent posted(qint64 seq, const QString &content = u"hello"_s, const UserName &user = Zoe)
{
    return logged(seq, MessagePosted { content, {}, {} }, user);
}

RoomEvent joined(qint64 seq, const UserName &user) { return logged(seq, MembershipChanged {}, user); }

RoomEvent left(qint64 seq, const UserName &user)
{
    return logged(seq, MembershipChanged { MembershipChanged::Change::Left, {} }, user);
}

RoomSummary room(const RoomId &id)
{
    RoomSummary room;
    room.room = id;
    return room;
}

/// A book in which one is a member of `ops`.
struct Opened
{
    RoomBook book { Self, nullptr };
    Opened() { book.rooms()->reset({ room(Ops) }); }
    [[nodiscard]] RoomState &record() { return book.record(Ops); }
    [[nodiscard]] RoomSummary summary() const { return book.rooms()->summary(Ops).value_or(RoomSummary {}); }
    void knowMembers(const QList<UserName> &users)
    {
        QList<MemberInfo> members;
        for (const UserName &user : users)
            members.append({ .user = user, .state = PresenceState::Online });
        record().members->reset(members);
        record().areMembersKnown = true;
    }
};

} // namespace

class tst_RoomBook : public test::Test
{
    Q_OBJECT

private slots:
    void modelsLiveAsLongAsTheBook()
    {
        Opened opened;
        TimelineModel *timeline = opened.record().timeline;
        QVERIFY(timeline);
        QVERIFY(opened.record().members);
        opened.book.rooms()->remove(Ops);
        QCOMPARE(opened.record().timeline, timeline);
        QVERIFY(opened.book.record(Tea).timeline != timeline);
        QCOMPARE(opened.book.records().size(), size_t(2));
    }

    void eventsComeInOrder()
    {
        Opened opened;
        QCOMPARE(opened.book.apply(posted(1)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.book.apply(posted(2)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.book.apply(logged(3, MessageEdited { Seq(1), u"edited"_s })), RoomBook::Applied::InOrder);
        QCOMPARE(opened.record().syncedTo, Seq(3));
        QCOMPARE(opened.record().heardOf, Seq(3));
        QCOMPARE(opened.record().timeline->rowCount(), 2);
        QCOMPARE(opened.record().timeline->index(0).data(TimelineModel::ContentRole).toString(), u"edited"_s);
        QCOMPARE(opened.summary().lastSeq, Seq(3));
    }

    void countsWhatOthersSaid()
    {
        Opened opened;
        opened.book.apply(posted(1, u"hello"_s));
        opened.book.apply(posted(2, u"hello @anna!"_s));
        opened.book.apply(posted(3, u"I am @Anna"_s, Self));
        opened.book.apply(logged(4, ReactionChanged { Seq(1), u"👍"_s, true }));
        opened.book.apply(logged(5, MessageEdited { Seq(1), u"@Anna"_s }));
        QCOMPARE(opened.summary().unread, 2);
        QCOMPARE(opened.summary().mentions, 1);
        QCOMPARE(opened.book.rooms()->totalUnread(), 2);
    }

    void doesNotCountWhatTheServerHasCounted()
    {
        Opened opened;
        RoomSummary counted = room(Ops);
        counted.lastSeq = Seq(3);
        counted.readSeq = Seq(1);
        counted.unread = 2;
        opened.book.rooms()->put(counted);
        for (qint64 seq = 1; seq <= 3; ++seq) // fetched after the welcome
            QCOMPARE(opened.book.apply(posted(seq)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.summary().unread, 2);
        opened.book.apply(posted(4));
        QCOMPARE(opened.summary().unread, 3);
    }

    void readingCounts_data()
    {
        QTest::addColumn<int>("upTo");
        QTest::addColumn<bool>("isNews");
        QTest::addColumn<int>("unread");
        QTest::addColumn<int>("mentions");
        QTest::newRow("nothing") << 0 << false << 3 << 2;
        QTest::newRow("the first") << 1 << true << 2 << 1;
        QTest::newRow("an own one too") << 2 << true << 2 << 1;
        QTest::newRow("all but the last") << 3 << true << 1 << 0;
        QTest::newRow("all") << 4 << true << 0 << 0;
    }
    void readingCounts()
    {
        QFETCH(int, upTo);
        QFETCH(bool, isNews);
        QFETCH(int, unread);
        QFETCH(int, mentions);
        Opened opened;
        opened.book.apply(posted(1, u"@Anna"_s));
        opened.book.apply(posted(2, u"yes?"_s, Self));
        opened.book.apply(posted(3, u"@Anna!"_s));
        opened.book.apply(posted(4));
        QCOMPARE(opened.book.markRead(Ops, Seq(upTo)), isNews);
        QCOMPARE(opened.summary().unread, unread);
        QCOMPARE(opened.summary().mentions, mentions);
        QCOMPARE(opened.summary().readSeq, Seq(upTo));
        QVERIFY(!opened.book.markRead(Ops, Seq(upTo)));
    }

    void topicsChange()
    {
        Opened opened;
        opened.book.apply(logged(1, TopicChanged { u"what broke"_s }));
        QCOMPARE(opened.summary().topic, u"what broke"_s);
        QCOMPARE(opened.summary().unread, 0);
    }

    void membersComeAndGo()
    {
        Opened opened;
        opened.knowMembers({ Self });
        opened.book.everyone()->put({ .user = Bob, .state = PresenceState::Busy, .role = Role::Moderator });
        opened.book.apply(joined(1, Zoe));
        opened.book.apply(joined(2, Bob));
        QCOMPARE(opened.record().members->rowCount(), 3);
        QCOMPARE(opened.record().members->member(Zoe)->state, PresenceState::Online);
        QCOMPARE(opened.record().members->member(Bob)->state, PresenceState::Busy);
        QCOMPARE(opened.record().members->member(Bob)->role, Role::Moderator);
        QCOMPARE(opened.summary().memberCount, 3);
        opened.book.apply(left(3, Zoe));
        QVERIFY(!opened.record().members->member(Zoe));
        QCOMPARE(opened.summary().memberCount, 2);
    }

    void leavingOneselfIsTold()
    {
        Opened opened;
        opened.knowMembers({ Self, Zoe });
        QSignalSpy told(&opened.book, &RoomBook::selfLeft);
        opened.book.apply(left(1, Zoe));
        QCOMPARE(told.size(), 0);
        opened.book.apply(left(2, Self));
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().first().value<RoomId>(), Ops);
    }

    void presenceReachesEveryList()
    {
        Opened opened;
        RoomSummary direct = room(*RoomId::parse(u"dm:0123456789abcdef0123456789abcdef"));
        direct.kind = RoomKind::Direct;
        direct.peer = Zoe;
        opened.book.rooms()->put(direct);
        opened.knowMembers({ Self, Zoe });
        opened.book.setPresence({ Zoe, PresenceState::Away, {} });
        QCOMPARE(opened.book.everyone()->member(Zoe)->state, PresenceState::Away);
        QCOMPARE(opened.record().members->member(Zoe)->state, PresenceState::Away);
        const QModelIndex row = opened.book.rooms()->index(opened.book.rooms()->rowOf(direct.room));
        QCOMPARE(row.data(RoomListModel::PeerStateRole).toInt(), int(PresenceState::Away));
        opened.book.setPresence({ Zoe, PresenceState::Offline, at(9) });
        QCOMPARE(opened.book.everyone()->member(Zoe)->lastSeen, at(9));
        QCOMPARE(opened.record().members->member(Zoe)->lastSeen, at(9));
    }

    void whoEntersIsHere()
    {
        Opened opened;
        opened.knowMembers({ Self });
        opened.book.everyone()->put({ .user = Zoe, .state = PresenceState::Offline, .role = Role::Member, .lastSeen = at(1) });
        opened.book.everyone()->put({ .user = Bob, .state = PresenceState::Busy });
        opened.book.userJoined(Ops, Zoe);
        opened.book.userJoined(Ops, Bob);
        const MemberInfo zoe { .user = Zoe, .state = PresenceState::Online, .role = Role::Member };
        QCOMPARE(*opened.record().members->member(Zoe), zoe);
        QCOMPARE(*opened.book.everyone()->member(Zoe), zoe);
        QCOMPARE(opened.record().members->member(Bob)->state, PresenceState::Busy);
    }

    void typistsAreTold()
    {
        Opened opened;
        QSignalSpy told(&opened.book, &RoomBook::typistsChanged);
        QVERIFY(!opened.book.hasTypists());
        opened.book.setTyping(Ops, Zoe, true, 100'000);
        opened.book.setTyping(Ops, Zoe, true, 103'000);
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().first().value<RoomId>(), Ops);
        QVERIFY(opened.book.hasTypists());
        opened.book.expireTypists(108'999);
        QCOMPARE(told.size(), 1);
        opened.book.expireTypists(109'000);
        QCOMPARE(told.size(), 2);
        QVERIFY(!opened.book.hasTypists());
    }

    void typingEndsWithWhatEndsIt_data()
    {
        QTest::addColumn<QString>("end");
        for (const QString &end : { u"sign"_s, u"message"_s, u"gone"_s, u"link lost"_s })
            QTest::newRow(qPrintable(end)) << end;
    }
    void typingEndsWithWhatEndsIt()
    {
        QFETCH(QString, end);
        Opened opened;
        opened.book.setTyping(Ops, Zoe, true, 100'000);
        QSignalSpy told(&opened.book, &RoomBook::typistsChanged);
        opened.book.apply(logged(1, TopicChanged { u"x"_s }));
        QVERIFY(opened.book.hasTypists());
        if (end == u"sign"_s)
            opened.book.setTyping(Ops, Zoe, false, 100'001);
        else if (end == u"message"_s)
            opened.book.apply(posted(2));
        else if (end == u"gone"_s)
            opened.book.userLeft(Ops, Zoe);
        else
            opened.book.linkLost();
        QVERIFY(!opened.book.hasTypists());
        QCOMPARE(told.size(), 1);
    }

    void listenersAreCountedByRoom()
    {
        Opened opened;
        QSignalSpy told(&opened.book, &RoomBook::listenersChanged);
        opened.book.setListenersInTheClear(Ops, 2);
        opened.book.setListenersInTheClear(Ops, 2);
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().first().value<RoomId>(), Ops);
        QCOMPARE(opened.book.record(Ops).listenersInTheClear, 2);
        QCOMPARE(opened.book.record(RoomId::lobby()).listenersInTheClear, 0);
        opened.book.linkLost();
        QCOMPARE(opened.book.record(Ops).listenersInTheClear, 0);
        QCOMPARE(told.size(), 2);
    }

    // ---- rainy ----

    void aGapIsTold()
    {
        Opened opened;
        QCOMPARE(opened.book.apply(posted(1)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.book.apply(posted(3)), RoomBook::Applied::Gap);
        QCOMPARE(opened.record().syncedTo, Seq(1));
        QCOMPARE(opened.record().heardOf, Seq(3));
        QCOMPARE(opened.record().timeline->rowCount(), 1);
        QCOMPARE(opened.summary().unread, 1);
        QCOMPARE(opened.book.apply(posted(2)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.book.apply(posted(3)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.record().timeline->rowCount(), 3);
        QCOMPARE(opened.summary().unread, 3);
    }

    void whatIsKnownIsNotCountedAgain()
    {
        Opened opened;
        opened.knowMembers({ Self });
        const QList<RoomEvent> events { posted(1, u"@Anna"_s), joined(2, Zoe), left(3, Zoe), left(4, Self) };
        for (const RoomEvent &event : events)
            QCOMPARE(opened.book.apply(event), RoomBook::Applied::InOrder);
        QSignalSpy told(&opened.book, &RoomBook::selfLeft);
        for (const RoomEvent &event : events)
            QCOMPARE(opened.book.apply(event), RoomBook::Applied::Known);
        QCOMPARE(told.size(), 0);
        QCOMPARE(opened.summary().unread, 1);
        QCOMPARE(opened.summary().mentions, 1);
        QCOMPARE(opened.record().timeline->rowCount(), 1);
    }

    void whatWasReadElsewhereIsNotCounted()
    {
        Opened opened;
        RoomSummary read = room(Ops);
        read.readSeq = Seq(2); // read on another computer, told by the welcome
        opened.book.rooms()->put(read);
        opened.book.apply(posted(1));
        opened.book.apply(posted(2));
        QCOMPARE(opened.summary().unread, 0);
        opened.book.apply(posted(3));
        QCOMPARE(opened.summary().unread, 1);
    }

    void readMarksDoNotGoBack()
    {
        Opened opened;
        for (qint64 seq = 1; seq <= 4; ++seq)
            opened.book.apply(posted(seq));
        QVERIFY(opened.book.markRead(Ops, Seq(3)));
        QVERIFY(!opened.book.markRead(Ops, Seq(1)));
        QCOMPARE(opened.summary().readSeq, Seq(3));
        QCOMPARE(opened.summary().unread, 1);
    }

    void readBeyondTheEndIsNewsOnce()
    {
        Opened opened;
        opened.book.apply(posted(1));
        QVERIFY(opened.book.markRead(Ops, Seq(9)));
        QCOMPARE(opened.summary().unread, 0);
        QVERIFY(!opened.book.markRead(Ops, Seq(9)));
    }

    void readElsewhereBeforeTheGapIsFilled()
    {
        Opened opened;
        opened.book.apply(posted(1));
        QCOMPARE(opened.book.apply(posted(3)), RoomBook::Applied::Gap);
        QVERIFY(opened.book.markRead(Ops, Seq(3))); // another computer of the user has all of it
        opened.book.apply(posted(2));
        opened.book.apply(posted(3));
        QCOMPARE(opened.summary().unread, 0);
    }

    void readInPartWhatIsNotLoaded()
    {
        Opened opened;
        RoomSummary long_ = room(Ops);
        long_.lastSeq = Seq(150);
        long_.readSeq = Seq(50);
        long_.unread = 100;
        opened.book.rooms()->put(long_);
        QList<MessageSnapshot> page;
        for (qint64 seq = 101; seq <= 150; ++seq) {
            MessageSnapshot message;
            message.room = Ops;
            message.seq = Seq(seq);
            message.user = Zoe;
            message.timestamp = at(seq);
            page.append(message);
        }
        opened.record().timeline->timeline().merge(page);
        opened.record().syncedTo = Seq(150);
        QVERIFY(opened.book.markRead(Ops, Seq(60)));
        QCOMPARE(opened.summary().unread, 90);
    }

    void whatExpiredIsGone()
    {
        Opened opened;
        for (qint64 seq = 1; seq <= 6; ++seq)
            opened.book.apply(posted(seq));
        opened.record().isLoaded = true;
        opened.record().sinceAsked = { posted(2), posted(5) };
        QVERIFY(opened.book.markRead(Ops, Seq(2)));
        opened.book.expire(Ops, Seq(5));
        QCOMPARE(opened.record().timeline->rowCount(), 2);
        QCOMPARE(opened.summary().firstSeq, Seq(5));
        QCOMPARE(opened.summary().unread, 2);
        QCOMPARE(opened.summary().readSeq, Seq(2)); // where it was
        QVERIFY(opened.record().isComplete);
        QVERIFY(!opened.record().timeline->hasOlder());
        QCOMPARE(opened.record().sinceAsked.size(), 1);
        opened.book.expire(Ops, Seq(7)); // the rest
        QCOMPARE(opened.record().timeline->rowCount(), 0);
        QCOMPARE(opened.summary().unread, 0);
        QCOMPARE(opened.book.apply(posted(6)), RoomBook::Applied::Known);
        QCOMPARE(opened.book.apply(posted(7)), RoomBook::Applied::InOrder);
        QCOMPARE(opened.summary().unread, 1);
    }

    /// The first loaded row stands behind it: there are older ones still.
    void whatExpiredFurtherUpIsLeftToTheServer()
    {
        Opened opened;
        opened.record().syncedTo = Seq(9);
        opened.record().isLoaded = true;
        opened.book.apply(posted(10));
        opened.record().timeline->setPaging(true, false);
        opened.book.expire(Ops, Seq(5));
        QCOMPARE(opened.record().timeline->rowCount(), 1);
        QVERIFY(!opened.record().isComplete);
        QVERIFY(opened.record().timeline->hasOlder());
        QCOMPARE(opened.record().syncedTo, Seq(10));
    }

    /// The server's numbers are of what is still there; what is missing here is among it.
    void theServersCountsStay()
    {
        Opened opened;
        opened.book.apply(posted(1));
        opened.book.apply(posted(2));
        opened.record().isLoaded = true;
        RoomSummary told = room(Ops);
        told.lastSeq = Seq(9);
        told.firstSeq = Seq(6);
        told.unread = 4;
        opened.book.rooms()->put(told);
        opened.book.expire(Ops, Seq(6));
        QCOMPARE(opened.summary().unread, 4);
        opened.book.expire(Ops, Seq(7)); // with those still to come: nobody knows which
        QCOMPARE(opened.summary().unread, 4);
        QCOMPARE(opened.record().syncedTo, Seq(6));
        QCOMPARE(opened.book.apply(posted(7)), RoomBook::Applied::InOrder);
    }

    void roomsThatOneIsNotInCountNothing()
    {
        RoomBook book(Self, nullptr);
        QCOMPARE(book.apply(posted(1)), RoomBook::Applied::InOrder);
        QVERIFY(!book.markRead(Ops, Seq(1)));
        QCOMPARE(book.rooms()->rowCount(), 0);
        QCOMPARE(book.rooms()->totalUnread(), 0);
    }

    void unknownMembersAreNotGuessed()
    {
        Opened opened;
        RoomSummary told = room(Ops);
        told.memberCount = 40;
        opened.book.rooms()->put(told);
        opened.book.apply(joined(1, Zoe)); // the list has not been asked for yet
        opened.book.userJoined(Ops, Bob);
        QCOMPARE(opened.record().members->rowCount(), 0);
        QCOMPARE(opened.summary().memberCount, 40);
        QVERIFY(opened.book.everyone()->member(Bob));
    }

    void oneselfIsNoTypist()
    {
        Opened opened;
        QSignalSpy told(&opened.book, &RoomBook::typistsChanged);
        opened.book.setTyping(Ops, *UserName::parse(u"ANNA"), true, 100'000);
        opened.book.setTyping(Ops, Zoe, false, 100'000);
        opened.book.userLeft(Ops, Zoe);
        opened.book.linkLost();
        opened.book.expireTypists(1'000'000);
        QVERIFY(!opened.book.hasTypists());
        QCOMPARE(told.size(), 0);
    }

    void strangersGetAPresence()
    {
        Opened opened;
        opened.knowMembers({ Self });
        opened.book.setPresence({ Zoe, PresenceState::Online, {} });
        QVERIFY(opened.book.everyone()->member(Zoe));
        QVERIFY(!opened.record().members->member(Zoe)); // no member by that
    }
};

HEARTH_TEST_MAIN(tst_RoomBook)
#include "tst_roombook.moc"
