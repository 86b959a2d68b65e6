#include "client/roomlistmodel.h"

#include <QCollator>

#include <algorithm>
#include <vector>

namespace hearth {

class RoomListModel::Private
{
public:
    struct Row
    {
        RoomSummary room;
        bool hasDraft = false;
        PresenceState peerState = PresenceState::Offline;
        qint64 activity = 0; ///< the higher, the later something was said
    };

    [[nodiscard]] static int groupOf(const Row &row)
    {
        if (row.room.kind == RoomKind::Direct)
            return 2;
        return row.room.room == RoomId::lobby() ? 0 : 1;
    }
    [[nodiscard]] bool isBefore(const Row &a, const Row &b) const
    {
        if (groupOf(a) != groupOf(b))
            return groupOf(a) < groupOf(b);
        if (groupOf(a) == 2 && a.activity != b.activity)
            return a.activity > b.activity;
        const int byName = collator.compare(nameOf(a), nameOf(b));
        return byName != 0 ? byName < 0 : a.room.room < b.room.room;
    }
    [[nodiscard]] static QString nameOf(const Row &row)
    {
        if (row.room.peer)
            return row.room.peer->toString();
        return row.room.name.isEmpty() ? row.room.room.toString() : row.room.name;
    }
    [[nodiscard]] int placeFor(const Row &row) const
    {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row &other) {
            return other.room.room != row.room.room && isBefore(row, other);
        });
        return static_cast<int>(std::distance(rows.begin(), found));
    }

    std::vector<Row> rows;
    QCollator collator;
    qint64 lastActivity = 0;
};

RoomListModel::RoomListModel(QObject *parent) : QAbstractListModel(parent), d(std::make_unique<Private>())
{
    d->collator.setCaseSensitivity(Qt::CaseInsensitive);
    d->collator.setNumericMode(true);
}

RoomListModel::~RoomListModel() = default;

int RoomListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->rows.size());
}

QVariant RoomListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Private::Row &row = d->rows[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return Private::nameOf(row);
    case RoomIdRole:
        return QVariant::fromValue(row.room.room);
    case TopicRole:
        return row.room.topic;
    case KindRole:
        return static_cast<int>(row.room.kind);
    case UnreadRole:
        return row.room.unread;
    case MentionsRole:
        return row.room.mentions;
    case DraftRole:
        return row.hasDraft;
    case PeerRole:
        return QVariant::fromValue(row.room.peer.value_or(UserName()));
    case PeerStateRole:
        return static_cast<int>(row.peerState);
    case MemberCountRole:
        return row.room.memberCount;
    default:
        return {};
    }
}

int RoomListModel::rowOf(const RoomId &room) const
{
    const auto found = std::find_if(d->rows.begin(), d->rows.end(), [&](const Private::Row &r) { return r.room.room == room; });
    return found == d->rows.end() ? -1 : static_cast<int>(std::distance(d->rows.begin(), found));
}

std::optional<RoomSummary> RoomListModel::summary(const RoomId &room) const
{
    const int row = rowOf(room);
    if (row < 0)
        return std::nullopt;
    return d->rows[static_cast<size_t>(row)].room;
}

QList<RoomSummary> RoomListModel::summaries() const
{
    QList<RoomSummary> rooms;
    for (const Private::Row &row : d->rows)
        rooms.append(row.room);
    return rooms;
}

qint64 RoomListModel::totalUnread() const
{
    qint64 total = 0;
    for (const Private::Row &row : d->rows)
        total += row.room.unread;
    return total;
}

qint64 RoomListModel::totalMentions() const
{
    qint64 total = 0;
    for (const Private::Row &row : d->rows)
        total += row.room.kind == RoomKind::Direct ? row.room.unread : row.room.mentions;
    return total;
}

void RoomListModel::reset(const QList<RoomSummary> &rooms)
{
    // One by one, so that a view keeps its selection over a reconnect.
    for (const RoomSummary &old : summaries()) {
        if (std::none_of(rooms.begin(), rooms.end(), [&](const RoomSummary &r) { return r.room == old.room; }))
            remove(old.room);
    }
    // What comes first was active last: a first filling is no activity of its own.
    for (auto room = rooms.rbegin(); room != rooms.rend(); ++room)
        put(*room);
}

void RoomListModel::put(const RoomSummary &room)
{
    int at = rowOf(room.room);
    if (at < 0) {
        const Private::Row row { room, false, PresenceState::Offline, ++d->lastActivity };
        at = d->placeFor(row);
        beginInsertRows({}, at, at);
        d->rows.insert(d->rows.begin() + at, row);
        endInsertRows();
        emit totalsChanged();
        return;
    }
    Private::Row row = d->rows[static_cast<size_t>(at)];
    if (row.room == room)
        return;
    if (room.lastSeq > row.room.lastSeq)
        row.activity = ++d->lastActivity;
    row.room = room;
    d->rows[static_cast<size_t>(at)] = row;
    emit dataChanged(index(at), index(at));
    const int to = d->placeFor(row);
    if (to != at && to != at + 1) {
        beginMoveRows({}, at, at, {}, to);
        d->rows.erase(d->rows.begin() + at);
        d->rows.insert(d->rows.begin() + (to > at ? to - 1 : to), row);
        endMoveRows();
    }
    emit totalsChanged();
}

void RoomListModel::remove(const RoomId &room)
{
    const int at = rowOf(room);
    if (at < 0)
        return;
    beginRemoveRows({}, at, at);
    d->rows.erase(d->rows.begin() + at);
    endRemoveRows();
    emit totalsChanged();
}

void RoomListModel::setDraft(const RoomId &room, bool hasDraft)
{
    const int at = rowOf(room);
    if (at < 0 || d->rows[static_cast<size_t>(at)].hasDraft == hasDraft)
        return;
    d->rows[static_cast<size_t>(at)].hasDraft = hasDraft;
    emit dataChanged(index(at), index(at), { DraftRole });
}

void RoomListModel::setPeerState(const UserName &peer, PresenceState state)
{
    for (int at = 0; at < rowCount(); ++at) {
        Private::Row &row = d->rows[static_cast<size_t>(at)];
        if (row.room.peer != peer || row.peerState == state)
            continue;
        row.peerState = state;
        emit dataChanged(index(at), index(at), { PeerStateRole });
    }
}

} // namespace hearth
