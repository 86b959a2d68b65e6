#include "app/headless.h"

#include "app/administration.h"
#include "app/maintenance.h"
#include "app/platform.h"
#include "app/serveroptions.h"
#include "app/servicenotifier.h"
#include "server/net/eventdispatcher.h"
#include "server/store/database.h"
#include "server/telemetry/logvalue.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>

#include <cstdio>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

enum ExitCode { Clean = 0, WentDown = 1, WrongUsage = 2 };

void say(FILE *stream, const QString &text)
{
    std::fputs(qPrintable(text + u'\n'), stream);
    std::fflush(stream);
}

/// One line a fact, whoever wrote it: what Qt passes on of a peer's words must not begin a line either.
void logToStandardError(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    say(stderr, qFormatLogMessage(type, context, logLine(text)));
}

QString readyLine(const Server &server)
{
    const QHostAddress &address = server.settings().bind.first();
    QString host = address == QHostAddress::Any ? u"0.0.0.0"_s : address.toString();
    if (host.contains(u':'))
        host = u'[' + host + u']';
    return u"Listening on ws://%1:%2/chat"_s.arg(host).arg(server.port());
}

ExitCode tellOutcome(const MaintenanceOutcome &outcome)
{
    if (!outcome.output.isEmpty())
        say(stdout, outcome.output);
    if (!outcome.error.isEmpty())
        say(stderr, u"hearthd: "_s + outcome.error);
    return outcome.isGood ? Clean : WentDown;
}

} // namespace

int runHeadless(int argc, char **argv, OpenStore openStore)
{
    // GLib's dispatcher costs 1.6 times the CPU in a busy room, Qt's own looks at every socket in every turn
    // (docs/decisions/). Both must come before the application object, which owns the dispatcher.
    qputenv("QT_NO_GLIB", "1");
    Database::countNoMemory();
    if (auto dispatcher = makeEventDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"hearthd"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    qSetMessagePattern(u"%{time yyyy-MM-ddThh:mm:ss.zzz} %{type} %{category} %{message}"_s);
    qInstallMessageHandler(logToStandardError);

    QStringList arguments = QCoreApplication::arguments();
    arguments.removeAll(u"--headless"_s); // how `hearth` came here
    const auto options = parseServerOptions(arguments);
    if (!options) {
        say(stderr, u"hearthd: "_s + options.error());
        return WrongUsage;
    }
    switch (options->action) {
    case ServerOptions::Action::ShowHelp:
        say(stdout, options->helpText.trimmed());
        return Clean;
    case ServerOptions::Action::ShowVersion:
        say(stdout, u"hearthd %1"_s.arg(QCoreApplication::applicationVersion()));
        return Clean;
    case ServerOptions::Action::CheckConfig:
        say(stdout, u"The configuration is right."_s);
        return Clean;
    case ServerOptions::Action::Backup:
    case ServerOptions::Action::Restore:
    case ServerOptions::Action::Check:
    case ServerOptions::Action::Fingerprint:
        return tellOutcome(runMaintenance(*options));
    case ServerOptions::Action::Administer:
        if (!setLogLevel(u"warning"_s))
            return WrongUsage;
        return tellOutcome(runAdministration(*options, openStore));
    case ServerOptions::Action::Serve:
        break;
    }
    if (!setLogLevel(options->logLevel))
        return WrongUsage;
    raiseDescriptorLimit();
    prepareDataDirectory(options->settings);

    ServiceNotifier service; // takes its variables before there are threads
    Server server(options->settings, nullptr, std::move(openStore));
    if (const auto started = server.start(); !started) {
        say(stderr, u"hearthd: "_s + started.error().text);
        return WentDown;
    }
    TerminationWatcher watcher;
    QObject::connect(&watcher, &TerminationWatcher::terminationRequested, &service, &ServiceNotifier::stopping);
    QObject::connect(&watcher, &TerminationWatcher::terminationRequested, &server, &Server::drain);
    QObject::connect(&server, &Server::drained, &app, [] { QCoreApplication::exit(Clean); }, Qt::QueuedConnection);
    say(stdout, readyLine(server));
    service.ready();
    return QCoreApplication::exec();
}

} // namespace hearth
