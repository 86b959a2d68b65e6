#include "protocol/moderationcodec.h"

#include <limits>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MaxInt = std::numeric_limits<int>::max();
constexpr int MaxShown = 4096; ///< characters of what a server says; its own limits are narrower

std::optional<RoomId> roomOf(MemberReader &in) { return in.optional("room"_L1, &MemberReader::room); }

std::optional<UserName> byOf(MemberReader &in) { return in.optional("by"_L1, &MemberReader::user); }

QDateTime timeOrNull(MemberReader &in, QLatin1StringView key) { return in.isAbsent(key) ? QDateTime() : in.time(key); }

QString reasonOf(MemberReader &in) { return in.lineOr("reason"_L1, limits::MaxReasonLength, {}); }

std::optional<qint64> durationOf(MemberReader &in)
{
    return in.optional("for_seconds"_L1, [](MemberReader &r, QLatin1StringView key) {
        return r.integer(key, 1, limits::MaxRestrictionSeconds);
    });
}

/// A user or an address, not both.
template <typename Frame>
void readBanned(MemberReader &in, Frame &frame)
{
    frame.user = in.optional("user"_L1, &MemberReader::user);
    frame.address = in.lineOr("address"_L1, limits::MaxAddressLength, {});
    if (frame.user.has_value() != frame.address.isEmpty())
        in.fail(DecodeReason::OutOfRange, "address"_L1);
}

BanInfo readBanInfo(MemberReader &in)
{
    return { in.optional("user"_L1, &MemberReader::user), in.textOr("address"_L1, MaxShown, {}), byOf(in),
             in.time("timestamp"_L1), timeOrNull(in, "until"_L1), in.textOr("reason"_L1, MaxShown, {}) };
}

void writeBanInfo(MemberWriter &out, const BanInfo &ban)
{
    out.put("user"_L1, ban.user);
    out.putUnlessEmpty("address"_L1, ban.address);
    out.put("by"_L1, ban.by);
    out.put("timestamp"_L1, ban.at);
    out.putUnlessNull("until"_L1, ban.until);
    out.putUnlessEmpty("reason"_L1, ban.reason);
}

MuteInfo readMuteInfo(MemberReader &in)
{
    return { in.user("user"_L1), roomOf(in), byOf(in), in.time("timestamp"_L1), timeOrNull(in, "until"_L1),
             in.textOr("reason"_L1, MaxShown, {}) };
}

void writeMuteInfo(MemberWriter &out, const MuteInfo &mute)
{
    out.put("user"_L1, mute.user);
    out.put("room"_L1, mute.room);
    out.put("by"_L1, mute.by);
    out.put("timestamp"_L1, mute.at);
    out.putUnlessNull("until"_L1, mute.until);
    out.putUnlessEmpty("reason"_L1, mute.reason);
}

AuditEntry readEntry(MemberReader &in)
{
    AuditEntry entry;
    entry.id = in.integer("entry"_L1, 0, std::numeric_limits<qint64>::max());
    entry.at = in.time("timestamp"_L1);
    entry.by = byOf(in);
    // A later version's deeds are deeds all the same.
    entry.deed = fromWire<Deed>(in.text("deed"_L1)).value_or(Deed::Other);
    entry.user = in.optional("user"_L1, &MemberReader::user);
    entry.room = roomOf(in);
    entry.seq = in.optional("seq"_L1, [](MemberReader &r, QLatin1StringView key) { return r.seq(key); });
    entry.address = in.textOr("address"_L1, MaxShown, {});
    entry.role = in.optional("role"_L1, &MemberReader::oneOf<Role>);
    entry.seconds = in.optional("seconds"_L1, [](MemberReader &r, QLatin1StringView key) {
        return static_cast<int>(r.integer(key, 0, MaxInt));
    });
    entry.until = timeOrNull(in, "until"_L1);
    entry.reason = in.textOr("reason"_L1, MaxShown, {});
    return entry;
}

void writeEntry(MemberWriter &out, const AuditEntry &entry)
{
    out.put("entry"_L1, entry.id);
    out.put("timestamp"_L1, entry.at);
    out.put("by"_L1, entry.by);
    out.put("deed"_L1, entry.deed);
    out.put("user"_L1, entry.user);
    out.put("room"_L1, entry.room);
    out.put("seq"_L1, entry.seq);
    out.putUnlessEmpty("address"_L1, entry.address);
    out.put("role"_L1, entry.role);
    out.put("seconds"_L1, entry.seconds);
    out.putUnlessNull("until"_L1, entry.until);
    out.putUnlessEmpty("reason"_L1, entry.reason);
}

