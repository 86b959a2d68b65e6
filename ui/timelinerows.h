#pragma once

#include <QIdentityProxyModel>

namespace hearth {

/// A timeline with what a view needs besides: each row as a sentence for a screen reader, and what is allowed there.
class TimelineRows : public QIdentityProxyModel
{
    Q_OBJECT

public:
    static constexpr int MayDeleteOthersRole = Qt::UserRole + 1'000; ///< bool: what others said

    using QIdentityProxyModel::QIdentityProxyModel;
    void setMayDeleteOthers(bool may) { m_mayDeleteOthers = may; }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    bool m_mayDeleteOthers = false;
};

} // namespace hearth
