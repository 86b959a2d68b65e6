#include "tests/chat/chattestkit.h"

#include "server/store/sqliteeventstore.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTimer>

#include <functional>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

QDateTime noon() { return QDateTime::fromString(QString::fromLatin1(Noon), Qt::ISODateWithMs); }

QJsonObject parse(const QByteArray &bytes)
{
    QJsonParseError error {};
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (!document.isObject())
        qFatal("not a JSON object (%s): %s", qPrintable(error.errorString()), bytes.constData());
    return document.object();
}

/// Runs the event loop until it is so; false after 10 s. QTest::qWaitFor() looks only every 10 ms, which is most
/// of the time that hundreds of round trips take.
bool waitUntil(const std::function<bool()> &isSo)
{
    QTimer ticker; // ends a wait for events that do not come
    ticker.start(std::chrono::milliseconds(100));
    const QDeadlineTimer deadline(std::chrono::seconds(10));
    while (!isSo()) {
        if (deadline.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

QString typeOf(const QByteArray &frame) { return parse(frame).value("type"_L1).toString(); }

} // namespace

QJsonObject json(QByteArray text)
{
    return parse(text.replace(":T,", QByteArray(":\"") + Noon + "\",").replace(":T}", QByteArray(":\"") + Noon + "\"}"));
}

ServerSettings unhurried()
{
    ServerSettings settings;
    for (RateSettings *rate : { &settings.messages, &settings.typing, &settings.requests, &settings.joins, &settings.newRooms,
                                &settings.bytes, &settings.signIns, &settings.newUsers })
        *rate = { 0, 0 };
    settings.passwordCost = { 1, 8 * 1024 }; // the least that there is
    settings.listenersInterval = std::chrono::hours(1);
    return settings;
}

ServerSettings withPassword(const QString &password)
{
    ServerSettings settings = unhurried();
    settings.access = Access::Password;
    settings.password = password;
    return settings;
}

ServerSettings withAccounts()
{
    ServerSettings settings = unhurried();
    settings.access = Access::Accounts;
    return settings;
}

QJsonObject administer(Chat &chat, const QByteArray &frame)
{
    std::optional<QByteArray> answer;
    chat.channel().ask(frame, [&answer](const QByteArray &reply) { answer = reply; });
    if (!waitUntil([&answer] { return answer.has_value(); }))
        qFatal("the console was not answered within 10 s");
    return parse(*answer);
}

Client::Client(ChatChannel &channel, const QString &room, const QString &address)
{
    ConnectionInfo info;
    info.peerAddress = QHostAddress(address);
    if (!room.isEmpty())
        info.parameters.insert(u"room"_s, room);
    m_connection = &FakeConnection::join(channel, info);
    if (!m_connection->isOpen()) {
        m_closeCode = static_cast<int>(m_connection->closeCode().value());
        collect();
        return;
    }
    QObject::connect(&channel, &Channel::closed, &m_context, [this](const Connection *connection, quint16 code) {
        if (connection != m_connection)
            return;
        m_closeCode = code;
        collect();
    });
}

void Client::say(const QByteArray &utf8)
{
    if (m_connection && isOpen())
        m_connection->say(QString::fromUtf8(utf8));
}

void Client::sayBinary(const QByteArray &bytes)
{
    if (m_connection && isOpen())
        m_connection->sayBinary(bytes);
}

void Client::leave()
{
    if (m_connection && isOpen())
        m_connection->leave();
}

void Client::sayGoodbye() { m_connection->sayGoodbye(); }

void Client::stopReading() { m_connection->fail(ConnectionFailure::SlowPeer); }

void Client::collect()
{
    if (m_connection)
        m_heard.append(m_connection->takeHeard());
}

QByteArray Client::nextBytes()
{
    const auto isThere = [this] {
        collect();
        return !m_heard.isEmpty();
    };
    if (!waitUntil(isThere))
        qFatal("no frame within 10 s");
    return m_heard.takeFirst();
}

QJsonObject Client::next() { return parse(nextBytes()); }

QJsonObject Client::next(const QString &type)
{
    QJsonObject frame = next();
    while (frame.value("type"_L1).toString() != type)
        frame = next();
    return frame;
}

QJsonObject Client::ask(const QByteArray &utf8)
{
    say(utf8);
    return next();
}

QString Client::verdict(const QByteArray &utf8)
{
    const QJsonObject frame = ask(utf8);
    return frame.value(frame.contains("code"_L1) ? "code"_L1 : "type"_L1).toString();
}

QList<QByteArray> Client::takeHeard()
{
    collect();
    return std::exchange(m_heard, {});
}

QStringList Client::heardTypes()
{
    QStringList types;
    for (const QByteArray &frame : takeHeard())
        types.append(typeOf(frame));
    return types;
}

void Client::forget()
{
    collect();
    m_heard.clear();
}

QJsonObject Client::hello(const QString &user, const QByteArray &more)
{
    say(R"({"type":"hello","user":")" + user.toUtf8() + '"' + more + '}');
    return next(u"welcome"_s);
}

Chat::Chat(const ServerSettings &settings, ChatParts parts) : m_settings(settings)
{
    const auto base = parts.now ? parts.now : noon;
    const auto now = [this, base] { return base().addSecs(m_seconds); };
    auto opened = SqliteEventStore::open({ .directory = parts.directory, .sync = SqliteSettings::Sync::Normal, .now = now },
                                         &m_state);
    if (!opened)
        qFatal("cannot open the store: %s", qPrintable(opened.error().text));
    std::unique_ptr<EventStore> store = *std::move(opened);
    if (parts.decorate)
        store = parts.decorate(std::move(store));
    m_store = std::make_unique<MoodyStore>(std::move(store));
    m_directory = std::make_unique<Directory>(m_state);
    const RoomRecord lobby { RoomId::lobby(), u"Lobby"_s, {}, RoomKind::Public, {}, {} };
    if (m_directory->room(lobby.id) == nullptr) {
        m_directory->putRoom(lobby);
        m_store->createRoom(lobby, {}, [](const auto &) {});
    }
    m_channel = std::make_unique<ChatChannel>(m_settings, u"the-server"_s, *m_store, *m_directory, now);
    const Retention::Pace pace { .eventsPerStep = 3, .pause = std::chrono::milliseconds(0), .interval = std::chrono::hours(1) };
    m_retention = std::make_unique<Retention>(*m_store, *m_directory, m_settings.keepDays, now, pace);
    QObject::connect(m_channel.get(), &ChatChannel::keepChanged, m_retention.get(), &Retention::look);
    QObject::connect(m_retention.get(), &Retention::expired, m_channel.get(), &ChatChannel::tellKeep);
}

Chat::~Chat()
{
    // In the order that ChatChannel asks for.
    m_store.reset();
    m_retention.reset();
    m_channel.reset();
}

std::unique_ptr<Client> Chat::plain(const QString &room)
{
    auto client = std::make_unique<Client>(*m_channel, room);
    if (client->next().value("type"_L1) != u"connected"_s)
        qFatal("the first frame is not `connected`");
    return client;
}

std::unique_ptr<Client> Chat::welcomed(const QString &user, const QByteArray &more)
{
    auto client = plain();
    client->hello(user, more);
    settle();
    client->forget();
    return client;
}

void Chat::settle()
{
    // A hello is the longest chain: password, session, membership, counts, notifications.
    constexpr int LongestChain = 5;
    for (int i = 0; i < LongestChain; ++i) {
        if (!waitUntil([this] { return !m_channel->isHashing(); }))
            qFatal("no password was compared within 10 s");
        bool isDone = false;
        m_store->counts(UserName(), [&isDone](const auto &) { isDone = true; });
        if (!waitUntil([&isDone] { return isDone; }))
            qFatal("no completion within 10 s");
    }
}

} // namespace hearth::test