GuestInfo readGuest(MemberReader &in)
{
    return { in.user("user"_L1), in.textOr("client"_L1, MaxShown, {}), in.textOr("address"_L1, MaxShown, {}),
             in.time("timestamp"_L1) };
}

void writeGuest(MemberWriter &out, const GuestInfo &guest)
{
    out.put("user"_L1, guest.user);
    out.putUnlessEmpty("client"_L1, guest.client);
    out.putUnlessEmpty("address"_L1, guest.address);
    out.put("timestamp"_L1, guest.since);
}

} // namespace

void putRestrictions(MemberWriter &out, int slowModeSeconds, bool isClosed)
{
    if (slowModeSeconds > 0)
        out.put("slow_mode_seconds"_L1, slowModeSeconds);
    if (isClosed)
        out.put("is_closed"_L1, true);
}

int readSlowMode(MemberReader &in) { return static_cast<int>(in.integerOr("slow_mode_seconds"_L1, 0, MaxInt, 0)); }

bool readIsClosed(MemberReader &in) { return in.booleanOr("is_closed"_L1, false); }

// ---- requests ----

ClientFrame readSetRole(MemberReader &in) { return SetRole { in.user("user"_L1), in.oneOf<Role>("role"_L1) }; }

void write(MemberWriter &out, const SetRole &frame)
{
    out.put("user"_L1, frame.user);
    out.put("role"_L1, frame.role);
}

ClientFrame readKick(MemberReader &in) { return Kick { in.user("user"_L1), roomOf(in), reasonOf(in) }; }

void write(MemberWriter &out, const Kick &frame)
{
    out.put("user"_L1, frame.user);
    out.put("room"_L1, frame.room);
    out.putUnlessEmpty("reason"_L1, frame.reason);
}

ClientFrame readBan(MemberReader &in)
{
    Ban frame;
    readBanned(in, frame);
    frame.forSeconds = durationOf(in);
    frame.reason = reasonOf(in);
    return frame;
}

void write(MemberWriter &out, const Ban &frame)
{
    out.put("user"_L1, frame.user);
    out.putUnlessEmpty("address"_L1, frame.address);
    out.put("for_seconds"_L1, frame.forSeconds);
    out.putUnlessEmpty("reason"_L1, frame.reason);
}

ClientFrame readUnban(MemberReader &in)
{
    Unban frame;
    readBanned(in, frame);
    return frame;
}

void write(MemberWriter &out, const Unban &frame)
{
    out.put("user"_L1, frame.user);
    out.putUnlessEmpty("address"_L1, frame.address);
}

ClientFrame readListBans(MemberReader &) { return ListBans {}; }

void write(MemberWriter &, const ListBans &) { }

ClientFrame readMute(MemberReader &in) { return Mute { in.user("user"_L1), roomOf(in), durationOf(in), reasonOf(in) }; }

void write(MemberWriter &out, const Mute &frame)
{
    out.put("user"_L1, frame.user);
    out.put("room"_L1, frame.room);
    out.put("for_seconds"_L1, frame.forSeconds);
    out.putUnlessEmpty("reason"_L1, frame.reason);
}

ClientFrame readUnmute(MemberReader &in) { return Unmute { in.user("user"_L1), roomOf(in) }; }

void write(MemberWriter &out, const Unmute &frame)
{
    out.put("user"_L1, frame.user);
    out.put("room"_L1, frame.room);
}

ClientFrame readSetSlowMode(MemberReader &in)
{
    return SetSlowMode { roomOf(in), static_cast<int>(in.integer("seconds"_L1, 0, limits::MaxSlowModeSeconds)) };
}

void write(MemberWriter &out, const SetSlowMode &frame)
{
    out.put("room"_L1, frame.room);
    out.put("seconds"_L1, frame.seconds);
}

ClientFrame readCloseRoom(MemberReader &in) { return CloseRoom { roomOf(in), in.booleanOr("closed"_L1, true) }; }

void write(MemberWriter &out, const CloseRoom &frame)
{
    out.put("room"_L1, frame.room);
    out.put("closed"_L1, frame.isClosed);
}

