#include "tests/model/storyrun.h"

#include "client/messagefold.h"
#include "protocol/codec.h"
#include "server/chat/directory.h"

#include <QDir>
#include <QTimeZone>

#include <algorithm>
#include <sstream>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Anna = UserName::parse(u"anna").value(); // comes first: the owner
const UserName Bo = UserName::parse(u"Bo").value();
const UserName Cy = UserName::parse(u"cy").value();
const UserName Dee = UserName::parse(u"dee").value();
const RoomId Tea = RoomId::parse(u"tea").value(); // Bo's and Cy's
const RoomId Den = RoomId::parse(u"den").value(); // private: Cy's and Anna's
const RoomId Loft = RoomId::parse(u"loft").value(); // not made yet
const QList<UserName> Users { Anna, Bo, Cy, Dee };
const QStringList Contents { u"one"_s, u"two @bo"_s, u"@Anna, @cy"_s, u"four"_s };
const QStringList Emojis { u"👍"_s, u"🎉"_s, u"🔥"_s, u"👀"_s };
constexpr qint64 Hour = 3'600'000; // ms
constexpr int KeepDays = 30;
constexpr int DaysAtOnce = 16; ///< what is older than the last time but one expires

QString tokenOf(const UserName &user) { return user.folded().leftJustified(43, u'x'); }

/// Memory where there is some to write to: it is not about the disk here, and every restart waits for it twice.
QString quickPlace()
{
    const QFileInfo memory(u"/dev/shm"_s);
    return (memory.isDir() && memory.isWritable() ? memory.filePath() : QDir::tempPath()) + u"/tst_model-XXXXXX"_s;
}

/// As a person would want to see it in a failure.
QString shown(const ServerFrame &frame) { return QString::fromUtf8(codec::encode(frame)); }

} // namespace

// ---- Person ----

Welcome Person::arrive(Chat &chat)
{
    m_client = std::make_unique<Client>(chat.channel());
    m_heard.clear();
    m_audits.emplace_back(RoomId::lobby());
    if (m_client->next().value("type"_L1) != u"connected"_s)
        qFatal("the first frame is not `connected`");
    const ServerFrame reply = ask(Hello { m_user, m_token, {}, {}, m_features });
    const auto *welcome = std::get_if<Welcome>(&reply);
    if (welcome == nullptr)
        RC_FAIL(shown(reply).toStdString());
    return *welcome;
}

void Person::leave() { m_client->leave(); }

qint64 Person::send(const ClientFrame &frame)
{
    const qint64 id = ++m_lastId;
    m_client->say(codec::encode(ClientRequest { RequestId(id), frame }));
    return id;
}

ServerFrame Person::await(qint64 id)
{
    std::optional<ServerFrame> reply;
    while (!reply) {
        const auto messages = codec::decodeServer(m_client->nextBytes());
        RC_ASSERT(messages.has_value());
        for (const ServerMessage &message : *messages) {
            m_audits.back().heard(message.frame);
            if (message.id == RequestId(id))
                reply = message.frame;
            else
                m_heard.append(message.frame);
        }
    }
    return *reply;
}

// ---- StoryRun ----

StoryRun::StoryRun(const Story &story, const Decorate &decorate)
    : m_story(story), m_directory(quickPlace()), m_clock(std::make_shared<std::atomic<qint64>>(QDateTime(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC).toMSecsSinceEpoch())),
      m_model(Users)
{
    m_parts.decorate = decorate;
    m_parts.now = [clock = m_clock] { return QDateTime::fromMSecsSinceEpoch(*clock, QTimeZone::utc()); };
    // Only what is opened again needs a disk.
    const auto isRestart = [](const Step &step) { return step.action == Step::Action::Restart; };
    if (std::any_of(story.begin(), story.end(), isRestart))
        m_parts.directory = m_directory.path();
    m_people.emplace_back(Anna, tokenOf(Anna), QStringList());
    m_people.emplace_back(Anna, tokenOf(Anna), QStringList());
    m_people.emplace_back(Bo, tokenOf(Bo), QStringList { u"batch"_s });
    m_people.emplace_back(Cy, tokenOf(Cy), QStringList());
    m_people.emplace_back(Dee, tokenOf(Dee), QStringList());
}

QDateTime StoryRun::now() const { return m_parts.now(); }

void StoryRun::require(bool isSo, const QString &what) const
{
    if (!isSo)
        fail(what);
}

void StoryRun::fail(const QString &what) const
{
    std::ostringstream text;
    if (m_step < m_story.size()) {
        text << "after step " << m_step + 1 << ", ";
        showValue(m_story[m_step], text);
        text << ": ";
    }
    text << what.toStdString();
    RC_FAIL(text.str());
}

