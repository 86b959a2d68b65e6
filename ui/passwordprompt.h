#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace hearth {

/// Where a password is typed on the start page: not there until one is asked for, and then says whose.
class PasswordPrompt : public QWidget
{
    Q_OBJECT

public:
    enum class Secret {
        OfChat, ///< everybody's
        OfAccount,
        OfNewAccount, ///< chosen now, by whoever has an invite
    };

    explicit PasswordPrompt(QWidget *parent);

    /// Others on the network can read what is typed: says so with whatever is asked for next.
    void setOpenToOthers(bool isOpen);
    void ask(Secret secret);
    void ask(Secret secret, const QString &problem); ///< once more, since that one was wrong
    void dismiss();
    void clearProblem();
    /// Empty while none is asked for.
    [[nodiscard]] QString password() const;
    /// False, and says why, where it cannot be a new one. Others are the server's to judge.
    [[nodiscard]] bool check();

signals:
    void entered(); ///< with Enter

private:
    void showProblem(const QString &sentence);

    Secret m_secret = Secret::OfChat;
    QLabel *m_hint;
    QLabel *m_warning;
    QLineEdit *m_field;
    QCheckBox *m_reveal; ///< a new one is typed once: so that it can be looked at
    QLabel *m_problem;
};

} // namespace hearth
