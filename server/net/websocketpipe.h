#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace hearth {

/// What a QWebSocket takes for its TCP socket. The bytes that it reads are put in by hand, checked; what it
/// writes is told and goes where every other frame goes. So Qt does the handshake, the decoding and the
/// closing, and nothing that it would do to a socket (buffers without bounds, a system call a frame) happens.
class WebSocketPipe final : public QTcpSocket
{
    Q_OBJECT

public:
    /// `name` is what peerName() gives, by which a QWebSocket of this pipe is recognised.
    explicit WebSocketPipe(const QString &name, QObject *parent = nullptr);
    ~WebSocketPipe() override;

    /// The other end says something.
    void receive(const QByteArray &bytes);
    /// Gives up the buffers that the handshake needed.
    void squeeze();

    [[nodiscard]] qint64 bytesAvailable() const override;
    void close() override;
    void disconnectFromHost() override;

signals:
    void written(const QByteArray &bytes);
    /// Whoever reads this pipe is done with it.
    void closeRequested();

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 skipData(qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_incoming;
    qsizetype m_place = 0;
};

} // namespace hearth
