// Measures the window: called by bench/client/run.py, a process a measurement, each of which prints one line of JSON.
#include "app/desktopoptions.h"
#include "app/desktopprogram.h"
#include "bench/client/desk.h"
#include "bench/client/fill.h"
#include "client/timelinemodel.h"
#include "ui/appearance.h"
#include "ui/earlyfonts.h"
#include "ui/timelineview.h"
#include "ui/translations.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QProcess>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <malloc.h>

using namespace hearth;
using namespace hearth::bench;
using namespace Qt::Literals::StringLiterals;

namespace {

void print(const QJsonObject &figures)
{
    std::printf("%s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

/// Of this process, shared pages divided among those that share them.
double pssMib()
{
    malloc_trim(0); // what the allocator keeps for later is not what the program holds
    QFile smaps(u"/proc/self/smaps_rollup"_s);
    if (!smaps.open(QIODevice::ReadOnly))
        giveUp(u"/proc/self/smaps_rollup cannot be read."_s);
    for (const QByteArray &line : smaps.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.simplified().split(' ').at(1).toDouble() / 1'024;
    }
    return 0;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

void add(QJsonObject &to, const QString &prefix, const Watch::Figures &figures, double seconds)
{
    to.insert(prefix + u"longest_turn_ms"_s, figures.longestMs);
    to.insert(prefix + u"longest_turn_cpu_ms"_s, figures.longestBusyMs);
    to.insert(prefix + u"p99_turn_cpu_ms"_s, figures.p99BusyMs);
    to.insert(prefix + u"turns_above_16_7_cpu_ms"_s, figures.slowTurns);
    to.insert(prefix + u"turns"_s, figures.turns);
    to.insert(prefix + u"paints"_s, figures.paints);
    to.insert(prefix + u"window_cpu_ms"_s, figures.cpuMs);
    to.insert(prefix + u"process_cpu_ms"_s, figures.processCpuMs);
    to.insert(prefix + u"seconds"_s, seconds);
}

struct Place
{
    QUrl url;
    QString directory;
    UserName user;
};

/// Joins, then clicks to and fro between the lobby and the room `other`.
void measureOpening(Watch &watch, const Place &place, const QString &other)
{
    Desk desk(watch, place.directory, place.user);
    QJsonObject figures { { u"join_ms"_s, desk.join(place.url) } };
    if (!other.isEmpty()) {
        const RoomId room = RoomId::parse(other).value();
        desk.enter(room);
        watch.live(500);
        std::vector<double> clicks;
        for (int i = 0; i < 5; ++i) {
            static_cast<void>(desk.click(room));
            watch.live(100);
            clicks.push_back(desk.click(RoomId::lobby()));
            watch.live(100);
        }
        figures.insert(u"click_ms"_s, median(clicks));
    }
    print(figures);
}

/// Goes up page by page from the newest message, then back to it at once.
void measureScrolling(Watch &watch, const Place &place, int pages)
{
    constexpr int Sample = 10;
    Desk desk(watch, place.directory, place.user);
    static_cast<void>(desk.join(place.url));
    watch.live(500);
    static_cast<void>(watch.take());
    std::vector<double> near;
    std::vector<double> far;
    Watch::Figures last;
    for (int page = 0; page < pages; ++page) {
        if (page == pages - Sample)
            static_cast<void>(watch.take());
        const double ms = desk.scrollUp();
        if (page < Sample)
            near.push_back(ms);
        else if (page >= pages - Sample)
            far.push_back(ms);
    }
    QJsonObject figures { { u"page_near_ms"_s, median(near) }, { u"page_far_ms"_s, median(far) },
                          { u"far_longest_turn_cpu_ms"_s, watch.take().longestBusyMs }, { u"rows_held"_s, desk.timeline()->rowCount() },
                          { u"pss_mib"_s, pssMib() } };
    figures.insert(u"jump_ms"_s, desk.jumpToNewest());
    print(figures);
}

enum class Window { Lives, Sleeps };

/// The lobby is open while somebody posts `count` messages. Of a window that sleeps (a laptop that was closed), they are all
/// there when it wakes.
void measureBurst(Watch &watch, const Place &place, int count, Window window)
{
    Desk desk(watch, place.directory, place.user);
    static_cast<void>(desk.join(place.url));
    watch.live(1'500);
    QJsonObject figures;
    if (window == Window::Lives) {
        static_cast<void>(watch.take());
        watch.live(2'000);
        add(figures, u"idle_"_s, watch.take(), 2);
    }
    const Seq before = desk.timeline()->lastSeq();
    static_cast<void>(watch.take());
    QProcess poster;
    poster.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    poster.start(QCoreApplication::applicationFilePath(), { u"post"_s, place.url.toString(), u"lobby"_s, QString::number(count) });
    if (window == Window::Sleeps) {
        poster.waitForFinished(-1);
        QThread::sleep(1);
        static_cast<void>(watch.take());
    }
    const qint64 began = now();
    desk.awaitNewest(Seq(before.value() + count)); // the poster's own coming is an event too
    if (window == Window::Lives)
        poster.waitForFinished(-1);
    add(figures, {}, watch.take(), static_cast<double>(now() - began) / 1e9);
    figures.insert(u"rows_held"_s, desk.timeline()->rowCount());
    print(figures);
}

/// Visits `rooms` rooms one after the other, and again going up `pages` pages in each.
void measureMemory(Watch &watch, const Place &place, int rooms, int pages)
{
    Desk desk(watch, place.directory, place.user);
    QJsonObject figures { { u"start_page_mib"_s, pssMib() } };
    static_cast<void>(desk.join(place.url));
    watch.live(500);
    figures.insert(u"joined_mib"_s, pssMib());
    for (int i = 1; i <= rooms; ++i)
        desk.enter(RoomId::parse(u"room-%1"_s.arg(i)).value());
    const auto visit = [&](int scrolled) {
        for (int i = 1; i <= rooms; ++i) {
            static_cast<void>(desk.click(RoomId::parse(u"room-%1"_s.arg(i)).value()));
            for (int page = 0; page < scrolled; ++page)
                static_cast<void>(desk.scrollUp());
        }
        watch.live(500);
    };
    visit(0);
    figures.insert(u"visited_mib"_s, pssMib());
    visit(pages);
    figures.insert(u"scrolled_mib"_s, pssMib());
    print(figures);
}

/// What hearth.cpp does, until all of the window is painted, and until the newest message is where the arguments join a chat.
void measureStart(Watch &watch, qint64 began, const QStringList &arguments)
{
    const auto options = parseDesktopOptions(arguments);
    if (!options)
        giveUp(options.error());
    DesktopProgram program(*options);
    bool isPainting = false;
    bool hasMessages = false;
    watch.afterPaint(nullptr, [&] {
        isPainting = true;
        const auto *view = program.window()->findChild<TimelineView *>();
        hasMessages = hasMessages || (view != nullptr && view->lastVisibleSeq() > Seq(0));
    });
    program.start();
    qint64 painted = 0;
    qint64 shown = 0;
    const auto isShown = [&] { // looked at after a turn: one paints all parts of the window
        if (isPainting && painted == 0)
            painted = now();
        if (hasMessages && shown == 0)
            shown = now();
        return painted > 0 && (shown > 0 || !options->join);
    };
    if (!watch.await(isShown))
        giveUp(u"Nothing was painted."_s);
    QJsonObject figures { { u"painted_ms"_s, static_cast<double>(painted - began) / 1e6 } };
    if (options->join)
        figures.insert(u"messages_ms"_s, static_cast<double>(shown - began) / 1e6);
    watch.live(200);
    figures.insert(u"pss_mib"_s, pssMib());
    print(figures);
    watch.afterPaint(nullptr, {});
    program.quit();
}

} // namespace

int main(int argc, char **argv)
{
    const QString what = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
    QLoggingCategory::setFilterRules(u"hearth.*.debug=false\nhearth.*.info=false"_s);
    if (what == u"fill" || what == u"post") {
        const QCoreApplication application(argc, argv);
        const QStringList arguments = QCoreApplication::arguments();
        if (what == u"fill" && arguments.size() > 3)
            fill(arguments.at(2), arguments.sliced(3));
        else if (what == u"post" && arguments.size() == 5)
            post(arguments.at(2), arguments.at(3), arguments.at(4).toInt());
        else
            giveUp(u"fill DIRECTORY ROOM=COUNT…, or post URL ROOM COUNT"_s);
        return 0;
    }
    {
        const QCoreApplication terminal(argc, argv); // as hearth's main() has one for its command line
    }
    EarlyFonts fonts;
    Watch watch(argc, argv);
    QApplication::setApplicationName(u"Hearth"_s);
    installTranslations(watch);
    fonts.wait();
    setUpAppearance();
    QStringList arguments = QCoreApplication::arguments();
    if (what == u"start" && arguments.size() >= 3) {
        const qint64 began = arguments.at(2).toLongLong();
        arguments.remove(1, 2);
        measureStart(watch, began, arguments);
        return 0;
    }
    if (arguments.size() < 5)
        giveUp(u"open|scroll|burst|held|memory URL DIRECTORY USER …"_s);
    if (!Watch::watchTurns())
        giveUp(u"Turns of the event loop can only be measured with GLib's."_s);
    const Place place { QUrl(arguments.at(2)), arguments.at(3), UserName::parse(arguments.at(4)).value() };
    const auto number = [&arguments](int at) { return arguments.value(at).toInt(); };
    if (what == u"open")
        measureOpening(watch, place, arguments.value(5));
    else if (what == u"scroll")
        measureScrolling(watch, place, number(5));
    else if (what == u"burst")
        measureBurst(watch, place, number(5), Window::Lives);
    else if (what == u"held")
        measureBurst(watch, place, number(5), Window::Sleeps);
    else if (what == u"memory")
        measureMemory(watch, place, number(5), number(6));
    else
        giveUp(u"There is no measurement of this name."_s);
    return 0;
}
