#pragma once

#include <memory>

class QAbstractEventDispatcher;

namespace hearth {

/// The event loop for a thread with thousands of sockets; nothing where the system's own has to do. To be set before the
/// thread or the application begins, which then owns it.
[[nodiscard]] std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher();

} // namespace hearth
