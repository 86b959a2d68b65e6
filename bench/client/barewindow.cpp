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
        const QEvent::Type type = event->type();
        const bool isHandled = QApplication::notify(receiver, event);
        if (type == QEvent::Paint && began > 0) {
            timespec time {};
            clock_gettime(CLOCK_MONOTONIC, &time);
            const qint64 ns = qint64 { time.tv_sec } * 1'000'000'000 + time.tv_nsec;
            const auto ms = static_cast<double>(ns - began) / 1e6;
            began = 0;
            QTimer::singleShot(200, this, [ms] {
                malloc_trim(0);
                QFile smaps(QStringLiteral("/proc/self/smaps_rollup"));
                double kib = 0;
                if (smaps.open(QIODevice::ReadOnly)) {
                    for (const QByteArray &line : smaps.readAll().split('\n')) {
                        if (line.startsWith("Pss:"))
                            kib = line.simplified().split(' ').at(1).toDouble();
                    }
                }
                std::printf("{\"first_paint_ms\": %.1f, \"pss_mib\": %.1f}\n", ms, kib / 1024);
                QCoreApplication::quit();
            });
        }
        return isHandled;
    }
    qint64 began = 0;
};

} // namespace

/// The argument is when the process was started, in ns of the steady clock.
int main(int argc, char **argv)
{
    Application application(argc, argv);
    application.began = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1;
    QMainWindow window;
    window.setCentralWidget(new QLabel(QStringLiteral("Hearth")));
    window.resize(1'000, 700);
    window.show();
    return QApplication::exec();
}
