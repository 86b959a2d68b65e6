#include "protocol/codec.h"

#include "protocol/invitecodec.h"
#include "protocol/jsonreader.h"
#include "protocol/jsonwriter.h"
#include "protocol/moderationcodec.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto BatchType = "batch"_L1;
constexpr qint64 MaxInteger = std::numeric_limits<qint64>::max();

std::optional<Seq> optionalSeq(MemberReader &in, QLatin1StringView key)
{
    return in.optional(key, [](MemberReader &r, QLatin1StringView k) { return r.seq(k, 0); });
}

QDateTime optionalTime(MemberReader &in, QLatin1StringView key)
{
    return in.isAbsent(key) ? QDateTime() : in.time(key);
}

std::optional<int> optionalDays(MemberReader &in, QLatin1StringView key)
{
    return in.optional(key, [](MemberReader &r, QLatin1StringView k) {
        return static_cast<int>(r.integer(k, 0, std::numeric_limits<int>::max()));
    });
}

/// A log that begins with its first event is the common case, and says nothing of it.
void putFirstSeq(MemberWriter &out, Seq seq)
{
    if (seq > Seq(1))
        out.put("first_seq"_L1, seq);
}

Seq readFirstSeq(MemberReader &in) { return Seq(in.integerOr("first_seq"_L1, 1, MaxInteger, 1)); }

/// Only where there is something to be wary of.
void putEncryption(MemberWriter &out, bool isInTheClear)
{
    if (isInTheClear)
        out.put("encrypted"_L1, false);
}

bool readInTheClear(MemberReader &in) { return !in.booleanOr("encrypted"_L1, true); }

// ---- parts ----

void write(MemberWriter &out, const MemberInfo &info)
{
    out.put("user"_L1, info.user);
    out.put("state"_L1, info.state);
    out.put("role"_L1, info.role);
    out.putUnlessNull("last_seen"_L1, info.lastSeen);
    putEncryption(out, info.isInTheClear);
}

MemberInfo readMember(MemberReader &in)
{
    return { in.user("user"_L1), in.oneOf<PresenceState>("state"_L1),
             in.isAbsent("role"_L1) ? Role::Guest : in.oneOf<Role>("role"_L1),
             optionalTime(in, "last_seen"_L1), readInTheClear(in) };
}

void write(MemberWriter &out, const RoomSummary &room)
{
    out.put("room"_L1, room.room);
    out.put("name"_L1, room.name);
    out.put("topic"_L1, room.topic);
    out.put("kind"_L1, room.kind);
    out.put("last_seq"_L1, room.lastSeq);
    out.put("read_seq"_L1, room.readSeq);
    out.put("unread"_L1, room.unread);
    out.put("mentions"_L1, room.mentions);
    out.put("member"_L1, room.isMember);
    out.put("member_count"_L1, room.memberCount);
    out.put("peer"_L1, room.peer);
    out.put("keep_days"_L1, room.keepDays);
    putFirstSeq(out, room.firstSeq);
    out.put("created_by"_L1, room.creator);
    putRestrictions(out, room.slowModeSeconds, room.isClosed);
}

RoomSummary readRoom(MemberReader &in)
{
    RoomSummary room;
    room.room = in.room("room"_L1);
    room.name = in.textOr("name"_L1, 4096, {});
    room.topic = in.textOr("topic"_L1, 4096, {});
    room.kind = in.oneOf<RoomKind>("kind"_L1);
    room.lastSeq = Seq(in.integerOr("last_seq"_L1, 0, MaxInteger, 0));
    room.readSeq = Seq(in.integerOr("read_seq"_L1, 0, MaxInteger, 0));
    room.unread = in.integerOr("unread"_L1, 0, MaxInteger, 0);
    room.mentions = in.integerOr("mentions"_L1, 0, MaxInteger, 0);
    room.isMember = in.booleanOr("member"_L1, true);
    room.memberCount = static_cast<int>(
        in.integerOr("member_count"_L1, 0, std::numeric_limits<int>::max(), 0));
    room.peer = in.optional("peer"_L1, &MemberReader::user);
    room.keepDays = optionalDays(in, "keep_days"_L1);
    room.firstSeq = readFirstSeq(in);
    room.creator = in.optional("created_by"_L1, &MemberReader::user);
    room.slowModeSeconds = readSlowMode(in);
    room.isClosed = readIsClosed(in);
    return room;
}

