#include "bench/client/fill.h"

#include "bench/client/desk.h"
#include "protocol/codec.h"
#include "server/store/sqliteeventstore.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QWebSocket>

#include <algorithm>

namespace hearth::bench {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int GroupSize = 5'000; ///< messages that share a commit
constexpr int InFlight = 64;

/// Of the lengths that people write in: a few words, at times some lines.
QString said(int number)
{
    static const QString words
        = u"the kiln is at nine hundred degrees and Bo says that the glaze of the second shelf wants another hour before "
          "anybody opens the door, so please leave the lower vents as they are until the lamp goes out by itself"_s;
    return u"%1: "_s.arg(number) + words.left(12 + (number * 37) % 150);
}

} // namespace

void fill(const QString &directory, const QStringList &rooms)
{
    SqliteSettings settings;
    settings.directory = directory;
    settings.sync = SqliteSettings::Sync::Normal;
    StoreState state;
    auto opened = SqliteEventStore::open(settings, &state);
    if (!opened)
        giveUp(opened.error().text);
    EventStore &store = **opened;
    const QList<UserName> people { UserName::parse(u"bo"_s).value(), UserName::parse(u"cy"_s).value() };
    for (const UserName &user : people)
        store.addUser({ .name = user }, [](const auto &) {});
    for (const QString &wanted : rooms) {
        const auto room = RoomId::parse(wanted.section(u'=', 0, 0));
        const int count = wanted.section(u'=', 1).toInt();
        if (!room)
            giveUp(u"%1 is no room."_s.arg(wanted));
        store.createRoom({ .id = *room, .name = room->toString() }, people, [](const auto &) {});
        for (int written = 0; written < count;) {
            QEventLoop loop;
            const int group = std::min(GroupSize, count - written);
            for (int i = 0; i < group; ++i, ++written) {
                AppendRequest request;
                request.room = *room;
                request.user = people.at((written / 3) % 2);
                request.body = MessagePosted { said(written), {}, {} };
                store.append(request, [&loop, isLast = i + 1 == group](const auto &done) {
                    if (!done)
                        giveUp(u"The store refused a message."_s);
                    if (isLast)
                        loop.quit();
                });
            }
            loop.exec();
        }
    }
    QEventLoop loop;
    store.drain([&loop] { loop.quit(); });
    loop.exec();
}

void post(const QString &url, const QString &room, int count)
{
    QWebSocket socket;
    QEventLoop loop;
    int sent = 0;
    int acknowledged = 0;
    const auto send = [&] {
        PostMessage message;
        message.room = RoomId::parse(room).value_or(RoomId::lobby());
        message.content = said(sent);
        message.clientId = ClientId::generate();
        socket.sendTextMessage(QString::fromUtf8(codec::encode(ClientRequest { RequestId(u"p"_s), message })));
        ++sent;
    };
    QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [&](const QString &text) {
        if (text.contains(u"\"type\":\"connected\""_s)) {
            socket.sendTextMessage(u"{\"type\":\"hello\",\"id\":1,\"user\":\"poster%1\"}"_s.arg(QCoreApplication::applicationPid()));
        } else if (text.contains(u"\"type\":\"welcome\""_s)) {
            socket.sendTextMessage(u"{\"type\":\"join\",\"id\":2,\"room\":\"%1\"}"_s.arg(room));
        } else if (text.contains(u"\"type\":\"joined\""_s)) {
            for (int i = 0; i < std::min(InFlight, count); ++i)
                send();
        } else if (text.contains(u"\"type\":\"ack\""_s)) {
            if (++acknowledged == count)
                loop.quit();
            else if (sent < count)
                send();
        } else if (text.contains(u"\"type\":\"error\""_s)) {
            giveUp(text);
        }
    });
    QObject::connect(&socket, &QWebSocket::disconnected, &socket, [] { giveUp(u"The server hung up."_s); });
    socket.open(QUrl(url));
    loop.exec();
    socket.disconnect();
    socket.close();
}

} // namespace hearth::bench
