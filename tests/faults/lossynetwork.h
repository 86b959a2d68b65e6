#pragma once

#include "tests/e2e/ownnetwork.h"

namespace hearth::test {

/// A network of its own where packets can be lost. It is not there without nftables.
class LossyNetwork : public OwnNetwork
{
public:
    LossyNetwork();

    /// So many of a hundred packets are lost, in each direction, whichever they are: all of them is a cut that nobody
    /// is told of.
    void lose(int percent);
};

} // namespace hearth::test
