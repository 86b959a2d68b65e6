#pragma once

#include "protocol/clientframes.h"
#include "server/chat/server.h"
#include "server/chat/whereabouts.h"

namespace hearth {

/// Why the console did not answer.
struct ConsoleFailure
{
    QString text; ///< one line for the person who typed the command
};

/// Asks the server of `settings.dataDirectory` in its administrator's name: one that runs, through its console; otherwise its
/// store, which is opened for the purpose, and made where there is none yet if `mayMake`. Blocks until it is answered.
[[nodiscard]] Result<ServerFrame, ConsoleFailure> askServer(const ServerSettings &settings, const ClientFrame &request,
                                                            bool mayMake, const OpenStore &openStore);

/// Where the server that runs on that data can be joined, as it says itself. Nothing where none runs, or one of an older version.
[[nodiscard]] std::optional<Whereabouts> askWhereabouts(const QString &dataDirectory);

} // namespace hearth
