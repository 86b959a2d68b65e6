#pragma once

#include "protocol/serverframes.h"

#include <QDialog>

class QLabel;
class QVBoxLayout;

namespace hearth {

/// Where one is signed in, with a button to sign each other device out.
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

private:
    void addRow(const SessionInfo &session, const QDateTime &now);

    QVBoxLayout *m_rows;
    QLabel *m_problem;
};

} // namespace hearth
