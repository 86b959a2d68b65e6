#include "server/net/connection.h"

#include <atomic>

namespace hearth {

namespace {

quint64 nextConnectionId()
{
    static std::atomic<quint64> last = 0;
    return ++last;
}

} // namespace

Connection::Connection(ConnectionInfo info, QObject *parent)
    : QObject(parent), m_id(nextConnectionId()), m_info(std::make_unique<const ConnectionInfo>(std::move(info)))
{
}

Connection::Connection(ConnectionInfo info, quint64 id)
    : m_id(id), m_info(std::make_unique<const ConnectionInfo>(std::move(info)))
{
}

} // namespace hearth
