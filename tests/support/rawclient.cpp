#include "tests/support/rawclient.h"

#include <QTest>
#include <QtEndian>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

RawClient::RawClient(quint16 port, Transport transport) : RawClient(port, transport, {}, QHostAddress(QHostAddress::LocalHost)) { }

RawClient::RawClient(quint16 port, Transport transport, const QHostAddress &from, const QHostAddress &to)
{
    connect(&m_socket, &QTcpSocket::readyRead, this, &RawClient::take);
    const bool isTls = transport == Transport::Tls;
    m_socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    if (!from.isNull() && !m_socket.bind(from))
        qFatal("cannot come from %s", qPrintable(from.toString()));
    if (isTls)
        m_socket.connectToHostEncrypted(to.toString(), port);
    else
        m_socket.connectToHost(to, port);
    const auto isThere = [this, isTls] {
        return m_socket.state() == QTcpSocket::ConnectedState && (m_socket.isEncrypted() || !isTls);
    };
    if (!QTest::qWaitFor(isThere, 10'000))
        qFatal("cannot connect");
}

void RawClient::send(const QByteArray &bytes) { m_socket.write(bytes); }

QByteArray RawClient::request(const QByteArray &path, const QByteArray &headers)
{
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + headers + "\r\n";
}

void RawClient::upgrade(const QByteArray &path)
{
    send(request(path));
    if (!QTest::qWaitFor([this] { return m_received.contains("\r\n\r\n"); }, 10'000))
        qFatal("no answer to the upgrade");
    if (!m_received.startsWith("HTTP/1.1 101 "))
        qFatal("upgrade refused: %s", m_received.constData());
    m_received = m_received.sliced(m_received.indexOf("\r\n\r\n") + 4);
}

namespace {

/// Everything of a frame but mask and payload.
QByteArray head(quint8 firstByte, quint8 maskBit, qsizetype size)
{
    QByteArray bytes(1, static_cast<char>(firstByte));
    if (size < 126) {
        bytes.append(static_cast<char>(maskBit | size));
    } else if (size <= 0xffff) {
        char length[2];
        qToBigEndian(static_cast<quint16>(size), length);
        bytes.append(static_cast<char>(maskBit | 126)).append(length, 2);
    } else {
        char length[8];
        qToBigEndian(static_cast<quint64>(size), length);
        bytes.append(static_cast<char>(maskBit | 127)).append(length, 8);
    }
    return bytes;
}

} // namespace

QByteArray RawClient::frame(quint8 firstByte, const QByteArray &payload)
{
    const QByteArray mask("\x12\x34\x56\x78", 4);
    QByteArray bytes = head(firstByte, 0x80, payload.size()) + mask;
    for (qsizetype i = 0; i < payload.size(); ++i)
        bytes.append(static_cast<char>(payload.at(i) ^ mask.at(i % 4)));
    return bytes;
}

QByteArray RawClient::serverFrame(quint8 firstByte, const QByteArray &payload) { return head(firstByte, 0, payload.size()) + payload; }

void RawClient::stopReading()
{
    m_socket.disconnect(this);
    m_socket.setReadBufferSize(1); // bytes: with 0 there would be no limit
    m_socket.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4'096);
}

void RawClient::resumeReading()
{
    connect(&m_socket, &QTcpSocket::readyRead, this, &RawClient::take);
    m_socket.setReadBufferSize(0);
    take();
}

/// A QSslSocket may be open when the socket inside it is not any more, after a reset: that complains when it is read.
void RawClient::take()
{
    if (m_socket.bytesAvailable() > 0)
        m_received.append(m_socket.readAll());
}

bool RawClient::waitForClosed()
{
    return QTest::qWaitFor([this] { return m_socket.state() == QTcpSocket::UnconnectedState; }, 10'000);
}

QByteArray RawClient::read(qsizetype size)
{
    const bool isThere = QTest::qWaitFor(
        [this, size] { return m_received.size() >= size || m_socket.state() == QTcpSocket::UnconnectedState; },
        10'000);
    if (!isThere)
        qWarning("too few bytes after 10 s");
    const QByteArray bytes = m_received.first(std::min(size, m_received.size()));
    m_received = m_received.sliced(bytes.size());
    return bytes;
}

QByteArray RawClient::received() { return std::exchange(m_received, {}); }

quint16 RawClient::closeCode()
{
    // The last frame, when it is one: 88, length, code.
    for (qsizetype place = m_received.size() - 2; place >= 0; --place) {
        const auto length = static_cast<quint8>(m_received.at(place + 1));
        if (m_received.at(place) == '\x88' && place + 2 + length == m_received.size())
            return length >= 2 ? qFromBigEndian<quint16>(m_received.constData() + place + 2) : 1005;
    }
    return 0;
}

} // namespace hearth::test
