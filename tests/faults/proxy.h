#pragma once

#include <QObject>
#include <QRandomGenerator>
#include <QTcpServer>

class QTcpSocket;

namespace hearth::test {

/// Carries TCP between clients and a server, as badly as it is told to. What `tc netem` would do to packets it does to
/// what arrives at once on a stream: delay it, or hold it up for as long as TCP takes to send a lost packet again.
class Proxy : public QObject
{
    Q_OBJECT

public:
    Proxy(quint16 target, quint32 seed);

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    void setDelay(int milliseconds) { m_delayMs = milliseconds; } ///< one way
    void setLoss(double share) { m_loss = share; }
    /// Nothing gets through any more, and nobody is told; new connections hang.
    void cut() { m_isCut = true; }
    /// New connections get through; what the old ones had under way is gone, and so are they.
    void mend();

private:
    void accept();
    void carry(QTcpSocket *from, QTcpSocket *to);

    QTcpServer m_server;
    QRandomGenerator m_random;
    quint16 m_target;
    int m_delayMs = 0;
    double m_loss = 0;
    bool m_isCut = false;
};

} // namespace hearth::test
