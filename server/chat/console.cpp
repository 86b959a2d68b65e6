#include "server/chat/console.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QLocalSocket>
#include <QPointer>
#include <QStandardPaths>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// sockaddr_un has 108 bytes on Linux and 104 on BSD. Qt makes the socket in a directory `XXXXXX` beside it and moves it, so
/// that nobody can open it before its permissions are right.
constexpr qsizetype MaxPathBytes = 80;
constexpr qint64 MaxLineBytes = 64 * 1024;
constexpr int MaxWaiting = 10;

} // namespace

Console::Console(Ask ask, QObject *parent) : QObject(parent), m_ask(std::move(ask))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(MaxWaiting);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *socket = m_server.nextPendingConnection())
            welcome(socket);
    });
}

QString Console::path(const QString &dataDirectory)
{
    if (dataDirectory == ":memory:"_L1)
        return {};
    const QString directory = QDir(dataDirectory).absolutePath();
    const QString inside = directory + u"/console"_s;
    if (QFile::encodeName(inside).size() <= MaxPathBytes)
        return inside;
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    const QByteArray hash = QCryptographicHash::hash(QFile::encodeName(directory), QCryptographicHash::Sha256).toHex().first(16);
    return runtime.isEmpty() ? QString() : runtime + u"/hearth-"_s + QString::fromLatin1(hash);
}

Result<void, QString> Console::listen(const QString &dataDirectory)
{
    const QString name = path(dataDirectory);
    if (name.isEmpty())
        return Unexpected(u"there is no place for its socket"_s);
    QLocalServer::removeServer(name);
    if (!m_server.listen(name))
        return Unexpected(u"%1: %2"_s.arg(name, m_server.errorString()));
    return {};
}

void Console::welcome(QLocalSocket *socket)
{
    socket->setReadBufferSize(MaxLineBytes);
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    const auto read = [this, socket] {
        if (!socket->canReadLine()) {
            if (socket->bytesAvailable() >= MaxLineBytes)
                socket->abort();
            return;
        }
        disconnect(socket, &QLocalSocket::readyRead, this, nullptr);
        m_ask(socket->readLine().trimmed(), [to = QPointer(socket)](const QByteArray &frame) {
            if (!to)
                return;
            to->write(frame + '\n');
            to->disconnectFromServer(); // when it is written
        });
    };
    connect(socket, &QLocalSocket::readyRead, this, read);
    read();
}

} // namespace hearth
