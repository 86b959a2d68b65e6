// A room as one writes it first with Qt: a listening QWebSocketServer, and sendTextMessage() to each member.
//
// usage: bench_naive_qt PORT

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QWebSocket>
#include <QWebSocketServer>

#include <cstdio>
#include <map>
#include <sys/resource.h>

using namespace Qt::Literals::StringLiterals;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_naive_qt PORT\n");
        return 2;
    }
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    std::map<QString, QList<QWebSocket *>> rooms; // whose members stay where they are when there are more
    QWebSocketServer server(u"naive"_s, QWebSocketServer::NonSecureMode);
    server.setHandshakeTimeout(std::chrono::minutes(1)); // of 10,000 at once some wait for longer than its 10 s
    if (!server.listen(QHostAddress::LocalHost, static_cast<quint16>(QByteArray(argv[1]).toUShort()))) {
        std::fprintf(stderr, "bench_naive_qt: %s\n", qPrintable(server.errorString()));
        return 1;
    }
    QObject::connect(&server, &QWebSocketServer::newConnection, &app, [&] {
        while (QWebSocket *socket = server.nextPendingConnection()) {
            QList<QWebSocket *> &members = rooms[socket->requestUrl().path()];
            members.append(socket);
            socket->sendTextMessage(uR"({"type":"connected","message":"Connected to chat"})"_s);
            QObject::connect(socket, &QWebSocket::textMessageReceived, &app, [&members](const QString &text) {
                QJsonObject frame = QJsonDocument::fromJson(text.toUtf8()).object();
                frame["timestamp"_L1] = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
                const QString out = QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact));
                for (QWebSocket *member : std::as_const(members))
                    member->sendTextMessage(out);
            });
            QObject::connect(socket, &QWebSocket::disconnected, &app, [&members, socket] {
                members.removeOne(socket);
                socket->deleteLater();
            });
        }
    });
    std::printf("Listening on ws://127.0.0.1:%d/chat\n", server.serverPort());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
