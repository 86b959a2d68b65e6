#include "tests/faults/folded.h"

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

void fold(FoldedRoom &room, const LogEvent &event)
{
    if (event.type == "message"_L1) {
        if (!room.contains(event.seq))
            room.insert(event.seq, { event.user, event.text, false, {} });
        return;
    }
    const auto target = room.find(event.target);
    if (target == room.end() || target->isDeleted)
        return;
    if (event.type == "edit"_L1) {
        target->content = event.text;
    } else if (event.type == "delete"_L1) {
        *target = { target->user, {}, true, {} };
    } else if (event.type == "reaction"_L1 && event.flag) {
        target->reactions[event.text].insert(event.user);
    } else if (event.type == "reaction"_L1) {
        auto &users = target->reactions[event.text];
        users.remove(event.user);
        if (users.isEmpty())
            target->reactions.remove(event.text);
    }
}

FoldedRoom foldedFrom(const QJsonArray &messages)
{
    FoldedRoom room;
    for (const QJsonValue &row : messages) {
        FoldedMessage message { row["user"_L1].toString(), row["content"_L1].toString(), row["deleted"_L1].toBool(), {} };
        for (const QJsonValue &reaction : row["reactions"_L1].toArray()) {
            for (const QJsonValue &user : reaction["users"_L1].toArray())
                message.reactions[reaction["emoji"_L1].toString()].insert(user.toString());
        }
        room.insert(row["seq"_L1].toInteger(), message);
    }
    return room;
}

FoldedRoom tail(const FoldedRoom &room, qint64 first)
{
    FoldedRoom rest;
    for (auto it = room.lowerBound(first); it != room.end(); ++it)
        rest.insert(it.key(), it.value());
    return rest;
}

} // namespace hearth::test
