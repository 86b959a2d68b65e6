#pragma once

#include <QString>

#include <rapidcheck.h>

#include <iosfwd>
#include <vector>

namespace hearth::test {

/// One step of a story: what somebody does next. Small numbers that mean something wherever they come in a story, so
/// that any part of a story is one too; that is what lets RapidCheck cut a failing one short.
struct Step
{
    enum class Action { Post, Edit, Delete, React, Read, Join, Leave, Create, Invite, OpenDirect, Reconnect, TurnClock, Restart, Expire };

    Action action = Action::Post;
    int who = 0; ///< which connection
    int room = 0;
    int back = 0; ///< which message or event of the room: so many before its last
    int text = 0; ///< which content, emoji or invited user
    int id = 0; ///< which client id; 0: none
    bool flag = true; ///< adds the reaction; catches up by `sync`; turns the clock back; replies
};

using Story = std::vector<Step>;

/// Stories of any length up to RapidCheck's size, of two kinds. Restarts are rare: each costs as much as a hundred other
/// steps.
[[nodiscard]] rc::Gen<Story> anyStory();

void showValue(const Step &step, std::ostream &out);

} // namespace hearth::test