void StoryRun::open()
{
    ServerSettings settings = unhurried();
    settings.keepDays = KeepDays;
    m_chat = std::make_unique<Chat>(settings, m_parts);
}

void StoryRun::run()
{
    open();
    QSet<UserName> known;
    for (Person &person : m_people) {
        const Welcome welcome = person.arrive(*m_chat);
        if (!known.contains(person.user()))
            m_model.enroll(person.user(), now());
        known.insert(person.user());
        checkRooms(person, welcome.rooms, false);
    }
    furnish();
    for (m_step = 0; m_step < m_story.size(); ++m_step)
        take(m_story[m_step]);
    checkLogs();
    checkAudits();
}

/// Rooms to begin with: nothing much happens in none.
void StoryRun::furnish()
{
    const auto make = [this](std::size_t who, const ClientFrame &request) {
        Person &person = m_people.at(who);
        checkReply(request, person.ask(request), m_model.apply(person.user(), request, now()));
    };
    make(2, CreateRoom { Tea, {}, {}, RoomKind::Public });
    make(3, JoinRoom { Tea });
    make(3, CreateRoom { Den, {}, {}, RoomKind::Private });
    make(3, InviteMember { Den, Anna });
    for (Person &person : m_people) {
        require(!std::holds_alternative<Error>(person.ask(ListRooms {})), u"the rooms are listed"_s);
        const auto heard = person.takeHeard(); // all that it took
        Q_UNUSED(heard)
        catchUp(person);
    }
}

RoomId StoryRun::roomOf(const Step &step) const
{
    static const QList<RoomId> rooms { RoomId::lobby(), Tea, Den, directRoomId(Anna, Bo), Loft };
    return rooms.at(step.room);
}

/// One's own messages most of the time, so that most of what is asked for happens; otherwise any event of the room.
Seq StoryRun::targetOf(const Step &step, const Person &person) const
{
    QList<RoomEvent> events = m_model.log(roomOf(step));
    const Seq any(std::max<qsizetype>(1, events.size() - step.back));
    if (step.back > 3)
        return any;
    events.removeIf([&](const RoomEvent &event) {
        const bool mayBeAnyones = (step.action != Step::Action::Edit && step.action != Step::Action::Delete) || step.back == 3;
        return !std::holds_alternative<MessagePosted>(event.body) || (!mayBeAnyones && event.user != person.user());
    });
    return events.isEmpty() ? any : events.at(std::max<qsizetype>(0, events.size() - 1 - step.back)).seq;
}

ClientFrame StoryRun::requestOf(const Step &step, const Person &person) const
{
    using Action = Step::Action;
    const RoomId room = roomOf(step);
    const Seq seq = targetOf(step, person);
    switch (step.action) {
    case Action::Post: {
        PostMessage post { .room = room, .content = Contents.at(step.text) };
        if (step.id > 0)
            post.clientId = ClientId::parse(u"c%1"_s.arg(step.id)).value();
        if (!step.flag && step.back < 2)
            post.replyTo = seq;
        return post;
    }
    case Action::Edit:
        return EditMessage { room, seq, Contents.at(step.text) };
    case Action::Delete:
        return DeleteMessage { room, seq };
    case Action::React:
        return React { room, seq, Emojis.at(step.text), step.flag };
    case Action::Read:
        return MarkRead { room, Seq(seq.value() + (step.flag ? 0 : 3)) }; // past the last one, too
    case Action::Join:
        return JoinRoom { room };
    case Action::Leave:
        return LeaveRoom { room };
    case Action::Create: // nobody names a direct room
        return CreateRoom { room.isDirect() ? RoomId::lobby() : room, {}, {}, step.flag ? RoomKind::Private : RoomKind::Public };
    case Action::Invite:
        return InviteMember { room, Users.at(step.text) };
    case Action::OpenDirect:
        return OpenDirect { person.user() == Anna ? Bo : Anna };
    case Action::Reconnect:
    case Action::TurnClock:
    case Action::Restart:
    case Action::Expire:
        break;
    }
    qFatal("not a request");
}

void StoryRun::take(const Step &step)
{
    *m_clock += 1'000;
    Person &person = m_people.at(static_cast<std::size_t>(step.who));
    switch (step.action) {
    case Step::Action::TurnClock:
        *m_clock += step.flag ? -Hour : Hour;
        break;
    case Step::Action::Reconnect:
        person.leave();
        comeBack(person, step.flag);
        lookAround(nullptr, nullptr, {});
        break;
    case Step::Action::Restart:
        restart(step.flag);
        lookAround(nullptr, nullptr, {});
        break;
    case Step::Action::Expire:
        expire();
        lookAround(nullptr, nullptr, {});
        m_later.clear();
        break;
    default:
        act(person, requestOf(step, person));
        break;
    }
    checkSnapshots();
    checkOutsider(step);
}