void write(MemberWriter &out, const SessionInfo &info)
{
    out.put("session"_L1, info.session);
    out.put("client"_L1, info.client);
    out.put("address"_L1, info.address);
    out.put("created_at"_L1, info.createdAt);
    out.put("last_seen"_L1, info.lastSeen);
    out.put("is_online"_L1, info.isOnline);
    out.put("is_current"_L1, info.isCurrent);
}

SessionInfo readSession(MemberReader &in)
{
    return { in.text("session"_L1, limits::MaxSessionIdLength, DecodeReason::OutOfRange), in.textOr("client"_L1, 4096, {}),
             in.textOr("address"_L1, 256, {}), in.time("created_at"_L1), in.time("last_seen"_L1),
             in.booleanOr("is_online"_L1, false), in.booleanOr("is_current"_L1, false) };
}

void write(MemberWriter &out, const AccountInfo &info)
{
    out.put("user"_L1, info.user);
    out.put("role"_L1, info.role);
    out.put("has_password"_L1, info.hasPassword);
    out.put("state"_L1, info.state);
    out.putUnlessNull("last_seen"_L1, info.lastSeen);
    if (info.isRemoved)
        out.put("removed"_L1, true);
}

AccountInfo readAccount(MemberReader &in)
{
    return { in.user("user"_L1), in.oneOf<Role>("role"_L1), in.booleanOr("has_password"_L1, false),
             in.oneOf<PresenceState>("state"_L1), optionalTime(in, "last_seen"_L1), in.booleanOr("removed"_L1, false) };
}

// ---- events ----

template <typename Body>
constexpr QLatin1StringView EventName;
template <>
constexpr QLatin1StringView EventName<MessagePosted> = "message"_L1;
template <>
constexpr QLatin1StringView EventName<MessageEdited> = "edit"_L1;
template <>
constexpr QLatin1StringView EventName<MessageDeleted> = "delete"_L1;
template <>
constexpr QLatin1StringView EventName<ReactionChanged> = "reaction"_L1;
template <>
constexpr QLatin1StringView EventName<TopicChanged> = "topic"_L1;
template <>
constexpr QLatin1StringView EventName<MembershipChanged> = "member"_L1;

void write(MemberWriter &out, const MessagePosted &body)
{
    out.put("content"_L1, body.content);
    out.put("client_id"_L1, body.clientId);
    out.put("reply_to"_L1, body.replyTo);
}
void write(MemberWriter &out, const MessageEdited &body)
{
    out.put("target"_L1, body.target);
    out.put("content"_L1, body.content);
}
void write(MemberWriter &out, const MessageDeleted &body) { out.put("target"_L1, body.target); }
void write(MemberWriter &out, const ReactionChanged &body)
{
    out.put("target"_L1, body.target);
    out.put("emoji"_L1, body.emoji);
    out.put("add"_L1, body.add);
}
void write(MemberWriter &out, const TopicChanged &body) { out.put("topic"_L1, body.topic); }
void write(MemberWriter &out, const MembershipChanged &body)
{
    out.put("change"_L1, body.change);
    out.put("by"_L1, body.by);
}

EventBody readPosted(MemberReader &in)
{
    return MessagePosted { in.text("content"_L1), in.optional("client_id"_L1, &MemberReader::clientId),
                           optionalSeq(in, "reply_to"_L1) };
}
EventBody readEdited(MemberReader &in)
{
    return MessageEdited { in.seq("target"_L1), in.text("content"_L1) };
}
EventBody readDeleted(MemberReader &in) { return MessageDeleted { in.seq("target"_L1) }; }
EventBody readReaction(MemberReader &in)
{
    return ReactionChanged { in.seq("target"_L1), in.text("emoji"_L1), in.booleanOr("add"_L1, true) };
}
EventBody readTopic(MemberReader &in) { return TopicChanged { in.text("topic"_L1) }; }
EventBody readMembership(MemberReader &in)
{
    return MembershipChanged { in.oneOf<MembershipChanged::Change>("change"_L1),
                               in.optional("by"_L1, &MemberReader::user) };
}

