#include "app/desktopoptions.h"
#include "app/desktopprogram.h"
#include "app/platform.h"
#include "ui/appearance.h"
#include "ui/translations.h"
#ifdef HEARTH_WITH_SERVER
#include "app/headless.h"
#endif

#include <QApplication>
#include <QLoggingCategory>

#include <cstdio>

namespace {

enum ExitCode { Clean = 0, WrongUsage = 2 };

void say(FILE *stream, const QString &text)
{
    std::fputs(qPrintable(text + QLatin1Char('\n')), stream);
    std::fflush(stream);
}

/// Help, version and mistakes are told without a display.
std::optional<int> answerInTerminal(const hearth::Result<hearth::DesktopOptions, QString> &options)
{
    using Action = hearth::DesktopOptions::Action;
    if (!options) {
        say(stderr, QStringLiteral("hearth: ") + options.error());
        return WrongUsage;
    }
    if (options->action == Action::ShowHelp) {
        say(stdout, options->helpText.trimmed());
        return Clean;
    }
    if (options->action == Action::ShowVersion) {
        say(stdout, QStringLiteral("hearth " HEARTH_VERSION));
        return Clean;
    }
    return std::nullopt;
}

} // namespace

int main(int argc, char **argv)
{
    if (hearth::wantsHeadless(argc, argv)) {
#ifdef HEARTH_WITH_SERVER
        return hearth::runHeadless(argc, argv);
#else
        say(stderr, QStringLiteral("hearth: This program was built without a server."));
        return WrongUsage;
#endif
    }
    // For the server's thread (docs/decisions/): it must stand before the first event loop.
    qputenv("QT_NO_GLIB", "1");
    hearth::Result<hearth::DesktopOptions, QString> options = hearth::DesktopOptions {};
    {
        const QCoreApplication terminal(argc, argv);
        options = hearth::parseDesktopOptions(QCoreApplication::arguments());
        if (const auto code = answerInTerminal(options))
            return *code;
    }

    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Hearth"));
    QApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("hearth"));
    QApplication::setQuitOnLastWindowClosed(false); // the server is drained first
    hearth::setUpAppearance();
    hearth::installTranslations(app);
    // A window's owner reads its words, not a log; QT_LOGGING_RULES brings it back.
    QLoggingCategory::setFilterRules(QStringLiteral("hearth.*.debug=false\nhearth.*.info=false"));

    hearth::DesktopProgram program(*options);
    hearth::TerminationWatcher watcher;
    // signal → program → application
    QObject::connect(&watcher, &hearth::TerminationWatcher::terminationRequested, &program, &hearth::DesktopProgram::quit);
    QObject::connect(&program, &hearth::DesktopProgram::finished, &app, [] { QApplication::exit(Clean); }, Qt::QueuedConnection);
    program.start();
    return QApplication::exec();
}
