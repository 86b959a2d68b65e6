// Four people at one chat. Each line of an input is what one of them does: `a` to `d`, and then a frame; in upper case
// the connection ends and another takes its place; `.` waits until all has been told. `a` and `b` come by /chat, `c`
// by /chat/tea, `d` by /chat/den. `@code` and `@id` in a frame stand for those of the invite that was made last, which no
// input can guess.
//
// Whatever they say: every request with an id ends in one reply or error, nobody hears a frame of a room that they are
// not in, and every room's log is without gaps and makes what `history` shows.

#include "protocol/codec.h"
#include "tests/chat/chattestkit.h"
#include "tests/chat/frameaudit.h"
#include "tests/chat/roomlogs.h"
#include "tests/fuzz/fuzztarget.h"

#include <array>
#include <memory>
#include <vector>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype MaxLines = 48;

/// How many replies a request still may and must get.
struct Owed
{
    int least = 0;
    int most = 0;
};

/// What somebody has heard of the invite that was made last.
struct LastInvite
{
    QByteArray code = "none";
    QByteArray id = "none";
};

/// One connection, from its beginning to the end of the input.
class Visit
{
public:
    Visit(Chat &chat, const QString &path, LastInvite &invite)
        : m_client(chat.channel(), path), m_invite(invite), m_audit(path.isEmpty() ? RoomId::lobby() : RoomId::parse(path).value())
    {
    }

    void say(const QByteArray &line);
    void leave();
    void listen();
    [[nodiscard]] bool isWaiting() const;
    [[nodiscard]] const QSet<RoomId> &rooms() const { return m_audit.rooms(); }
    void checkEnd(const RoomLogs &logs) const;

private:
    void owe(const std::optional<RequestId> &id, int least);
    void hear(const ServerMessage &message);

    Client m_client;
    LastInvite &m_invite;
    FrameAudit m_audit;
    QHash<QString, Owed> m_owed;
};

QString keyOf(const RequestId &id)
{
    const auto *number = std::get_if<qint64>(&id);
    return number != nullptr ? QString::number(*number) : u'"' + std::get<QString>(id);
}

void Visit::owe(const std::optional<RequestId> &id, int least)
{
    if (!id)
        return;
    Owed &owed = m_owed[keyOf(*id)];
    owed.least += least;
    ++owed.most;
}

void Visit::say(const QByteArray &line)
{
    if (!m_client.isOpen())
        return;
    QByteArray frame = QString::fromUtf8(line).toUtf8(); // as it comes out of the socket
    frame.replace("@code", m_invite.code).replace("@id", m_invite.id);
    const auto request = codec::decodeClient(frame);
    if (!request) {
        owe(request.error().id, 1);
    } else {
        // `typing` has no reply, but may have an error.
        owe(request->id, std::holds_alternative<SetTyping>(request->frame) ? 0 : 1);
        m_audit.said(request->frame);
    }
    m_client.say(frame);
}

void Visit::leave()
{
    listen();
    m_client.leave();
}

void Visit::listen()
{
    for (const QByteArray &bytes : m_client.takeHeard()) {
        const auto messages = codec::decodeServer(bytes);
        HEARTH_HOLDS(messages.has_value() && !messages->isEmpty());
        for (const ServerMessage &message : *messages)
            hear(message);
    }
}

void Visit::hear(const ServerMessage &message)
{
    if (const auto *error = std::get_if<Error>(&message.frame))
        HEARTH_HOLDS(error->code != ErrorCode::Internal);
    if (const auto *created = std::get_if<InviteCreated>(&message.frame))
        m_invite = { created->code.toUtf8(), created->invite.id.toUtf8() };
    m_audit.heard(message.frame);
    const bool isUpdate = std::holds_alternative<RoomUpdated>(message.frame) || std::holds_alternative<UserUpdated>(message.frame);
    if (!message.id || isUpdate)
        return;
    const auto owed = m_owed.find(keyOf(*message.id));
    HEARTH_HOLDS(owed != m_owed.end() && owed->most > 0);
    --owed->most;
    --owed->least;
}

bool Visit::isWaiting() const
{
    return m_client.isOpen() && std::any_of(m_owed.begin(), m_owed.end(), [](const Owed &owed) { return owed.least > 0; });
}

void Visit::checkEnd(const RoomLogs &logs) const
{
    HEARTH_HOLDS(!isWaiting());
    const QString breach = m_audit.breach(logs);
    if (!breach.isEmpty())
        hearth::fuzz::finding(__FILE__, __LINE__, qPrintable(breach));
}

class Party
{
public:
    void run(const QByteArray &input);

private:
    void settle();
    [[nodiscard]] Visit &visitOf(std::size_t person) { return *m_now.at(person); }
    void comes(std::size_t person);

    Chat m_chat;
    LastInvite m_invite;
    std::vector<std::unique_ptr<Visit>> m_visits;
    std::array<Visit *, 4> m_now {};
};

void Party::comes(std::size_t person)
{
    static const std::array paths { QString(), QString(), u"tea"_s, u"den"_s };
    m_visits.push_back(std::make_unique<Visit>(m_chat, paths.at(person), m_invite));
    m_now.at(person) = m_visits.back().get();
}

void Party::settle()
{
    m_chat.settle();
    for (const auto &visit : m_visits)
        visit->listen();
}

void Party::run(const QByteArray &input)
{
    for (std::size_t person = 0; person < m_now.size(); ++person)
        comes(person);
    const QList<QByteArray> lines = input.split('\n');
    for (const QByteArray &line : lines.first(std::min(lines.size(), MaxLines))) {
        const char who = line.isEmpty() ? '.' : line.front();
        if (who >= 'a' && who <= 'd') {
            visitOf(static_cast<std::size_t>(who - 'a')).say(line.sliced(1));
        } else if (who >= 'A' && who <= 'D') {
            const auto person = static_cast<std::size_t>(who - 'A');
            visitOf(person).leave();
            comes(person);
        } else {
            settle();
        }
    }
    // What waits behind a `hello` has its turn a round later.
    const auto isAnyoneWaiting = [this] { return std::any_of(m_now.begin(), m_now.end(), [](const Visit *v) { return v->isWaiting(); }); };
    settle();
    for (qsizetype round = 0; round < MaxLines && isAnyoneWaiting(); ++round)
        settle();
    settle();
    QSet<RoomId> rooms;
    for (const auto &visit : m_visits)
        rooms.unite(visit->rooms());
    const RoomLogs logs(m_chat, rooms);
    HEARTH_HOLDS(logs.isGapless());
    HEARTH_HOLDS(logs.isShownAsWritten());
    for (const auto &visit : m_visits)
        visit->checkEnd(logs);
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    needEventLoop();
    Party().run(input);
}
