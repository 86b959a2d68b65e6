#pragma once

#include "protocol/invites.h"

#include <QWidget>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace hearth {

/// The invites that hold, with a button to take each back.
class InviteList : public QWidget
{
    Q_OBJECT

public:
    /// What brings moderators only an owner takes back.
    InviteList(Role reader, QWidget *parent);

    /// In place of what was there; `now` words when they end.
    void setInvites(const QList<InviteInfo> &invites, const QDateTime &now);
    /// What was asked for did not come about: it can be asked for again.
    void release();

signals:
    void revokeRequested(const QString &invite);

private:
    void addRow(const InviteInfo &invite, const QDateTime &now);

    Role m_reader;
    QLabel *m_note; ///< in place of rows
    QScrollArea *m_scroll;
    QVBoxLayout *m_rows;
};

} // namespace hearth
