#include "tests/support/scriptedserver.h"

#include <QDateTime>
#include <QHostAddress>
#include <QJsonDocument>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString Now = u"2026-11-23T14:05:00.000Z"_s;

QString toText(const QJsonObject &frame) { return QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)); }

} // namespace

ScriptedServer::ScriptedServer(QObject *parent)
    : QObject(parent), m_server(new QWebSocketServer(u"scripted"_s, QWebSocketServer::NonSecureMode, this))
{
    connect(m_server, &QWebSocketServer::newConnection, this, &ScriptedServer::accept);
}

ScriptedServer::~ScriptedServer() { stop(); }

bool ScriptedServer::listen(quint16 port) { return m_server->listen(QHostAddress::LocalHost, port); }

void ScriptedServer::stop()
{
    m_server->close();
    for (QWebSocket *socket : std::exchange(m_sockets, {})) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

void ScriptedServer::shutDown()
{
    m_server->close();
    for (QWebSocket *socket : std::exchange(m_sockets, {})) {
        socket->disconnect(this);
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        socket->close(QWebSocketProtocol::CloseCodeGoingAway);
    }
}

quint16 ScriptedServer::port() const { return m_server->serverPort(); }

QUrl ScriptedServer::url() const { return QUrl(u"ws://127.0.0.1:%1/chat"_s.arg(port())); }

void ScriptedServer::send(const QJsonObject &frame) { sendRaw(toText(frame)); }

void ScriptedServer::sendRaw(const QString &text)
{
    for (QWebSocket *socket : m_sockets)
        socket->sendTextMessage(text);
}

QList<QJsonObject> ScriptedServer::heard(const QString &type) const
{
    QList<QJsonObject> found;
    std::copy_if(m_heard.begin(), m_heard.end(), std::back_inserter(found),
                 [&](const QJsonObject &frame) { return frame["type"_L1].toString() == type; });
    return found;
}

QJsonObject ScriptedServer::addMessage(const QString &room, const QString &user, const QString &content,
                                       const QString &timestamp, const QJsonObject &more)
{
    QJsonObject message { { u"room"_s, room },
                          { u"seq"_s, m_logs[room].size() + 1 },
                          { u"user"_s, user },
                          { u"content"_s, content },
                          { u"timestamp"_s, timestamp } };
    for (auto it = more.begin(); it != more.end(); ++it)
        message.insert(it.key(), it.value());
    m_logs[room].append(message);
    return message;
}

void ScriptedServer::say(const QString &room, const QString &user, const QString &content, const QString &timestamp)
{
    QJsonObject event = addMessage(room, user, content, timestamp);
    event.insert(u"type"_s, u"message"_s);
    send(event);
}

void ScriptedServer::accept()
{
    while (QWebSocket *socket = m_server->nextPendingConnection()) {
        m_sockets.append(socket);
        connect(socket, &QWebSocket::textMessageReceived, this, [this, socket](const QString &text) { answer(socket, text); });
        connect(socket, &QWebSocket::disconnected, this, [this, socket] {
            m_sockets.removeAll(socket);
            socket->deleteLater();
        });
        socket->sendTextMessage(toText({ { u"type"_s, u"connected"_s },
                                         { u"message"_s, u"Connected to chat"_s },
                                         { u"timestamp"_s, Now },
                                         { u"protocol"_s, 1 },
                                         { u"server"_s, server },
                                         { u"access"_s, access },
                                         { u"limits"_s, QJsonObject { { u"max_message_size"_s, 1'048'576 },
                                                                      { u"max_content_length"_s, maxContentLength } } },
                                         { u"ping_interval_ms"_s, 30'000 } }));
    }
}

void ScriptedServer::reply(QWebSocket *to, const QJsonObject &request, QJsonObject frame)
{
    if (request.contains("id"_L1))
        frame.insert(u"id"_s, request["id"_L1]);
    to->sendTextMessage(toText(frame));
}

void ScriptedServer::answer(QWebSocket *socket, const QString &text)
{
    const QJsonObject request = QJsonDocument::fromJson(text.toUtf8()).object();
    m_heard.append(request);
    if (onRequest && onRequest(request, socket))
        return;
    const QString type = request["type"_L1].toString();
    const QString room = request["room"_L1].toString();
    if (type == "hello"_L1) {
        reply(socket, request, { { u"type"_s, u"welcome"_s },
                                 { u"user"_s, request["user"_L1] },
                                 { u"token"_s, u"token"_s },
                                 { u"role"_s, role },
                                 { u"timestamp"_s, Now },
                                 { u"rooms"_s, rooms },
                                 { u"users"_s, users } });
    } else if (type == "history"_L1) {
        const int before = request["before"_L1].toInt(1 << 30);
        const int limit = request["limit"_L1].toInt(50);
        QJsonArray page;
        bool hasMore = false;
        const QList<QJsonObject> &log = m_logs[room];
        for (auto it = log.rbegin(); it != log.rend(); ++it) {
            if ((*it)["seq"_L1].toInt() >= before)
                continue;
            hasMore = page.size() >= limit;
            if (hasMore)
                break;
            page.prepend(*it);
        }
        reply(socket, request, { { u"type"_s, u"history"_s }, { u"room"_s, room }, { u"messages"_s, page }, { u"has_more"_s, hasMore } });
    } else if (type == "sync"_L1) {
        QJsonArray events;
        for (QJsonObject event : m_logs[room]) {
            if (event["seq"_L1].toInt() <= request["after"_L1].toInt())
                continue;
            event.insert(u"type"_s, u"message"_s);
            events.append(event);
        }
        reply(socket, request, { { u"type"_s, u"sync"_s }, { u"room"_s, room }, { u"events"_s, events },
                                 { u"last_seq"_s, m_logs[room].size() }, { u"has_more"_s, false } });
    } else if (type == "who"_L1) {
        reply(socket, request, { { u"type"_s, u"members"_s }, { u"room"_s, room }, { u"members"_s, users } });
    } else if (type == "rooms"_L1) {
        QJsonArray all = rooms;
        for (const QJsonValue &other : publicRooms)
            all.append(other);
        reply(socket, request, { { u"type"_s, u"rooms"_s }, { u"rooms"_s, all } });
    } else if (type == "read"_L1) {
        reply(socket, request, { { u"type"_s, u"ack"_s }, { u"room"_s, room }, { u"seq"_s, request["seq"_L1] }, { u"timestamp"_s, Now } });
    } else if (type == "message"_L1 && acknowledges) {
        const QJsonObject message = addMessage(room, u"anna"_s, request["content"_L1].toString(), Now,
                                               { { u"client_id"_s, request["client_id"_L1] } });
        reply(socket, request, { { u"type"_s, u"ack"_s }, { u"client_id"_s, request["client_id"_L1] }, { u"room"_s, room },
                                 { u"seq"_s, message["seq"_L1] }, { u"timestamp"_s, Now } });
        QJsonObject event = message;
        event.insert(u"type"_s, u"message"_s);
        send(event);
    }
}

} // namespace hearth::test
