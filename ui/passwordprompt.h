#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace hearth {

/// What one shows to come in; empty where there is none.
struct Passwords
{
    QString password; ///< of the chat, or of one's account in a chat of accounts
    QString ofName; ///< of one's name, in any other chat

    friend bool operator==(const Passwords &, const Passwords &) = default;
};

/// Where a password is typed on the start page: not there until one is asked for, and then says whose.
class PasswordPrompt : public QWidget
{
    Q_OBJECT

public:
    enum class Secret {
        OfChat, ///< everybody's
        OfAccount,
        OfNewAccount, ///< chosen now, by whoever has an invite
        OfName, ///< which somebody has; the chat's own, typed before, is kept
    };

    explicit PasswordPrompt(QWidget *parent);

    /// Others on the network can read what is typed: says so with whatever is asked for next.
    void setOpenToOthers(bool isOpen);
    void ask(Secret secret);
    void ask(Secret secret, const QString &problem); ///< once more, since that one was wrong
    void dismiss();
    /// The name is another one: its password is not asked for any more, and the chat's is there as it was.
    void forgetName();
    void clearProblem();
    [[nodiscard]] Passwords passwords() const;
    /// False, and says why, where it cannot be a new one. Others are the server's to judge.
    [[nodiscard]] bool check();

signals:
    void entered(); ///< with Enter

private:
    void setSecret(Secret secret);
    void showProblem(const QString &sentence);

    Secret m_secret = Secret::OfChat;
    QString m_ofChat; ///< while that of a name is asked for
    QLabel *m_hint;
    QLabel *m_warning;
    QLineEdit *m_field;
    QCheckBox *m_reveal; ///< a new one is typed once: so that it can be looked at
    QLabel *m_problem;
};

} // namespace hearth

Q_DECLARE_METATYPE(hearth::Passwords)
