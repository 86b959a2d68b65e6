#include "server/net/websocketpipe.h"

#include <algorithm>
#include <cstring>

namespace hearth {

WebSocketPipe::WebSocketPipe(const QString &name, const QByteArray &request, QObject *parent)
    : QTcpSocket(parent), m_request(request)
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

qint64 WebSocketPipe::bytesAvailable() const { return QIODevice::bytesAvailable() + m_request.size() - m_place; }

void WebSocketPipe::close() { emit closeRequested(); }

void WebSocketPipe::disconnectFromHost() { emit closeRequested(); }

qint64 WebSocketPipe::readData(char *data, qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_request.size() - m_place);
    if (count > 0)
        std::memcpy(data, m_request.constData() + m_place, static_cast<std::size_t>(count));
    return skipData(count);
}

qint64 WebSocketPipe::skipData(qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_request.size() - m_place);
    m_place += count;
    return count;
}

qint64 WebSocketPipe::writeData(const char *data, qint64 size)
{
    m_answer.append(data, size);
    return size;
}

} // namespace hearth
