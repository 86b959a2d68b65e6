#include "bench/client/watch.h"

#include <QEvent>
#include <QLibrary>
#include <QTimer>

#include <algorithm>
#include <utility>
#include <vector>
#include <ctime>
#include <poll.h>

namespace hearth::bench {

namespace {

constexpr double FrameMs = 1'000.0 / 60;

qint64 read(clockid_t clock)
{
    timespec time {};
    clock_gettime(clock, &time);
    return qint64 { time.tv_sec } * 1'000'000'000 + time.tv_nsec;
}

// A callback of C has nothing else to write to. In ms, by the clock on the wall and by that of the thread.
std::vector<double> turns;
std::vector<double> busyTurns;
qint64 turnBegan = 0;
qint64 turnBeganBusy = 0;

void beginTurn()
{
    turnBegan = now();
    turnBeganBusy = read(CLOCK_THREAD_CPUTIME_ID);
}

/// In place of the loop's own poll(): what lies between two of them is a turn.
int watchedPoll(pollfd *descriptors, unsigned int count, int timeout)
{
    if (turnBegan > 0) {
        turns.push_back(static_cast<double>(now() - turnBegan) / 1e6);
        busyTurns.push_back(static_cast<double>(read(CLOCK_THREAD_CPUTIME_ID) - turnBeganBusy) / 1e6);
    }
    const int result = ::poll(descriptors, count, timeout);
    beginTurn();
    return result;
}

} // namespace

qint64 now() { return read(CLOCK_MONOTONIC); }

bool Watch::watchTurns()
{
    QLibrary glib(QStringLiteral("glib-2.0"), 0);
    using SetPoll = void (*)(void *context, int (*)(pollfd *, unsigned int, int));
    const auto setPoll = reinterpret_cast<SetPoll>(glib.resolve("g_main_context_set_poll_func"));
    if (setPoll == nullptr || qEnvironmentVariableIsSet("QT_NO_GLIB"))
        return false;
    setPoll(nullptr, watchedPoll);
    return true;
}

bool Watch::notify(QObject *receiver, QEvent *event)
{
    const QEvent::Type type = event->type(); // it may be gone afterwards
    const bool isHandled = QApplication::notify(receiver, event);
    if (type == QEvent::Paint && m_afterPaint && (m_widget == nullptr || receiver == m_widget)) {
        ++m_paints;
        m_afterPaint();
    }
    return isHandled;
}

void Watch::afterPaint(const QObject *widget, std::function<void()> call)
{
    m_widget = widget;
    m_afterPaint = std::move(call);
}

bool Watch::await(const std::function<bool()> &isDone, int seconds)
{
    bool isLate = false;
    QTimer deadline;
    deadline.setSingleShot(true);
    connect(&deadline, &QTimer::timeout, this, [&isLate] { isLate = true; });
    deadline.start(seconds * 1'000);
    while (!isDone() && !isLate)
        processEvents(QEventLoop::WaitForMoreEvents);
    return isDone();
}

void Watch::live(int milliseconds)
{
    bool isOver = false;
    QTimer::singleShot(milliseconds, this, [&isOver] { isOver = true; });
    await([&isOver] { return isOver; });
}

Watch::Figures Watch::take()
{
    const double cpuMs = static_cast<double>(read(CLOCK_THREAD_CPUTIME_ID)) / 1e6;
    const double processCpuMs = static_cast<double>(read(CLOCK_PROCESS_CPUTIME_ID)) / 1e6;
    Figures figures;
    figures.paints = std::exchange(m_paints, 0);
    figures.cpuMs = cpuMs - std::exchange(m_cpuMs, cpuMs);
    figures.processCpuMs = processCpuMs - std::exchange(m_processCpuMs, processCpuMs);
    if (turnBegan > 0)
        beginTurn(); // and not with what came before this call
    std::vector<double> taken = std::exchange(turns, {});
    std::vector<double> busy = std::exchange(busyTurns, {});
    figures.turns = static_cast<int>(taken.size());
    if (taken.empty())
        return figures;
    std::sort(busy.begin(), busy.end());
    figures.longestMs = *std::max_element(taken.begin(), taken.end());
    figures.longestBusyMs = busy.back();
    figures.p99BusyMs = busy[(busy.size() - 1) * 99 / 100];
    figures.slowTurns = static_cast<int>(busy.end() - std::upper_bound(busy.begin(), busy.end(), FrameMs));
    return figures;
}

} // namespace hearth::bench
