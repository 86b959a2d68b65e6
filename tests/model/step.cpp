#include "tests/model/step.h"

#include <array>
#include <ostream>

namespace hearth::test {

namespace {

constexpr std::array Words { "post", "edit", "delete", "react", "read", "join", "leave", "create", "invite", "direct", "reconnect", "clock", "restart" };

} // namespace

void showValue(const Step &step, std::ostream &out)
{
    out << Words.at(static_cast<std::size_t>(step.action)) << "(who=" << step.who << " room=" << step.room << " back=" << step.back
        << " text=" << step.text << " id=" << step.id << (step.flag ? " flag" : "") << ')';
}

rc::Gen<Story> anyStory() { return rc::gen::arbitrary<Story>(); }

} // namespace hearth::test

rc::Gen<hearth::test::Step> rc::Arbitrary<hearth::test::Step>::arbitrary()
{
    using hearth::test::Step;
    using Action = Step::Action;
    return rc::gen::build<Step>(
        rc::gen::set(&Step::action,
                     rc::gen::weightedElement<Action>({ { 24, Action::Post }, { 12, Action::Edit }, { 8, Action::Delete },
                                                        { 16, Action::React }, { 8, Action::Read }, { 8, Action::Join },
                                                        { 6, Action::Leave }, { 6, Action::Create }, { 6, Action::Invite },
                                                        { 3, Action::OpenDirect }, { 5, Action::Reconnect },
                                                        { 3, Action::TurnClock }, { 1, Action::Restart } })),
        rc::gen::set(&Step::who, rc::gen::element(0, 1, 2, 3, 4)), rc::gen::set(&Step::room, rc::gen::weightedElement<int>({ { 6, 0 }, { 2, 1 }, { 2, 2 }, { 1, 3 }, { 1, 4 } })),
        rc::gen::set(&Step::back, rc::gen::weightedElement<int>({ { 6, 0 }, { 3, 1 }, { 1, 2 }, { 1, 3 }, { 1, 4 }, { 1, 6 } })), rc::gen::set(&Step::text, rc::gen::element(0, 1, 2, 3)),
        rc::gen::set(&Step::id, rc::gen::element(0, 0, 0, 1, 2, 3)), rc::gen::set(&Step::flag, rc::gen::arbitrary<bool>()));
}
