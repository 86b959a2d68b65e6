#pragma once

#include <QString>

namespace hearth::test {

/// Puts the calling thread, and the processes that it starts, into a network of its own (a namespace with nothing but a
/// loopback): what listens there can be reached by nobody else. The thread goes back at the end. Sockets and processes made
/// meanwhile stay in there: end them before.
class OwnNetwork
{
public:
    OwnNetwork();
    ~OwnNetwork();
    OwnNetwork(const OwnNetwork &) = delete;
    OwnNetwork &operator=(const OwnNetwork &) = delete;

    /// False where no such network can be made: not root.
    [[nodiscard]] bool isThere() const { return m_isThere; }
    /// An address of the loopback, `192.0.2.7/32` or `2001:db8::7/128`: peers can come from there.
    void addAddress(const QString &address);

protected:
    /// A command of the network's; where it fails the network is not there.
    void require(const QString &command);

private:
    int m_before = -1; ///< descriptor of the network that the thread came from
    bool m_isThere = false;
};

} // namespace hearth::test
