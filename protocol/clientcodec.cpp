#include "protocol/codec.h"

#include "protocol/invitecodec.h"
#include "protocol/jsonreader.h"
#include "protocol/jsonwriter.h"
#include "protocol/moderationcodec.h"

#include <algorithm>
#include <array>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

template <typename Frame>
constexpr QLatin1StringView TypeName;
template <>
constexpr QLatin1StringView TypeName<Ping> = "ping"_L1;
template <>
constexpr QLatin1StringView TypeName<Hello> = "hello"_L1;
template <>
constexpr QLatin1StringView TypeName<PostMessage> = "message"_L1;
template <>
constexpr QLatin1StringView TypeName<SetTyping> = "typing"_L1;
template <>
constexpr QLatin1StringView TypeName<ListRooms> = "rooms"_L1;
template <>
constexpr QLatin1StringView TypeName<CreateRoom> = "create_room"_L1;
template <>
constexpr QLatin1StringView TypeName<JoinRoom> = "join"_L1;
template <>
constexpr QLatin1StringView TypeName<LeaveRoom> = "leave"_L1;
template <>
constexpr QLatin1StringView TypeName<InviteMember> = "invite"_L1;
template <>
constexpr QLatin1StringView TypeName<SetTopic> = "set_topic"_L1;
template <>
constexpr QLatin1StringView TypeName<SetKeep> = "set_keep"_L1;
template <>
constexpr QLatin1StringView TypeName<EditMessage> = "edit"_L1;
template <>
constexpr QLatin1StringView TypeName<DeleteMessage> = "delete"_L1;
template <>
constexpr QLatin1StringView TypeName<React> = "react"_L1;
template <>
constexpr QLatin1StringView TypeName<FetchHistory> = "history"_L1;
template <>
constexpr QLatin1StringView TypeName<SyncRoom> = "sync"_L1;
template <>
constexpr QLatin1StringView TypeName<MarkRead> = "read"_L1;
template <>
constexpr QLatin1StringView TypeName<OpenDirect> = "direct"_L1;
template <>
constexpr QLatin1StringView TypeName<Who> = "who"_L1;
template <>
constexpr QLatin1StringView TypeName<Search> = "search"_L1;
template <>
constexpr QLatin1StringView TypeName<Subscribe> = "subscribe"_L1;
template <>
constexpr QLatin1StringView TypeName<Unsubscribe> = "unsubscribe"_L1;
template <>
constexpr QLatin1StringView TypeName<SetPresence> = "presence"_L1;
template <>
constexpr QLatin1StringView TypeName<Announce> = "announce"_L1;
template <>
constexpr QLatin1StringView TypeName<SetRole> = "set_role"_L1;
template <>
constexpr QLatin1StringView TypeName<Kick> = "kick"_L1;
template <>
constexpr QLatin1StringView TypeName<Ban> = "ban"_L1;
template <>
constexpr QLatin1StringView TypeName<Unban> = "unban"_L1;
template <>
constexpr QLatin1StringView TypeName<ListBans> = "bans"_L1;
template <>
constexpr QLatin1StringView TypeName<Mute> = "mute"_L1;
template <>
constexpr QLatin1StringView TypeName<Unmute> = "unmute"_L1;
template <>
constexpr QLatin1StringView TypeName<SetSlowMode> = "set_slow_mode"_L1;
template <>
constexpr QLatin1StringView TypeName<CloseRoom> = "close_room"_L1;
template <>
constexpr QLatin1StringView TypeName<Admit> = "admit"_L1;
template <>
constexpr QLatin1StringView TypeName<ListWaitingGuests> = "waiting_guests"_L1;
template <>
constexpr QLatin1StringView TypeName<FetchAudit> = "audit"_L1;
template <>
constexpr QLatin1StringView TypeName<SetPassword> = "set_password"_L1;
template <>
constexpr QLatin1StringView TypeName<ListSessions> = "sessions"_L1;
template <>
constexpr QLatin1StringView TypeName<RevokeSession> = "revoke_session"_L1;
template <>
constexpr QLatin1StringView TypeName<ListUsers> = "users"_L1;
template <>
constexpr QLatin1StringView TypeName<AddUser> = "add_user"_L1;
template <>
constexpr QLatin1StringView TypeName<RemoveUser> = "remove_user"_L1;
template <>
constexpr QLatin1StringView TypeName<ResetPassword> = "reset_password"_L1;
template <>
constexpr QLatin1StringView TypeName<CreateInvite> = "create_invite"_L1;
template <>
constexpr QLatin1StringView TypeName<ListInvites> = "invites"_L1;
template <>
constexpr QLatin1StringView TypeName<RevokeInvite> = "revoke_invite"_L1;

