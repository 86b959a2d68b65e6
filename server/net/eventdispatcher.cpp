#include "server/net/eventdispatcher.h"

#include <QAbstractEventDispatcher>

#ifdef Q_OS_LINUX
#include "server/net/epolldispatcher.h"
#endif

namespace hearth {

std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher()
{
#ifdef Q_OS_LINUX
    if (auto dispatcher = std::make_unique<EpollDispatcher>(); dispatcher->isUsable())
        return dispatcher;
#endif
    return nullptr;
}

} // namespace hearth
