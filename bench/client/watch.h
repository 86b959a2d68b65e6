#pragma once

#include <QApplication>

#include <functional>

namespace hearth::bench {

/// Nanoseconds of the steady clock, which is the same for all processes.
[[nodiscard]] qint64 now();

/// An application that takes down when its widgets are painted, and for how long each turn of its event loop keeps it from
/// looking for input: what somebody at the window waits for. A turn begins when the loop has heard of something and ends when
/// it asks for more; sleeping is not counted.
class Watch : public QApplication
{
public:
    using QApplication::QApplication;

    /// Turns are only known of GLib's loop, which is Debian's default: false where there is another.
    [[nodiscard]] static bool watchTurns();

    bool notify(QObject *receiver, QEvent *event) override;

    /// Called when `widget` has been painted; null: when anything has.
    void afterPaint(const QObject *widget, std::function<void()> call);
    /// Lets events come until `isDone`, at most so long. False when the time was up.
    bool await(const std::function<bool()> &isDone, int seconds = 120);
    /// Lets events come for so long.
    void live(int milliseconds);

    struct Figures
    {
        int paints = 0; ///< of the widget
        int turns = 0;
        double longestMs = 0; ///< of the turns
        // Of the turns, by the CPU time of the thread: on a busy machine the clock on the wall tells of the others.
        double longestBusyMs = 0;
        double p99BusyMs = 0;
        int slowTurns = 0; ///< above 16.7 ms, which a screen of 60 Hz shows
        double cpuMs = 0; ///< of the thread of the window
        double processCpuMs = 0; ///< of all threads
    };
    /// Since the last call.
    [[nodiscard]] Figures take();

private:
    const QObject *m_widget = nullptr;
    std::function<void()> m_afterPaint;
    int m_paints = 0;
    double m_cpuMs = 0;
    double m_processCpuMs = 0;
};

} // namespace hearth::bench