// ---- reading: one function a frame, each naming its members once ----

std::optional<RoomId> roomOf(MemberReader &in) { return in.optional("room"_L1, &MemberReader::room); }

QString readPassword(MemberReader &in, QLatin1StringView key)
{
    QString password = in.text(key, limits::MaxPasswordLength, DecodeReason::OutOfRange);
    if (password.toUtf8().size() > limits::MaxPasswordLength)
        in.fail(DecodeReason::OutOfRange, key);
    return password;
}

ClientFrame readPing(MemberReader &) { return Ping {}; }

ClientFrame readHello(MemberReader &in)
{
    const auto readToken = [](MemberReader &r, QLatin1StringView key) {
        return r.text(key, limits::MaxTokenLength, DecodeReason::OutOfRange);
    };
    const auto readInfo = [](MemberReader &info) {
        return ClientInfo { info.textOr("name"_L1, 64, {}), info.textOr("version"_L1, 64, {}) };
    };
    Hello hello;
    hello.user = in.user("user"_L1);
    hello.token = in.optional("token"_L1, readToken);
    hello.password = in.optional("password"_L1, readPassword);
    if (!in.isAbsent("client"_L1))
        hello.client = in.object("client"_L1, readInfo);
    if (!in.isAbsent("features"_L1))
        hello.features = in.strings("features"_L1);
    hello.accountPassword = in.optional("account_password"_L1, readPassword);
    hello.invite = in.optional("invite"_L1, [](MemberReader &r, QLatin1StringView key) {
        return r.text(key, limits::MaxInviteCodeLength, DecodeReason::OutOfRange);
    });
    return hello;
}

ClientFrame readMessage(MemberReader &in)
{
    return PostMessage { .room = roomOf(in),
                         .content = in.content("content"_L1),
                         .clientId = in.optional("client_id"_L1, &MemberReader::clientId),
                         .replyTo = in.optional("reply_to"_L1,
                                                [](MemberReader &r, QLatin1StringView k) { return r.seq(k); }),
                         .user = in.optional("user"_L1, &MemberReader::user) };
}

ClientFrame readTyping(MemberReader &in)
{
    return SetTyping { .room = roomOf(in),
                       .isTyping = in.boolean("is_typing"_L1),
                       .user = in.optional("user"_L1, &MemberReader::user) };
}

ClientFrame readRooms(MemberReader &) { return ListRooms {}; }

ClientFrame readCreateRoom(MemberReader &in)
{
    CreateRoom frame;
    const auto id = RoomId::parse(in.text("room"_L1));
    if (!id || id->isDirect())
        in.fail(DecodeReason::OutOfRange, "room"_L1);
    else
        frame.room = *id;
    frame.name = in.lineOr("name"_L1, limits::MaxRoomNameLength, {});
    frame.topic = in.lineOr("topic"_L1, limits::MaxTopicLength, {});
    if (!in.isAbsent("kind"_L1))
        frame.kind = in.oneOf<RoomKind>("kind"_L1);
    if (frame.kind == RoomKind::Direct)
        in.fail(DecodeReason::OutOfRange, "kind"_L1);
    return frame;
}

