#include "protocol/invitecodec.h"

#include <limits>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MaxInt = std::numeric_limits<int>::max();
constexpr int MaxShown = 4096; ///< characters of what a server says; its own limits are narrower

std::optional<int> countOf(MemberReader &in, QLatin1StringView key, int max)
{
    return in.optional(key, [max](MemberReader &r, QLatin1StringView k) { return static_cast<int>(r.integer(k, 1, max)); });
}

InviteInfo readInfo(MemberReader &in)
{
    InviteInfo info;
    info.id = in.text("invite"_L1, limits::MaxInviteIdLength, DecodeReason::OutOfRange);
    info.room = in.optional("room"_L1, &MemberReader::room);
    info.role = in.oneOf<Role>("role"_L1);
    info.by = in.optional("by"_L1, &MemberReader::user);
    info.note = in.textOr("note"_L1, MaxShown, {});
    info.at = in.time("timestamp"_L1);
    if (!in.isAbsent("until"_L1))
        info.until = in.time("until"_L1);
    info.used = static_cast<int>(in.integer("used"_L1, 0, MaxInt));
    info.maxUses = countOf(in, "max_uses"_L1, MaxInt);
    return info;
}

void writeInfo(MemberWriter &out, const InviteInfo &info)
{
    out.put("invite"_L1, info.id);
    out.put("room"_L1, info.room);
    out.put("role"_L1, info.role);
    out.put("by"_L1, info.by);
    out.putUnlessEmpty("note"_L1, info.note);
    out.put("timestamp"_L1, info.at);
    out.putUnlessNull("until"_L1, info.until);
    out.put("used"_L1, info.used);
    out.put("max_uses"_L1, info.maxUses);
}

} // namespace

// ---- requests ----

ClientFrame readCreateInvite(MemberReader &in)
{
    CreateInvite frame;
    frame.room = in.optional("room"_L1, &MemberReader::room);
    if (!in.isAbsent("role"_L1))
        frame.role = in.oneOf<Role>("role"_L1);
    if (frame.role == Role::Owner)
        in.fail(DecodeReason::OutOfRange, "role"_L1); // owners are made by owners, one by one
    frame.uses = countOf(in, "uses"_L1, limits::MaxInviteUses);
    frame.forSeconds = in.optional("for_seconds"_L1, [](MemberReader &r, QLatin1StringView key) {
        return r.integer(key, 1, limits::MaxRestrictionSeconds);
    });
    frame.note = in.lineOr("note"_L1, limits::MaxReasonLength, {});
    return frame;
}

void write(MemberWriter &out, const CreateInvite &frame)
{
    out.put("room"_L1, frame.room);
    out.put("role"_L1, frame.role);
    out.put("uses"_L1, frame.uses);
    out.put("for_seconds"_L1, frame.forSeconds);
    out.putUnlessEmpty("note"_L1, frame.note);
}

ClientFrame readListInvites(MemberReader &) { return ListInvites {}; }

void write(MemberWriter &, const ListInvites &) { }

ClientFrame readRevokeInvite(MemberReader &in)
{
    return RevokeInvite { in.text("invite"_L1, limits::MaxInviteIdLength, DecodeReason::OutOfRange) };
}

void write(MemberWriter &out, const RevokeInvite &frame) { out.put("invite"_L1, frame.invite); }

// ---- answers ----

ServerFrame readInviteCreated(MemberReader &in)
{
    return InviteCreated { in.object("invite"_L1, readInfo),
                           in.text("code"_L1, limits::MaxInviteCodeLength, DecodeReason::OutOfRange) };
}

void write(MemberWriter &out, const InviteCreated &frame)
{
    out.putObject("invite"_L1, [&](MemberWriter &w) { writeInfo(w, frame.invite); });
    out.put("code"_L1, frame.code);
}

ServerFrame readInvitesListed(MemberReader &in) { return InvitesListed { in.objects("invites"_L1, readInfo) }; }

void write(MemberWriter &out, const InvitesListed &frame) { out.putObjects("invites"_L1, frame.invites, writeInfo); }

} // namespace hearth::codec
