// Any `history`, `sync` or `search` against a chat whose log is known: the page must be what a look through the whole
// log, written the simple way, says.

#include "protocol/codec.h"
#include "tests/chat/chattestkit.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>
#include <memory>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What people write who know SQL, LIKE and FTS5, and what a search must find in the letters as they stand.
const QStringList Contents {
    u"100 % sure"_s, u"a_b"_s, u"a\\b"_s, u"it's"_s, u"\"quoted\""_s, u"x' OR 1=1 --"_s, u"NEAR(a b)"_s, u"col:umn"_s, u"*"_s,
    u"Ünïcödé"_s, u"ünïcödé"_s, u"你好"_s, u"😀😀"_s, u"  spaces  "_s, u"UPPER lower"_s, u"upper LOWER"_s, u"aaa"_s, u"AAAA"_s,
    u"line\nbreak"_s, u"a"_s,
};

/// A chat of two rooms, and all that there is to be read in it. Made once: reading leaves no trace.
class Library
{
public:
    Library();

    [[nodiscard]] ServerMessage ask(const QByteArray &frame);

    QHash<RoomId, QList<RoomEvent>> events; ///< in order
    QHash<RoomId, QList<MessageSnapshot>> messages; ///< oldest first
    QList<std::pair<RoomId, Seq>> written; ///< every message of both rooms, in the order of writing

private:
    [[nodiscard]] ServerMessage told(Client &client, const QByteArray &frame);

    Chat m_chat;
    std::unique_ptr<Client> m_reader;
};

ServerMessage Library::told(Client &client, const QByteArray &frame)
{
    client.say(frame);
    const auto decoded = codec::decodeServer(client.nextBytes());
    HEARTH_HOLDS(decoded.has_value() && decoded->size() == 1);
    return decoded->first();
}

ServerMessage Library::ask(const QByteArray &frame)
{
    const ServerMessage reply = told(*m_reader, frame);
    HEARTH_HOLDS(m_reader->takeHeard().isEmpty());
    return reply;
}

Library::Library() : m_reader(m_chat.welcomed(u"anna"_s))
{
    const auto writer = m_chat.welcomed(u"Bo"_s);
    const auto say = [this, &writer](Client &client, const QByteArray &frame) {
        client.say(frame);
        m_chat.settle();
        m_reader->forget();
        writer->forget();
    };
    say(*m_reader, R"({"type":"create_room","room":"tea"})");
    say(*writer, R"({"type":"join","room":"tea"})");
    const QList<RoomId> rooms { RoomId::lobby(), RoomId::parse(u"tea").value() };
    for (const QString &content : Contents) {
        for (const RoomId &room : rooms) {
            Client &who = written.size() % 3 == 0 ? *writer : *m_reader;
            say(who, codec::encode(ClientRequest { {}, PostMessage { .room = room, .content = content } }));
            const auto *known = m_chat.directory().room(room);
            written.append({ room, known->record.lastSeq });
        }
    }
    for (const qsizetype place : { 1, 2, 4, 10 }) // the reader's own
        say(*m_reader, codec::encode(ClientRequest { {}, EditMessage { written[place].first, written[place].second, u"edited %1"_s.arg(place) } }));
    for (const qsizetype place : { 5, 7 })
        say(*m_reader, codec::encode(ClientRequest { {}, DeleteMessage { written[place].first, written[place].second } }));
    say(*writer, codec::encode(ClientRequest { {}, React { written[8].first, written[8].second, u"👍"_s } }));
    for (const RoomId &room : rooms) {
        events[room] = std::get<Synced>(ask(codec::encode(ClientRequest { {}, SyncRoom { room, Seq(0), 500 } })).frame).events;
        messages[room] = std::get<History>(ask(codec::encode(ClientRequest { {}, FetchHistory { room, {}, 500 } })).frame).messages;
        HEARTH_HOLDS(messages[room].size() == Contents.size());
        for (qsizetype i = 0; i < events[room].size(); ++i)
            HEARTH_HOLDS(events[room][i].seq == Seq(i + 1));
    }
}

QString inSmallAscii(QString text)
{
    for (QChar &c : text) {
        if (c >= u'A' && c <= u'Z')
            c = QChar(c.unicode() + 32);
    }
    return text;
}

/// Newest first.
QList<MessageSnapshot> found(const Library &library, const Search &search)
{
    QList<MessageSnapshot> hits;
    for (auto place = library.written.crbegin(); place != library.written.crend(); ++place) {
        const RoomId &room = place->first;
        const Seq seq = place->second;
        const auto isIt = [&](const MessageSnapshot &m) { return m.seq == seq; };
        const QList<MessageSnapshot> all = library.messages.value(room);
        const MessageSnapshot message = *std::find_if(all.begin(), all.end(), isIt);
        const bool isWanted = (!search.room || *search.room == room) && (!search.before || seq < *search.before)
            && (!search.from || *search.from == message.user) && !message.isDeleted;
        if (isWanted && inSmallAscii(message.content).contains(inSmallAscii(search.query)))
            hits.append(message);
    }
    return hits;
}

void checkReply(const Library &library, const ServerFrame &reply, const FetchHistory &asked)
{
    QList<MessageSnapshot> wanted = library.messages.value(asked.room.value_or(RoomId::lobby()));
    if (asked.before)
        wanted.removeIf([&](const MessageSnapshot &m) { return m.seq >= *asked.before; });
    const auto &page = std::get<History>(reply);
    HEARTH_HOLDS(page.hasMore == (wanted.size() > asked.limit));
    HEARTH_HOLDS(page.messages == wanted.last(std::min<qsizetype>(wanted.size(), asked.limit)));
}

void checkReply(const Library &library, const ServerFrame &reply, const SyncRoom &asked)
{
    QList<RoomEvent> wanted = library.events.value(asked.room.value_or(RoomId::lobby()));
    const Seq last = wanted.last().seq;
    wanted.removeIf([&](const RoomEvent &e) { return e.seq <= asked.after; });
    const auto &page = std::get<Synced>(reply);
    HEARTH_HOLDS(page.lastSeq == last && page.hasMore == (wanted.size() > asked.limit));
    HEARTH_HOLDS(page.events == wanted.first(std::min<qsizetype>(wanted.size(), asked.limit)));
}

void checkReply(const Library &library, const ServerFrame &reply, const Search &asked)
{
    const QList<MessageSnapshot> wanted = found(library, asked);
    const auto &page = std::get<SearchResults>(reply);
    HEARTH_HOLDS(page.hasMore == (wanted.size() > asked.limit));
    HEARTH_HOLDS(page.messages == wanted.first(std::min<qsizetype>(wanted.size(), asked.limit)));
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    needEventLoop();
    static auto *library = new Library; // for as long as the process lives
    const QByteArray frame = QString::fromUtf8(input).toUtf8();
    const auto request = codec::decodeClient(frame);
    if (!request)
        return;
    std::visit(
        [&](const auto &asked) {
            using Asked = std::decay_t<decltype(asked)>;
            if constexpr (std::is_same_v<Asked, FetchHistory> || std::is_same_v<Asked, SyncRoom> || std::is_same_v<Asked, Search>) {
                const ServerMessage reply = library->ask(frame);
                HEARTH_HOLDS(reply.id == request->id);
                if (library->events.contains(asked.room.value_or(RoomId::lobby())))
                    checkReply(*library, reply.frame, asked);
                else
                    HEARTH_HOLDS(std::get<Error>(reply.frame).code == ErrorCode::NotFound);
            }
        },
        request->frame);
}
