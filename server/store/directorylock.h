#pragma once

#include <QString>

#include <memory>

namespace hearth {

/// Keeps two servers from sharing one data directory, for as long as it lives. The lock belongs to the open
/// file, so that it ends with the process, however that ends, and an old process id never fools anybody.
/// The platform-specific part of the store.
class DirectoryLock
{
public:
    enum class Outcome { Taken, HeldByOther, Failed };

    /// Takes the lock file `path`, making it if it is missing.
    explicit DirectoryLock(const QString &path);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock &) = delete;
    DirectoryLock &operator=(const DirectoryLock &) = delete;

    [[nodiscard]] Outcome outcome() const { return m_outcome; }
    /// The process that holds it, where it could be told; 0 where not.
    [[nodiscard]] qint64 holder() const { return m_holder; }
    /// The system's words when it Failed.
    [[nodiscard]] QString errorText() const { return m_errorText; }

private:
    class Handle;
    std::unique_ptr<Handle> m_handle;
    Outcome m_outcome = Outcome::Failed;
    qint64 m_holder = 0;
    QString m_errorText;
};

} // namespace hearth
