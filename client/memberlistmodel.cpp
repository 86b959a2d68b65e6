#include "client/memberlistmodel.h"

#include <QCollator>

#include <algorithm>
#include <vector>

namespace hearth {

class MemberListModel::Private
{
public:
    [[nodiscard]] bool isBefore(const MemberInfo &a, const MemberInfo &b) const
    {
        const bool isAHere = a.state != PresenceState::Offline;
        if (isAHere != (b.state != PresenceState::Offline))
            return isAHere;
        const int byName = collator.compare(a.user.toString(), b.user.toString());
        return byName != 0 ? byName < 0 : a.user < b.user;
    }
    [[nodiscard]] int rowOf(const UserName &user) const
    {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const MemberInfo &m) { return m.user == user; });
        return found == rows.end() ? -1 : static_cast<int>(std::distance(rows.begin(), found));
    }
    [[nodiscard]] int placeFor(const MemberInfo &member) const
    {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const MemberInfo &other) {
            return other.user != member.user && isBefore(member, other);
        });
        return static_cast<int>(std::distance(rows.begin(), found));
    }

    UserName self;
    std::vector<MemberInfo> rows;
    QCollator collator;
};

MemberListModel::MemberListModel(const UserName &self, QObject *parent)
    : QAbstractListModel(parent), d(std::make_unique<Private>())
{
    d->self = self;
    d->collator.setCaseSensitivity(Qt::CaseInsensitive);
    d->collator.setNumericMode(true);
}

MemberListModel::~MemberListModel() = default;

int MemberListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->rows.size());
}

QVariant MemberListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const MemberInfo &member = d->rows[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return member.user.toString();
    case UserRole:
        return QVariant::fromValue(member.user);
    case StateRole:
        return static_cast<int>(member.state);
    case RoleRole:
        return static_cast<int>(member.role);
    case LastSeenRole:
        return member.lastSeen;
    case IsSelfRole:
        return member.user == d->self;
    case IsInTheClearRole:
        return member.isInTheClear;
    default:
        return {};
    }
}

int MemberListModel::onlineCount() const
{
    return static_cast<int>(std::count_if(d->rows.begin(), d->rows.end(),
                                          [](const MemberInfo &m) { return m.state != PresenceState::Offline; }));
}

QList<UserName> MemberListModel::names() const
{
    QList<UserName> names;
    for (const MemberInfo &member : d->rows)
        names.append(member.user);
    return names;
}

QList<UserName> MemberListModel::inTheClear() const
{
    QList<UserName> names;
    for (const MemberInfo &member : d->rows) {
        if (member.isInTheClear)
            names.append(member.user);
    }
    return names;
}

std::optional<MemberInfo> MemberListModel::member(const UserName &user) const
{
    const int row = d->rowOf(user);
    if (row < 0)
        return std::nullopt;
    return d->rows[static_cast<size_t>(row)];
}

void MemberListModel::reset(const QList<MemberInfo> &members)
{
    beginResetModel();
    d->rows.assign(members.begin(), members.end());
    std::sort(d->rows.begin(), d->rows.end(), [this](const MemberInfo &a, const MemberInfo &b) { return d->isBefore(a, b); });
    endResetModel();
}

void MemberListModel::put(const MemberInfo &member)
{
    const int at = d->rowOf(member.user);
    if (at < 0) {
        const int to = d->placeFor(member);
        beginInsertRows({}, to, to);
        d->rows.insert(d->rows.begin() + to, member);
        endInsertRows();
        return;
    }
    if (d->rows[static_cast<size_t>(at)] == member)
        return;
    d->rows[static_cast<size_t>(at)] = member;
    emit dataChanged(index(at), index(at));
    const int to = d->placeFor(member);
    if (to != at && to != at + 1) {
        beginMoveRows({}, at, at, {}, to);
        d->rows.erase(d->rows.begin() + at);
        d->rows.insert(d->rows.begin() + (to > at ? to - 1 : to), member);
        endMoveRows();
    }
}

void MemberListModel::remove(const UserName &user)
{
    const int at = d->rowOf(user);
    if (at < 0)
        return;
    beginRemoveRows({}, at, at);
    d->rows.erase(d->rows.begin() + at);
    endRemoveRows();
}

void MemberListModel::setPresence(const Presence &presence)
{
    const int at = d->rowOf(presence.user);
    if (at < 0)
        return;
    MemberInfo changed = d->rows[static_cast<size_t>(at)];
    changed.state = presence.state;
    changed.lastSeen = presence.lastSeen;
    changed.isInTheClear = presence.isInTheClear;
    put(changed);
}

} // namespace hearth
