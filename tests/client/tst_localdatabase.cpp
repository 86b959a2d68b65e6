#include "client/localdatabase.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QDir>
#include <QSqlError>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

#define VERIFY_DONE(outcome)                                                                                \
    do {                                                                                                    \
        const auto &done = (outcome);                                                                       \
        QVERIFY2(done.has_value(), done.has_value() ? "" : qPrintable(done.error()));                       \
    } while (false)

namespace {

const UserName Anna = *UserName::parse(u"Anna");
const UserName Zoe = *UserName::parse(u"Zoe");
const RoomId Lobby = RoomId::lobby();
const RoomId Ops = *RoomId::parse(u"ops");
const QString Url = u"ws://127.0.0.1:7373/chat"_s;
const ServerInfo Home { u"id-of-home"_s, u"Home"_s, u"1.0"_s, 30 };
const ServerInfo Work { u"id-of-work"_s, u"Work"_s, u"1.1"_s };

QDateTime at(qint64 seconds) { return QDateTime::fromMSecsSinceEpoch(1'700'000'000'123 + seconds * 1'000, Qt::UTC); }

ClientId id(const QString &text) { return *ClientId::parse(text); }

OutboxEntry entry(const QString &clientId)
{
    OutboxEntry entry;
    entry.id = id(clientId);
    entry.room = Lobby;
    entry.content = u"says "_s + clientId;
    entry.writtenAt = at(5);
    return entry;
}

MessageSnapshot message(qint64 seq, const QString &content = u"hello"_s)
{
    MessageSnapshot message;
    message.room = Lobby;
    message.seq = Seq(seq);
    message.user = Zoe;
    message.content = content;
    message.timestamp = at(seq);
    return message;
}

QList<MessageSnapshot> messages(qint64 first, qint64 last)
{
    QList<MessageSnapshot> list;
    for (qint64 seq = first; seq <= last; ++seq)
        list.append(message(seq));
    return list;
}

RoomEvent logged(qint64 seq, const EventBody &body, const UserName &user = Zoe)
{
    return { Lobby, Seq(seq), user, at(seq), body };
}

QString seqs(const LocalPage &page)
{
    QStringList places;
    for (const MessageSnapshot &kept : page.messages)
        places.append(QString::number(kept.seq.value()));
    return places.join(u' ');
}

QStringList ids(const LocalState &state)
{
    QStringList ids;
    for (const OutboxEntry &kept : state.outbox)
        ids.append(kept.id.toString());
    return ids;
}

/// What of a file's mode is of the owner, the group and the rest: 0600 as in chmod.
int modeOf(const QString &path)
{
    const int flags = static_cast<int>(QFileInfo(path).permissions().toInt());
    return ((flags >> 12) & 7) << 6 | ((flags >> 4) & 7) << 3 | (flags & 7);
}

} // namespace

class tst_LocalDatabase : public test::Test
{
    Q_OBJECT

private:
    [[nodiscard]] QString path() const { return m_parent->filePath(u"kept/by/hearth"_s); }
    /// Closes what is open and opens it again, as the next run does.
    void reopen()
    {
        m_database = std::make_unique<LocalDatabase>();
        VERIFY_DONE(m_database->open(path()));
    }
    [[nodiscard]] LocalState bind(const UserName &user = Anna, const QString &url = Url)
    {
        const auto state = m_database->bindAddress(url, user);
        return state ? *state : LocalState {};
    }
    [[nodiscard]] LocalState reach(const ServerInfo &server)
    {
        const auto state = m_database->bindServer(server);
        return state ? *state : LocalState {};
    }
    [[nodiscard]] LocalPage page(Seq before = {}, int limit = 10)
    {
        const auto page = m_database->page(Lobby, before, limit);
        return page ? *page : LocalPage {};
    }

    std::unique_ptr<QTemporaryDir> m_parent;
    std::unique_ptr<LocalDatabase> m_database;

private slots:
    void init()
    {
        Test::init();
        m_parent = std::make_unique<QTemporaryDir>();
        reopen();
    }
    void cleanup() { m_database.reset(); }

    void isForItsOwnerOnly()
    {
        QCOMPARE(bind().user, Anna); // something is written: SQLite's own files are there too
        QCOMPARE(modeOf(path()), 0700);
        const auto files = QDir(path()).entryInfoList(QDir::Files | QDir::Hidden);
        QVERIFY(files.size() >= 2);
        for (const QFileInfo &file : files)
            QCOMPARE(modeOf(file.filePath()), 0600);
    }

    void firstTimeIsEmpty()
    {
        const LocalState state = bind();
        QCOMPARE(state.user, Anna);
        QVERIFY(state.server.id.isEmpty());
        QVERIFY(state.token.isEmpty());
        QCOMPARE(state.role, Role::Guest);
        QVERIFY(state.rooms.isEmpty());
        QVERIFY(state.syncedTo.isEmpty());
        QVERIFY(state.drafts.isEmpty());
        QVERIFY(state.outbox.isEmpty());
    }

    void allIsThereNextTime()
    {
        RoomSummary ops;
        ops.room = Ops;
        ops.name = u"Operations"_s;
        ops.topic = u"what broke"_s;
        ops.kind = RoomKind::Private;
        ops.lastSeq = Seq(9);
        ops.readSeq = Seq(4);
        ops.unread = 3;
        ops.mentions = 1;
        ops.memberCount = 7;
        ops.keepDays = 0;
        ops.firstSeq = Seq(5);
        ops.creator = Zoe;
        RoomSummary direct;
        direct.room = *RoomId::parse(u"dm:0123456789abcdef0123456789abcdef");
        direct.kind = RoomKind::Direct;
        direct.peer = Zoe;
        direct.isMember = false;
        OutboxEntry reply = entry(u"c1"_s);
        reply.replyTo = Seq(3);
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveIdentity(u"secret"_s, Role::Owner));
        VERIFY_DONE(m_database->saveRooms({ direct, ops }));
        VERIFY_DONE(m_database->saveDraft(Ops, u"half a sent"_s));
        VERIFY_DONE(m_database->addToOutbox(reply));
        VERIFY_DONE(m_database->saveEvents(Lobby, {}, Seq(12)));
        reopen();
        const LocalState state = bind();
        QCOMPARE(state.server, Home);
        QCOMPARE(state.user, Anna);
        QCOMPARE(state.token, u"secret"_s);
        QCOMPARE(state.role, Role::Owner);
        QCOMPARE(state.rooms.size(), 2);
        QVERIFY(state.rooms.contains(ops));
        QVERIFY(state.rooms.contains(direct));
        QCOMPARE(state.drafts, (QHash<RoomId, QString> { { Ops, u"half a sent"_s } }));
        QCOMPARE(state.outbox, QList { reply });
        QCOMPARE(state.syncedTo, (QHash<RoomId, Seq> { { Lobby, Seq(12) } }));
    }

    void roomsAreReplaced()
    {
        RoomSummary ops;
        ops.room = Ops;
        RoomSummary lobby;
        lobby.room = Lobby;
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveRooms({ ops, lobby }));
        VERIFY_DONE(m_database->saveRooms({ lobby }));
        QCOMPARE(bind().rooms, QList { lobby });
    }

