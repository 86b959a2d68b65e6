#include "server/net/handshakeanswers.h"

#include <QCryptographicHash>

namespace hearth {

namespace {

/// RFC 6455 §4.2.2, 5.4: proof that this very request was understood.
QByteArray acceptOf(const QByteArray &key)
{
    return QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
}

} // namespace

QByteArray HandshakeAnswers::request(const QByteArray &key, const QString &subprotocol)
{
    QByteArray request = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n";
    if (!subprotocol.isEmpty())
        request += "Sec-WebSocket-Protocol: " + subprotocol.toUtf8() + "\r\n";
    return request + "\r\n";
}

void HandshakeAnswers::learn(const QByteArray &key, const QString &subprotocol, const QByteArray &answer, qint64 now)
{
    const QByteArray accept = acceptOf(key);
    const qsizetype place = answer.indexOf(accept);
    if (place >= 0)
        m_answers.insert(subprotocol, { answer.first(place), answer.sliced(place + accept.size()), now + Lifetime.count() });
}

std::optional<QByteArray> HandshakeAnswers::answerTo(const QByteArray &key, const QString &subprotocol, qint64 now) const
{
    const auto known = m_answers.constFind(subprotocol);
    if (known == m_answers.constEnd() || now >= known->until)
        return std::nullopt;
    return known->beforeAccept + acceptOf(key) + known->afterAccept;
}

} // namespace hearth
