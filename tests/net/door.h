#pragma once

#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "tests/net/doorfigures.h"
#include "tests/net/echochannel.h"
#include "tests/net/iothreadcount.h"

#include <utility>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

/// A listener on a port of its own, with the echo behind it at /echo.
struct Door
{
    explicit Door(ListenerSettings settings = {}) : listener(local(std::move(settings)), router)
    {
        router.add(u"/echo"_s, channel);
        listener.setIoThreads(&threads);
        if (!listener.listen())
            qFatal("cannot listen");
    }
    static ListenerSettings local(ListenerSettings settings)
    {
        settings.addresses = { QHostAddress(QHostAddress::LocalHost) };
        settings.port = 0;
        return settings;
    }
    [[nodiscard]] DoorFigures figures() { return doorFigures(threads, listener); }

    IoThreads threads { ioThreadCount() };
    EchoChannel channel;
    Router router;
    Listener listener;
};

} // namespace hearth::test