ClientFrame readAdmit(MemberReader &in) { return Admit { in.user("user"_L1), in.booleanOr("admit"_L1, true), reasonOf(in) }; }

void write(MemberWriter &out, const Admit &frame)
{
    out.put("user"_L1, frame.user);
    out.put("admit"_L1, frame.isAdmitted);
    out.putUnlessEmpty("reason"_L1, frame.reason);
}

ClientFrame readListWaitingGuests(MemberReader &) { return ListWaitingGuests {}; }

void write(MemberWriter &, const ListWaitingGuests &) { }

ClientFrame readFetchAudit(MemberReader &in)
{
    const auto entry = [](MemberReader &r, QLatin1StringView key) {
        return r.integer(key, 0, std::numeric_limits<qint64>::max());
    };
    return FetchAudit { in.optional("before"_L1, entry),
                        in.limit("limit"_L1, limits::MaxAuditLimit, limits::DefaultAuditLimit) };
}

void write(MemberWriter &out, const FetchAudit &frame)
{
    out.put("before"_L1, frame.before);
    out.put("limit"_L1, frame.limit);
}

// ---- answers and pushes ----

ServerFrame readBansListed(MemberReader &in)
{
    return BansListed { in.objects("bans"_L1, readBanInfo), in.objects("mutes"_L1, readMuteInfo) };
}

void write(MemberWriter &out, const BansListed &frame)
{
    out.putObjects("bans"_L1, frame.bans, writeBanInfo);
    out.putObjects("mutes"_L1, frame.mutes, writeMuteInfo);
}

ServerFrame readAuditListed(MemberReader &in)
{
    return AuditListed { in.objects("entries"_L1, readEntry), in.boolean("has_more"_L1) };
}

void write(MemberWriter &out, const AuditListed &frame)
{
    out.putObjects("entries"_L1, frame.entries, writeEntry);
    out.put("has_more"_L1, frame.hasMore);
}

ServerFrame readWaiting(MemberReader &in) { return Waiting { in.user("user"_L1), in.time("until"_L1) }; }

void write(MemberWriter &out, const Waiting &frame)
{
    out.put("user"_L1, frame.user);
    out.put("until"_L1, frame.until);
}

ServerFrame readGuestWaiting(MemberReader &in)
{
    return GuestWaiting { readGuest(in), in.booleanOr("is_waiting"_L1, true) };
}

void write(MemberWriter &out, const GuestWaiting &frame)
{
    writeGuest(out, frame.guest);
    out.put("is_waiting"_L1, frame.isWaiting);
}

ServerFrame readWaitingGuestsListed(MemberReader &in) { return WaitingGuestsListed { in.objects("guests"_L1, readGuest) }; }

void write(MemberWriter &out, const WaitingGuestsListed &frame) { out.putObjects("guests"_L1, frame.guests, writeGuest); }

ServerFrame readMuteChanged(MemberReader &in)
{
    return MuteChanged { roomOf(in), in.boolean("is_muted"_L1), byOf(in), timeOrNull(in, "until"_L1),
                         in.textOr("reason"_L1, MaxShown, {}) };
}

void write(MemberWriter &out, const MuteChanged &frame)
{
    out.put("room"_L1, frame.room);
    out.put("is_muted"_L1, frame.isMuted);
    out.put("by"_L1, frame.by);
    out.putUnlessNull("until"_L1, frame.until);
    out.putUnlessEmpty("reason"_L1, frame.reason);
}

ServerFrame readRoomRestricted(MemberReader &in)
{
    return RoomRestricted { in.room("room"_L1), readSlowMode(in), readIsClosed(in) };
}

void write(MemberWriter &out, const RoomRestricted &frame)
{
    out.put("room"_L1, frame.room);
    putRestrictions(out, frame.slowModeSeconds, frame.isClosed);
}

Removal readRemoval(MemberReader &in)
{
    return { in.oneOf<Removal::Kind>("kind"_L1), byOf(in), timeOrNull(in, "until"_L1),
             in.textOr("reason"_L1, MaxShown, {}) };
}

void write(MemberWriter &out, const Removal &removal)
{
    out.put("kind"_L1, removal.kind);
    out.put("by"_L1, removal.by);
    out.putUnlessNull("until"_L1, removal.until);
    out.putUnlessEmpty("reason"_L1, removal.reason);
}

} // namespace hearth::codec