ClientFrame readJoin(MemberReader &in) { return JoinRoom { roomOf(in) }; }

ClientFrame readLeave(MemberReader &in) { return LeaveRoom { roomOf(in) }; }

ClientFrame readInvite(MemberReader &in) { return InviteMember { roomOf(in), in.user("user"_L1) }; }

ClientFrame readSetTopic(MemberReader &in)
{
    const auto room = roomOf(in);
    if (in.isAbsent("topic"_L1))
        in.fail(DecodeReason::MissingMember, "topic"_L1);
    return SetTopic { room, in.lineOr("topic"_L1, limits::MaxTopicLength, {}) };
}

ClientFrame readSetKeep(MemberReader &in)
{
    return SetKeep { roomOf(in), in.optional("keep_days"_L1, [](MemberReader &r, QLatin1StringView k) {
                        return static_cast<int>(r.integer(k, 0, limits::MaxKeepDays));
                    }) };
}

ClientFrame readEdit(MemberReader &in)
{
    return EditMessage { roomOf(in), in.seq("seq"_L1), in.content("content"_L1) };
}

ClientFrame readDelete(MemberReader &in) { return DeleteMessage { roomOf(in), in.seq("seq"_L1) }; }

ClientFrame readReact(MemberReader &in)
{
    React frame { roomOf(in), in.seq("seq"_L1),
                  in.text("emoji"_L1, limits::MaxEmojiLength, DecodeReason::OutOfRange),
                  in.booleanOr("add"_L1, true) };
    const auto isUnfit = [](QChar c) { return c.isSpace() || c.category() == QChar::Other_Control; };
    if (frame.emoji.isEmpty() || std::any_of(frame.emoji.begin(), frame.emoji.end(), isUnfit))
        in.fail(DecodeReason::OutOfRange, "emoji"_L1);
    return frame;
}

ClientFrame readHistory(MemberReader &in)
{
    return FetchHistory { roomOf(in),
                          in.optional("before"_L1,
                                      [](MemberReader &r, QLatin1StringView k) { return r.seq(k, 0); }),
                          in.limit("limit"_L1, limits::MaxHistoryLimit, limits::DefaultHistoryLimit) };
}

ClientFrame readSync(MemberReader &in)
{
    return SyncRoom { roomOf(in), in.seq("after"_L1, 0),
                      in.limit("limit"_L1, limits::MaxSyncLimit, limits::DefaultSyncLimit) };
}

ClientFrame readRead(MemberReader &in) { return MarkRead { roomOf(in), in.seq("seq"_L1, 0) }; }

ClientFrame readDirect(MemberReader &in) { return OpenDirect { in.user("user"_L1) }; }

ClientFrame readWho(MemberReader &in) { return Who { roomOf(in) }; }

ClientFrame readSearch(MemberReader &in)
{
    Search frame;
    frame.query = in.text("query"_L1, limits::MaxQueryLength, DecodeReason::OutOfRange);
    if (frame.query.trimmed().isEmpty())
        in.fail(DecodeReason::OutOfRange, "query"_L1);
    frame.room = roomOf(in);
    frame.from = in.optional("from"_L1, &MemberReader::user);
    frame.before = in.optional("before"_L1,
                               [](MemberReader &r, QLatin1StringView k) { return r.seq(k, 0); });
    if (frame.before && !frame.room)
        in.fail(DecodeReason::OutOfRange, "before"_L1); // a seq means nothing without its room
    frame.limit = in.limit("limit"_L1, limits::MaxSearchLimit, limits::DefaultSearchLimit);
    return frame;
}

template <typename Frame>
ClientFrame readSubscription(MemberReader &in)
{
    Frame frame { in.oneOf<Resource>("resource"_L1), in.text("id"_L1, 64, DecodeReason::OutOfRange) };
    if (frame.id.isEmpty())
        in.fail(DecodeReason::OutOfRange, "id"_L1);
    return frame;
}

