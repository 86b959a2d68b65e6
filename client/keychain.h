#pragma once

#include <QString>

#include <functional>
#include <optional>

namespace hearth {

/// Where secrets are kept that not even other programs of the same person should read. Answers come later, on the thread
/// that asked: somebody may have to unlock it first.
class Keychain
{
public:
    virtual ~Keychain() = default;

    /// Nothing when it has no such secret, or does not give it out.
    virtual void read(const QString &name, std::function<void(const std::optional<QString> &secret)> done) = 0;
    virtual void write(const QString &name, const QString &secret, std::function<void(bool isKept)> done) = 0;
};

} // namespace hearth
