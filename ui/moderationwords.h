#pragma once

#include "protocol/moderation.h"

#include <QCoreApplication>
#include <QString>

namespace hearth {

/// What the window says of those in charge, and to whom they do something: as `Words`, for moderation. Names and reasons
/// of others come out in one line, without what could turn it round.
class ModerationWords
{
    Q_DECLARE_TR_FUNCTIONS(ModerationWords)

public:
    /// "You are banned from Anna's chat"
    [[nodiscard]] static QString removed(const Removal &removal, const QString &chat);
    /// Who did it, until when, and why.
    [[nodiscard]] static QString removedDetail(const Removal &removal, const QDateTime &now);
    [[nodiscard]] static QString removedFromRoom(const QString &room, const UserName &by, const QString &reason);
    /// While a guest waits to be let in.
    [[nodiscard]] static QString atTheDoor(const QString &chat, const QDateTime &until, const QDateTime &now);
    /// "Cy waits to come in"
    [[nodiscard]] static QString guestWaits(const QList<GuestInfo> &guests);
    /// In place of the composer's own words.
    [[nodiscard]] static QString muted(const MuteChanged &mute, const QDateTime &now);
    [[nodiscard]] static QString closedRoom();
    /// "One message every 30 seconds"; "Off" where it is 0.
    [[nodiscard]] static QString slowMode(int seconds);
    [[nodiscard]] static QString duration(qint64 seconds);
    /// "until 14:05", "until 3 December, 14:05"; "for good" without a time.
    [[nodiscard]] static QString until(const QDateTime &until, const QDateTime &now);
    [[nodiscard]] static QString role(Role role);
    /// An entry of the audit log in one sentence, without its time.
    [[nodiscard]] static QString deed(const AuditEntry &entry, const QDateTime &now);
    /// Of what was typed to be banned.
    [[nodiscard]] static QString noAddress();
    [[nodiscard]] static QString addressNotBanned();
    /// The same as of a deed, for what can be lifted.
    [[nodiscard]] static QString ban(const BanInfo &ban, const QDateTime &now);
    [[nodiscard]] static QString mute(const MuteInfo &mute, const QDateTime &now);
};

} // namespace hearth
