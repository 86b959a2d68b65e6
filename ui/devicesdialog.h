#pragma once

#include "protocol/serverframes.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace hearth {

class RowList;

/// Where one is signed in, with a button to sign each device out.
class DevicesDialog : public QDialog
{
    Q_OBJECT

public:
    /// `isTokenInKeychain`: what lets this computer in is kept there, and not in a file.
    DevicesDialog(bool isTokenInKeychain, QWidget *parent);

    void setSessions(const QList<SessionInfo> &sessions, const QDateTime &now);
    void setProblem(const QString &sentence);

signals:
    void signOutRequested(const QString &session);
    void signOutHereRequested(const QString &session); ///< of this device: that is asked first

private:
    RowList *m_list;
    QLabel *m_problem;
    QPushButton *m_close;
    QString m_current; ///< session of this device
};

} // namespace hearth