void StoryRun::act(Person &person, const ClientFrame &request)
{
    const Outcome outcome = m_model.apply(person.user(), request, now());
    checkReply(request, person.ask(request), outcome);
    lookAround(&person, &request, outcome);
}

void StoryRun::comeBack(Person &person, bool isResuming)
{
    const Welcome welcome = person.arrive(*m_chat);
    require(welcome.user == person.user() && welcome.token == person.token(), u"the token owns the name"_s);
    checkRooms(person, welcome.rooms, false);
    if (!isResuming) {
        person.kept.clear();
        return;
    }
    for (const RoomSummary &room : welcome.rooms)
        forget(person, room.room, room.firstSeq);
    for (const RoomId &room : person.kept.keys()) {
        const ServerFrame reply = person.ask(SyncRoom { room, person.kept[room].upTo, limits::MaxSyncLimit });
        require(std::holds_alternative<Synced>(reply), shown(reply));
        for (const RoomEvent &event : std::get<Synced>(reply).events)
            fold(person, event);
    }
}

void StoryRun::restart(bool isResuming)
{
    for (Person &person : m_people)
        person.vanish();
    m_chat.reset();
    open();
    for (Person &person : m_people)
        comeBack(person, isResuming);
}

/// Days pass, and the chat looks for what is too old.
void StoryRun::expire()
{
    *m_clock += DaysAtOnce * 24 * Hour;
    m_later = m_model.expire(now().addDays(-KeepDays));
    m_hasExpired = m_hasExpired || !m_later.isEmpty();
    QSet<RoomId> awaited = m_later;
    QObject context;
    QObject::connect(&m_chat->retention(), &Retention::expired, &context, [&awaited](const RoomId &room) { awaited.remove(room); });
    m_chat->retention().start();
    const bool areDone = QTest::qWaitFor([&awaited] { return awaited.isEmpty(); });
    require(areDone, u"%1 rooms do not forget what is old"_s.arg(awaited.size()));
}

/// As a client must that keeps a copy.
void StoryRun::forget(Person &person, const RoomId &room, Seq firstSeq)
{
    const auto kept = person.kept.find(room);
    if (kept == person.kept.end())
        return;
    kept->messages.removeIf([firstSeq](const MessageSnapshot &message) { return message.seq < firstSeq; });
    kept->upTo = std::max(kept->upTo, Seq(firstSeq.value() - 1));
}

/// Everybody asks for their rooms; what they heard until the reply is all that the step made them hear.
void StoryRun::lookAround(const Person *actor, const ClientFrame *request, const Outcome &outcome)
{
    QList<qint64> ids;
    for (Person &person : m_people)
        ids.append(person.send(ListRooms {}));
    for (Person &person : m_people) {
        const ServerFrame listed = person.await(ids.takeFirst());
        require(std::holds_alternative<RoomsListed>(listed), shown(listed));
        checkRooms(person, std::get<RoomsListed>(listed).rooms, true);
        checkHeard(person, actor, request, outcome);
        catchUp(person);
    }
}

/// Takes a page of each room that is new to the connection, and lets go of those that its user has left.
void StoryRun::catchUp(Person &person)
{
    for (const RoomId &room : m_model.roomsOf(person.user())) {
        if (!person.kept.contains(room)) {
            const QList<MessageSnapshot> page = history(person, room);
            person.kept.insert(room, { page, m_model.lastSeq(room) });
        }
    }
    person.kept.removeIf([&](auto entry) { return !m_model.isMember(entry.key(), person.user()); });
}

void StoryRun::fold(Person &person, const RoomEvent &event)
{
    const auto kept = person.kept.find(event.room);
    require(kept != person.kept.end(), u"%1 heard seq %2 of a room that is none of theirs"_s.arg(person.user().toString()).arg(event.seq.value()));
    require(event.seq == kept->upTo.next(), u"%1 heard seq %2 after %3"_s.arg(person.user().toString()).arg(event.seq.value()).arg(kept->upTo.value()));
    kept->upTo = event.seq;
    if (std::holds_alternative<MessagePosted>(event.body)) {
        kept->messages.append(snapshotOf(event));
        return;
    }
    for (MessageSnapshot &message : kept->messages) {
        if (message.seq == hearth::targetOf(event))
            hearth::fold(message, event);
    }
}

QList<MessageSnapshot> StoryRun::history(Person &person, const RoomId &room)
{
    const ServerFrame reply = person.ask(FetchHistory { room, {}, limits::MaxHistoryLimit });
    require(std::holds_alternative<History>(reply), shown(reply));
    return std::get<History>(reply).messages;
}

} // namespace hearth::test
