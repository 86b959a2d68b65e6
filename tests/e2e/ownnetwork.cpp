#include "tests/e2e/ownnetwork.h"

#include "tests/e2e/serverprocess.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

OwnNetwork::OwnNetwork() : m_before(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC))
{
    m_isThere = m_before >= 0 && ::unshare(CLONE_NEWNET) == 0;
    require(u"ip link set lo up"_s);
}

OwnNetwork::~OwnNetwork()
{
    if (m_before < 0)
        return;
    ::setns(m_before, CLONE_NEWNET);
    ::close(m_before);
}

void OwnNetwork::addAddress(const QString &address)
{
    // Without `nodad` an IPv6 address is not to be used for a second.
    require(u"ip addr add %1 dev lo%2"_s.arg(address, address.contains(u':') ? u" nodad"_s : QString()));
}

void OwnNetwork::require(const QString &command)
{
    QStringList words = command.split(u' ');
    const QString program = words.takeFirst();
    m_isThere = m_isThere && run(program, words).code == 0;
}

} // namespace hearth::test
