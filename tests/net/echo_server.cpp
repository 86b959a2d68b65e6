// echo_server --port N [--max-message-size BYTES]: says back what it hears on ws://127.0.0.1:N/echo, over the
// transport that the chat uses. For conformance suites.

#include "server/net/listener.h"
#include "tests/net/echochannel.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A WebSocket echo server on 127.0.0.1, path /echo."_s);
    parser.addHelpOption();
    const QCommandLineOption portOption(u"port"_s, u"Port to listen on; 0 picks a free one."_s, u"N"_s, u"0"_s);
    const QCommandLineOption sizeOption(u"max-message-size"_s, u"Largest message, in bytes; 0 lifts the limit."_s,
                                        u"BYTES"_s, u"67108864"_s);
    parser.addOptions({ portOption, sizeOption });
    parser.process(app);
    bool isPort = false;
    bool isSize = false;
    const quint16 port = parser.value(portOption).toUShort(&isPort);
    const qint64 size = parser.value(sizeOption).toLongLong(&isSize);
    if (!isPort || !isSize || size < 0) {
        std::fputs("echo_server: --port and --max-message-size take numbers.\n", stderr);
        return 2;
    }

    ChannelSettings settings;
    settings.maxMessageSize = size;
    settings.maxQueuedBytes = 0; // what came in goes out, however large
    settings.messageTimeout = std::chrono::milliseconds(0); // a suite may take its time
    test::EchoChannel channel(settings);
    Router router;
    router.add(u"/echo"_s, channel);
    Listener listener({ .addresses = { QHostAddress(QHostAddress::LocalHost) }, .port = port }, router);
    if (const auto listening = listener.listen(); !listening) {
        std::fprintf(stderr, "echo_server: cannot listen on port %d: %s\n", port, qPrintable(listening.error().text));
        return 1;
    }
    std::printf("Listening on ws://127.0.0.1:%d/echo\n", listener.port());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
