// Any bytes through both decoders. What decodes is encoded and decoded again, and is the same then.

#include "protocol/codec.h"
#include "tests/fuzz/fuzztarget.h"

using namespace hearth;

namespace {

/// Frames whose `id` is part of what they say.
bool namesItsOwnId(const ServerFrame &frame)
{
    return std::holds_alternative<Subscribed>(frame) || std::holds_alternative<Unsubscribed>(frame)
        || std::holds_alternative<RoomUpdated>(frame) || std::holds_alternative<UserUpdated>(frame);
}

void checkClient(const QByteArray &input)
{
    const auto first = codec::decodeClient(input);
    if (!first)
        return;
    const QByteArray bytes = codec::encode(*first);
    const auto second = codec::decodeClient(bytes);
    HEARTH_HOLDS(second.has_value());
    HEARTH_HOLDS(*second == *first);
    HEARTH_HOLDS(codec::encode(*second) == bytes);
}

void checkServer(const QByteArray &input)
{
    const auto first = codec::decodeServer(input);
    if (!first)
        return;
    for (const ServerMessage &message : *first) {
        const QByteArray bytes = codec::encode(message);
        const auto second = codec::decodeServer(bytes);
        HEARTH_HOLDS(second.has_value() && second->size() == 1);
        ServerMessage expected = message;
        if (namesItsOwnId(expected.frame))
            expected.id = second->first().id;
        // An error without words gets those of its code.
        if (auto *error = std::get_if<Error>(&expected.frame); error != nullptr && error->message.isEmpty())
            error->message = std::get<Error>(second->first().frame).message;
        HEARTH_HOLDS(second->first() == expected);
        HEARTH_HOLDS(codec::encode(second->first()) == bytes);
    }
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    checkClient(input);
    checkServer(input);
}
