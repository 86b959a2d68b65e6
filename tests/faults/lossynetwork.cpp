#include "tests/faults/lossynetwork.h"

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

LossyNetwork::LossyNetwork()
{
    require(u"nft add table inet net"_s);
    require(u"nft add chain inet net arriving { type filter hook input priority 0 ; }"_s);
    lose(1); // whether it can be done
    lose(0);
}

void LossyNetwork::lose(int percent)
{
    const QString which = percent < 100 ? u" numgen random mod 100 < %1"_s.arg(percent) : QString();
    require(u"nft flush chain inet net arriving"_s);
    if (percent > 0)
        require(u"nft add rule inet net arriving%1 drop"_s.arg(which));
}

} // namespace hearth::test
