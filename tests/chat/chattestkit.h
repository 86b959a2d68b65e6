#pragma once

#include "server/chat/chatchannel.h"
#include "server/chat/retention.h"
#include "tests/chat/moodystore.h"
#include "tests/support/channeltestkit.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QTest>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

/// For tests of the chat: a whole one without sockets, and people who say literal JSON to it.
namespace hearth::test {

/// Every clock of the chat stands here, until time passes.
inline constexpr auto Noon = "2026-11-24T12:00:00.000Z";

/// Parses literal JSON; `T` as a value stands for `Noon`: `{"timestamp":T}`.
[[nodiscard]] QJsonObject json(QByteArray text);

/// Settings without rate limits, so that only tests of limits meet them.
[[nodiscard]] ServerSettings unhurried();
[[nodiscard]] ServerSettings withPassword(const QString &password);

[[nodiscard]] ServerSettings withAccounts();

/// One client of a chat. Frames are heard in their order; waiting for one that does not come ends the test.
class Client
{
public:
    explicit Client(ChatChannel &channel, const QString &room = {}, const QString &address = QStringLiteral("127.0.0.1"));

    void say(const QByteArray &utf8);
    void sayBinary(const QByteArray &bytes);
    void leave();
    /// Closes politely, and leaves its socket open for a while.
    void sayGoodbye();
    /// What the socket reports when the peer does not read.
    void stopReading();

    /// The next frame; waits for it.
    [[nodiscard]] QJsonObject next();
    /// The next frame of this type; those before it are dropped.
    [[nodiscard]] QJsonObject next(const QString &type);
    /// The next reply as the bytes that came.
    [[nodiscard]] QByteArray nextBytes();
    /// Says it and gives the next frame.
    [[nodiscard]] QJsonObject ask(const QByteArray &utf8);
    /// Says it and gives the next frame's `code`, or its type when it is no error.
    [[nodiscard]] QString verdict(const QByteArray &utf8);
    /// Everything heard so far, in order; it is dropped.
    [[nodiscard]] QList<QByteArray> takeHeard();
    /// The types of everything heard so far; it is dropped.
    [[nodiscard]] QStringList heardTypes();
    /// Drops what was heard so far.
    void forget();
    /// Says `hello` (`more` are further members, with a comma in front) and gives the `welcome`; what is heard
    /// along with it is dropped.
    QJsonObject hello(const QString &user, const QByteArray &more = {});

    /// Of the last frame that it was sent.
    [[nodiscard]] Delivery lastDelivery() const { return m_connection->lastDelivery(); }
    [[nodiscard]] bool isOpen() const { return !m_closeCode; }
    [[nodiscard]] int closeCode() const { return m_closeCode.value_or(0); }

private:
    void collect();

    QObject m_context;
    QPointer<FakeConnection> m_connection;
    QList<QByteArray> m_heard;
    std::optional<int> m_closeCode;
};

/// What a chat is made of, where it is not the usual.
struct ChatParts
{
    using Decorate = std::function<std::unique_ptr<EventStore>(std::unique_ptr<EventStore>)>;

    QString directory = QStringLiteral(":memory:");
    std::function<QDateTime()> now; ///< of any thread; empty: noon for ever
    Decorate decorate; ///< puts something between the chat and its store
};

class Chat;
/// What the console's reply to a frame is.
[[nodiscard]] QJsonObject administer(Chat &chat, const QByteArray &frame);

/// A chat with its store, as `Server` puts it together.
class Chat
{
public:
    explicit Chat(const ServerSettings &settings = unhurried(), ChatParts parts = {});
    ~Chat();
    Chat(const Chat &) = delete;
    Chat &operator=(const Chat &) = delete;

    [[nodiscard]] ChatChannel &channel() { return *m_channel; }
    [[nodiscard]] MoodyStore &store() { return *m_store; }
    /// Not started. Its steps are of three events, and it rests as long as its timers are left alone.
    [[nodiscard]] Retention &retention() { return *m_retention; }
    /// It is noon again, so many days later.
    void passDays(int days) { passSeconds(days * 86'400); }
    void passSeconds(int seconds) { m_seconds += seconds; }
    [[nodiscard]] const Directory &directory() const { return *m_directory; }
    /// A client of the lobby (or of another room's path) that has heard `connected`.
    [[nodiscard]] std::unique_ptr<Client> plain(const QString &room = {});
    /// A client that has said `hello`.
    [[nodiscard]] std::unique_ptr<Client> welcomed(const QString &user, const QByteArray &more = {});
    /// Waits until everything asked of the store so far, and what came of it, has been told.
    void settle();

private:
    ServerSettings m_settings;
    std::atomic<int> m_seconds = 0; ///< since noon; asked for by the store's thread too
    StoreState m_state;
    std::unique_ptr<MoodyStore> m_store;
    std::unique_ptr<Directory> m_directory;
    std::unique_ptr<ChatChannel> m_channel;
    std::unique_ptr<Retention> m_retention;
};

} // namespace hearth::test

namespace QTest {

template <>
inline char *toString(const QJsonObject &object)
{
    return qstrdup(QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
}

} // namespace QTest
