#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace hearth {

/// What a QWebSocketServer takes for a client's TCP socket while it performs an upgrade: it reads the request from here and
/// writes its answer to here. So Qt does the handshake, and nothing that it would do to a socket (buffers without bounds, a
/// system call a frame) happens.
class WebSocketPipe final : public QTcpSocket
{
    Q_OBJECT

public:
    /// `name` is what peerName() gives, by which a QWebSocket of this pipe is recognised.
    WebSocketPipe(const QString &name, const QByteArray &request, QObject *parent = nullptr);
    ~WebSocketPipe() override;

    /// What Qt has said so far.
    [[nodiscard]] QByteArray takeAnswer() { return std::exchange(m_answer, {}); }

    [[nodiscard]] qint64 bytesAvailable() const override;
    void close() override;
    void disconnectFromHost() override;

signals:
    /// Whoever reads this pipe is done with it. When there is no QWebSocket by then, Qt has refused the request.
    void closeRequested();

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 skipData(qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_request;
    qsizetype m_place = 0; ///< what stands before it was read
    QByteArray m_answer;
};

} // namespace hearth
