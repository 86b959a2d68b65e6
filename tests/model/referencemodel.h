#pragma once

#include "protocol/clientframes.h"
#include "protocol/errorcode.h"
#include "protocol/serverframes.h"
#include "tests/chat/roomlogs.h"

#include <QHash>
#include <QMap>
#include <QSet>

#include <optional>

/// What the chat must do, written a second time and the simple way: lists that are looked through, nothing kept twice,
/// no disk, no connections. tests/model holds the real one against it.
namespace hearth::test {

/// What a request must bring about.
struct Outcome
{
    std::optional<ErrorCode> error; ///< instead of everything else
    RoomId room;
    Seq seq; ///< of the `ack`; of `joined` and `room`, the room's last one
    std::optional<RoomEvent> event; ///< what the log has more now
    QSet<UserName> hearers; ///< whose connections hear the event live
};

class ReferenceModel
{
public:
    explicit ReferenceModel(const QList<UserName> &users) : m_users(users) { }

    /// The first `hello` of a user: a member of the lobby from now on. The first one of all is the owner.
    void enroll(const UserName &user, const QDateTime &now);
    /// A request of somebody who is welcomed; a frame that a test does not send is a bug of the test.
    [[nodiscard]] Outcome apply(const UserName &user, const ClientFrame &request, const QDateTime &now);

    /// What is older goes. The rooms that begin later now.
    [[nodiscard]] QSet<RoomId> expire(const QDateTime &cutoff);

    [[nodiscard]] QList<RoomId> rooms() const { return m_rooms.keys(); }
    [[nodiscard]] QList<RoomId> roomsOf(const UserName &user) const;
    [[nodiscard]] QSet<UserName> membersOf(const RoomId &room) const;
    [[nodiscard]] bool isMember(const RoomId &room, const UserName &user) const { return membersOf(room).contains(user); }
    [[nodiscard]] bool maySee(const RoomId &room, const UserName &user) const;
    [[nodiscard]] Seq lastSeq(const RoomId &room) const { return Seq(log(room).size()); }
    [[nodiscard]] Seq firstSeq(const RoomId &room) const { return at(room).firstSeq; }
    /// All that ever happened.
    [[nodiscard]] QList<RoomEvent> log(const RoomId &room) const { return at(room).log; }
    /// What `sync` still tells of it.
    [[nodiscard]] QList<RoomEvent> told(const RoomId &room) const;
    /// The messages as `history` shows them, oldest first.
    [[nodiscard]] QList<MessageSnapshot> messages(const RoomId &room) const;
    [[nodiscard]] Seq readSeq(const RoomId &room, const UserName &user) const;
    [[nodiscard]] qint64 unread(const RoomId &room, const UserName &user) const;
    [[nodiscard]] qint64 mentions(const RoomId &room, const UserName &user) const;

private:
    struct Room
    {
        RoomKind kind = RoomKind::Public;
        QList<RoomEvent> log;
        Seq firstSeq { 1 }; ///< what stands before has expired
        QHash<Seq, QSet<UserName>> named; ///< by a message, when it was posted
        QHash<UserName, Seq> marks; ///< how far a member has read
    };

    [[nodiscard]] const Room &at(const RoomId &room) const; ///< an empty one where there is none
    [[nodiscard]] Outcome happen(const RoomId &room, const UserName &user, const EventBody &body, const QDateTime &now);
    [[nodiscard]] std::optional<ErrorCode> objection(const RoomId &room, const UserName &user) const;
    [[nodiscard]] std::optional<RoomEvent> posted(const RoomId &room, Seq seq) const;
    [[nodiscard]] bool isDeleted(const RoomId &room, Seq seq) const;
    [[nodiscard]] std::optional<Outcome> repeat(const RoomId &room, const UserName &user, const PostMessage &frame) const;

    [[nodiscard]] Outcome make(const RoomId &room, RoomKind kind, const QList<UserName> &members, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const CreateRoom &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const OpenDirect &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const JoinRoom &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const LeaveRoom &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const InviteMember &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const PostMessage &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const EditMessage &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const DeleteMessage &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const React &frame, const QDateTime &now);
    [[nodiscard]] Outcome on(const UserName &user, const MarkRead &frame, const QDateTime &now);

    QList<UserName> m_users; ///< the first one is the owner
    QMap<RoomId, Room> m_rooms;
};

} // namespace hearth::test
