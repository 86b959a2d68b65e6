#pragma once

#include "server/net/channel.h"

namespace hearth::test {

/// The shortest channel there is: says back what it hears. docs/channels.md shows it.
class EchoChannel : public Channel
{
    Q_OBJECT

public:
    using Channel::Channel;

protected:
    void onText(Connection &from, const QString &text) override { from.sendText(text.toUtf8()); }
    void onBinary(Connection &from, const QByteArray &bytes) override { from.sendBinary(bytes); }
};

} // namespace hearth::test
