#pragma once

#include "protocol/serverframes.h"

#include <QAbstractListModel>

#include <memory>

namespace hearth {

/// The rooms of one session that the user is a member of: rooms by name, `lobby` first, then direct
/// conversations, latest first. Filled by `Session`.
class RoomListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        RoomIdRole = Qt::UserRole + 1, ///< RoomId
        NameRole, ///< QString: display name; of a direct room the other's name
        TopicRole, ///< QString
        KindRole, ///< RoomKind as int
        UnreadRole, ///< qint64
        MentionsRole, ///< qint64
        DraftRole, ///< bool: something unsent is in its composer
        PeerRole, ///< UserName: the other user of a direct room
        PeerStateRole, ///< PresenceState as int, of a direct room
        MemberCountRole, ///< int
    };

    explicit RoomListModel(QObject *parent = nullptr);
    ~RoomListModel() override;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

    [[nodiscard]] int rowOf(const RoomId &room) const; ///< -1: not there
    [[nodiscard]] std::optional<RoomSummary> summary(const RoomId &room) const;
    [[nodiscard]] QList<RoomSummary> summaries() const; ///< in the order of the rows
    [[nodiscard]] qint64 totalUnread() const;
    /// Mentions in rooms, and whatever is unread in direct conversations.
    [[nodiscard]] qint64 totalMentions() const;

    // Told by Session only.
    void reset(const QList<RoomSummary> &rooms);
    void put(const RoomSummary &room); ///< adds or replaces
    void remove(const RoomId &room);
    void setDraft(const RoomId &room, bool hasDraft);
    void setPeerState(const UserName &peer, PresenceState state);

signals:
    void totalsChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
