#pragma once

#include "app/serveroptions.h"

namespace hearth {

/// What a subcommand says when it has ended.
struct MaintenanceOutcome
{
    bool isGood = false;
    QString output; ///< for standard output; may have several lines
    QString error; ///< for standard error, one line; also what is to be known of something that went well
};

/// `hearthd backup`, `restore`, `check` and `fingerprint`. Blocks until done.
[[nodiscard]] MaintenanceOutcome runMaintenance(const ServerOptions &options);

} // namespace hearth