ClientFrame readPresence(MemberReader &in)
{
    SetPresence frame { in.oneOf<PresenceState>("state"_L1) };
    if (frame.state == PresenceState::Offline)
        in.fail(DecodeReason::OutOfRange, "state"_L1);
    return frame;
}

ClientFrame readAnnounce(MemberReader &in) { return Announce { in.content("content"_L1) }; }

ClientFrame readSetPassword(MemberReader &in)
{
    return SetPassword { in.optional("old"_L1, readPassword), readPassword(in, "new"_L1) };
}

ClientFrame readSessions(MemberReader &) { return ListSessions {}; }

ClientFrame readRevokeSession(MemberReader &in)
{
    return RevokeSession { in.text("session"_L1, limits::MaxSessionIdLength, DecodeReason::OutOfRange) };
}

ClientFrame readUsers(MemberReader &) { return ListUsers {}; }

ClientFrame readAddUser(MemberReader &in)
{
    return AddUser { in.user("user"_L1), readPassword(in, "password"_L1),
                     in.isAbsent("role"_L1) ? Role::Member : in.oneOf<Role>("role"_L1) };
}

ClientFrame readRemoveUser(MemberReader &in) { return RemoveUser { in.user("user"_L1) }; }

ClientFrame readResetPassword(MemberReader &in) { return ResetPassword { in.user("user"_L1), readPassword(in, "new"_L1) }; }

struct ClientType
{
    QLatin1StringView name;
    ClientFrame (*read)(MemberReader &);
};

constexpr std::array ClientTypes {
    ClientType { TypeName<PostMessage>, readMessage },
    ClientType { TypeName<SetTyping>, readTyping },
    ClientType { TypeName<Ping>, readPing },
    ClientType { TypeName<MarkRead>, readRead },
    ClientType { TypeName<SyncRoom>, readSync },
    ClientType { TypeName<FetchHistory>, readHistory },
    ClientType { TypeName<Hello>, readHello },
    ClientType { TypeName<ListRooms>, readRooms },
    ClientType { TypeName<CreateRoom>, readCreateRoom },
    ClientType { TypeName<JoinRoom>, readJoin },
    ClientType { TypeName<LeaveRoom>, readLeave },
    ClientType { TypeName<InviteMember>, readInvite },
    ClientType { TypeName<SetTopic>, readSetTopic },
    ClientType { TypeName<SetKeep>, readSetKeep },
    ClientType { TypeName<EditMessage>, readEdit },
    ClientType { TypeName<DeleteMessage>, readDelete },
    ClientType { TypeName<React>, readReact },
    ClientType { TypeName<OpenDirect>, readDirect },
    ClientType { TypeName<Who>, readWho },
    ClientType { TypeName<Search>, readSearch },
    ClientType { TypeName<Subscribe>, readSubscription<Subscribe> },
    ClientType { TypeName<Unsubscribe>, readSubscription<Unsubscribe> },
    ClientType { TypeName<SetPresence>, readPresence },
    ClientType { TypeName<Announce>, readAnnounce },
    ClientType { TypeName<SetRole>, readSetRole },
    ClientType { TypeName<Kick>, readKick },
    ClientType { TypeName<Ban>, readBan },
    ClientType { TypeName<Unban>, readUnban },
    ClientType { TypeName<ListBans>, readListBans },
    ClientType { TypeName<Mute>, readMute },
    ClientType { TypeName<Unmute>, readUnmute },
    ClientType { TypeName<SetSlowMode>, readSetSlowMode },
    ClientType { TypeName<CloseRoom>, readCloseRoom },
    ClientType { TypeName<Admit>, readAdmit },
    ClientType { TypeName<ListWaitingGuests>, readListWaitingGuests },
    ClientType { TypeName<FetchAudit>, readFetchAudit },
    ClientType { TypeName<SetPassword>, readSetPassword },
    ClientType { TypeName<ListSessions>, readSessions },
    ClientType { TypeName<RevokeSession>, readRevokeSession },
    ClientType { TypeName<ListUsers>, readUsers },
    ClientType { TypeName<AddUser>, readAddUser },
    ClientType { TypeName<RemoveUser>, readRemoveUser },
    ClientType { TypeName<ResetPassword>, readResetPassword },
    ClientType { TypeName<CreateInvite>, readCreateInvite },
    ClientType { TypeName<ListInvites>, readListInvites },
    ClientType { TypeName<RevokeInvite>, readRevokeInvite },
};

