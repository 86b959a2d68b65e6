#pragma once

// Private to the codec: RapidJSON shows through.

#include "protocol/jsonreader.h"
#include "protocol/jsonwriter.h"

/// How the frames of moderation.h are read and written, for the tables of clientcodec.cpp and servercodec.cpp.
namespace hearth::codec {

[[nodiscard]] ClientFrame readSetRole(MemberReader &in);
[[nodiscard]] ClientFrame readKick(MemberReader &in);
[[nodiscard]] ClientFrame readBan(MemberReader &in);
[[nodiscard]] ClientFrame readUnban(MemberReader &in);
[[nodiscard]] ClientFrame readListBans(MemberReader &in);
[[nodiscard]] ClientFrame readMute(MemberReader &in);
[[nodiscard]] ClientFrame readUnmute(MemberReader &in);
[[nodiscard]] ClientFrame readSetSlowMode(MemberReader &in);
[[nodiscard]] ClientFrame readCloseRoom(MemberReader &in);
[[nodiscard]] ClientFrame readAdmit(MemberReader &in);
[[nodiscard]] ClientFrame readListWaitingGuests(MemberReader &in);
[[nodiscard]] ClientFrame readFetchAudit(MemberReader &in);

void write(MemberWriter &out, const SetRole &frame);
void write(MemberWriter &out, const Kick &frame);
void write(MemberWriter &out, const Ban &frame);
void write(MemberWriter &out, const Unban &frame);
void write(MemberWriter &out, const ListBans &frame);
void write(MemberWriter &out, const Mute &frame);
void write(MemberWriter &out, const Unmute &frame);
void write(MemberWriter &out, const SetSlowMode &frame);
void write(MemberWriter &out, const CloseRoom &frame);
void write(MemberWriter &out, const Admit &frame);
void write(MemberWriter &out, const ListWaitingGuests &frame);
void write(MemberWriter &out, const FetchAudit &frame);

[[nodiscard]] ServerFrame readBansListed(MemberReader &in);
[[nodiscard]] ServerFrame readAuditListed(MemberReader &in);
[[nodiscard]] ServerFrame readWaiting(MemberReader &in);
[[nodiscard]] ServerFrame readGuestWaiting(MemberReader &in);
[[nodiscard]] ServerFrame readWaitingGuestsListed(MemberReader &in);
[[nodiscard]] ServerFrame readMuteChanged(MemberReader &in);
[[nodiscard]] ServerFrame readRoomRestricted(MemberReader &in);
[[nodiscard]] Removal readRemoval(MemberReader &in);

void write(MemberWriter &out, const BansListed &frame);
void write(MemberWriter &out, const AuditListed &frame);
void write(MemberWriter &out, const Waiting &frame);
void write(MemberWriter &out, const GuestWaiting &frame);
void write(MemberWriter &out, const WaitingGuestsListed &frame);
void write(MemberWriter &out, const MuteChanged &frame);
void write(MemberWriter &out, const RoomRestricted &frame);
void write(MemberWriter &out, const Removal &removal);

/// `slow_mode_seconds` and `is_closed`, of a room and of its summaries. One that restricts nothing is the common case,
/// and says nothing of it.
void putRestrictions(MemberWriter &out, int slowModeSeconds, bool isClosed);
[[nodiscard]] int readSlowMode(MemberReader &in);
[[nodiscard]] bool readIsClosed(MemberReader &in);

} // namespace hearth::codec
