#include "tests/model/step.h"

#include <algorithm>
#include <array>
#include <ostream>

namespace hearth::test {

namespace {

constexpr std::array Words { "post", "edit", "delete", "react", "read", "join", "leave", "create", "invite", "direct", "reconnect", "clock", "restart", "expire" };

using Action = Step::Action;
template <typename T>
using Weighted = std::initializer_list<std::pair<std::size_t, T>>;

rc::Gen<Step> step(Weighted<Action> actions, Weighted<int> rooms, Weighted<int> backs, Weighted<int> texts)
{
    return rc::gen::build<Step>(rc::gen::set(&Step::action, rc::gen::weightedElement<Action>(actions)),
                                rc::gen::set(&Step::who, rc::gen::element(0, 1, 2, 3, 4)),
                                rc::gen::set(&Step::room, rc::gen::weightedElement<int>(rooms)),
                                rc::gen::set(&Step::back, rc::gen::weightedElement<int>(backs)),
                                rc::gen::set(&Step::text, rc::gen::weightedElement<int>(texts)),
                                rc::gen::set(&Step::id, rc::gen::element(0, 0, 0, 1, 2, 3)),
                                rc::gen::set(&Step::flag, rc::gen::arbitrary<bool>()));
}

/// Everything, everywhere.
rc::Gen<Step> stepOfABusyDay()
{
    return step({ { 24, Action::Post }, { 12, Action::Edit }, { 8, Action::Delete }, { 16, Action::React }, { 8, Action::Read },
                  { 8, Action::Join }, { 6, Action::Leave }, { 6, Action::Create }, { 6, Action::Invite }, { 3, Action::OpenDirect },
                  { 5, Action::Reconnect }, { 3, Action::TurnClock }, { 1, Action::Restart },
                  { 3, Action::Expire } },
                { { 6, 0 }, { 2, 1 }, { 2, 2 }, { 1, 3 }, { 1, 4 } }, { { 6, 0 }, { 3, 1 }, { 1, 2 }, { 1, 3 }, { 1, 4 }, { 1, 6 } },
                { { 1, 0 }, { 1, 1 }, { 1, 2 }, { 1, 3 } });
}

/// A few messages that everybody turns over and over: what takes several steps with the same one.
rc::Gen<Step> stepOfACrowd()
{
    return step({ { 4, Action::Post }, { 6, Action::Edit }, { 1, Action::Delete }, { 24, Action::React }, { 2, Action::Read },
                  { 3, Action::Reconnect }, { 1, Action::TurnClock } },
                { { 1, 0 } }, { { 5, 0 }, { 1, 1 } }, { { 3, 0 }, { 3, 1 }, { 1, 2 } });
}

/// A story with a piece left out, large pieces first; then with one number less. RapidCheck's own way to cut a list
/// short tries every size of piece, which is a thousand stories for fifty steps.
rc::Seq<Story> lessOf(const Story &story)
{
    std::vector<Story> all;
    for (std::size_t size = (story.size() + 1) / 2; size > 0; size /= 2) {
        for (std::size_t at = 0; at < story.size(); at += size) {
            Story rest(story.begin(), story.begin() + static_cast<std::ptrdiff_t>(at));
            rest.insert(rest.end(), story.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, story.size())), story.end());
            all.push_back(std::move(rest));
        }
    }
    for (std::size_t at = 0; at < story.size(); ++at) {
        for (int Step::*const number : { &Step::who, &Step::room, &Step::back, &Step::text, &Step::id }) {
            if (story[at].*number > 0) {
                all.push_back(story);
                all.back()[at].*number = 0;
            }
        }
    }
    return rc::seq::fromContainer(std::move(all));
}

rc::Gen<Story> storyOf(const rc::Gen<Step> &step) { return rc::gen::shrink(rc::gen::noShrink(rc::gen::container<Story>(step)), lessOf); }

} // namespace

void showValue(const Step &step, std::ostream &out)
{
    out << Words.at(static_cast<std::size_t>(step.action)) << "(who=" << step.who << " room=" << step.room << " back=" << step.back
        << " text=" << step.text << " id=" << step.id << (step.flag ? " flag" : "") << ')';
}

rc::Gen<Story> anyStory() { return rc::gen::oneOf(storyOf(stepOfABusyDay()), storyOf(stepOfACrowd())); }

} // namespace hearth::test
