#pragma once

#include "server/chat/server.h"

namespace hearth {

/// `hearthd`: serves until SIGTERM or SIGINT, then drains. The process's exit code: 0 clean, 1 could not start or
/// went down, 2 wrong usage or configuration.
[[nodiscard]] int runHeadless(int argc, char **argv, OpenStore openStore = openSqliteStore);

} // namespace hearth