// ---- writing ----

void write(MemberWriter &, const Ping &) { }
void write(MemberWriter &out, const Hello &f)
{
    out.put("user"_L1, f.user);
    out.put("token"_L1, f.token);
    out.put("password"_L1, f.password);
    out.putObject("client"_L1, [&](MemberWriter &w) {
        w.put("name"_L1, f.client.name);
        w.put("version"_L1, f.client.version);
    });
    if (!f.features.isEmpty())
        out.put("features"_L1, f.features);
    out.put("account_password"_L1, f.accountPassword);
    out.put("invite"_L1, f.invite);
}
void write(MemberWriter &out, const PostMessage &f)
{
    out.put("room"_L1, f.room);
    out.put("content"_L1, f.content);
    out.put("client_id"_L1, f.clientId);
    out.put("reply_to"_L1, f.replyTo);
    out.put("user"_L1, f.user);
}
void write(MemberWriter &out, const SetTyping &f)
{
    out.put("room"_L1, f.room);
    out.put("is_typing"_L1, f.isTyping);
    out.put("user"_L1, f.user);
}
void write(MemberWriter &, const ListRooms &) { }
void write(MemberWriter &out, const CreateRoom &f)
{
    out.put("room"_L1, f.room);
    out.put("name"_L1, f.name);
    out.put("topic"_L1, f.topic);
    out.put("kind"_L1, f.kind);
}
void write(MemberWriter &out, const JoinRoom &f) { out.put("room"_L1, f.room); }
void write(MemberWriter &out, const LeaveRoom &f) { out.put("room"_L1, f.room); }
void write(MemberWriter &out, const InviteMember &f)
{
    out.put("room"_L1, f.room);
    out.put("user"_L1, f.user);
}
void write(MemberWriter &out, const SetTopic &f)
{
    out.put("room"_L1, f.room);
    out.put("topic"_L1, f.topic);
}
void write(MemberWriter &out, const SetKeep &f)
{
    out.put("room"_L1, f.room);
    out.put("keep_days"_L1, f.keepDays);
}
void write(MemberWriter &out, const EditMessage &f)
{
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
    out.put("content"_L1, f.content);
}
void write(MemberWriter &out, const DeleteMessage &f)
{
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
}
void write(MemberWriter &out, const React &f)
{
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
    out.put("emoji"_L1, f.emoji);
    out.put("add"_L1, f.add);
}
void write(MemberWriter &out, const FetchHistory &f)
{
    out.put("room"_L1, f.room);
    out.put("before"_L1, f.before);
    out.put("limit"_L1, f.limit);
}
void write(MemberWriter &out, const SyncRoom &f)
{
    out.put("room"_L1, f.room);
    out.put("after"_L1, f.after);
    out.put("limit"_L1, f.limit);
}
void write(MemberWriter &out, const MarkRead &f)
{
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
}
void write(MemberWriter &out, const OpenDirect &f) { out.put("user"_L1, f.user); }
void write(MemberWriter &out, const Who &f) { out.put("room"_L1, f.room); }
void write(MemberWriter &out, const Search &f)
{
    out.put("query"_L1, f.query);
    out.put("room"_L1, f.room);
    out.put("from"_L1, f.from);
    out.put("before"_L1, f.before);
    out.put("limit"_L1, f.limit);
}
void write(MemberWriter &out, const Subscribe &f)
{
    out.put("resource"_L1, f.resource);
    out.put("id"_L1, f.id);
}
void write(MemberWriter &out, const Unsubscribe &f)
{
    out.put("resource"_L1, f.resource);
    out.put("id"_L1, f.id);
}
void write(MemberWriter &out, const SetPresence &f) { out.put("state"_L1, f.state); }
void write(MemberWriter &out, const Announce &f) { out.put("content"_L1, f.content); }
void write(MemberWriter &out, const SetPassword &f)
{
    out.put("old"_L1, f.old);
    out.put("new"_L1, f.password);
}
void write(MemberWriter &, const ListSessions &) { }
void write(MemberWriter &out, const RevokeSession &f) { out.put("session"_L1, f.session); }
void write(MemberWriter &, const ListUsers &) { }
void write(MemberWriter &out, const AddUser &f)
{
    out.put("user"_L1, f.user);
    out.put("password"_L1, f.password);
    out.put("role"_L1, f.role);
}
void write(MemberWriter &out, const RemoveUser &f) { out.put("user"_L1, f.user); }
void write(MemberWriter &out, const ResetPassword &f)
{
    out.put("user"_L1, f.user);
    out.put("new"_L1, f.password);
}

} // namespace

