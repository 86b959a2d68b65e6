#pragma once

#include "protocol/invites.h"
#include "protocol/serverframes.h"

#include <QCoreApplication>
#include <QString>

namespace hearth {

/// What the window says of invites: as `Words`. Names and notes of others come out in one line, without what could turn
/// it round.
class InviteWords
{
    Q_DECLARE_TR_FUNCTIONS(InviteWords)

public:
    /// "Holds until tomorrow, 14:05, for 10 people."
    [[nodiscard]] static QString validity(const InviteInfo &invite, const QDateTime &now);
    /// Who comes in by it, and where to: "Lets people in as a member, and into #ops."
    [[nodiscard]] static QString effect(const InviteInfo &invite);
    /// One of a list: its note, or who comes in by it; then what is left of it, and who made it.
    [[nodiscard]] static QString title(const InviteInfo &invite);
    [[nodiscard]] static QString detail(const InviteInfo &invite, const QDateTime &now);
    /// Of a link without an invite: what else it takes to come in.
    [[nodiscard]] static QString plainLink(Access access);
    /// Under the field for a link; `room` may be empty.
    [[nodiscard]] static QString invited(const QString &room);
    /// On paper.
    [[nodiscard]] static QString sheetHead(const QString &room);
    [[nodiscard]] static QString sheetAdvice();
    /// As `validity`, for whoever reads it on another day.
    [[nodiscard]] static QString sheetValidity(const InviteInfo &invite);

private:
    [[nodiscard]] static QString holds(const QString &until, const InviteInfo &invite);
};

} // namespace hearth
