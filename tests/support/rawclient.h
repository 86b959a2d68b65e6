#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QObject>
#include <QSslSocket>

namespace hearth::test {

enum class Transport { Plain, Tls };

/// A TCP or TLS client that says exactly what it is told: for input that no WebSocket library would send.
class RawClient : public QObject
{
    Q_OBJECT

public:
    explicit RawClient(quint16 port, Transport transport = Transport::Plain);
    /// From an address of this computer, to one of its.
    RawClient(quint16 port, Transport transport, const QHostAddress &from, const QHostAddress &to);

    void send(const QByteArray &bytes);
    /// Performs a correct upgrade on `path`; fails the test when it is refused.
    void upgrade(const QByteArray &path = "/echo");
    /// A masked client frame.
    [[nodiscard]] static QByteArray frame(quint8 firstByte, const QByteArray &payload);
    /// As a server sends it: not masked.
    [[nodiscard]] static QByteArray serverFrame(quint8 firstByte, const QByteArray &payload);
    [[nodiscard]] static QByteArray request(const QByteArray &path, const QByteArray &headers = {});

    /// Takes nothing more from the kernel.
    void stopReading();
    void resumeReading();
    /// Waits until the peer has closed (10 s at the most), and whether it did.
    [[nodiscard]] bool waitForClosed();
    /// Waits for this many bytes; fewer when the peer closes first.
    QByteArray read(qsizetype size);
    /// Everything received and not read.
    [[nodiscard]] QByteArray received();
    /// The code of the close frame that came, after `waitForClosed()`; 0 without one.
    [[nodiscard]] quint16 closeCode();
    [[nodiscard]] QSslSocket &socket() { return m_socket; }

private:
    void take();

    QSslSocket m_socket; ///< like a QTcpSocket as long as nobody asks for TLS
    QByteArray m_received;
};

} // namespace hearth::test

Q_DECLARE_METATYPE(hearth::test::Transport)
