// What any window of Qt takes: an application and one QMainWindow with a word in it, painted. Prints what bench/client/main.cpp prints of ours.
#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QLabel>
#include <QMainWindow>
#include <QTimer>

#include <cstdio>
#include <ctime>
#include <malloc.h>

namespace {

class Application : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override
    {
        hasPainted = event->type() == QEvent::Paint || hasPainted;
        return QApplication::notify(receiver, event);
    }
    bool hasPainted = false;
};

double pssMib()
{
    malloc_trim(0);
    QFile smaps(QStringLiteral("/proc/self/smaps_rollup"));
    if (smaps.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : smaps.readAll().split('\n')) {
            if (line.startsWith("Pss:"))
                return line.simplified().split(' ').at(1).toDouble() / 1'024;
        }
    }
    return 0;
}

} // namespace

/// The argument is when the process was started, in ns of the steady clock.
int main(int argc, char **argv)
{
    Application application(argc, argv);
    QMainWindow window;
    window.setCentralWidget(new QLabel(QStringLiteral("Hearth")));
    window.resize(1'100, 720); // as ours
    window.show();
    while (!application.hasPainted)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents); // one turn paints all of it
    timespec time {};
    clock_gettime(CLOCK_MONOTONIC, &time);
    const qint64 began = argc > 1 ? QByteArray(argv[1]).toLongLong() : 0;
    const qint64 ns = qint64 { time.tv_sec } * 1'000'000'000 + time.tv_nsec;
    QTimer::singleShot(200, &application, [ms = static_cast<double>(ns - began) / 1e6] {
        std::printf("{\"painted_ms\": %.1f, \"pss_mib\": %.1f}\n", ms, pssMib());
        QCoreApplication::quit();
    });
    return QApplication::exec();
}
