#pragma once

namespace hearth::test {

/// Puts the calling thread, and the processes that it starts, into a network of its own (a namespace with nothing but a
/// loopback), where packets can be lost. The thread goes back at the end. Sockets and processes made meanwhile stay in
/// there: end them before.
class LossyNetwork
{
public:
    LossyNetwork();
    ~LossyNetwork();
    LossyNetwork(const LossyNetwork &) = delete;
    LossyNetwork &operator=(const LossyNetwork &) = delete;

    /// False where no such network can be made: not root, no nftables.
    [[nodiscard]] bool isThere() const { return m_isThere; }
    /// So many of a hundred packets are lost, in each direction, whichever they are: all of them is a cut that nobody
    /// is told of.
    void lose(int percent);

private:
    int m_before = -1; ///< descriptor of the network that the thread came from
    bool m_isThere = false;
};

} // namespace hearth::test
