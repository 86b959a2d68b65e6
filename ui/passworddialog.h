#pragma once

#include <QDialog>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace hearth {

/// Asks for a new password, and for the old one where there is one. Stays open until the server has taken it, and shows why
/// it has not.
class PasswordDialog : public QDialog
{
    Q_OBJECT

public:
    PasswordDialog(bool hasOld, QWidget *parent);

    /// Others on the network can read what is typed.
    void setOpenToOthers(bool isOpen);
    void setProblem(const QString &sentence);

signals:
    void passwordChosen(const std::optional<QString> &old, const QString &password);

private:
    void submit();
    void updateState();

    QLabel *m_warning;
    QLineEdit *m_old; ///< null where there is none
    QLineEdit *m_new;
    QLineEdit *m_again;
    QLabel *m_hint;
    QLabel *m_problem;
    QPushButton *m_accept;
};

} // namespace hearth
