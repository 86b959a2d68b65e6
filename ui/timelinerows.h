#pragma once

#include <QIdentityProxyModel>

namespace hearth {

/// A timeline with what a view needs besides: each row as a sentence for a screen reader, and tool tips.
class TimelineRows : public QIdentityProxyModel
{
    Q_OBJECT

public:
    using QIdentityProxyModel::QIdentityProxyModel;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
};

} // namespace hearth
