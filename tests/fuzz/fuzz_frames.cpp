// Any bytes as what a client sends on a WebSocket. However they are cut on their way, the same messages come out and
// the same failure ends them; nothing that comes out is over the limit or not UTF-8.

#include "server/net/frameparser.h"
#include "tests/fuzz/fuzztarget.h"

using namespace hearth;

namespace {

constexpr qint64 MaxMessageSize = 300; // small, so that inputs reach it

struct Outcome
{
    QList<std::pair<FrameParser::Opcode, QByteArray>> messages;
    std::optional<ConnectionFailure> failure;
    bool isInMessage = false;
    friend bool operator==(const Outcome &, const Outcome &) = default;
};

Outcome parse(const QByteArray &input, qsizetype step)
{
    FrameParser parser(MaxMessageSize);
    Outcome outcome;
    const auto take = [&outcome](FrameParser::Opcode opcode, const QByteArray &payload) {
        outcome.messages.append({ opcode, payload });
        return true;
    };
    for (qsizetype at = 0; at < input.size() && !outcome.failure; at += step) {
        const auto fed = parser.feed(QByteArrayView(input).sliced(at, std::min(step, input.size() - at)), take);
        if (!fed)
            outcome.failure = fed.error();
    }
    outcome.isInMessage = !outcome.failure && parser.isInMessage();
    return outcome;
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    const Outcome whole = parse(input, std::max<qsizetype>(1, input.size()));
    for (const auto &[opcode, payload] : whole.messages) {
        HEARTH_HOLDS(payload.size() <= MaxMessageSize);
        HEARTH_HOLDS(opcode != FrameParser::Opcode::Continuation);
        HEARTH_HOLDS(opcode != FrameParser::Opcode::Text || QUtf8StringView(payload).isValidUtf8());
    }
    for (const qsizetype step : { 1, 3, 7 })
        HEARTH_HOLDS(parse(input, step) == whole);
}
