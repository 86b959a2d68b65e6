#include "client/messagefold.h"

#include <algorithm>

namespace hearth {

namespace {

bool foldReaction(MessageSnapshot &message, const UserName &user, const ReactionChanged &change)
{
    const auto found = std::find_if(message.reactions.begin(), message.reactions.end(),
                                    [&](const ReactionSummary &r) { return r.emoji == change.emoji; });
    if (change.add) {
        if (found == message.reactions.end()) {
            message.reactions.append({ change.emoji, { user } });
            return true;
        }
        if (found->users.contains(user))
            return false;
        found->users.append(user);
        return true;
    }
    if (found == message.reactions.end() || found->users.removeAll(user) == 0)
        return false;
    if (found->users.isEmpty())
        message.reactions.erase(found);
    return true;
}

} // namespace

bool fold(MessageSnapshot &message, const RoomEvent &event)
{
    if (const auto *edit = std::get_if<MessageEdited>(&event.body)) {
        const bool isThere = message.content == edit->content && message.editedAt == event.timestamp;
        if (isThere || message.isDeleted)
            return false;
        message.content = edit->content;
        message.editedAt = event.timestamp;
        return true;
    }
    if (std::holds_alternative<MessageDeleted>(event.body)) {
        if (message.isDeleted)
            return false;
        message.isDeleted = true;
        message.content.clear();
        message.editedAt = {};
        message.reactions.clear();
        return true;
    }
    if (const auto *reaction = std::get_if<ReactionChanged>(&event.body))
        return !message.isDeleted && foldReaction(message, event.user, *reaction);
    return false;
}

Seq targetOf(const RoomEvent &event)
{
    if (const auto *edit = std::get_if<MessageEdited>(&event.body))
        return edit->target;
    if (const auto *deletion = std::get_if<MessageDeleted>(&event.body))
        return deletion->target;
    if (const auto *reaction = std::get_if<ReactionChanged>(&event.body))
        return reaction->target;
    return {};
}

MessageSnapshot snapshotOf(const RoomEvent &event)
{
    const auto &posted = std::get<MessagePosted>(event.body);
    MessageSnapshot message;
    message.room = event.room;
    message.seq = event.seq;
    message.user = event.user;
    message.content = posted.content;
    message.timestamp = event.timestamp;
    message.clientId = posted.clientId;
    message.replyTo = posted.replyTo;
    return message;
}

} // namespace hearth
