#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

#include <chrono>
#include <optional>

namespace hearth {

/// What a QWebSocketServer has answered to opening handshakes (RFC 6455 §4.2.2). Of two requests within a second for the same
/// subprotocol the answers differ in Sec-WebSocket-Accept only, and what Qt makes for each of them takes more than all else
/// that a connect takes: so it is asked once a second (docs/decisions/0032).
class HandshakeAnswers
{
public:
    /// For how long an answer is given again: it says at which second it was given.
    static constexpr std::chrono::milliseconds Lifetime { 1'000 };

    /// The request for Qt to answer: what decides the answer, and nothing of what else came in. Qt's own parser hangs up in
    /// silence on a line over 8 KiB or a Host that is no host (qwebsockethandshakerequest.cpp).
    [[nodiscard]] static QByteArray request(const QByteArray &key, const QString &subprotocol);

    /// `answer` is what Qt said to `request(key, subprotocol)`; `now` in monotonic milliseconds, as below.
    void learn(const QByteArray &key, const QString &subprotocol, const QByteArray &answer, qint64 now);
    /// Nothing: Qt must be asked.
    [[nodiscard]] std::optional<QByteArray> answerTo(const QByteArray &key, const QString &subprotocol, qint64 now) const;

private:
    struct Answer
    {
        QByteArray beforeAccept;
        QByteArray afterAccept;
        qint64 until = 0;
    };
    QHash<QString, Answer> m_answers; ///< by subprotocol: those that a channel speaks, and none
};

} // namespace hearth