ErrorCode codeOf(DecodeReason reason)
{
    switch (reason) {
    case DecodeReason::NotJson:
    case DecodeReason::NotUtf8:
    case DecodeReason::TooDeep:
    case DecodeReason::DuplicateMember:
    case DecodeReason::LoneSurrogate:
        return ErrorCode::InvalidJson;
    case DecodeReason::NulCharacter:
    case DecodeReason::TooManyMembers:
    case DecodeReason::NotAnObject:
    case DecodeReason::NumberOutOfRange:
    case DecodeReason::MissingMember:
    case DecodeReason::WrongType:
    case DecodeReason::OutOfRange:
        return ErrorCode::InvalidMessage;
    case DecodeReason::BadName:
        return ErrorCode::InvalidName;
    case DecodeReason::NoSuchRoom:
        return ErrorCode::NotFound;
    case DecodeReason::TooLong:
        return ErrorCode::TooLarge;
    case DecodeReason::UnknownType:
        return ErrorCode::UnknownType;
    }
    Q_UNREACHABLE();
}

Result<ClientRequest, DecodeFailure> decodeClient(QByteArrayView json, const DecodeLimits &limits)
{
    const auto document = parseObject(json);
    if (!document)
        return Unexpected(DecodeFailure { document.error(), {}, {}, {} });

    MemberReader in(*document, limits);
    const QString type = in.text("type"_L1);
    if (in.failure())
        return Unexpected(*in.failure());
    const auto known = std::find_if(ClientTypes.begin(), ClientTypes.end(),
                                    [&](const ClientType &t) { return t.name == type; });

    ClientRequest request;
    request.id = readRequestId(in);
    if (in.failure())
        return Unexpected(*in.failure());
    const auto failed = [&](DecodeFailure failure) {
        failure.id = request.id;
        MemberReader probe(*document, limits);
        const auto clientId = probe.optional("client_id"_L1, &MemberReader::clientId);
        if (!probe.failure())
            failure.clientId = clientId;
        return Unexpected(failure);
    };
    if (known == ClientTypes.end())
        return failed({ DecodeReason::UnknownType, u"type"_s, {}, {} });
    request.frame = known->read(in);
    if (in.failure())
        return failed(*in.failure());
    return request;
}

QByteArray encode(const ClientRequest &request)
{
    return std::visit(
        [&](const auto &frame) {
            using Frame = std::decay_t<decltype(frame)>;
            MemberWriter out(TypeName<Frame>);
            // Of these two, `id` names what is subscribed to, and the reply is known by it.
            if constexpr (!std::is_same_v<Frame, Subscribe> && !std::is_same_v<Frame, Unsubscribe>)
                out.put("id"_L1, request.id);
            write(out, frame);
            return out.take();
        },
        request.frame);
}

} // namespace hearth::codec
