#include "ui/invitewords.h"

#include "ui/moderationwords.h"
#include "ui/words.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype ShownName = 64;
constexpr qsizetype ShownNote = 100;

QString roomOf(const InviteInfo &invite)
{
    return invite.room && *invite.room != RoomId::lobby() ? u'#' + invite.room->toString() : QString();
}

} // namespace

QString InviteWords::validity(const InviteInfo &invite, const QDateTime &now)
{
    return holds(ModerationWords::until(invite.until, now), invite);
}

QString InviteWords::sheetValidity(const InviteInfo &invite)
{
    if (!invite.until.isValid())
        return validity(invite, {});
    return holds(tr("until %1, %2").arg(Words::day(invite.until.toLocalTime().date(), {}), Words::timeOfDay(invite.until)), invite);
}

QString InviteWords::holds(const QString &until, const InviteInfo &invite)
{
    if (!invite.maxUses)
        return tr("Holds %1, for as many as come.").arg(until);
    return *invite.maxUses == 1 ? tr("Holds %1, for one person.").arg(until) : tr("Holds %1, for %2 people.").arg(until).arg(*invite.maxUses);
}

QString InviteWords::effect(const InviteInfo &invite)
{
    const QString room = roomOf(invite);
    const QString role = ModerationWords::role(invite.role);
    return room.isEmpty() ? tr("Lets people in as %1.").arg(role) : tr("Lets people in as %1, and into %2.").arg(role, room);
}

QString InviteWords::title(const InviteInfo &invite)
{
    const QString note = Words::oneLine(invite.note, ShownNote);
    if (!note.isEmpty())
        return note;
    const QString room = roomOf(invite);
    const QString role = ModerationWords::role(invite.role);
    return room.isEmpty() ? tr("For %1").arg(role) : tr("For %1, into %2").arg(role, room);
}

QString InviteWords::detail(const InviteInfo &invite, const QDateTime &now)
{
    QStringList parts;
    if (!invite.note.isEmpty())
        parts.append(roomOf(invite).isEmpty() ? tr("for %1").arg(ModerationWords::role(invite.role))
                                              : tr("for %1, into %2").arg(ModerationWords::role(invite.role), roomOf(invite)));
    parts.append(ModerationWords::until(invite.until, now));
    if (invite.maxUses)
        parts.append(tr("%1 of %2 came in").arg(invite.used).arg(*invite.maxUses));
    else
        parts.append(invite.used == 0 ? tr("nobody came in yet") : tr("%1 came in").arg(invite.used));
    parts.append(invite.by ? tr("by %1").arg(Words::oneLine(invite.by->toString(), ShownName)) : tr("by whoever runs the server"));
    return parts.join(u"\u00a0· "_s);
}

QString InviteWords::plainLink(Access access)
{
    switch (access) {
    case Access::Open:
        return tr("Whoever opens this link can join this chat.");
    case Access::Password:
        return tr("This link leads to this chat. The chat's password is needed besides.");
    case Access::Accounts:
        return tr("This link leads to this chat. Who has no account here needs an invite, which moderators make.");
    }
    return {};
}

QString InviteWords::invited(const QString &room)
{
    return room.isEmpty() ? tr("This link invites you to the chat.")
                          : tr("This link invites you to the chat, and to its room #%1.").arg(Words::oneLine(room, ShownName));
}

QString InviteWords::sheetHead(const QString &room)
{
    return room.isEmpty() ? tr("You are invited to this chat.")
                          : tr("You are invited to this chat, and to its room %1.").arg(Words::oneLine(room, ShownName));
}

QString InviteWords::sheetAdvice() { return tr("Open the link with Hearth: scan the code, or copy the link into the field for the address."); }

} // namespace hearth
