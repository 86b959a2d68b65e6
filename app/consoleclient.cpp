#include "app/consoleclient.h"

#include "protocol/codec.h"
#include "server/chat/console.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QLocalSocket>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int ConnectMs = 3'000;
constexpr int AnswerMs = 60'000;

using Answer = Result<ServerFrame, ConsoleFailure>;

Unexpected<ConsoleFailure> failed(const QString &text) { return Unexpected(ConsoleFailure { text }); }

Answer understand(const QByteArray &frame)
{
    const auto decoded = codec::decodeServer(frame.trimmed());
    if (!decoded || decoded->isEmpty())
        return failed(u"The server's answer cannot be understood."_s);
    return decoded->first().frame;
}

/// The line that a server answers; nothing where none listens.
std::optional<Result<QByteArray, ConsoleFailure>> askRunning(const QString &path, const QByteArray &request)
{
    QLocalSocket socket;
    socket.connectToServer(path);
    if (!socket.waitForConnected(ConnectMs)) {
        if (socket.error() == QLocalSocket::SocketAccessError)
            return failed(u"The server's console %1 belongs to another user. Run this as that user."_s.arg(path));
        return std::nullopt;
    }
    socket.write(request + '\n');
    QByteArray answer;
    while (!answer.endsWith('\n') && socket.waitForReadyRead(AnswerMs))
        answer += socket.readAll();
    if (!answer.endsWith('\n'))
        return failed(u"The server has not answered."_s);
    return answer;
}

Answer askStore(const ServerSettings &settings, const QByteArray &request, const OpenStore &openStore)
{
    Server server(settings, nullptr, openStore);
    if (const auto started = server.startForConsole(); !started)
        return failed(started.error().text);
    QByteArray answer;
    QEventLoop untilAnswered;
    server.ask(request, [&](const QByteArray &frame) {
        answer = frame;
        QMetaObject::invokeMethod(&untilAnswered, &QEventLoop::quit, Qt::QueuedConnection);
    });
    untilAnswered.exec();
    return understand(answer);
}

} // namespace

Result<ServerFrame, ConsoleFailure> askServer(const ServerSettings &settings, const ClientFrame &request, bool mayMake,
                                              const OpenStore &openStore)
{
    const QByteArray json = codec::encode(ClientRequest { {}, request });
    const QString path = Console::path(settings.dataDirectory);
    if (!path.isEmpty()) {
        if (const auto answer = askRunning(path, json))
            return *answer ? understand(**answer) : Answer(Unexpected(answer->error()));
    }
    if (!mayMake && !QFile::exists(QDir(settings.dataDirectory).filePath(u"hearth.db"_s)))
        return failed(u"The data directory %1 has no database."_s.arg(settings.dataDirectory));
    return askStore(settings, json, openStore);
}

std::optional<Whereabouts> askWhereabouts(const QString &dataDirectory)
{
    const QString path = Console::path(dataDirectory);
    const auto answer = path.isEmpty() ? std::nullopt : askRunning(path, Whereabouts::question());
    return answer && *answer ? Whereabouts::fromAnswer(answer->value().trimmed()) : std::nullopt;
}

} // namespace hearth
