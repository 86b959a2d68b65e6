// Tells ThreadSanitizer what Qt does between threads. Qt itself is not instrumented: that an event was posted before it
// is delivered rests on atomics which the sanitizer does not see, so that it takes every queued call for a race. This
// library is preloaded into the tests of a `tsan` build and stands before the few functions through which our code
// hands things from thread to thread: whoever posts releases, whoever is delivered to acquires. Mutexes, condition
// variables and threads themselves go through pthread, which the sanitizer knows.

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEvent>
#include <QObject>
#include <QThread>
#include <QThreadPool>

#include <csignal>
#include <dlfcn.h>
#include <functional>
#include <poll.h>
#include <pthread.h>
#include <utility>

// From libtsan; missing in programs that are not instrumented (a shell that a test starts).
extern "C" {
[[gnu::weak]] void __tsan_acquire(void *address);
[[gnu::weak]] void __tsan_release(void *address);
}

namespace {

/// For signals, whose receivers are not known here, and for receivers whose event() is Qt's own.
char everybody;
/// For what was called through a queue, and may be deleted by whoever posted it.
char delivered;

void acquire(void *address)
{
    if (__tsan_acquire != nullptr)
        __tsan_acquire(address);
}

void release(void *address)
{
    if (__tsan_release != nullptr)
        __tsan_release(address);
}

template <typename Function>
Function *next(const char *name)
{
    return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}

} // namespace

// ---- posting ----

bool QMetaObject::invokeMethodImpl(QObject *object, QtPrivate::QSlotObjectBase *slot, Qt::ConnectionType type, void *result)
{
    static auto *const real = next<bool(QObject *, QtPrivate::QSlotObjectBase *, Qt::ConnectionType, void *)>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    release(object);
    release(&everybody);
    // Whoever lets go of the slot last deletes it: here it must not be the real function, which acquires nothing.
    if (slot != nullptr)
        slot->ref();
    const bool isInvoked = real(object, slot, type, result);
    acquire(&delivered);
    if (slot != nullptr)
        slot->destroyIfLastRef();
    return isInvoked;
}

void QCoreApplication::postEvent(QObject *receiver, QEvent *event, int priority)
{
    static auto *const real = next<void(QObject *, QEvent *, int)>("_ZN16QCoreApplication9postEventEP7QObjectP6QEventi");
    release(receiver);
    release(&everybody);
    real(receiver, event, priority);
}

void QMetaObject::activate(QObject *sender, const QMetaObject *meta, int signal, void **arguments)
{
    static auto *const real
        = next<void(QObject *, const QMetaObject *, int, void **)>("_ZN11QMetaObject8activateEP7QObjectPKS_iPPv");
    release(&everybody);
    real(sender, meta, signal, arguments);
    release(&everybody); // a queued call has its copies of the arguments by now
}

/// A thread that has just ended one piece of work takes the next from a queue whose lock is Qt's own.
void QThreadPool::start(std::function<void()> work, int priority)
{
    static auto *const real
        = next<void(QThreadPool *, std::function<void()>, int)>("_ZN11QThreadPool5startESt8functionIFvvEEi");
    const auto *kept = new std::function<void()>(std::move(work)); // Qt copies what it is given, after all that can be told here
    release(&everybody);
    const auto told = [kept] {
        acquire(&everybody);
        (*kept)();
        delete kept;
    };
    real(this, told, priority);
}

// ---- being delivered to ----

bool QObject::event(QEvent *event)
{
    static auto *const real = next<bool(QObject *, QEvent *)>("_ZN7QObject5eventEP6QEvent");
    acquire(this);
    if (event->type() == QEvent::MetaCall)
        acquire(&everybody);
    const bool isDone = real(this, event);
    release(&delivered);
    return isDone;
}

namespace {

/// A plain QObject with an event() that is not Qt's own.
class Synchronized : public QObject
{
public:
    bool event(QEvent *event) override { return QObject::event(event); }
};

} // namespace

/// `new QObject`, as it stands for a thread in our code, would be delivered to by Qt alone: it gets the table of a class
/// of ours. This is the constructor of a whole QObject; other classes call another one for the part that is theirs.
extern "C" void makePlainObject(QObject *self, QObject *parent) asm("_ZN7QObjectC1EPS_");
extern "C" void makePlainObject(QObject *self, QObject *parent)
{
    static auto *const real = next<void(QObject *, QObject *)>("_ZN7QObjectC1EPS_");
    static const Synchronized model;
    real(self, parent);
    *reinterpret_cast<void **>(self) = *reinterpret_cast<void *const *>(&model);
}

/// The end of a thread is told to those who wait for it with this.
extern "C" int pthread_cond_broadcast(pthread_cond_t *condition)
{
    static auto *const real = next<int(pthread_cond_t *)>("pthread_cond_broadcast");
    release(&everybody);
    return real(condition);
}

bool QThread::wait(QDeadlineTimer deadline)
{
    static auto *const real = next<bool(QThread *, QDeadlineTimer)>("_ZN7QThread4waitE14QDeadlineTimer");
    const bool hasEnded = real(this, deadline);
    acquire(&everybody);
    return hasEnded;
}

/// GLib's loop waits here.
extern "C" int poll(pollfd *descriptors, nfds_t count, int timeout)
{
    static auto *const real = next<int(pollfd *, nfds_t, int)>("poll");
    const int result = real(descriptors, count, timeout);
    acquire(&everybody);
    return result;
}

extern "C" int ppoll(pollfd *descriptors, nfds_t count, const timespec *timeout, const sigset_t *mask)
{
    static auto *const real = next<int(pollfd *, nfds_t, const timespec *, const sigset_t *)>("ppoll");
    const int result = real(descriptors, count, timeout, mask);
    acquire(&everybody);
    return result;
}
