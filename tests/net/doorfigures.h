#pragma once

#include "server/net/iothreads.h"
#include "server/net/listener.h"

#include <QTest>

namespace hearth::test {

/// How those fared who came to a listener so far, wherever they are.
[[nodiscard]] inline DoorFigures doorFigures(IoThreads &threads, const Listener &listener)
{
    bool isKnown = false;
    threads.gather([&isKnown] { isKnown = true; });
    if (!QTest::qWaitFor([&isKnown] { return isKnown; }))
        qWarning("a thread does not answer");
    return listener.figures();
}

} // namespace hearth::test