void writeEvent(MemberWriter &out, const RoomEvent &event)
{
    out.put("room"_L1, event.room);
    out.put("seq"_L1, event.seq);
    out.put("user"_L1, event.user);
    out.put("timestamp"_L1, event.timestamp);
    std::visit([&](const auto &body) { write(out, body); }, event.body);
}

QLatin1StringView nameOf(const EventBody &body)
{
    return std::visit([](const auto &b) { return EventName<std::decay_t<decltype(b)>>; }, body);
}

struct EventType
{
    QLatin1StringView name;
    EventBody (*read)(MemberReader &);
};

constexpr std::array EventTypes {
    EventType { EventName<MessagePosted>, readPosted },
    EventType { EventName<MessageEdited>, readEdited },
    EventType { EventName<MessageDeleted>, readDeleted },
    EventType { EventName<ReactionChanged>, readReaction },
    EventType { EventName<TopicChanged>, readTopic },
    EventType { EventName<MembershipChanged>, readMembership },
};

const EventType *eventType(QStringView name)
{
    const auto found = std::find_if(EventTypes.begin(), EventTypes.end(),
                                    [&](const EventType &t) { return t.name == name; });
    return found == EventTypes.end() ? nullptr : &*found;
}

RoomEvent readEvent(MemberReader &in)
{
    RoomEvent event { in.room("room"_L1), in.seq("seq"_L1), in.user("user"_L1), in.time("timestamp"_L1),
                      {} };
    const EventType *type = eventType(in.text("type"_L1));
    if (type == nullptr) {
        in.fail(DecodeReason::UnknownType, "type"_L1);
        return event;
    }
    event.body = type->read(in);
    return event;
}

void write(MemberWriter &out, const MessageSnapshot &message)
{
    out.put("room"_L1, message.room);
    out.put("seq"_L1, message.seq);
    out.put("user"_L1, message.user);
    out.put("timestamp"_L1, message.timestamp);
    out.put("content"_L1, message.content);
    out.put("client_id"_L1, message.clientId);
    out.put("reply_to"_L1, message.replyTo);
    out.putUnlessNull("edited_at"_L1, message.editedAt);
    if (message.isDeleted)
        out.put("deleted"_L1, true);
    if (message.reactions.isEmpty())
        return;
    out.putObjects("reactions"_L1, message.reactions, [](MemberWriter &w, const ReactionSummary &r) {
        w.put("emoji"_L1, r.emoji);
        w.put("count"_L1, qint64 { r.users.size() });
        w.put("users"_L1, r.users);
    });
}

void writeSnapshot(MemberWriter &out, const MessageSnapshot &message)
{
    out.put("type"_L1, EventName<MessagePosted>);
    write(out, message);
}

MessageSnapshot readSnapshot(MemberReader &in)
{
    MessageSnapshot message;
    message.room = in.room("room"_L1);
    message.seq = in.seq("seq"_L1);
    message.user = in.user("user"_L1);
    message.timestamp = in.time("timestamp"_L1);
    message.content = in.text("content"_L1);
    message.clientId = in.optional("client_id"_L1, &MemberReader::clientId);
    message.replyTo = optionalSeq(in, "reply_to"_L1);
    message.editedAt = optionalTime(in, "edited_at"_L1);
    message.isDeleted = in.booleanOr("deleted"_L1, false);
    if (!in.isAbsent("reactions"_L1)) {
        message.reactions = in.objects("reactions"_L1, [](MemberReader &r) {
            return ReactionSummary { r.text("emoji"_L1), r.users("users"_L1) };
        });
    }
    return message;
}

// ---- frames: its type, how it is written, how it is read ----

template <typename Frame>
constexpr QLatin1StringView TypeName;

