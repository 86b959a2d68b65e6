#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QUrl>

#include <functional>

class QWebSocket;
class QWebSocketServer;

namespace hearth::test {

/// A chat server that says what a test tells it to: for clients and windows that need exact words and times, or a
/// server without manners. Listens on 127.0.0.1. Answers `hello`, `history`, `sync`, `who`, `rooms`, `read` and
/// messages by itself; `onRequest` comes first.
class ScriptedServer : public QObject
{
    Q_OBJECT

public:
    explicit ScriptedServer(QObject *parent = nullptr);
    ~ScriptedServer() override;

    [[nodiscard]] bool listen(quint16 port = 0);
    /// Breaks every connection and stops listening.
    void stop();
    void shutDown(); ///< likewise, but tells them (1001)
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] QUrl url() const;

    void send(const QJsonObject &frame); ///< to everybody
    void sendRaw(const QString &text);
    [[nodiscard]] int connectionCount() const { return static_cast<int>(m_sockets.size()); }
    [[nodiscard]] const QList<QJsonObject> &heard() const { return m_heard; } ///< every frame, in order
    [[nodiscard]] QList<QJsonObject> heard(const QString &type) const;

    /// A message of a room's history; also counts as its next event.
    QJsonObject addMessage(const QString &room, const QString &user, const QString &content, const QString &timestamp,
                           const QJsonObject &more = {});
    /// The same, told to everybody as an event.
    void say(const QString &room, const QString &user, const QString &content, const QString &timestamp);

    QJsonObject server { { QStringLiteral("id"), QStringLiteral("b1946ac9-2492-4d2f-a0c1-1d8b6b1d8f11") },
                         { QStringLiteral("name"), QStringLiteral("Anna's chat") },
                         { QStringLiteral("version"), QStringLiteral("0.1.0") } };
    QString access = QStringLiteral("open");
    int maxContentLength = 16'384;
    QString role = QStringLiteral("guest");
    QJsonArray rooms; ///< of `welcome`
    QJsonArray users; ///< of `welcome`, and the members of every room
    QJsonArray publicRooms; ///< of `rooms`, besides one's own
    bool acknowledges = true; ///< messages
    /// True: it has answered.
    std::function<bool(const QJsonObject &request, QWebSocket *from)> onRequest;
    /// An answer to one connection; carries the request's id.
    static void reply(QWebSocket *to, const QJsonObject &request, QJsonObject frame);

private:
    void accept();
    void answer(QWebSocket *socket, const QString &text);

    QWebSocketServer *m_server;
    QList<QWebSocket *> m_sockets;
    QList<QJsonObject> m_heard;
    QHash<QString, QList<QJsonObject>> m_logs;
};

} // namespace hearth::test
