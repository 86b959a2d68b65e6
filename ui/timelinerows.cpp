#include "ui/timelinerows.h"

#include "client/timelinemodel.h"
#include "ui/words.h"

namespace hearth {

QVariant TimelineRows::data(const QModelIndex &index, int role) const
{
    if (role == MayDeleteOthersRole)
        return m_mayDeleteOthers;
    if (role != Qt::AccessibleTextRole)
        return QIdentityProxyModel::data(index, role);
    QStringList states;
    if (const QVariant days = index.data(TimelineModel::ExpiredAboveRole); days.isValid())
        states.append(Words::expired(days.toInt()));
    if (index.data(TimelineModel::IsFirstUnreadRole).toBool())
        states.append(tr("first new message"));
    if (index.data(TimelineModel::ReplyToRole).value<Seq>() > Seq(0)) {
        const auto user = index.data(TimelineModel::ReplyUserRole).value<UserName>();
        states.append(user.isNull() ? tr("a reply") : tr("reply to %1").arg(user.toString()));
    }
    if (index.data(TimelineModel::EditedRole).toBool())
        states.append(tr("edited"));
    const auto delivery = static_cast<TimelineModel::Delivery>(index.data(TimelineModel::DeliveryRole).toInt());
    if (delivery == TimelineModel::Delivery::Pending)
        states.append(tr("not sent yet"));
    else if (delivery == TimelineModel::Delivery::Failed)
        states.append(Words::notSent(static_cast<ErrorCode>(index.data(TimelineModel::ErrorRole).toInt())));
    for (const ReactionSummary &reaction : index.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>())
        states.append(tr("%n reaction(s) %1", nullptr, static_cast<int>(reaction.users.size())).arg(reaction.emoji));
    const bool isDeleted = index.data(TimelineModel::DeletedRole).toBool();
    return Words::spokenRow(index.data(TimelineModel::UserRole).value<UserName>().toString(),
                            isDeleted ? tr("Message deleted") : index.data(TimelineModel::ContentRole).toString(),
                            index.data(TimelineModel::TimestampRole).toDateTime(), states.join(QStringLiteral(", ")));
}

} // namespace hearth
