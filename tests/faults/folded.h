#pragma once

#include "tests/faults/storedlog.h"

#include <QJsonArray>
#include <QSet>

namespace hearth::test {

/// A message as it stands after all that was done to it.
struct FoldedMessage
{
    QString user;
    QString content;
    bool isDeleted = false;
    QMap<QString, QSet<QString>> reactions; ///< emoji → users
    friend bool operator==(const FoldedMessage &, const FoldedMessage &) = default;
};

/// A room's messages by seq: what a snapshot shows.
using FoldedRoom = QMap<qint64, FoldedMessage>;

/// Written for the checker alone: neither the server's nor the client's way of folding is trusted here. What is about a
/// message that is not there is passed over; the same events twice, in order, are once.
void fold(FoldedRoom &room, const LogEvent &event);
/// The `messages` of a `history` frame.
[[nodiscard]] FoldedRoom foldedFrom(const QJsonArray &messages);
/// The part of `room` from `first` on.
[[nodiscard]] FoldedRoom tail(const FoldedRoom &room, qint64 first);

} // namespace hearth::test
