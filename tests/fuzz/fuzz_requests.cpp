// Any bytes as the head of an HTTP request. However they are cut on their way, the same head comes out, within its
// bounds, and not a byte of what follows it is lost.

#include "server/net/requestparser.h"
#include "tests/fuzz/fuzztarget.h"

using namespace hearth;

namespace {

constexpr qsizetype MaxBytes = 512; // small, so that inputs reach them
constexpr int MaxLines = 12;

struct Outcome
{
    RequestParser::State state = RequestParser::State::Incomplete;
    RequestHead head;
    QByteArray rest;
};

Outcome parse(const QByteArray &input, qsizetype step)
{
    RequestParser parser(MaxBytes, MaxLines);
    Outcome outcome;
    qsizetype at = 0;
    while (at < input.size() && outcome.state == RequestParser::State::Incomplete) {
        const qsizetype size = std::min(step, input.size() - at);
        outcome.state = parser.feed(QByteArrayView(input).sliced(at, size));
        at += size;
    }
    if (outcome.state == RequestParser::State::Complete) {
        outcome.head = parser.head();
        outcome.rest = parser.rest() + input.sliced(at);
    }
    return outcome;
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    const Outcome whole = parse(input, std::max<qsizetype>(1, input.size()));
    const bool isComplete = whole.state == RequestParser::State::Complete;
    if (isComplete) {
        HEARTH_HOLDS(input.endsWith(whole.rest) && input.chopped(whole.rest.size()).endsWith('\n'));
        HEARTH_HOLDS(input.size() - whole.rest.size() <= MaxBytes && whole.head.headers.size() <= MaxLines);
        for (const auto &[name, value] : whole.head.headers)
            HEARTH_HOLDS(name == name.toLower() && !value.contains('\n'));
    }
    for (const qsizetype step : { 1, 5 }) {
        const Outcome cut = parse(input, step);
        // Which bound a head breaks first is a matter of how it comes.
        HEARTH_HOLDS((cut.state == RequestParser::State::Complete) == isComplete);
        HEARTH_HOLDS(cut.rest == whole.rest);
        HEARTH_HOLDS(cut.head.headers == whole.head.headers && cut.head.target == whole.head.target);
        HEARTH_HOLDS(cut.head.isGet == whole.head.isGet && cut.head.isHttp11 == whole.head.isHttp11
                     && cut.head.isUpgrade == whole.head.isUpgrade);
    }
}
