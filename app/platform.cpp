#include "app/platform.h"

#include <QSocketNotifier>

#ifdef Q_OS_UNIX
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace hearth {

#ifdef Q_OS_UNIX

namespace {

// A signal handler may do next to nothing: it writes a byte into this pipe, whose other end is watched
// (the "self-pipe trick").
int signalPipe[2] = { -1, -1 };

void handleSignal(int)
{
    const char byte = 1;
    if (::write(signalPipe[1], &byte, 1) < 0)
        return; // full: it has been said already
}

} // namespace

class TerminationWatcher::Private
{
public:
    explicit Private(TerminationWatcher *q)
    {
        if (::pipe(signalPipe) != 0)
            return;
        for (const int end : signalPipe) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, O_NONBLOCK);
        }
        notifier = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
        connect(notifier.get(), &QSocketNotifier::activated, q, [q] {
            char byte = 0;
            while (::read(signalPipe[0], &byte, 1) > 0) { }
            emit q->terminationRequested();
        });
        struct sigaction action {};
        action.sa_handler = handleSignal;
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGTERM, &action, nullptr);
        ::sigaction(SIGINT, &action, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
    }
    ~Private()
    {
        ::signal(SIGTERM, SIG_DFL);
        ::signal(SIGINT, SIG_DFL);
        notifier.reset();
        ::close(signalPipe[0]);
        ::close(signalPipe[1]);
    }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    std::unique_ptr<QSocketNotifier> notifier;
};

class HiddenInput::Private
{
public:
    termios before {};
    bool isChanged = false;
};

HiddenInput::HiddenInput() : d(std::make_unique<Private>())
{
    if (::tcgetattr(STDIN_FILENO, &d->before) != 0)
        return;
    termios hidden = d->before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    d->isChanged = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

HiddenInput::~HiddenInput()
{
    if (d->isChanged)
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &d->before);
}

bool HiddenInput::isTerminal() { return ::isatty(STDIN_FILENO) == 1; }

void raiseDescriptorLimit()
{
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

#else

class TerminationWatcher::Private
{
public:
    explicit Private(TerminationWatcher *) { }
};

class HiddenInput::Private
{
};

HiddenInput::HiddenInput() = default;

HiddenInput::~HiddenInput() = default;

bool HiddenInput::isTerminal() { return false; }

void raiseDescriptorLimit() { }

#endif

TerminationWatcher::TerminationWatcher(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this)) { }

TerminationWatcher::~TerminationWatcher() = default;

} // namespace hearth