template <>
constexpr QLatin1StringView TypeName<Connected> = "connected"_L1;
void write(MemberWriter &out, const Connected &f)
{
    out.put("message"_L1, "Connected to chat"_L1);
    out.put("timestamp"_L1, f.timestamp);
    out.put("protocol"_L1, f.protocol);
    out.putObject("server"_L1, [&](MemberWriter &w) {
        w.put("id"_L1, f.server.id);
        w.put("name"_L1, f.server.name);
        w.put("version"_L1, f.server.version);
        if (f.server.keepDays > 0)
            w.put("keep_days"_L1, f.server.keepDays);
    });
    out.put("access"_L1, f.access);
    out.putObject("limits"_L1, [&](MemberWriter &w) {
        w.put("max_message_size"_L1, f.maxMessageSize);
        w.put("max_content_length"_L1, f.maxContentLength);
    });
    out.put("ping_interval_ms"_L1, f.pingIntervalMs);
}
ServerFrame readConnected(MemberReader &in)
{
    Connected f;
    f.timestamp = in.time("timestamp"_L1);
    f.protocol = static_cast<int>(in.integer("protocol"_L1, 0, 1'000'000));
    f.server = in.object("server"_L1, [](MemberReader &s) {
        return ServerInfo { s.text("id"_L1), s.textOr("name"_L1, 4096, {}), s.textOr("version"_L1, 64, {}),
                            optionalDays(s, "keep_days"_L1).value_or(0) };
    });
    f.access = in.oneOf<Access>("access"_L1);
    if (!in.isAbsent("limits"_L1)) {
        std::tie(f.maxMessageSize, f.maxContentLength) = in.object("limits"_L1, [](MemberReader &l) {
            constexpr int MaxLength = std::numeric_limits<int>::max();
            return std::pair(l.integerOr("max_message_size"_L1, 0, MaxInteger, limits::DefaultMaxMessageSize),
                             static_cast<int>(l.integerOr("max_content_length"_L1, 0, MaxLength,
                                                          limits::DefaultMaxContentLength)));
        });
    }
    f.pingIntervalMs = static_cast<int>(
        in.integerOr("ping_interval_ms"_L1, 0, std::numeric_limits<int>::max(), f.pingIntervalMs));
    return f;
}

template <>
constexpr QLatin1StringView TypeName<Pong> = "pong"_L1;
void write(MemberWriter &out, const Pong &f) { out.put("timestamp"_L1, f.timestamp); }
ServerFrame readPong(MemberReader &in) { return Pong { in.time("timestamp"_L1) }; }

template <>
constexpr QLatin1StringView TypeName<Welcome> = "welcome"_L1;
void write(MemberWriter &out, const Welcome &f)
{
    out.put("user"_L1, f.user);
    out.putUnlessEmpty("token"_L1, f.token);
    out.put("role"_L1, f.role);
    out.put("timestamp"_L1, f.timestamp);
    out.putObjects("rooms"_L1, f.rooms, [](MemberWriter &w, const RoomSummary &r) { write(w, r); });
    out.putObjects("users"_L1, f.users, [](MemberWriter &w, const MemberInfo &m) { write(w, m); });
    if (f.hasPassword)
        out.put("has_password"_L1, true);
}
ServerFrame readWelcome(MemberReader &in)
{
    return Welcome { in.user("user"_L1), in.textOr("token"_L1, limits::MaxTokenLength, {}),
                     in.oneOf<Role>("role"_L1), in.time("timestamp"_L1), in.objects("rooms"_L1, readRoom),
                     in.objects("users"_L1, readMember), in.booleanOr("has_password"_L1, false) };
}

template <>
constexpr QLatin1StringView TypeName<RoomsListed> = "rooms"_L1;
void write(MemberWriter &out, const RoomsListed &f)
{
    out.putObjects("rooms"_L1, f.rooms, [](MemberWriter &w, const RoomSummary &r) { write(w, r); });
}
ServerFrame readRoomsListed(MemberReader &in) { return RoomsListed { in.objects("rooms"_L1, readRoom) }; }

template <>
constexpr QLatin1StringView TypeName<RoomOpened> = "room"_L1;
void write(MemberWriter &out, const RoomOpened &f) { write(out, f.room); }
ServerFrame readRoomOpened(MemberReader &in) { return RoomOpened { readRoom(in) }; }

template <>
constexpr QLatin1StringView TypeName<Joined> = "joined"_L1;
void write(MemberWriter &out, const Joined &f)
{
    out.put("room"_L1, f.room);
    out.put("last_seq"_L1, f.lastSeq);
    out.putObjects("members"_L1, f.members, [](MemberWriter &w, const MemberInfo &m) { write(w, m); });
}
ServerFrame readJoined(MemberReader &in)
{
    return Joined { in.room("room"_L1), in.seq("last_seq"_L1, 0), in.objects("members"_L1, readMember) };
}

