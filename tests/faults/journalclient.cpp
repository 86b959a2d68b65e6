#include "tests/faults/journalclient.h"

#include "protocol/token.h"

#include <QElapsedTimer>
#include <QJsonDocument>

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int FirstRetryMs = 50;
constexpr int ResendMs = 200; ///< after a refusal that will not last
constexpr qsizetype MostUnacknowledged = 60;
constexpr qsizetype MostKnown = 30; ///< messages of a room kept in mind to be changed

bool isPassing(const QString &code)
{
    return code == "storage_full"_L1 || code == "rate_limited"_L1 || code == "internal"_L1 || code == "shutting_down"_L1;
}

} // namespace

JournalClient::JournalClient(const Settings &settings)
    : m_settings(settings), m_journal(settings.journalFile), m_random(settings.seed),
      m_backoff(Backoff::Milliseconds(FirstRetryMs), Backoff::Milliseconds(settings.longestRetryMs),
                [this] { return m_random.generateDouble(); }),
      m_token(token::generate())
{
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &JournalClient::connectNow);
    m_resendTimer.setSingleShot(true);
    connect(&m_resendTimer, &QTimer::timeout, this, &JournalClient::resend);
    connect(&m_workTimer, &QTimer::timeout, this, &JournalClient::act);
}

JournalClient::~JournalClient()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void JournalClient::open()
{
    m_isOpen = true;
    connectNow();
}

void JournalClient::connectNow()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket.release()->deleteLater();
    }
    m_socket = std::make_unique<QWebSocket>();
    connect(m_socket.get(), &QWebSocket::disconnected, this, &JournalClient::disconnected);
    connect(m_socket.get(), qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &JournalClient::disconnected);
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        send({ { "type"_L1, "hello"_L1 }, { "user"_L1, m_settings.user }, { "token"_L1, m_token } });
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        receive(QJsonDocument::fromJson(text.toUtf8()).object());
    });
    m_socket->open(m_settings.url);
}

void JournalClient::disconnected()
{
    if (m_retryTimer.isActive())
        return; // told before
    if (m_isWelcomed) {
        m_closeCode = m_socket->closeCode();
        m_journal.write("lost"_L1);
    }
    m_isWelcomed = false;
    m_isSettled = false;
    m_requests.clear();
    for (Room &room : m_rooms)
        room.isSyncing = false;
    m_retryTimer.start(m_backoff.next());
}

void JournalClient::breakOff()
{
    if (m_socket)
        m_socket->abort();
}

