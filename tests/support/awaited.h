#pragma once

#include "protocol/result.h"

#include <QTest>

#include <memory>
#include <optional>

namespace hearth::test {

/// Turns a completion into something a test can wait for: pass `callback()`, then ask `result()`.
template <typename T, typename E>
class Awaited
{
public:
    [[nodiscard]] auto callback()
    {
        return [result = m_result](Result<T, E> value) {
            Q_ASSERT(!result->has_value()); // exactly once
            *result = std::move(value);
        };
    }
    [[nodiscard]] bool isDone() const { return m_result->has_value(); }
    /// Runs the event loop until the completion was called; fails the test after 10 s.
    const Result<T, E> &result()
    {
        if (!QTest::qWaitFor([this] { return isDone(); }, 10'000))
            qFatal("no completion within 10 s");
        return **m_result;
    }

private:
    std::shared_ptr<std::optional<Result<T, E>>> m_result = std::make_shared<std::optional<Result<T, E>>>();
};

} // namespace hearth::test