    void emptyDraftIsNone()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveDraft(Ops, u"a"_s));
        VERIFY_DONE(m_database->saveDraft(Ops, u"ab"_s));
        QCOMPARE(bind().drafts.value(Ops), u"ab"_s);
        VERIFY_DONE(m_database->saveDraft(Ops, QString()));
        QVERIFY(bind().drafts.isEmpty());
    }

    void outboxKeepsTheOrderOfWriting()
    {
        QCOMPARE(bind().user, Anna);
        for (const QString &clientId : { u"z"_s, u"m"_s, u"a"_s, u"k"_s })
            VERIFY_DONE(m_database->addToOutbox(entry(clientId)));
        VERIFY_DONE(m_database->removeFromOutbox(id(u"k"_s)));
        VERIFY_DONE(m_database->removeFromOutbox(id(u"m"_s)));
        VERIFY_DONE(m_database->addToOutbox(entry(u"b"_s))); // not where a removed one was
        VERIFY_DONE(m_database->setOutboxError(id(u"a"_s), ErrorCode::TooLarge));
        reopen();
        LocalState state = bind();
        QCOMPARE(ids(state), (QStringList { u"z"_s, u"a"_s, u"b"_s }));
        QCOMPARE(state.outbox.at(1).error, std::optional(ErrorCode::TooLarge));
        QVERIFY(!state.outbox.at(0).error);
        VERIFY_DONE(m_database->setOutboxError(id(u"a"_s), {}));
        state = bind();
        QCOMPARE(ids(state), (QStringList { u"z"_s, u"a"_s, u"b"_s }));
        QVERIFY(!state.outbox.at(1).error);
    }

    void whatWasWrittenBeforeTheServerWasReachedIsItsOwn()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->addToOutbox(entry(u"c1"_s)));
        const LocalState state = reach(Home);
        QCOMPARE(state.server, Home);
        QCOMPARE(ids(state), QStringList { u"c1"_s });
    }

    void everyServerHasItsOwnState()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveIdentity(u"secret of home"_s, Role::Owner));
        VERIFY_DONE(m_database->saveDraft(Ops, u"for home"_s));
        VERIFY_DONE(m_database->addToOutbox(entry(u"c1"_s)));
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 3), true));
        RoomSummary lobby;
        lobby.room = Lobby;
        VERIFY_DONE(m_database->saveRooms({ lobby }));

        LocalState state = reach(Work); // another one answers at the same address
        QCOMPARE(state.server, Work);
        QVERIFY(state.token.isEmpty());
        QCOMPARE(state.role, Role::Guest);
        QVERIFY(state.rooms.isEmpty());
        QVERIFY(state.drafts.isEmpty());
        QVERIFY(state.outbox.isEmpty());
        QVERIFY(state.syncedTo.isEmpty());
        QVERIFY(page().messages.isEmpty());
        VERIFY_DONE(m_database->saveIdentity(u"secret of work"_s, Role::Guest));
        VERIFY_DONE(m_database->forgetMessages(Lobby));
        VERIFY_DONE(m_database->removeFromOutbox(id(u"c1"_s)));

        state = reach(Home);
        QCOMPARE(state.token, u"secret of home"_s);
        QCOMPARE(state.drafts.value(Ops), u"for home"_s);
        QCOMPARE(ids(state), QStringList { u"c1"_s });
        QCOMPARE(seqs(page()), u"1 2 3"_s);
        QCOMPARE(reach(Work).token, u"secret of work"_s);
    }

    void theLastServerAtTheAddressIsTheOneThere()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        const qint64 then = QDateTime::currentMSecsSinceEpoch();
        QTRY_VERIFY(QDateTime::currentMSecsSinceEpoch() > then); // which was last is told by the millisecond
        QCOMPARE(reach(Work).server, Work);
        reopen();
        QCOMPARE(bind().server, Work);
    }

    void aServerIsKnownAtAnotherAddress()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveIdentity(u"secret"_s, Role::Member));
        const LocalState elsewhere = bind(Anna, u"ws://hearth.local:7373/chat"_s);
        QVERIFY(elsewhere.token.isEmpty()); // who it is, is not known before it has said so
        QCOMPARE(reach(Home).token, u"secret"_s);
    }

    void everyNameHasItsOwnState()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveIdentity(u"secret"_s, Role::Owner));
        const LocalState zoe = bind(Zoe);
        QCOMPARE(zoe.user, Zoe);
        QVERIFY(zoe.token.isEmpty());
        QVERIFY(reach(Home).token.isEmpty());
        QCOMPARE(bind(*UserName::parse(u"ANNA")).token, u"secret"_s);
    }

    void pagesAreReadBackwards()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(4, 10), false));
        LocalPage newest = page({}, 3);
        QCOMPARE(newest.room, Lobby);
        QCOMPARE(seqs(newest), u"8 9 10"_s);
        QVERIFY(newest.hasMore);
        QVERIFY(!newest.isComplete);
        QCOMPARE(seqs(page(Seq(8), 3)), u"5 6 7"_s);
        const LocalPage last = page(Seq(5), 3);
        QCOMPARE(seqs(last), u"4"_s);
        QVERIFY(!last.hasMore);
        QVERIFY(!last.isComplete); // older ones are at the server
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 4), true));
        QVERIFY(!page(Seq(5), 3).isComplete); // 1 is older
        QVERIFY(page(Seq(4), 3).isComplete);
        QVERIFY(!page(Seq(4), 3).hasMore);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(10, 11), false));
        QVERIFY(page(Seq(4), 3).isComplete); // once complete, always
    }

    void pagesAreReadForwards()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 10), true));
        const auto pageAfter = [this](Seq after) { return m_database->pageAfter(Lobby, after, 3).value_or(LocalPage {}); };
        QCOMPARE(pageAfter(Seq(4)).room, Lobby);
        QCOMPARE(seqs(pageAfter(Seq(4))), u"5 6 7"_s);
        QVERIFY(pageAfter(Seq(4)).hasMore);
        QCOMPARE(seqs(pageAfter(Seq(7))), u"8 9 10"_s);
        QVERIFY(!pageAfter(Seq(7)).hasMore);
        QVERIFY(pageAfter(Seq(10)).messages.isEmpty());
        QCOMPARE(seqs(pageAfter(Seq(0))), u"1 2 3"_s);
        QVERIFY(m_database->pageAfter(Ops, Seq(0), 3)->messages.isEmpty());
    }

    void messagesComeBackAsTheyWere()
    {
        MessageSnapshot full = message(2, u"a 'quoted' \U0001F600\nline"_s);
        full.clientId = id(u"c1"_s);
        full.replyTo = Seq(1);
        full.editedAt = at(7);
        full.reactions = { { u"👍"_s, { Zoe, Anna } }, { u"🎉"_s, { Anna } } };
        MessageSnapshot deleted = message(3, {});
        deleted.isDeleted = true;
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, { message(1), full, deleted }, false));
        reopen();
        QCOMPARE(bind().user, Anna);
        QCOMPARE(page().messages, (QList { message(1), full, deleted }));
        QCOMPARE(page().messages.at(1).user.toString(), u"Zoe"_s);
    }

    void aPageIsNewerThanWhatIsKept()
    {
        MessageSnapshot edited = message(2, u"edited"_s);
        edited.editedAt = at(9);
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 3), false));
        VERIFY_DONE(m_database->saveMessages(Lobby, { edited }, false));
        QCOMPARE(page().messages, (QList { message(1), edited, message(3) }));
    }

    void eventsAreFoldedIn()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 3), true));
        VERIFY_DONE(m_database->saveEvents(Lobby,
                                           { logged(4, MessagePosted { u"new"_s, id(u"c4"_s), Seq(1) }, Anna),
                                             logged(5, MessageEdited { Seq(1), u"edited"_s }),
                                             logged(6, MessageDeleted { Seq(2) }),
                                             logged(7, ReactionChanged { Seq(4), u"👍"_s, true }, Zoe),
                                             logged(8, ReactionChanged { Seq(4), u"👍"_s, true }, Anna),
                                             logged(9, ReactionChanged { Seq(4), u"👍"_s, false }, Zoe),
                                             logged(10, TopicChanged { u"tea"_s }),
                                             logged(11, MembershipChanged {}) },
                                           Seq(11)));
        const QList<MessageSnapshot> kept = page().messages;
        QCOMPARE(kept.size(), 4);
        QCOMPARE(kept.at(0).content, u"edited"_s);
        QCOMPARE(kept.at(0).editedAt, at(5));
        QVERIFY(kept.at(1).isDeleted);
        QCOMPARE(kept.at(1).content, u""_s);
        QCOMPARE(kept.at(2), message(3));
        MessageSnapshot posted = message(4, u"new"_s);
        posted.user = Anna;
        posted.clientId = id(u"c4"_s);
        posted.replyTo = Seq(1);
        posted.reactions = { { u"👍"_s, { Anna } } };
        QCOMPARE(kept.at(3), posted);
        QCOMPARE(bind().syncedTo.value(Lobby), Seq(11));
        QVERIFY(page().isComplete); // events do not undo that
    }

    void forgottenMessagesAreOfOneRoom()
    {
        MessageSnapshot other = message(1);
        other.room = Ops;
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 3), true));
        VERIFY_DONE(m_database->saveEvents(Lobby, {}, Seq(3)));
        VERIFY_DONE(m_database->saveMessages(Ops, { other }, true));
        VERIFY_DONE(m_database->forgetMessages(Lobby));
        QVERIFY(page().messages.isEmpty());
        QVERIFY(!page().isComplete);
        QVERIFY(!bind().syncedTo.contains(Lobby));
        const auto ops = m_database->page(Ops, {}, 10);
        VERIFY_DONE(ops);
        QCOMPARE(ops->messages, QList { other });
    }

    void keysBelongToServers()
    {
        const Fingerprint key = Fingerprint::ofKey("a");
        QVERIFY(m_database->keyOf(u"one"_s)->isNull());
        VERIFY_DONE(m_database->saveKey(u"one"_s, key));
        VERIFY_DONE(m_database->saveKey(u"two"_s, Fingerprint::ofKey("b")));
        VERIFY_DONE(m_database->saveKey(u"two"_s, Fingerprint::ofKey("c")));
        reopen();
        QCOMPARE(*m_database->keyOf(u"one"_s), key);
        QCOMPARE(*m_database->keyOf(u"two"_s), Fingerprint::ofKey("c"));
        const UserName anna = *UserName::parse(u"anna");
        QVERIFY(m_database->bindAddress(u"ws://a/chat"_s, anna)->key.isNull());
        QCOMPARE(m_database->bindServer({ u"one"_s, {}, {} })->key, key);
        QCOMPARE(m_database->bindAddress(u"ws://a/chat"_s, anna)->key, key); // that is who was there
    }

    /// Whose key is to be expected there does not depend on who asks, nor for which room.
    void anAddressIsOfOneServer()
    {
        const Fingerprint homes = Fingerprint::ofKey("a");
        const Fingerprint works = Fingerprint::ofKey("b");
        VERIFY_DONE(m_database->saveKey(Home.id, homes));
        VERIFY_DONE(m_database->saveKey(Work.id, works));
        QVERIFY(bind().addressKey.isNull());
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveAddress(Home.id));
        QCOMPARE(bind(Zoe, Url + u"/ops"_s).addressKey, homes);
        VERIFY_DONE(m_database->saveAddress(Work.id)); // it has changed hands
        reopen();
        QCOMPARE(bind().addressKey, works);
        QCOMPARE(bind().key, homes); // of anna's chat there
        QVERIFY(bind(Anna, Url + u"ter"_s).addressKey.isNull());
        QVERIFY(bind(Anna, u"ws://10.0.0.1:7373/chat"_s).addressKey.isNull());
    }

    void aNewKeyTakesTheTokensAway()
    {
        for (const UserName &user : { Anna, Zoe }) {
            QCOMPARE(bind(user).user, user);
            QCOMPARE(reach(Home).server, Home);
            VERIFY_DONE(m_database->saveIdentity(user.toString(), Role::Member));
        }
        QCOMPARE(reach(Work).server, Work);
        VERIFY_DONE(m_database->saveIdentity(u"for work"_s, Role::Member));
        QCOMPARE(*m_database->saveKey(Home.id, Fingerprint::ofKey("a")), QStringList());
        QCOMPARE(*m_database->saveKey(Home.id, Fingerprint::ofKey("a")), QStringList());
        QCOMPARE(reach(Home).token, Zoe.toString());
        QCOMPARE(*m_database->saveKey(Home.id, Fingerprint::ofKey("b")), (QStringList { Anna.toString(), Zoe.toString() }));
        QVERIFY(reach(Home).token.isEmpty());
        QCOMPARE(reach(Work).token, u"for work"_s);
        QVERIFY(bind().token.isEmpty());
    }

    void aChatIsForgottenByEachOfItsAddresses_data()
    {
        QTest::addColumn<QString>("address");
        QTest::newRow("where it was last") << u"ws://hearth.local:7373/chat"_s;
        QTest::newRow("where it was before") << Url;
        QTest::newRow("a room of it there") << QString(Url + u"/ops"_s);
    }
    void aChatIsForgottenByEachOfItsAddresses()
    {
        QFETCH(QString, address);
        VERIFY_DONE(m_database->saveKey(Home.id, Fingerprint::ofKey("a")));
        for (const QString &url : { Url, u"ws://hearth.local:7373/chat"_s }) {
            QCOMPARE(bind(Anna, url).user, Anna);
            QCOMPARE(reach(Home).server, Home);
            VERIFY_DONE(m_database->saveAddress(Home.id));
        }
        VERIFY_DONE(m_database->saveIdentity(u"secret"_s, Role::Member));
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 3), true));
        QCOMPARE(bind(Zoe, u"ws://10.0.0.1:7373/chat"_s).user, Zoe);
        QCOMPARE(reach(Work).server, Work);
        VERIFY_DONE(m_database->saveAddress(Work.id));
        VERIFY_DONE(m_database->saveIdentity(u"for work"_s, Role::Member));

        QCOMPARE(*m_database->tokensAt(address), QStringList { u"secret"_s });
        VERIFY_DONE(m_database->forget(address));
        QVERIFY(m_database->tokensAt(address)->isEmpty());
        QVERIFY(bind().addressKey.isNull());
        QCOMPARE(bind(Anna, u"ws://hearth.local:7373/chat"_s).server.id, QString());
        QVERIFY(reach(Home).token.isEmpty());
        QVERIFY(page().messages.isEmpty());
        QVERIFY(!m_database->keyOf(Home.id)->isNull()); // no way round a changed key
        QCOMPARE(bind(Zoe, u"ws://10.0.0.1:7373/chat"_s).token, u"for work"_s);
    }

    /// A new address is nobody's until the server says who it is, in the same millisecond perhaps.
    void theLastUsedIsFound()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        for (int i = 0; i < 50; ++i) {
            const QString url = u"ws://10.0.1.%1:7373/chat"_s.arg(i);
            QCOMPARE(bind(Anna, url).server.id, QString());
            QCOMPARE(reach(Home).server, Home);
            QCOMPARE(bind(Anna, url).server, Home);
        }
    }

    /// Another chat has its address now: it is known by the one that it was joined under since.
    void aChatThatMovedIsNotForgottenByAnothersAddress()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveAddress(Home.id));
        QCOMPARE(bind(Anna, u"ws://hearth.local:7373/chat"_s).user, Anna);
        QCOMPARE(reach(Home).server, Home);
        VERIFY_DONE(m_database->saveAddress(Home.id));
        VERIFY_DONE(m_database->saveIdentity(u"secret"_s, Role::Member));
        QCOMPARE(bind(Zoe).user, Zoe);
        QCOMPARE(reach(Work).server, Work);
        VERIFY_DONE(m_database->saveAddress(Work.id));
        VERIFY_DONE(m_database->saveIdentity(u"for work"_s, Role::Member));
        VERIFY_DONE(m_database->forget(Url));
        QVERIFY(bind(Zoe).token.isEmpty());
        QCOMPARE(bind(Anna, u"ws://hearth.local:7373/chat"_s).token, u"secret"_s);
    }

    void whatExpiredIsTakenOut()
    {
        MessageSnapshot other = message(1);
        other.room = Ops;
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 5), false));
        VERIFY_DONE(m_database->saveEvents(Lobby, {}, Seq(5)));
        VERIFY_DONE(m_database->saveMessages(Ops, { other }, true));
        VERIFY_DONE(m_database->forgetBefore(Lobby, Seq(4)));
        QCOMPARE(page().messages, messages(4, 5));
        QVERIFY(page().isComplete); // there is nothing before it any more
        QCOMPARE(bind().syncedTo.value(Lobby), Seq(5));
        VERIFY_DONE(m_database->forgetBefore(Lobby, Seq(4)));
        QCOMPARE(page().messages, messages(4, 5));
        VERIFY_DONE(m_database->forgetBefore(Lobby, Seq(9))); // what was not fetched will not come
        QVERIFY(page().messages.isEmpty());
        QCOMPARE(bind().syncedTo.value(Lobby), Seq(8));
        const auto ops = m_database->page(Ops, {}, 10);
        VERIFY_DONE(ops);
        QCOMPARE(ops->messages, QList { other });
    }

    /// The cache begins behind what expired: older ones may still be at the server.
    void whatExpiredElsewhereChangesNothing()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(4, 5), false));
        VERIFY_DONE(m_database->saveEvents(Lobby, {}, Seq(5)));
        VERIFY_DONE(m_database->forgetBefore(Lobby, Seq(3)));
        QCOMPARE(page().messages, messages(4, 5));
        QVERIFY(!page().isComplete);
        VERIFY_DONE(m_database->forgetBefore(Ops, Seq(3))); // of which nothing is here
        QVERIFY(!bind().syncedTo.contains(Ops));
    }

    void expiredWordsLeaveTheFile()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, { message(1, u"a well kept secret"_s), message(2) }, true));
        reopen(); // its journal is in the file then
        const auto holds = [this] {
            QFile file(QDir(path()).filePath(u"client.db"_s));
            return file.open(QIODevice::ReadOnly) && file.readAll().contains("a well kept secret");
        };
        QVERIFY(holds());
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->forgetBefore(Lobby, Seq(2)));
        reopen();
        QVERIFY(!holds());
    }

    void theServersNewWordsAreKept()
    {
        QCOMPARE(bind().user, Anna);
        QCOMPARE(reach(Home).server, Home);
        ServerInfo renamed = Home;
        renamed.name = u"House"_s;
        renamed.keepDays = 0;
        VERIFY_DONE(m_database->saveServer(renamed));
        reopen();
        QCOMPARE(bind().server, renamed);
    }

    void theFirstVersionIsBroughtUpToDate()
    {
        RoomSummary ops;
        ops.room = Ops;
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveRooms({ ops }));
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(1, 2), true));
        QCOMPARE(bind(Zoe, Url + u"/ops"_s).user, Zoe);
        QCOMPARE(reach(Home).server, Home);
        m_database.reset();
        for (const QString &sql : { u"DROP TABLE address"_s, u"DROP TABLE server_key"_s, u"ALTER TABLE account DROP COLUMN keep_days"_s,
                                    u"ALTER TABLE room DROP COLUMN keep_days"_s, u"ALTER TABLE room DROP COLUMN first_seq"_s,
                                    u"ALTER TABLE room DROP COLUMN creator"_s, u"PRAGMA user_version = 1"_s }) {
            {
                QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
                raw.setDatabaseName(QDir(path()).filePath(u"client.db"_s));
                QVERIFY(raw.open());
                QSqlQuery query(raw);
                QVERIFY2(query.exec(sql), qPrintable(query.lastError().text()));
            }
            QSqlDatabase::removeDatabase(u"raw"_s);
        }
        reopen();
        QCOMPARE(bind().rooms, QList { ops });
        QCOMPARE(page().messages, messages(1, 2));
        VERIFY_DONE(m_database->saveKey(Home.id, Fingerprint::ofKey("a")));
        QCOMPARE(bind().addressKey, Fingerprint::ofKey("a")); // of who was there last
    }

    // ---- rainy ----

    void aNewerVersionIsRefusedAndLeftAlone()
    {
        m_database.reset();
        const QString file = QDir(path()).filePath(u"client.db"_s);
        const auto asked = [&file](const QString &sql) {
            QVariant answer;
            {
                QSqlDatabase raw = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"raw"_s);
                raw.setDatabaseName(file);
                if (raw.open()) {
                    QSqlQuery query(raw);
                    answer = query.exec(sql) && query.next() ? query.value(0) : QVariant();
                }
            }
            QSqlDatabase::removeDatabase(u"raw"_s);
            return answer;
        };
        const int version = asked(u"PRAGMA user_version"_s).toInt();
        QVERIFY(version > 0);
        (void)asked(u"PRAGMA user_version = %1"_s.arg(version + 1));
        QFile bytes(file);
        QVERIFY(bytes.open(QIODevice::ReadOnly));
        const QByteArray before = bytes.readAll();
        bytes.close();

        LocalDatabase database;
        const auto opened = database.open(path());
        QVERIFY(!opened);
        QVERIFY(opened.error().contains(u"newer"_s));
        QCOMPARE(asked(u"PRAGMA user_version"_s).toInt(), version + 1);
        QVERIFY(bytes.open(QIODevice::ReadOnly));
        QCOMPARE(bytes.readAll(), before);
    }

    void whatIsNoDatabaseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray(5'000, 'x');
        QTest::newRow("cut off") << QByteArray("SQLite format 3\0", 16) + QByteArray(5'000, 'x');
    }
    void whatIsNoDatabaseIsRefused()
    {
        QFETCH(QByteArray, content);
        m_database.reset();
        QTemporaryDir other;
        QFile file(other.filePath(u"client.db"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        LocalDatabase database;
        const auto opened = database.open(other.path());
        QVERIFY(!opened);
        QVERIFY(!opened.error().isEmpty());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content); // somebody may still want it
    }

    void anEmptyFileIsFilled()
    {
        QTemporaryDir other;
        QFile file(other.filePath(u"client.db"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        LocalDatabase database;
        VERIFY_DONE(database.open(other.path()));
        VERIFY_DONE(database.bindAddress(Url, Anna));
    }

    void aDirectoryThatCannotBeIsTold()
    {
        QFile inTheWay(m_parent->filePath(u"file"_s));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        LocalDatabase database;
        const auto opened = database.open(m_parent->filePath(u"file/hearth"_s));
        QVERIFY(!opened);
        QVERIFY(opened.error().contains(u"file/hearth"_s));
    }

    void aDirectoryThatIsThereKeepsItsMode()
    {
        QTemporaryDir other;
        const auto everybody = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup
            | QFile::ReadOther | QFile::ExeOther;
        QVERIFY(QFile::setPermissions(other.path(), everybody));
        LocalDatabase database;
        VERIFY_DONE(database.open(other.path()));
        VERIFY_DONE(database.bindAddress(Url, Anna));
        QCOMPARE(modeOf(other.path()), 0755);
        for (const QFileInfo &file : QDir(other.path()).entryInfoList(QDir::Files))
            QCOMPARE(modeOf(file.filePath()), 0600);
    }

    void nothingWorksBeforeItIsOpen()
    {
        LocalDatabase closed;
        QVERIFY(!closed.bindAddress(Url, Anna));
        QVERIFY(!closed.bindServer(Home));
        QVERIFY(!closed.saveDraft(Ops, u"a"_s));
        QVERIFY(!closed.saveMessages(Lobby, messages(1, 2), true));
        QVERIFY(!closed.page(Lobby, {}, 10));
        QVERIFY(!closed.page(Lobby, {}, 10).error().isEmpty());
    }

    void aServerWithoutAnAddressIsRefused()
    {
        QVERIFY(!m_database->bindServer(Home));
    }

    void theSameMessageIsNotWrittenTwice()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->addToOutbox(entry(u"c1"_s)));
        QVERIFY(!m_database->addToOutbox(entry(u"c1"_s)));
        QCOMPARE(ids(bind()), QStringList { u"c1"_s });
        QCOMPARE(bind(Zoe).user, Zoe); // another one's ids are their own
        VERIFY_DONE(m_database->addToOutbox(entry(u"c1"_s)));
    }

    void whatIsNotThereIsRemovedInPeace()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->removeFromOutbox(id(u"c1"_s)));
        VERIFY_DONE(m_database->setOutboxError(id(u"c1"_s), ErrorCode::Internal));
        VERIFY_DONE(m_database->saveDraft(Ops, {}));
        VERIFY_DONE(m_database->forgetMessages(Ops));
        VERIFY_DONE(m_database->saveRooms({}));
        VERIFY_DONE(m_database->saveMessages(Lobby, {}, false));
        QVERIFY(page().messages.isEmpty());
        QVERIFY(!page().hasMore);
    }

    void eventsTwiceAreEventsOnce()
    {
        const QList<RoomEvent> events { logged(1, MessagePosted { u"a"_s, {}, {} }), logged(2, MessagePosted { u"b"_s, {}, {} }),
                                        logged(3, MessageEdited { Seq(1), u"a!"_s }),
                                        logged(4, ReactionChanged { Seq(2), u"👍"_s, true }),
                                        logged(5, MessageDeleted { Seq(2) }) };
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveEvents(Lobby, events, Seq(5)));
        const QList<MessageSnapshot> once = page().messages;
        QCOMPARE(once.size(), 2);
        VERIFY_DONE(m_database->saveEvents(Lobby, events, Seq(5)));
        VERIFY_DONE(m_database->saveEvents(Lobby, events.first(1), Seq(1)));
        QCOMPARE(page().messages, once);
        QCOMPARE(bind().syncedTo.value(Lobby), Seq(5)); // never back
    }

    void eventsAboutWhatIsNotKeptAreLeftOut()
    {
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(m_database->saveMessages(Lobby, messages(5, 6), false));
        VERIFY_DONE(m_database->saveEvents(
            Lobby, { logged(7, MessageEdited { Seq(2), u"x"_s }), logged(8, MessageDeleted { Seq(3) }) }, Seq(8)));
        QCOMPARE(page().messages, messages(5, 6));
        QCOMPARE(bind().syncedTo.value(Lobby), Seq(8));
    }

    void textIsOnlyText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("quotes") << u"'; DROP TABLE message; --\""_s;
        QTest::newRow("placeholders") << u"? :name $1 @x %1"_s;
        QTest::newRow("NUL") << u"a\0b"_s;
        QTest::newRow("long") << QString(16'384, u'\u20AC');
        QTest::newRow("empty") << u""_s;
        QTest::newRow("null") << QString();
    }
    void textIsOnlyText()
    {
        QFETCH(QString, text);
        QCOMPARE(bind().user, Anna);
        OutboxEntry written = entry(u"c1"_s);
        written.content = text;
        VERIFY_DONE(m_database->addToOutbox(written));
        VERIFY_DONE(m_database->saveMessages(Lobby, { message(1, text) }, true));
        VERIFY_DONE(m_database->saveIdentity(text, Role::Guest));
        VERIFY_DONE(m_database->saveDraft(Ops, text));
        reopen();
        const LocalState state = bind();
        QCOMPARE(state.outbox, QList { written });
        QCOMPARE(state.token, text);
        QCOMPARE(state.drafts.value(Ops), text);
        QCOMPARE(page().messages, QList { message(1, text) });
    }

    void twoRunsMayShareTheFile()
    {
        LocalDatabase second;
        VERIFY_DONE(second.open(path()));
        QCOMPARE(bind().user, Anna);
        VERIFY_DONE(second.bindAddress(Url, Zoe));
        VERIFY_DONE(m_database->saveDraft(Ops, u"Anna's"_s));
        VERIFY_DONE(second.saveDraft(Ops, u"Zoe's"_s));
        QCOMPARE(bind().drafts.value(Ops), u"Anna's"_s);
    }

    void aServerCannotPassForAnAddress()
    {
        QCOMPARE(bind(Anna, u"ws://10.0.0.1:7373/chat"_s).user, Anna);
        VERIFY_DONE(m_database->addToOutbox(entry(u"c1"_s))); // never reached: waits for that server
        QCOMPARE(bind().user, Anna);
        const LocalState state = reach({ u"url:ws://10.0.0.1:7373/chat"_s, u"Liar"_s, {} });
        QVERIFY(state.outbox.isEmpty());
    }
};

HEARTH_TEST_MAIN(tst_LocalDatabase)
#include "tst_localdatabase.moc"
