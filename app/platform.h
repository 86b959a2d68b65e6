#pragma once

#include <QObject>

#include <memory>

/// What the programs ask of the operating system itself.
namespace hearth {

/// Turns SIGTERM and SIGINT (a console's close and Ctrl+C elsewhere) into a Qt signal on the thread that made it.
/// One at a time in a process.
class TerminationWatcher : public QObject
{
    Q_OBJECT

public:
    explicit TerminationWatcher(QObject *parent = nullptr);
    ~TerminationWatcher() override;

signals:
    void terminationRequested();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// While this lives, what is typed on the terminal of standard input is not shown.
class HiddenInput
{
public:
    HiddenInput();
    ~HiddenInput();
    HiddenInput(const HiddenInput &) = delete;
    HiddenInput &operator=(const HiddenInput &) = delete;

    /// Whether somebody types there at all.
    [[nodiscard]] static bool isTerminal();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Lets this process open as many files and sockets as it may.
void raiseDescriptorLimit();

} // namespace hearth
