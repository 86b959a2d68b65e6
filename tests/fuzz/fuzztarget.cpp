#include "tests/fuzz/fuzztarget.h"

#include <QCoreApplication>

namespace hearth::fuzz {

namespace {

void logOrFind(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (type == QtCriticalMsg || type == QtFatalMsg)
        finding(context.file != nullptr ? context.file : "log", context.line, qPrintable(text));
}

} // namespace

void needEventLoop()
{
    if (QCoreApplication::instance() != nullptr)
        return;
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = { name, nullptr };
    qputenv("QT_NO_GLIB", "1");
    qInstallMessageHandler(logOrFind);
    static const auto *application = new QCoreApplication(argc, argv); // for as long as the process lives
    Q_UNUSED(application)
}

} // namespace hearth::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    hearth::fuzz::runFuzzInput(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    return 0;
}
