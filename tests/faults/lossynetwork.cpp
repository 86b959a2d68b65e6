#include "tests/faults/lossynetwork.h"

#include "tests/e2e/serverprocess.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

bool succeeds(const QString &command)
{
    QStringList words = command.split(u' ');
    const QString program = words.takeFirst();
    return run(program, words).code == 0;
}

} // namespace

LossyNetwork::LossyNetwork() : m_before(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC))
{
    if (m_before < 0 || ::unshare(CLONE_NEWNET) != 0)
        return;
    m_isThere = succeeds(u"ip link set lo up"_s) && succeeds(u"nft add table inet net"_s)
        && succeeds(u"nft add chain inet net arriving { type filter hook input priority 0 ; }"_s);
    lose(1); // whether it can be done
    lose(0);
}

LossyNetwork::~LossyNetwork()
{
    if (m_before < 0)
        return;
    ::setns(m_before, CLONE_NEWNET);
    ::close(m_before);
}

void LossyNetwork::lose(int percent)
{
    const QString which = percent < 100 ? u" numgen random mod 100 < %1"_s.arg(percent) : QString();
    m_isThere = m_isThere && succeeds(u"nft flush chain inet net arriving"_s)
        && (percent == 0 || succeeds(u"nft add rule inet net arriving%1 drop"_s.arg(which)));
}

} // namespace hearth::test
