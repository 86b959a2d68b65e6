#pragma once

#include "protocol/serverframes.h"

#include <QAbstractListModel>

#include <memory>

namespace hearth {

/// The members of one room: who is here first (online, away, busy), then who is not; by name within.
class MemberListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        UserRole = Qt::UserRole + 1, ///< UserName
        StateRole, ///< PresenceState as int
        RoleRole, ///< hearth::Role as int
        LastSeenRole, ///< QDateTime, null while online or unknown
        IsSelfRole, ///< bool
        IsInTheClearRole, ///< bool: others on the network can read what they are told
    };

    explicit MemberListModel(const UserName &self, QObject *parent = nullptr);
    ~MemberListModel() override;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] int onlineCount() const;
    [[nodiscard]] QList<UserName> names() const;
    /// Who is here on a connection that others on the network can read.
    [[nodiscard]] QList<UserName> inTheClear() const;
    [[nodiscard]] std::optional<MemberInfo> member(const UserName &user) const;

    // Told by Session only.
    void reset(const QList<MemberInfo> &members);
    void put(const MemberInfo &member);
    void remove(const UserName &user);
    void setPresence(const Presence &presence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace hearth
