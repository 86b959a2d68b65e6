#pragma once

#include "protocol/serverframes.h"

#include <QAbstractListModel>

#include <memory>

namespace hearth {

class Timeline;

/// One room's messages, oldest first, as rows: what is sent, then what is still on its way. A window onto
/// the room, not all of it: `Session` adds pages in front (`loadOlder()`) and behind (`loadNewer()`), and lets rows go that
/// are far from what is looked at (`keepAround()`). Emits precise row signals, never a reset after the first filling.
class TimelineModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum class Delivery { Sent, Pending, Failed };
    Q_ENUM(Delivery)

    enum Role {
        SeqRole = Qt::UserRole + 1, ///< Seq; 0 while not sent
        ClientIdRole, ///< ClientId; may be null
        UserRole, ///< UserName
        ContentRole, ///< QString, verbatim, untrusted
        TimestampRole, ///< QDateTime, UTC; of a pending one when it was written here
        DeliveryRole, ///< Delivery as int
        ErrorRole, ///< ErrorCode as int, of a Failed one; invalid without
        EditedRole, ///< bool
        DeletedRole, ///< bool
        ReactionsRole, ///< QList<ReactionSummary>
        ReplyToRole, ///< Seq; 0: no reply
        ReplyUserRole, ///< UserName of what is replied to; null when unknown
        ReplyExcerptRole, ///< QString: its first line; empty when unknown
        IsOwnRole, ///< bool
        MentionsSelfRole, ///< bool
        SelfRole, ///< UserName: who looks at it
        StartsGroupRole, ///< bool: another author, five minutes or another day since the row before
        StartsDayRole, ///< bool: the first of a local day
        IsFirstUnreadRole, ///< bool: the "New" line stands above it; at most one row
        ExpiredAboveRole, ///< int: older ones have expired, and the room keeps messages for so many days (0: for good, now); invalid without
    };

    explicit TimelineModel(const UserName &self, QObject *parent = nullptr);
    ~TimelineModel() override;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

    [[nodiscard]] int rowOf(Seq seq) const; ///< -1: not loaded
    [[nodiscard]] int rowOf(const ClientId &id) const;
    /// The newest own message that can be edited (sent, not deleted), or -1.
    [[nodiscard]] int lastOwnRow() const;
    /// Where the "New" line stands, or -1.
    [[nodiscard]] int firstUnreadRow() const;
    /// True while the server may have older messages than the first row.
    [[nodiscard]] bool hasOlder() const;
    [[nodiscard]] bool isLoading() const; ///< older messages are on their way
    /// Messages of the room behind the newest sent row, which are not loaded.
    [[nodiscard]] qint64 newerCount() const;
    [[nodiscard]] Seq lastSeq() const; ///< of the newest sent row
    /// As ExpiredAboveRole of the first row, also where there is none.
    [[nodiscard]] std::optional<int> expiredAbove() const;

signals:
    /// `hasOlder`, `isLoading` or `expiredAbove` changed.
    void pagingChanged();
    void newerCountChanged();

public:
    // Told by RoomBook only.
    [[nodiscard]] Timeline &timeline();
    void setPaging(bool hasOlder, bool isLoading);
    /// The room's older messages have expired: it keeps them for so many days. Nothing: none have.
    void setExpired(std::optional<int> keepDays);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