void JournalClient::send(QJsonObject frame, Reply onReply)
{
    if (!m_socket || m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    frame["id"_L1] = ++m_nextId;
    if (frame["type"_L1].toString() != "message"_L1)
        m_requests.insert(m_nextId, std::move(onReply));
    m_socket->sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
}

void JournalClient::receive(const QJsonObject &frame)
{
    const QString type = frame["type"_L1].toString();
    const qint64 id = frame["id"_L1].toInteger();
    if (type == "ack"_L1 && frame.contains("client_id"_L1))
        takeAck(frame);
    else if (type == "error"_L1)
        takeError(frame);
    else if (type == "welcome"_L1)
        takeWelcome(frame);
    else if (type == "joined"_L1)
        enter(frame["room"_L1].toString(), frame["last_seq"_L1].toInteger());
    else if (type == "room"_L1 && !m_rooms.contains(frame["room"_L1].toString()))
        enter(frame["room"_L1].toString(), frame["last_seq"_L1].toInteger());
    else if (type == "left"_L1)
        exit(frame["room"_L1].toString());
    else if (type == "presence"_L1)
        m_states.insert(frame["user"_L1].toString(), frame["state"_L1].toString());
    else if (frame.contains("seq"_L1) && id == 0 && type != "notification"_L1 && type != "read"_L1)
        takeEvent(frame, true);
    if (const auto request = m_requests.find(id); request != m_requests.end()) {
        const Reply reply = std::move(*request);
        m_requests.erase(request);
        if (reply && type != "error"_L1)
            reply(frame);
    }
}

// ---- messages ----

void JournalClient::post(const QString &room)
{
    Message message;
    message.id = m_settings.user + u'-' + QString::number(++m_nextMessage);
    message.room = room;
    message.content = u"%1 says %2"_s.arg(m_settings.user).arg(m_nextMessage);
    m_journal.write("posted"_L1, { { "id"_L1, message.id }, { "room"_L1, room }, { "content"_L1, message.content } });
    m_unacknowledged.append(message);
    if (m_isWelcomed)
        sendMessage(message);
}

void JournalClient::sendMessage(const Message &message)
{
    send({ { "type"_L1, "message"_L1 }, { "room"_L1, message.room }, { "content"_L1, message.content }, { "client_id"_L1, message.id } });
}

void JournalClient::resend()
{
    if (!m_isWelcomed)
        return;
    for (const Message &message : std::as_const(m_unacknowledged))
        sendMessage(message);
}

void JournalClient::takeAck(const QJsonObject &ack)
{
    const QString id = ack["client_id"_L1].toString();
    m_journal.write("acked"_L1, { { "id"_L1, id }, { "room"_L1, ack["room"_L1] }, { "seq"_L1, ack["seq"_L1] } });
    if (m_unacknowledged.removeIf([&id](const Message &message) { return message.id == id; }) == 0)
        return; // sent twice, answered twice
    ++m_acknowledged;
    emit acked(ack["seq"_L1].toInteger());
}

void JournalClient::takeError(const QJsonObject &error)
{
    m_lastError = error["code"_L1].toString();
    if (!error.contains("client_id"_L1))
        return;
    const QString id = error["client_id"_L1].toString();
    m_journal.write("refused"_L1, { { "id"_L1, id }, { "code"_L1, m_lastError } });
    if (!isPassing(m_lastError))
        m_unacknowledged.removeIf([&id](const Message &message) { return message.id == id; });
    else if (!m_resendTimer.isActive())
        m_resendTimer.start(ResendMs);
}

// ---- rooms ----

void JournalClient::takeWelcome(const QJsonObject &welcome)
{
    m_isWelcomed = true;
    m_backoff.reset();
    QStringList own;
    QJsonArray rooms;
    for (const QJsonValue &entry : welcome["rooms"_L1].toArray()) {
        own.append(entry["room"_L1].toString());
        rooms.append(QJsonObject { { "room"_L1, own.last() }, { "last_seq"_L1, entry["last_seq"_L1] },
                                   { "read_seq"_L1, entry["read_seq"_L1] }, { "unread"_L1, entry["unread"_L1] } });
        if (entry["kind"_L1].toString() == "public"_L1 && own.last() != "lobby"_L1 && !m_publicRooms.contains(own.last()))
            m_publicRooms.append(own.last());
    }
    m_journal.write("welcome"_L1, { { "rooms"_L1, rooms } });
    m_rooms.removeIf([&own](auto it) { return !own.contains(it.key()); });
    for (const QJsonValue &entry : std::as_const(rooms)) {
        const QString room = entry["room"_L1].toString();
        if (!m_rooms.contains(room))
            enter(room, entry["last_seq"_L1].toInteger());
        else
            sync(room);
    }
    resend();
    emit welcomed();
}

void JournalClient::createRoom(const QString &room, const QString &kind)
{
    m_journal.write("joining"_L1, { { "room"_L1, room } });
    send({ { "type"_L1, "create_room"_L1 }, { "room"_L1, room }, { "kind"_L1, kind } });
}

void JournalClient::join(const QString &room)
{
    if (!m_publicRooms.contains(room))
        m_publicRooms.append(room);
    m_journal.write("joining"_L1, { { "room"_L1, room } });
    send({ { "type"_L1, "join"_L1 }, { "room"_L1, room } });
}

void JournalClient::invite(const QString &room, const QString &user)
{
    send({ { "type"_L1, "invite"_L1 }, { "room"_L1, room }, { "user"_L1, user } });
}

void JournalClient::enter(const QString &room, qint64 lastSeq)
{
    m_rooms.insert(room, { .applied = lastSeq });
    m_journal.write("joined"_L1, { { "room"_L1, room }, { "seq"_L1, lastSeq } });
    snapshot(room);
}

void JournalClient::exit(const QString &room)
{
    m_rooms.remove(room);
    m_journal.write("left"_L1, { { "room"_L1, room } });
}

void JournalClient::takeEvent(const QJsonObject &event, bool isLive)
{
    const auto room = m_rooms.find(event["room"_L1].toString());
    const qint64 seq = event["seq"_L1].toInteger();
    const bool isNext = room != m_rooms.end() && seq == room->applied + 1;
    m_journal.write(isLive ? "live"_L1 : "synced"_L1, { { "event"_L1, event }, { "applied"_L1, isNext } });
    if (room == m_rooms.end())
        return;
    if (isNext) {
        room->applied = seq;
        if (event["type"_L1].toString() == "message"_L1) {
            auto &known = event["user"_L1].toString() == m_settings.user ? room->own : room->others;
            known.append(seq);
            if (known.size() > MostKnown)
                known.removeFirst();
        }
    } else if (seq > room->applied) {
        sync(room.key());
    }
}

void JournalClient::sync(const QString &room)
{
    Room &place = m_rooms[room];
    place.hasMissed = place.isSyncing;
    if (std::exchange(place.isSyncing, true))
        return;
    send({ { "type"_L1, "sync"_L1 }, { "room"_L1, room }, { "after"_L1, place.applied } }, [this, room](const QJsonObject &reply) {
        if (!m_rooms.contains(room))
            return;
        for (const QJsonValue &event : reply["events"_L1].toArray())
            takeEvent(event.toObject(), false);
        Room &synced = m_rooms[room];
        synced.isSyncing = false;
        if (std::exchange(synced.hasMissed, false) || reply["has_more"_L1].toBool())
            sync(room);
    });
}

void JournalClient::snapshot(const QString &room)
{
    const qint64 since = m_rooms[room].applied;
    send({ { "type"_L1, "history"_L1 }, { "room"_L1, room }, { "limit"_L1, 500 } }, [this, room, since](const QJsonObject &reply) {
        m_journal.write("snapshot"_L1, { { "room"_L1, room }, { "since"_L1, since }, { "messages"_L1, reply["messages"_L1] } });
    });
}

void JournalClient::settle()
{
    if (!m_isWelcomed || std::exchange(m_settling, true))
        return;
    for (auto it = m_rooms.cbegin(); it != m_rooms.cend(); ++it)
        sync(it.key());
    // Behind them in the order of requests, not of replies: asked again until nothing is outstanding.
    auto *poll = new QTimer(this);
    connect(poll, &QTimer::timeout, this, [this, poll] {
        if (!m_requests.isEmpty() && m_isWelcomed)
            return;
        poll->deleteLater();
        m_settling = false;
        if (!m_isWelcomed)
            return;
        m_journal.write("settled"_L1);
        for (const QString &room : m_rooms.keys())
            snapshot(room);
        m_isSettled = true;
    });
    poll->start(20);
}

void JournalClient::look(const QString &room, std::function<void(qsizetype)> done)
{
    send({ { "type"_L1, "history"_L1 }, { "room"_L1, room }, { "limit"_L1, 50 } },
         [done = std::move(done)](const QJsonObject &page) { done(page["messages"_L1].toArray().size()); });
}

void JournalClient::ping(std::function<void(qint64)> done)
{
    QElapsedTimer clock;
    clock.start();
    send({ { "type"_L1, "ping"_L1 } }, [clock, done = std::move(done)](const QJsonObject &) { done(clock.elapsed()); });
}

// ---- load ----

void JournalClient::work(int pauseMs) { m_workTimer.start(pauseMs); }
void JournalClient::rest() { m_workTimer.stop(); }

QString JournalClient::anyRoom()
{
    QStringList rooms = m_rooms.keys();
    rooms.sort(); // a hash's order is not the seed's
    return rooms.isEmpty() ? QString() : rooms[static_cast<qsizetype>(below(static_cast<quint32>(rooms.size())))];
}

void JournalClient::act()
{
    const quint32 die = below(1'000);
    if (m_isWelcomed && m_settings.breaksOff && die < 5) {
        breakOff();
        return;
    }
    if (m_isWelcomed && m_settings.wanders && die < 12 && !m_publicRooms.isEmpty()) {
        const QString room = m_publicRooms.first();
        if (m_rooms.contains(room))
            send({ { "type"_L1, "leave"_L1 }, { "room"_L1, room } });
        else
            join(room);
        return;
    }
    const QString room = anyRoom();
    if (room.isEmpty())
        return;
    if (die < 250) {
        changeSomething(room);
        return;
    }
    for (quint32 burst = below(4) + 1; burst > 0 && m_unacknowledged.size() < MostUnacknowledged; --burst)
        post(room);
}

void JournalClient::changeSomething(const QString &room)
{
    if (!m_isWelcomed)
        return;
    const Room &place = m_rooms[room];
    const auto pick = [this](const QList<qint64> &seqs) { return seqs[static_cast<qsizetype>(below(static_cast<quint32>(seqs.size())))]; };
    QJsonObject frame { { "room"_L1, room } };
    const quint32 die = below(10);
    if (die < 3) {
        frame["type"_L1] = "read"_L1;
        frame["seq"_L1] = place.applied;
        send(frame, [this, room](const QJsonObject &ack) {
            m_journal.write("read"_L1, { { "room"_L1, room }, { "seq"_L1, ack["seq"_L1] } });
        });
        return;
    }
    if (place.own.isEmpty() || place.others.isEmpty())
        return;
    if (die < 6) {
        frame["type"_L1] = "react"_L1;
        frame["seq"_L1] = pick(place.others);
        frame["emoji"_L1] = below(2) == 0 ? u"👍"_s : u"🎉"_s;
        frame["add"_L1] = below(3) != 0;
    } else if (die < 9) {
        frame["type"_L1] = "edit"_L1;
        frame["seq"_L1] = pick(place.own);
        frame["content"_L1] = u"%1 has changed this %2 times"_s.arg(m_settings.user).arg(m_nextId);
    } else {
        frame["type"_L1] = "delete"_L1;
        frame["seq"_L1] = pick(place.own);
    }
    send(frame);
}

} // namespace hearth::test
