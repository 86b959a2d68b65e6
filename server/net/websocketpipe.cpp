#include "server/net/websocketpipe.h"

#include <algorithm>
#include <cstring>

namespace hearth {

WebSocketPipe::WebSocketPipe(const QString &name, QObject *parent) : QTcpSocket(parent)
{
    setPeerName(name);
    setSocketState(ConnectedState);
    setOpenMode(ReadWrite | Unbuffered);
}

WebSocketPipe::~WebSocketPipe()
{
    // QAbstractSocket would abort a descriptor that was never there.
    setSocketState(UnconnectedState);
}

void WebSocketPipe::receive(const QByteArray &bytes)
{
    if (m_place == m_incoming.size()) {
        m_incoming = bytes;
        m_place = 0;
    } else {
        m_incoming.append(bytes);
    }
    emit readyRead();
}

void WebSocketPipe::squeeze()
{
    // QIODevice lets go of its ring buffers with its open mode (qiodevice.cpp, setOpenMode()).
    setOpenMode(NotOpen);
    setOpenMode(ReadWrite | Unbuffered);
}

qint64 WebSocketPipe::bytesAvailable() const { return QIODevice::bytesAvailable() + m_incoming.size() - m_place; }

void WebSocketPipe::close() { emit closeRequested(); }

void WebSocketPipe::disconnectFromHost() { emit closeRequested(); }

qint64 WebSocketPipe::readData(char *data, qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_incoming.size() - m_place);
    if (count > 0)
        std::memcpy(data, m_incoming.constData() + m_place, static_cast<std::size_t>(count));
    return skipData(count);
}

qint64 WebSocketPipe::skipData(qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_incoming.size() - m_place);
    m_place += count;
    if (m_place == m_incoming.size()) {
        m_incoming.clear();
        m_place = 0;
    }
    return count;
}

qint64 WebSocketPipe::writeData(const char *data, qint64 size)
{
    emit written(QByteArray(data, size));
    return size;
}

} // namespace hearth
