#pragma once

// Private to the codec: RapidJSON shows through.

#include "protocol/jsonreader.h"
#include "protocol/jsonwriter.h"

/// How the frames of invites.h are read and written, for the tables of clientcodec.cpp and servercodec.cpp.
namespace hearth::codec {

[[nodiscard]] ClientFrame readCreateInvite(MemberReader &in);
[[nodiscard]] ClientFrame readListInvites(MemberReader &in);
[[nodiscard]] ClientFrame readRevokeInvite(MemberReader &in);

void write(MemberWriter &out, const CreateInvite &frame);
void write(MemberWriter &out, const ListInvites &frame);
void write(MemberWriter &out, const RevokeInvite &frame);

[[nodiscard]] ServerFrame readInviteCreated(MemberReader &in);
[[nodiscard]] ServerFrame readInvitesListed(MemberReader &in);

void write(MemberWriter &out, const InviteCreated &frame);
void write(MemberWriter &out, const InvitesListed &frame);

} // namespace hearth::codec
