#include "tests/chat/frameaudit.h"

#include "tests/chat/roomlogs.h"

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The rooms that a frame tells of.
QList<RoomId> roomsOf(const ServerFrame &frame)
{
    QList<RoomId> rooms;
    const auto add = [&rooms](const auto &part) {
        if constexpr (requires { part.room.room; })
            rooms.append(part.room.room);
        else if constexpr (requires { part.room.has_value(); })
            rooms.append(part.room.value_or(RoomId()));
        else if constexpr (requires { part.room; })
            rooms.append(part.room);
    };
    std::visit(
        [&](const auto &f) {
            add(f);
            if constexpr (requires { f.rooms; })
                std::for_each(f.rooms.begin(), f.rooms.end(), add);
            if constexpr (requires { f.invites; })
                std::for_each(f.invites.begin(), f.invites.end(), add);
            if constexpr (requires { f.invite.room; })
                add(f.invite);
            if constexpr (requires { f.messages; })
                std::for_each(f.messages.begin(), f.messages.end(), add);
        },
        frame);
    rooms.removeAll(RoomId());
    return rooms;
}

} // namespace

void FrameAudit::said(const ClientFrame &frame)
{
    if (const auto *post = std::get_if<PostMessage>(&frame); post != nullptr && post->user)
        m_names.insert(*post->user);
    if (const auto *typing = std::get_if<SetTyping>(&frame); typing != nullptr && typing->user)
        m_names.insert(*typing->user);
}

void FrameAudit::heard(const ServerFrame &frame)
{
    if (const auto *welcome = std::get_if<Welcome>(&frame))
        m_welcomed = welcome->user;
    const auto *event = std::get_if<RoomEvent>(&frame);
    const bool isFromInside = event != nullptr || std::holds_alternative<Typing>(frame)
        || std::holds_alternative<UserJoined>(frame) || std::holds_alternative<UserLeft>(frame)
        || std::holds_alternative<ListenersChanged>(frame)
        || std::holds_alternative<ReadMarkMoved>(frame) || std::holds_alternative<Notification>(frame);
    for (const RoomId &room : roomsOf(frame)) {
        m_rooms.insert(room);
        m_notes.append({ room, event != nullptr ? std::optional(event->seq) : std::nullopt, isFromInside, m_welcomed, frame.index() });
    }
}

bool FrameAudit::isFair(const Note &note, const RoomLogs &logs) const
{
    const QSet<UserName> selves = note.welcomed ? QSet<UserName> { *note.welcomed } : m_names;
    const bool isMember = std::any_of(selves.begin(), selves.end(), [&](const UserName &self) {
        return note.event ? logs.wasMemberAt(note.room, self, *note.event) : logs.wasMember(note.room, self);
    });
    if (!logs.isPublic(note.room))
        return note.welcomed && isMember;
    const bool isGuest = !note.welcomed && note.room == m_path;
    return !note.isFromInside || isMember || isGuest;
}

QString FrameAudit::breach(const RoomLogs &logs) const
{
    const auto unfair = std::find_if(m_notes.begin(), m_notes.end(), [&](const Note &note) { return !isFair(note, logs); });
    if (unfair == m_notes.end())
        return {};
    return u"frame type %1 of room %2, seq %3, was heard by %4 on the path of %5"_s.arg(unfair->kind)
        .arg(unfair->room.toString())
        .arg(unfair->event.value_or(Seq()).value())
        .arg(unfair->welcomed ? unfair->welcomed->toString() : u"somebody unwelcomed"_s, m_path.toString());
}

} // namespace hearth::test
