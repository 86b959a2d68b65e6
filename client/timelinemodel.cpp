#include "client/timelinemodel.h"

#include "client/excerpt.h"
#include "client/timeline.h"

namespace hearth {

namespace {

constexpr qint64 GroupGapSeconds = 5 * 60; // look.md: a group is one author within five minutes of one day
constexpr qsizetype ExcerptLength = 120; // UTF-16 units

/// The local day of a time. Rows ask again and again for the same one or two, and the system looks at the file of its
/// time zone each time: the last answer is kept.
class LocalDay
{
public:
    [[nodiscard]] QDate of(const QDateTime &time)
    {
        const qint64 ms = time.toMSecsSinceEpoch();
        if (ms < m_begins || ms >= m_ends) {
            m_date = time.toLocalTime().date();
            m_begins = m_date.startOfDay().toMSecsSinceEpoch();
            m_ends = m_date.addDays(1).startOfDay().toMSecsSinceEpoch();
        }
        return m_date;
    }

private:
    QDate m_date;
    qint64 m_begins = 0; ///< ms since 1970
    qint64 m_ends = 0; ///< likewise, of the next day
};

QString excerptOf(const QString &content)
{
    QString line = content.trimmed();
    if (const qsizetype end = line.indexOf(u'\n'); end >= 0)
        line.truncate(end);
    return excerpt(line, ExcerptLength);
}

} // namespace

class TimelineModel::Private : public TimelineObserver
{
public:
    Private(const UserName &user, TimelineModel *model) : q(model), self(user), timeline(user, *this) { }

    void aboutToInsert(int first, int count) override { q->beginInsertRows({}, first, first + count - 1); }
    void inserted() override { q->endInsertRows(); }
    void aboutToRemove(int first, int count) override { q->beginRemoveRows({}, first, first + count - 1); }
    void removed() override { q->endRemoveRows(); }
    void changed(int first, int last) override { emit q->dataChanged(q->index(first), q->index(last)); }
    void newerCountChanged() override { emit q->newerCountChanged(); }

    [[nodiscard]] bool startsDay(int row)
    {
        return row == 0 || day.of(timeline.at(row).message.timestamp) != day.of(timeline.at(row - 1).message.timestamp);
    }
    [[nodiscard]] bool startsGroup(int row)
    {
        if (startsDay(row) || row == timeline.firstUnreadRow())
            return true;
        const MessageSnapshot &here = timeline.at(row).message;
        const MessageSnapshot &above = timeline.at(row - 1).message;
        return here.user != above.user || here.replyTo.has_value()
            || above.timestamp.secsTo(here.timestamp) > GroupGapSeconds;
    }

    TimelineModel *q;
    UserName self;
    Timeline timeline;
    /// Calls `change`, and tells when what stands above the first row is another thing then.
    template <typename Change>
    void changeBeginning(Change change)
    {
        const auto before = q->expiredAbove();
        change();
        if (q->expiredAbove() != before && timeline.size() > 0)
            changed(0, 0);
    }

    LocalDay day;
    bool hasOlder = false;
    bool isLoading = false;
    std::optional<int> expired; ///< days that the room keeps messages, when older ones are gone
};

TimelineModel::TimelineModel(const UserName &self, QObject *parent)
    : QAbstractListModel(parent), d(std::make_unique<Private>(self, this))
{
}

TimelineModel::~TimelineModel() = default;

int TimelineModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : d->timeline.size(); }

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row();
    const TimelineEntry &entry = d->timeline.at(row);
    const MessageSnapshot &message = entry.message;
    switch (role) {
    case Qt::DisplayRole:
    case ContentRole:
        return message.content;
    case SeqRole:
        return QVariant::fromValue(message.seq);
    case ClientIdRole:
        return QVariant::fromValue(message.clientId.value_or(ClientId()));
    case UserRole:
        return QVariant::fromValue(message.user);
    case TimestampRole:
        return message.timestamp;
    case DeliveryRole:
        return static_cast<int>(entry.isSent() ? Delivery::Sent : entry.error ? Delivery::Failed : Delivery::Pending);
    case ErrorRole:
        return entry.error ? QVariant(static_cast<int>(*entry.error)) : QVariant();
    case EditedRole:
        return message.editedAt.isValid() && !message.isDeleted;
    case DeletedRole:
        return message.isDeleted;
    case ReactionsRole:
        return QVariant::fromValue(message.reactions);
    case ReplyToRole:
        return QVariant::fromValue(message.replyTo.value_or(Seq()));
    case ReplyUserRole:
    case ReplyExcerptRole: {
        const int target = message.replyTo ? rowOf(*message.replyTo) : -1;
        if (role == ReplyUserRole)
            return QVariant::fromValue(target < 0 ? UserName() : d->timeline.at(target).message.user);
        return target < 0 ? QString() : excerptOf(d->timeline.at(target).message.content);
    }
    case IsOwnRole:
        return message.user == d->self;
    case SelfRole:
        return QVariant::fromValue(d->self);
    case MentionsSelfRole:
        return entry.isMention;
    case StartsGroupRole:
        return d->startsGroup(row);
    case StartsDayRole:
        return d->startsDay(row);
    case IsFirstUnreadRole:
        return row == d->timeline.firstUnreadRow();
    case ExpiredAboveRole: {
        const auto days = row == 0 ? expiredAbove() : std::nullopt;
        return days ? QVariant(*days) : QVariant();
    }
    default:
        return {};
    }
}

int TimelineModel::rowOf(Seq seq) const { return d->timeline.rowOf(seq); }

int TimelineModel::rowOf(const ClientId &id) const { return d->timeline.rowOf(id); }

int TimelineModel::lastOwnRow() const
{
    for (int row = d->timeline.size() - 1; row >= 0; --row) {
        const TimelineEntry &entry = d->timeline.at(row);
        if (entry.isSent() && entry.message.user == d->self && !entry.message.isDeleted)
            return row;
    }
    return -1;
}

int TimelineModel::firstUnreadRow() const { return d->timeline.firstUnreadRow(); }

bool TimelineModel::hasOlder() const { return d->hasOlder; }

bool TimelineModel::isLoading() const { return d->isLoading; }

qint64 TimelineModel::newerCount() const { return d->timeline.newerCount(); }

Seq TimelineModel::lastSeq() const { return d->timeline.lastSeq(); }

Timeline &TimelineModel::timeline() { return d->timeline; }

void TimelineModel::setPaging(bool hasOlder, bool isLoading)
{
    if (d->hasOlder == hasOlder && d->isLoading == isLoading)
        return;
    d->changeBeginning([&] {
        d->hasOlder = hasOlder;
        d->isLoading = isLoading;
    });
    emit pagingChanged();
}

std::optional<int> TimelineModel::expiredAbove() const
{
    return d->hasOlder || d->isLoading ? std::nullopt : d->expired;
}

void TimelineModel::setExpired(std::optional<int> keepDays)
{
    if (d->expired == keepDays)
        return;
    d->changeBeginning([&] { d->expired = keepDays; });
    emit pagingChanged();
}

} // namespace hearth
