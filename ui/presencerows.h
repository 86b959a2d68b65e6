#pragma once

#include <QIdentityProxyModel>

namespace hearth {

/// Rows of people: who is here is known while one is connected, and not a moment longer. Without a connection the role
/// of the state has no value.
class PresenceRows : public QIdentityProxyModel
{
public:
    PresenceRows(int stateRole, QObject *parent) : QIdentityProxyModel(parent), m_stateRole(stateRole) { }

    void setKnown(bool isKnown)
    {
        if (m_isKnown == isKnown)
            return;
        m_isKnown = isKnown;
        if (rowCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, 0));
    }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        return role == m_stateRole && !m_isKnown ? QVariant() : QIdentityProxyModel::data(index, role);
    }

private:
    int m_stateRole;
    bool m_isKnown = false;
};

} // namespace hearth
