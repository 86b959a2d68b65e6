#include "app/desktopoptions.h"
#include "app/desktopprogram.h"
#include "app/platform.h"
#include "ui/appearance.h"
#include "ui/earlyfonts.h"
#include "ui/translations.h"
#ifdef HEARTH_WITH_SERVER
#include "app/headless.h"
#endif

#include <QApplication>
#include <QLoggingCategory>

#include <cstdio>
#include <cstdlib>

namespace {

enum ExitCode { Clean = 0, CouldNotStart = 1, WrongUsage = 2 };

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

/// Qt aborts where there is no screen to draw on. While the application is made, this ends it like a program that could
/// not start, with one line; what Qt says of its platform before that is the reason in it.
void refuseWithoutScreen(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    static QString reason;
    if (type == QtFatalMsg) {
        const QString why = reason.isEmpty() ? text.section(QLatin1Char('\n'), 0, 0).trimmed() : reason;
        say(stderr, QStringLiteral("hearth: The window cannot be shown (%1). To serve a chat without one: hearth --headless").arg(why));
        std::_Exit(CouldNotStart);
    }
    if (!QLatin1StringView(context.category).startsWith(QLatin1StringView("qt.qpa")))
        say(stderr, text);
    else if (reason.isEmpty())
        reason = text.trimmed();
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
    hearth::Result<hearth::DesktopOptions, QString> options = hearth::DesktopOptions {};
    {
        const QCoreApplication terminal(argc, argv);
        options = hearth::parseDesktopOptions(QCoreApplication::arguments());
        if (const auto code = answerInTerminal(options))
            return *code;
    }

    hearth::EarlyFonts fonts; // the first application has set the locale: nobody changes it meanwhile
    const QtMessageHandler usual = qInstallMessageHandler(refuseWithoutScreen);
    QApplication app(argc, argv);
    qInstallMessageHandler(usual);
    QApplication::setApplicationName(QStringLiteral("Hearth"));
    QApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("hearth"));
    QApplication::setQuitOnLastWindowClosed(false); // the server is drained first
    hearth::installTranslations(app);
    // A window's owner reads its words, not a log; QT_LOGGING_RULES brings it back.
    QLoggingCategory::setFilterRules(QStringLiteral("hearth.*.debug=false\nhearth.*.info=false"));
    fonts.wait();
    hearth::setUpAppearance();

    hearth::DesktopProgram program(*options);
    hearth::TerminationWatcher watcher;
    // signal → program → application
    QObject::connect(&watcher, &hearth::TerminationWatcher::terminationRequested, &program, &hearth::DesktopProgram::quit);
    QObject::connect(&program, &hearth::DesktopProgram::finished, &app, [] { QApplication::exit(Clean); }, Qt::QueuedConnection);
    program.start();
    return QApplication::exec();
}
