#pragma once

#include "server/store/database.h"
#include "server/store/eventwriter.h"

#include <functional>
#include <memory>

namespace hearth {

/// One write: what is done inside the transaction, and who hears of it once the transaction's fate is known.
struct WriteTask
{
    std::function<void(Database &, EventWriter &)> run; ///< writer's thread
    std::function<void(const StoreError *failure)> finish; ///< the store object's thread

    /// `call(database, writer)` inside the transaction, `done` with its result, or with what spoiled the transaction.
    template <typename T, typename Call>
    [[nodiscard]] static WriteTask of(EventStore::Completion<T> done, Call call)
    {
        auto result = std::make_shared<std::optional<Result<T, StoreError>>>();
        return { [result, call = std::move(call)](Database &database, EventWriter &writer) { *result = call(database, writer); },
                 [result, done = std::move(done)](const StoreError *failure) {
                     done(failure != nullptr ? Result<T, StoreError>(Unexpected(*failure)) : **result);
                 } };
    }
};

} // namespace hearth
