#pragma once

#include "protocol/moderation.h"

/// Invites: a secret code lets people in whom the server would otherwise keep waiting, or out. Who made one is absent
/// where that was the server's command line.
namespace hearth {

// ---- requests ---------------------------------------------------------------------------------------

struct CreateInvite
{
    std::optional<RoomId> room; ///< of which they become members, besides the lobby; nothing: the lobby alone
    Role role = Role::Member; ///< never Owner
    std::optional<int> uses; ///< 1…MaxInviteUses; nothing: as often as wanted
    std::optional<qint64> forSeconds; ///< nothing: for good
    QString note; ///< for those who make invites; one line, may be empty
    friend bool operator==(const CreateInvite &, const CreateInvite &) = default;
};

struct ListInvites
{
    friend bool operator==(const ListInvites &, const ListInvites &) = default;
};

struct RevokeInvite
{
    QString invite; ///< its id, not the code
    friend bool operator==(const RevokeInvite &, const RevokeInvite &) = default;
};

// ---- parts ------------------------------------------------------------------------------------------

/// All of an invite but its code.
struct InviteInfo
{
    QString id;
    std::optional<RoomId> room;
    Role role = Role::Member;
    std::optional<UserName> by;
    QString note;
    QDateTime at; ///< when it was made
    QDateTime until; ///< null: for good
    int used = 0; ///< times
    std::optional<int> maxUses; ///< nothing: as often as wanted
    friend bool operator==(const InviteInfo &, const InviteInfo &) = default;
};

// ---- answers ----------------------------------------------------------------------------------------

/// The only time that the code is told: the server keeps its hash.
struct InviteCreated
{
    InviteInfo invite;
    QString code;
    friend bool operator==(const InviteCreated &, const InviteCreated &) = default;
};

struct InvitesListed
{
    QList<InviteInfo> invites; ///< those that still hold, oldest first
    friend bool operator==(const InvitesListed &, const InvitesListed &) = default;
};

} // namespace hearth