template <>
constexpr QLatin1StringView TypeName<Left> = "left"_L1;
void write(MemberWriter &out, const Left &f)
{
    out.put("room"_L1, f.room);
    out.put("by"_L1, f.by);
    out.putUnlessEmpty("reason"_L1, f.reason);
}
ServerFrame readLeft(MemberReader &in)
{
    return Left { in.room("room"_L1), in.optional("by"_L1, &MemberReader::user), in.textOr("reason"_L1, 4096, {}) };
}

template <>
constexpr QLatin1StringView TypeName<Ack> = "ack"_L1;
void write(MemberWriter &out, const Ack &f)
{
    out.put("client_id"_L1, f.clientId);
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
    out.put("timestamp"_L1, f.timestamp);
}
ServerFrame readAck(MemberReader &in)
{
    return Ack { in.optional("client_id"_L1, &MemberReader::clientId),
                 in.optional("room"_L1, &MemberReader::room), optionalSeq(in, "seq"_L1),
                 optionalTime(in, "timestamp"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<History> = "history"_L1;
void write(MemberWriter &out, const History &f)
{
    out.put("room"_L1, f.room);
    out.putObjects("messages"_L1, f.messages, writeSnapshot);
    out.put("has_more"_L1, f.hasMore);
}
ServerFrame readHistory(MemberReader &in)
{
    return History { in.room("room"_L1), in.objects("messages"_L1, readSnapshot),
                     in.boolean("has_more"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<Synced> = "sync"_L1;
void write(MemberWriter &out, const Synced &f)
{
    out.put("room"_L1, f.room);
    out.putObjects("events"_L1, f.events, [](MemberWriter &w, const RoomEvent &e) {
        w.put("type"_L1, nameOf(e.body));
        writeEvent(w, e);
    });
    out.put("last_seq"_L1, f.lastSeq);
    out.put("has_more"_L1, f.hasMore);
    putFirstSeq(out, f.firstSeq);
}
ServerFrame readSynced(MemberReader &in)
{
    return Synced { in.room("room"_L1), in.objects("events"_L1, readEvent), in.seq("last_seq"_L1, 0),
                    in.boolean("has_more"_L1), readFirstSeq(in) };
}

template <>
constexpr QLatin1StringView TypeName<ReadMarkMoved> = "read"_L1;
void write(MemberWriter &out, const ReadMarkMoved &f)
{
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
}
ServerFrame readReadMark(MemberReader &in)
{
    return ReadMarkMoved { in.room("room"_L1), in.seq("seq"_L1, 0) };
}

template <>
constexpr QLatin1StringView TypeName<Typing> = "typing"_L1;
void write(MemberWriter &out, const Typing &f)
{
    out.put("user"_L1, f.user);
    out.put("is_typing"_L1, f.isTyping);
    out.put("timestamp"_L1, f.timestamp);
    out.put("room"_L1, f.room);
}
ServerFrame readTyping(MemberReader &in)
{
    return Typing { in.room("room"_L1), in.user("user"_L1), in.boolean("is_typing"_L1),
                    in.time("timestamp"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<MembersListed> = "members"_L1;
void write(MemberWriter &out, const MembersListed &f)
{
    out.put("room"_L1, f.room);
    out.putObjects("members"_L1, f.members, [](MemberWriter &w, const MemberInfo &m) { write(w, m); });
}
ServerFrame readMembers(MemberReader &in)
{
    return MembersListed { in.room("room"_L1), in.objects("members"_L1, readMember) };
}

template <>
constexpr QLatin1StringView TypeName<SearchResults> = "results"_L1;
void write(MemberWriter &out, const SearchResults &f)
{
    out.putObjects("messages"_L1, f.messages, writeSnapshot);
    out.put("has_more"_L1, f.hasMore);
}
ServerFrame readResults(MemberReader &in)
{
    return SearchResults { in.objects("messages"_L1, readSnapshot), in.boolean("has_more"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<UserJoined> = "user_joined"_L1;
template <>
constexpr QLatin1StringView TypeName<UserLeft> = "user_left"_L1;
template <typename Frame>
    requires std::is_same_v<Frame, UserJoined> || std::is_same_v<Frame, UserLeft>
void write(MemberWriter &out, const Frame &f)
{
    out.put("room"_L1, f.room);
    out.put("user"_L1, f.user);
    out.put("timestamp"_L1, f.timestamp);
}
template <typename Frame>
ServerFrame readComing(MemberReader &in)
{
    return Frame { in.room("room"_L1), in.user("user"_L1), in.time("timestamp"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<Presence> = "presence"_L1;
void write(MemberWriter &out, const Presence &f)
{
    out.put("user"_L1, f.user);
    out.put("state"_L1, f.state);
    out.putUnlessNull("last_seen"_L1, f.lastSeen);
    putEncryption(out, f.isInTheClear);
}
ServerFrame readPresence(MemberReader &in)
{
    return Presence { in.user("user"_L1), in.oneOf<PresenceState>("state"_L1),
                      optionalTime(in, "last_seen"_L1), readInTheClear(in) };
}

template <>
constexpr QLatin1StringView TypeName<ListenersChanged> = "listeners"_L1;
void write(MemberWriter &out, const ListenersChanged &f)
{
    out.put("room"_L1, f.room);
    out.put("unencrypted"_L1, f.unencrypted);
}
ServerFrame readListeners(MemberReader &in)
{
    return ListenersChanged { in.room("room"_L1), in.integer("unencrypted"_L1, 0, MaxInteger) };
}

template <>
constexpr QLatin1StringView TypeName<Notification> = "notification"_L1;
void write(MemberWriter &out, const Notification &f)
{
    out.put("kind"_L1, f.kind);
    out.put("room"_L1, f.room);
    out.put("seq"_L1, f.seq);
    out.put("user"_L1, f.user);
    out.put("content"_L1, f.content);
    out.put("timestamp"_L1, f.timestamp);
}
ServerFrame readNotification(MemberReader &in)
{
    return Notification { in.oneOf<Notification::Kind>("kind"_L1),
                          in.optional("room"_L1, &MemberReader::room), optionalSeq(in, "seq"_L1),
                          in.user("user"_L1), in.text("content"_L1), in.time("timestamp"_L1) };
}

template <>
constexpr QLatin1StringView TypeName<Subscribed> = "subscribed"_L1;
template <>
constexpr QLatin1StringView TypeName<Unsubscribed> = "unsubscribed"_L1;
template <typename Frame>
    requires std::is_same_v<Frame, Subscribed> || std::is_same_v<Frame, Unsubscribed>
void write(MemberWriter &out, const Frame &f)
{
    out.put("resource"_L1, f.resource);
    out.put("id"_L1, f.id);
}
template <typename Frame>
ServerFrame readSubscription(MemberReader &in)
{
    return Frame { in.oneOf<Resource>("resource"_L1), in.text("id"_L1) };
}

constexpr auto UpdateType = "update"_L1;
template <>
constexpr QLatin1StringView TypeName<RoomUpdated> = UpdateType;
void write(MemberWriter &out, const RoomUpdated &f)
{
    out.put("resource"_L1, Resource::Room);
    out.put("id"_L1, f.room.room);
    write(out, f.room);
}
template <>
constexpr QLatin1StringView TypeName<UserUpdated> = UpdateType;
void write(MemberWriter &out, const UserUpdated &f)
{
    out.put("resource"_L1, Resource::User);
    out.put("id"_L1, f.user.user);
    write(out, f.user);
}
ServerFrame readUpdate(MemberReader &in)
{
    if (in.oneOf<Resource>("resource"_L1) == Resource::Room)
        return RoomUpdated { readRoom(in) };
    return UserUpdated { readMember(in) };
}

template <>
constexpr QLatin1StringView TypeName<KeepChanged> = "keep"_L1;
void write(MemberWriter &out, const KeepChanged &f)
{
    out.put("room"_L1, f.room);
    out.put("keep_days"_L1, f.keepDays);
    putFirstSeq(out, f.firstSeq);
}
ServerFrame readKeepChanged(MemberReader &in)
{
    return KeepChanged { in.room("room"_L1), optionalDays(in, "keep_days"_L1), readFirstSeq(in) };
}

template <>
constexpr QLatin1StringView TypeName<BansListed> = "bans"_L1;
template <>
constexpr QLatin1StringView TypeName<AuditListed> = "audit"_L1;
template <>
constexpr QLatin1StringView TypeName<Waiting> = "waiting"_L1;
template <>
constexpr QLatin1StringView TypeName<GuestWaiting> = "guest_waiting"_L1;
template <>
constexpr QLatin1StringView TypeName<WaitingGuestsListed> = "waiting_guests"_L1;
template <>
constexpr QLatin1StringView TypeName<MuteChanged> = "muted"_L1;
template <>
constexpr QLatin1StringView TypeName<RoomRestricted> = "restricted"_L1;
template <>
constexpr QLatin1StringView TypeName<InviteCreated> = "invite_created"_L1;
template <>
constexpr QLatin1StringView TypeName<InvitesListed> = "invites"_L1;
template <>
constexpr QLatin1StringView TypeName<SessionsListed> = "sessions"_L1;
void write(MemberWriter &out, const SessionsListed &f)
{
    out.putObjects("sessions"_L1, f.sessions, [](MemberWriter &w, const SessionInfo &s) { write(w, s); });
}
ServerFrame readSessionsListed(MemberReader &in) { return SessionsListed { in.objects("sessions"_L1, readSession) }; }

template <>
constexpr QLatin1StringView TypeName<UsersListed> = "users"_L1;
void write(MemberWriter &out, const UsersListed &f)
{
    out.putObjects("users"_L1, f.users, [](MemberWriter &w, const AccountInfo &a) { write(w, a); });
}
ServerFrame readUsersListed(MemberReader &in) { return UsersListed { in.objects("users"_L1, readAccount) }; }

template <>
constexpr QLatin1StringView TypeName<Error> = "error"_L1;
void write(MemberWriter &out, const Error &f)
{
    if (f.message.isEmpty())
        out.put("message"_L1, defaultMessage(f.code));
    else
        out.put("message"_L1, f.message);
    out.put("code"_L1, f.code);
    out.put("timestamp"_L1, f.timestamp);
    out.put("retry_after_ms"_L1, f.retryAfterMs);
    out.put("client_id"_L1, f.clientId);
    out.putUnlessEmpty("detail"_L1, f.detail);
    out.putUnlessEmpty("reference"_L1, f.reference);
    if (f.removal)
        out.putObject("removal"_L1, [&](MemberWriter &w) { write(w, *f.removal); });
}
ServerFrame readError(MemberReader &in)
{
    Error f;
    // A code of a later version is an error all the same.
    f.code = errorCodeFromWire(in.text("code"_L1)).value_or(ErrorCode::Internal);
    f.message = in.text("message"_L1);
    f.timestamp = in.time("timestamp"_L1);
    if (!in.isAbsent("retry_after_ms"_L1))
        f.retryAfterMs = in.integer("retry_after_ms"_L1, 0, MaxInteger);
    f.clientId = in.optional("client_id"_L1, &MemberReader::clientId);
    f.detail = in.textOr("detail"_L1, 4096, {});
    f.reference = in.textOr("reference"_L1, 256, {});
    if (!in.isAbsent("removal"_L1))
        f.removal = in.object("removal"_L1, readRemoval);
    return f;
}

struct ServerType
{
    QLatin1StringView name;
    ServerFrame (*read)(MemberReader &);
};

constexpr std::array ServerTypes {
    ServerType { TypeName<Connected>, readConnected },
    ServerType { TypeName<Pong>, readPong },
    ServerType { TypeName<Welcome>, readWelcome },
    ServerType { TypeName<RoomsListed>, readRoomsListed },
    ServerType { TypeName<RoomOpened>, readRoomOpened },
    ServerType { TypeName<Joined>, readJoined },
    ServerType { TypeName<Left>, readLeft },
    ServerType { TypeName<Ack>, readAck },
    ServerType { TypeName<History>, readHistory },
    ServerType { TypeName<Synced>, readSynced },
    ServerType { TypeName<ReadMarkMoved>, readReadMark },
    ServerType { TypeName<Typing>, readTyping },
    ServerType { TypeName<MembersListed>, readMembers },
    ServerType { TypeName<SearchResults>, readResults },
    ServerType { TypeName<UserJoined>, readComing<UserJoined> },
    ServerType { TypeName<UserLeft>, readComing<UserLeft> },
    ServerType { TypeName<Presence>, readPresence },
    ServerType { TypeName<ListenersChanged>, readListeners },
    ServerType { TypeName<Notification>, readNotification },
    ServerType { TypeName<Subscribed>, readSubscription<Subscribed> },
    ServerType { TypeName<Unsubscribed>, readSubscription<Unsubscribed> },
    ServerType { UpdateType, readUpdate },
    ServerType { TypeName<KeepChanged>, readKeepChanged },
    ServerType { TypeName<BansListed>, readBansListed },
    ServerType { TypeName<AuditListed>, readAuditListed },
    ServerType { TypeName<Waiting>, readWaiting },
    ServerType { TypeName<GuestWaiting>, readGuestWaiting },
    ServerType { TypeName<WaitingGuestsListed>, readWaitingGuestsListed },
    ServerType { TypeName<MuteChanged>, readMuteChanged },
    ServerType { TypeName<RoomRestricted>, readRoomRestricted },
    ServerType { TypeName<InviteCreated>, readInviteCreated },
    ServerType { TypeName<InvitesListed>, readInvitesListed },
    ServerType { TypeName<SessionsListed>, readSessionsListed },
    ServerType { TypeName<UsersListed>, readUsersListed },
    ServerType { TypeName<Error>, readError },
};

Result<ServerMessage, DecodeFailure> readServerMessage(const rapidjson::Value &object)
{
    MemberReader in(object, { .maxContentLength = 0 });
    const QString type = in.text("type"_L1);
    if (in.failure())
        return Unexpected(*in.failure());
    ServerMessage message;
    message.id = readRequestId(in);
    if (eventType(type) != nullptr) {
        message.frame = readEvent(in);
    } else {
        const auto known = std::find_if(ServerTypes.begin(), ServerTypes.end(),
                                        [&](const ServerType &t) { return t.name == type; });
        if (known == ServerTypes.end())
            return Unexpected(DecodeFailure { DecodeReason::UnknownType, u"type"_s, message.id, {} });
        message.frame = known->read(in);
    }
    if (in.failure())
        return Unexpected(*in.failure());
    return message;
}

} // namespace

Result<QList<ServerMessage>, DecodeFailure> decodeServer(QByteArrayView json)
{
    const auto document = parseObject(json);
    if (!document)
        return Unexpected(DecodeFailure { document.error(), {}, {}, {} });
    MemberReader in(*document);
    if (in.text("type"_L1) != BatchType) {
        auto message = readServerMessage(*document);
        if (!message)
            return Unexpected(message.error());
        return QList<ServerMessage> { std::move(*message) };
    }
    QList<ServerMessage> messages;
    for (const rapidjson::Value &object : in.array("messages"_L1)) {
        if (!object.IsObject())
            return Unexpected(DecodeFailure { DecodeReason::WrongType, u"messages"_s, {}, {} });
        auto message = readServerMessage(object);
        if (message)
            messages.append(std::move(*message));
        else if (message.error().reason != DecodeReason::UnknownType)
            return Unexpected(message.error());
    }
    if (in.failure())
        return Unexpected(*in.failure());
    return messages;
}

QByteArray encode(const ServerMessage &message)
{
    return std::visit(
        [&](const auto &frame) {
            using Frame = std::decay_t<decltype(frame)>;
            constexpr bool namesItsOwnId = std::is_same_v<Frame, Subscribed> || std::is_same_v<Frame, Unsubscribed>
                || std::is_same_v<Frame, RoomUpdated> || std::is_same_v<Frame, UserUpdated>;
            if constexpr (std::is_same_v<Frame, RoomEvent>) {
                MemberWriter out(nameOf(frame.body));
                out.put("id"_L1, message.id);
                writeEvent(out, frame);
                return out.take();
            } else {
                MemberWriter out(TypeName<Frame>);
                if constexpr (!namesItsOwnId)
                    out.put("id"_L1, message.id);
                write(out, frame);
                return out.take();
            }
        },
        message.frame);
}

QByteArray encodeBatch(const QList<QByteArray> &frames)
{
    QByteArray batch = R"({"type":"batch","messages":[)";
    for (qsizetype i = 0; i < frames.size(); ++i) {
        if (i > 0)
            batch.append(',');
        batch.append(frames[i]);
    }
    batch.append("]}");
    return batch;
}

} // namespace hearth::codec
