#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QWebSocket>

namespace hearth::test {

/// A bare WebSocket client, as anybody would write one: text out, text in.
class BareClient : public QObject
{
    Q_OBJECT

public:
    explicit BareClient(const QUrl &url)
    {
        connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { m_heard.append(text); });
        connect(&m_socket, &QWebSocket::connected, this, [this] {
            for (const QString &text : std::exchange(m_early, {}))
                m_socket.sendTextMessage(text);
        });
        // Whom it speaks with is another test's matter.
        connect(&m_socket, &QWebSocket::sslErrors, &m_socket, [this] { m_socket.ignoreSslErrors(); });
        m_socket.open(url);
    }
    /// Sent when it is connected.
    void say(const QString &text)
    {
        if (m_socket.state() == QAbstractSocket::ConnectedState)
            m_socket.sendTextMessage(text);
        else
            m_early.append(text);
    }
    void sayBinary(const QByteArray &bytes) { m_socket.sendBinaryMessage(bytes); }
    /// The next frame, as it came; empty when none comes.
    QString next()
    {
        if (!QTest::qWaitFor([this] { return !m_heard.isEmpty(); }, 15'000))
            return {};
        return m_heard.takeFirst();
    }
    QJsonObject nextObject() { return QJsonDocument::fromJson(next().toUtf8()).object(); }
    /// The next frame of a type; the others are dropped.
    QJsonObject next(const QString &type)
    {
        for (;;) {
            const QJsonObject frame = nextObject();
            if (frame.isEmpty() || frame[QLatin1StringView("type")].toString() == type)
                return frame;
        }
    }
    [[nodiscard]] bool hasHeard() const { return !m_heard.isEmpty(); }
    [[nodiscard]] QWebSocket &socket() { return m_socket; }
    [[nodiscard]] bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }

private:
    QWebSocket m_socket;
    QStringList m_heard;
    QStringList m_early;
};

} // namespace hearth::test
