#pragma once

#include <QString>

#include <functional>

namespace hearth {

/// Where secrets are kept that not even other programs of the same person should read. Answers come later, on the thread
/// that asked: somebody may have to unlock it first.
class Keychain
{
public:
    virtual ~Keychain() = default;

    struct Found
    {
        bool isRefused = false; ///< it has said nothing of whether there is one: locked, or not there
        QString secret; ///< empty: there is none
    };
    /// Where it finds none it may write an entry of its own, to see whether it is locked.
    virtual void read(const QString &name, std::function<void(const Found &found)> done) = 0;
    virtual void write(const QString &name, const QString &secret, std::function<void(bool isKept)> done) = 0;
    /// What was never there is gone as well. Nothing is gone from one that is locked; it may be tried as in `read()`.
    virtual void remove(const QString &name, std::function<void(bool isGone)> done) = 0;
};

} // namespace hearth
