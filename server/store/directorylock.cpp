#include "server/store/directorylock.h"

#include <QCoreApplication>
#include <QFile>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#else
#include <QLockFile>
#endif

namespace hearth {

#ifdef Q_OS_UNIX

class DirectoryLock::Handle
{
public:
    explicit Handle(int descriptor) : m_descriptor(descriptor) { }
    ~Handle() { ::close(m_descriptor); }
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;

private:
    int m_descriptor;
};

DirectoryLock::DirectoryLock(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        m_errorText = qt_error_string(errno);
        return;
    }
    auto handle = std::make_unique<Handle>(descriptor);
    // flock() and not fcntl(): the lock is the open file's, so a second server in the same process is kept
    // out as well, and closing some other descriptor of the file does not give it up.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            m_errorText = qt_error_string(errno);
            return;
        }
        char text[32] = {};
        const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
        m_holder = QByteArray(text, size > 0 ? size : 0).trimmed().toLongLong();
        m_outcome = Outcome::HeldByOther;
        return;
    }
    // For people only; the lock does not depend on it.
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid()) + '\n';
    if (::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.constData(), static_cast<size_t>(pid.size()), 0) < 0)
        m_errorText = qt_error_string(errno);
    m_handle = std::move(handle);
    m_outcome = Outcome::Taken;
}

#else

class DirectoryLock::Handle
{
public:
    explicit Handle(const QString &path) : file(path) { file.setStaleLockTime(0); }
    QLockFile file;
};

DirectoryLock::DirectoryLock(const QString &path) : m_handle(std::make_unique<Handle>(path))
{
    if (m_handle->file.tryLock(0)) {
        m_outcome = Outcome::Taken;
        return;
    }
    QString host;
    QString application;
    if (m_handle->file.error() == QLockFile::LockFailedError) {
        m_outcome = Outcome::HeldByOther;
        m_handle->file.getLockInfo(&m_holder, &host, &application);
    }
}

#endif

DirectoryLock::~DirectoryLock() = default;

} // namespace hearth
